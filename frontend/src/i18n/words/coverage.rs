//! The words of completeness: what answered, what is missing, and why nothing is shown.

super::words! {
    SOURCE_WAITING = "{n} s" / "{n} 秒";
    SOURCE_POLICY = "Allows what is missing, and nothing else:" / "只授予所缺权限的策略：";
    COVERAGE = "Coverage" / "数据覆盖情况";
    ANSWERED = "{n} of {m} sources answered" / "{m} 个数据源中已返回 {n} 个";
    ALL_ANSWERED = "All {n} sources answered" / "全部 {n} 个数据源均已返回";
    NOT_ANSWERED = "{n} could not be asked" / "{n} 个数据源未能返回";
    ROWS_SO_FAR = "{n} rows so far" / "已收到 {n} 行";
    AS_OF = "as of {t}" / "数据时间 {t}";
    STATE_LOADING = "still loading" / "加载中";
    STATE_OK = "complete" / "完整";
    STATE_STALE = "older answer" / "较旧的数据";
    STATE_CAPPED = "there may be more than these {n} rows" / "可能不止这 {n} 行";
    ROWS_KEPT = "{n} rows arrived before" / "此前已收到 {n} 行";
    REQUEST_ID = "request {id}" / "请求 {id}";
    LOADING_TITLE = "Asking the clouds" / "正在查询云端";
    LOADING_BODY = "Rows appear as soon as the first page arrives." / "收到第一批数据后即会显示。";
    NOTHING_MATCHES_TITLE = "No row matches" / "没有匹配的行";
    NOTHING_MATCHES_BODY = "{n} rows are loaded; none fulfils all conditions." / "已加载 {n} 行，没有一行满足全部条件。";
    NOTHING_THERE_TITLE = "Nothing there" / "这里没有数据";
    NOTHING_THERE_BODY = "Every source answered, and none has a row." / "所有数据源均已返回，且都没有数据。";
    GAP_TITLE = "Nothing from the sources that answered" / "已返回的数据源没有数据";
    GAP_BODY = "{n} sources could not be asked, so nobody knows whether rows are missing. See the coverage above." / "有 {n} 个数据源未能返回，因此无法确定是否缺少数据。详见上方的数据覆盖情况。";
    COULD_NOT_ASK_TITLE = "No source could be asked" / "所有数据源都未能返回";
    COULD_NOT_ASK_BODY = "This says nothing about the rows. The coverage above tells what each cloud answered." / "这不代表没有数据。上方的数据覆盖情况列出了各云端的返回结果。";
    NO_TARGETS_TITLE = "No account for this table" / "没有可用于此表的账号";
    NO_TARGETS_BODY = "No account that you may read belongs to a cloud of this table. Ask whoever configures Signalbox." / "您可读取的账号都不属于此表对应的云。请联系 Signalbox 的管理员。";
    PROXY_LOST_TITLE = "Signalbox does not answer" / "Signalbox 没有响应";
    PROXY_LOST = "The connection to Signalbox broke. Rows that arrived are kept." / "与 Signalbox 的连接已中断，已收到的数据仍然保留。";
    TOO_MUCH_AT_ONCE = "You have so much open at once that this has to wait. Close other windows of Signalbox, or try again in a moment." / "您同时打开的内容过多，此处需要等待。请关闭其他 Signalbox 窗口，或稍后重试。";
    ROWS_TOTAL = "{n} rows" / "{n} 行";
    ROWS_HELD = "{n} rows kept" / "保留 {n} 行";
    STATE_AGAIN = "asking again" / "正在重新查询";
    OLDEST_ANSWER = "oldest answer {t}" / "最早的数据：{t}";
    UNREADABLE = "{n} rows with unreadable values" / "{n} 行含无法识别的值";
    JUST_NOW = "just now" / "刚刚";
    UNANSWERED = "no answer for a minute: asking again" / "已有一分钟没有返回，正在重新查询";
    AT_LEAST = "at least {n}" / "至少 {n}";
    UNKNOWN_COUNT = "unknown" / "未知";
    MORE_UNKNOWN = "Sources that could not be asked: {n}. There may be more." / "有 {n} 个数据源未能返回，实际可能更多。";
    MORE_CUT = "Lists that their cloud cuts: {n}. There may be more." / "有 {n} 个列表被云端截断，实际可能更多。";
    COULD_NOT_ASK_BODY_BELOW = "This says nothing about the rows. The lower edge of the page tells what each cloud answered." / "这不代表没有数据。页面底部列出了各云端的返回结果。";
    GAP_BODY_BELOW = "{n} sources could not be asked, so nobody knows whether rows are missing. The lower edge of the page names them." / "有 {n} 个数据源未能返回，因此无法确定是否缺少数据。详见页面底部。";
}
