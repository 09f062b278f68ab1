//! The words of the timeline.

super::words! {
    UNTIL_NOW = "now" / "现在";
    NOW_LINE = "now" / "现在";
    CHART = "What happens when" / "时间轴";
    CHART_HINT = "Drag over the axis to zoom. Arrows left and right move in time, + and − zoom, 0 shows the usual stretch, j and k walk from bar to bar." / "在时间轴上拖动可放大。左右方向键平移，+ 和 − 缩放，0 恢复默认范围，j 和 k 逐条浏览。";
    BUBBLE = "{n} more: look closer" / "另有 {n} 项：放大查看";
    UNFOLD = "Show all" / "全部显示";
    FOLD = "Show fewer" / "收起";
    MORE_BANDS = "{n} more are not shown. Narrow the conditions to see them." / "另有 {n} 组未显示，请缩小条件范围。";
    TIMELINE = "Timeline" / "时间轴";
    IN_SIGHT = "in sight, of {n}" / "项可见，共 {n} 项";
    GROUPING = "Group by" / "分组";
    BY_ACCOUNT = "By account" / "按账号";
    BY_RESOURCE = "By resource" / "按资源";
    BY_TABLE = "By table" / "按表";
    STRETCH = "Stretch of time" / "时间范围";
    STRETCH_USUAL = "Day before to week ahead" / "前 1 天至后 7 天";
    STRETCH_NEXT_DAY = "Next 24 hours" / "未来 24 小时";
    STRETCH_NEXT_WEEK = "Next 7 days" / "未来 7 天";
    STRETCH_LAST_DAY = "Last 24 hours" / "过去 24 小时";
    STRETCH_LAST_WEEK = "Last 7 days" / "过去 7 天";
    STRETCH_LAST_MONTH = "Last 30 days" / "过去 30 天";
    ZOOM_IN = "Zoom in" / "放大";
    ZOOM_OUT = "Zoom out" / "缩小";
    STRETCH_RESET = "Show the usual stretch" / "恢复默认范围";
    CALENDAR = "Planned windows as a calendar file (.ics)" / "下载计划窗口日历文件 (.ics)";
    CALENDAR_WORD = "Calendar" / "日历";
    CALENDAR_COPY = "Copy the calendar’s address, to subscribe to it" / "复制日历地址以便订阅";
    PHASES = "Phase" / "总体状态";
    TABLES = "Table" / "表";
    LEFT_OUT = "Left out, because they have no such column: {t}" / "因没有相应列而未显示：{t}";
    TIMELESS = "{n} rows match but have no time." / "有 {n} 行符合条件但没有时间。";
    NOTHING_HERE = "Nothing in this stretch of time" / "该时间范围内没有内容";
    ELSEWHERE = "{n} match before or after it." / "在此范围之前或之后有 {n} 项符合条件。";
    NO_TABLE = "No table of the timeline has all of these columns" / "时间轴中没有任何表包含全部这些列";
}
