//! The words of refreshing, and of what has changed since.

super::words! {
    CHANGED = "changed" / "已变更";
    SINCE_LAST = "Since last visit" / "较上次访问";
    MARK_SEEN = "Mark as seen" / "标为已读";
    MARK_SEEN_HINT = "From now on, only what happens next counts as new" / "此后仅统计新发生的变化";
    SINCE_NOTHING_YET = "nothing to compare with yet: this is the first visit" / "首次访问，尚无可对比的数据";
    SINCE_SAME = "nothing new" / "无变化";
    SINCE_COMPARE = "compare" / "对比";
    SINCE_TIME = "Changed since {t}" / "自 {t} 以来的变化";
    LIVE = "Live: ask again every…" / "实时：定时刷新";
    LIVE_OFF = "Live: off" / "实时：关";
    LIVE_SECONDS = "Live: {n} s" / "实时：{n} 秒";
    LIVE_MINUTES = "Live: {n} min" / "实时：{n} 分钟";
    LIVE_PAUSE = "Pause live" / "暂停实时";
    LIVE_RESUME = "Resume live" / "恢复实时";
    COUNT_NEW = "{n} new" / "新增 {n}";
    COUNT_CHANGED = "{n} changed" / "变更 {n}";
    COUNT_GONE = "{n} gone" / "消失 {n}";
    SHOW_CHANGES = "show" / "显示";
    CLEAR_MARKS = "clear marks" / "清除标记";
    ROW_GONE = "The cloud does not list this row any more. What is shown was its last state." / "云端已不再列出这一行，显示的是其最后状态。";
    SINCE_WHEN = "Compare with" / "对比时间";
    SINCE_DAY = "A day ago" / "一天前";
    SINCE_WEEK = "A week ago" / "一周前";
    SINCE_KEEP = "Keep the present state" / "保存当前状态";
    SINCE_GONE = "Gone since then" / "此后消失";
    SINCE_GAPS_THEN = "Sources that could not be asked then: {n}. Their rows count as new." / "当时未能返回的数据源：{n} 个，其行计为新增。";
    SINCE_GAPS_NOW = "Sources that cannot be asked now: {n}. Their rows are not counted as gone." / "目前未能返回的数据源：{n} 个，其行不计为消失。";
    SINCE_UNKEPT = "This browser does not keep data of this page, so nothing can be compared with: all rows are shown." / "浏览器不保存此页面的数据，无法对比，因此显示全部行。";
    SINCE_FIRST = "This browser sees the table for the first time, so there is nothing to compare with yet: all rows are shown." / "此浏览器首次查看该表，尚无可对比的数据，因此显示全部行。";
    SINCE_TOO_YOUNG = "This browser has kept nothing that old of this table; the oldest is of {t}. All rows are shown." / "此浏览器没有保存那么早的数据，最早的是 {t}，因此显示全部行。";
}
