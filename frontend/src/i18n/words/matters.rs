//! The words of what needs someone.

super::words! {
    MATTERS = "Needs someone" / "需处理的事项";
    MATTERS_HINT = "What waits for a person or has failed. Rows with the same document, cause or place are one line." / "等待人工处理或已失败的内容；同一作业、原因或位置的行合并为一项。";
    MATTERS_SUM = "{m} matters, {n} rows" / "{m} 个事项，共 {n} 行";
    MATTERS_SUM_ONE = "1 matter, {n} rows" / "1 个事项，共 {n} 行";
    MATTERS_QUIET = "Nothing needs anyone: all sources have answered." / "没有需处理的事项，所有数据源均已返回。";
    MATTERS_NONE_YET = "Nothing so far." / "暂未发现。";
    MATTERS_NONE_KNOWN = "Nothing that is known of, but not all sources have told everything." / "已知范围内没有需处理的事项，但部分数据源未能完整返回。";
    MATTERS_AWAITED = "{n} of {m} sources have not answered yet" / "{m} 个数据源中有 {n} 个尚未返回";
    MATTERS_FAILED = "{n} of {m} sources did not answer: there may be more" / "{m} 个数据源中有 {n} 个未能返回，实际可能更多";
    MATTERS_CUT = "lists that their cloud cuts: {n}; there may be more" / "有 {n} 个列表被云端截断，实际可能更多";
    MATTERS_MORE = "and {n} more matters" / "另有 {n} 个事项";
    MATTERS_MORE_ONE = "and 1 more matter" / "另有 1 个事项";
    MATTERS_FEWER = "Show fewer" / "收起";
    MATTER_ROWS = "{n} {t}" / "{n} 条{t}";
    MATTER_RUNS = "{n} of {m} {t}" / "{m} 条{t}中的 {n} 条";
    MATTER_RESOURCES = "{n} {t}" / "{n} 个{t}";
    MATTER_SINCE = "since {a}, last {b}" / "始于 {a}，最近 {b}";
    MATTER_PLACES = "{t} and {n} more" / "{t} 及另外 {n} 处";
    MATTER_OTHERS = "{t} … and other words" / "{t}……等";
    MATTER_NEXT = "next: {t}, {a}" / "接下来：{t}，{a}";
    MATTER_NOT_TOLD = "{t}: not told" / "{t}：未说明";
    NEWS_NEW = "New" / "新出现";
    NEWS_NEW_HINT = "Nothing of it was there at the last visit of this browser" / "此浏览器上次访问时尚不存在";
    NEWS_AGAIN = "Again: {n} new" / "再次出现：新增 {n}";
    NEWS_AGAIN_HINT = "It was there at the last visit of this browser, and rows have come since" / "此浏览器上次访问时已存在，此后又有新的行";
    NEWS_SEEN = "Again since seen" / "已读后再次出现";
    NEWS_SEEN_HINT = "It was marked as seen in this browser, and rows have come since" / "曾在此浏览器中标为已读，此后又有新的行";
    SEEN = "Seen" / "已读";
    SEEN_HINT = "Stands last from the next look on, until another row comes. Kept in this browser." / "下次查看时排到最后，直到有新的行出现。保存在此浏览器中。";
    SEEN_BACK = "Take it back: not seen" / "撤销已读";
    HAND_OVER = "Copy for hand-over" / "复制交接文本";
    HAND_OVER_HINT = "The list as text for a chat, with links and with what is not known" / "以文本形式复制此列表，附链接并注明缺失的数据";
    HAND_OVER_CUT = "the cloud cuts the list" / "列表被云端截断";
    HAND_OVER_GAP = "Not known: {t}" / "数据缺失：{t}";
}
