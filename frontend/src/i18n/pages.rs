//! The words of the overview, the timeline and the resource page, in both languages. Apart from the others, because these pages are.

use super::Lang;

/// All words of these pages in a language.
#[derive(Debug)]
pub struct PageWords {
    /// Overview: what its rows are.
    pub matrix: &'static str,
    /// Question: what needs someone now.
    pub now: &'static str,
    /// What counts as that.
    pub now_hint: &'static str,
    /// Question: what runs.
    pub running: &'static str,
    /// What counts as that.
    pub running_hint: &'static str,
    /// Question: what is planned for a day.
    pub day: &'static str,
    /// What counts as that.
    pub day_hint: &'static str,
    /// Question: what is planned for a week.
    pub week: &'static str,
    /// What counts as that.
    pub week_hint: &'static str,
    /// Question: what failed in a day.
    pub failed: &'static str,
    /// What counts as that.
    pub failed_hint: &'static str,
    /// Heading over tables and accounts.
    pub source: &'static str,
    /// Heading over the age of answers.
    pub as_of: &'static str,
    /// Heading over how many sources answered.
    pub answered: &'static str,
    /// Where a table cannot answer a question.
    pub not_asked: &'static str,
    /// Behind a count that may be too small.
    pub more_unknown: &'static str,
    /// The age of the oldest answer.
    pub oldest: &'static str,
    /// The age of what has just come.
    pub just_now: &'static str,
    /// What it means that nothing came while some could not be asked.
    pub gap_body: &'static str,
    /// The end of what goes on.
    pub until_now: &'static str,
    /// The line of now.
    pub now_line: &'static str,
    /// The chart’s name.
    pub chart: &'static str,
    /// What its keys do.
    pub chart_hint: &'static str,
    /// A count in place of bars.
    pub bubble: &'static str,
    /// Shows more lanes of a band.
    pub unfold: &'static str,
    /// Shows fewer.
    pub fold: &'static str,
    /// Bands that were left out.
    pub more_bands: &'static str,
    /// Name of the page.
    pub timeline: &'static str,
    /// Behind the count of bars in sight.
    pub in_sight: &'static str,
    /// What makes a band.
    pub grouping: &'static str,
    /// A grouping.
    pub by_account: &'static str,
    /// A grouping.
    pub by_resource: &'static str,
    /// A grouping.
    pub by_table: &'static str,
    /// The stretch of time in sight.
    pub stretch: &'static str,
    /// The usual one.
    pub usual: &'static str,
    /// A stretch.
    pub next_day: &'static str,
    /// A stretch.
    pub next_week: &'static str,
    /// A stretch.
    pub last_day: &'static str,
    /// A stretch.
    pub last_week: &'static str,
    /// A stretch.
    pub last_month: &'static str,
    /// A button.
    pub zoom_in: &'static str,
    /// A button.
    pub zoom_out: &'static str,
    /// A button.
    pub reset: &'static str,
    /// A link to the planned windows as a calendar file.
    pub calendar: &'static str,
    /// The same in a word.
    pub calendar_word: &'static str,
    /// A button.
    pub subscribe: &'static str,
    /// The choice of phases.
    pub phases: &'static str,
    /// The choice of tables.
    pub tables: &'static str,
    /// Tables that do not know a condition.
    pub left_out: &'static str,
    /// Rows without a beginning.
    pub timeless: &'static str,
    /// Nothing in the stretch of time.
    pub nothing_here: &'static str,
    /// How much there is elsewhere.
    pub elsewhere: &'static str,
    /// No table knows all conditions.
    pub no_table: &'static str,
    /// What the page is about, before it is known.
    pub resource: &'static str,
    /// Other names.
    pub names: &'static str,
    /// Other ids.
    pub aliases: &'static str,
    /// Where it is.
    pub homes: &'static str,
    /// Links to the clouds.
    pub outside: &'static str,
    /// Related things that are not listed.
    pub more_things: &'static str,
    /// A link to rows about the related things.
    pub of_these: &'static str,
    /// A link to all rows in their table.
    pub all_rows: &'static str,
    /// Tables that say nothing.
    pub nothing_in: &'static str,
    /// While nothing has been found yet.
    pub looking: &'static str,
    /// Nothing was found.
    pub unknown_thing: &'static str,
    /// What that means.
    pub unknown_thing_body: &'static str,
    /// A link to everything known about a thing.
    pub everything: &'static str,
}

impl Lang {
    /// The words of the overview, the timeline and the resource page.
    pub const fn pages(self) -> &'static PageWords {
        match self {
            Self::En => &EN,
            Self::Zh => &ZH,
        }
    }
}

const EN: PageWords = PageWords {
    matrix: "What there is to know, table by table and account by account",
    now: "Needs someone",
    now_hint: "Waits for a person, or is in a failed state until someone acts",
    running: "Running",
    running_hint: "Has begun and has not ended",
    day: "Next 24 hours",
    day_hint: "Planned to begin within 24 hours, or queued",
    week: "Next 7 days",
    week_hint: "Planned to begin within 7 days, or queued",
    failed: "Failed in 24 hours",
    failed_hint: "Ended badly within the last 24 hours",
    source: "Table and account",
    as_of: "As of",
    answered: "Sources",
    not_asked: "This table does not tell",
    more_unknown: "{n} sources could not be asked: there may be more",
    oldest: "oldest answer {t}",
    just_now: "just now",
    gap_body: "{n} sources could not be asked, so nobody knows whether rows are missing. The lower edge of the page names them.",
    until_now: "now",
    now_line: "now",
    chart: "What happens when",
    chart_hint: "Drag over the axis to zoom. Arrows left and right move in time, + and − zoom, 0 shows the usual stretch, j and k walk from bar to bar.",
    bubble: "{n} more: look closer",
    unfold: "Show all",
    fold: "Show fewer",
    more_bands: "{n} more are not shown. Narrow the conditions to see them.",
    timeline: "Timeline",
    in_sight: "in sight, of {n}",
    grouping: "Group by",
    by_account: "By account",
    by_resource: "By resource",
    by_table: "By table",
    stretch: "Stretch of time",
    usual: "Day before to week ahead",
    next_day: "Next 24 hours",
    next_week: "Next 7 days",
    last_day: "Last 24 hours",
    last_week: "Last 7 days",
    last_month: "Last 30 days",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    reset: "Show the usual stretch",
    calendar: "Planned windows as a calendar file (.ics)",
    calendar_word: "Calendar",
    subscribe: "Copy the calendar’s address, to subscribe to it",
    phases: "Phase",
    tables: "Table",
    left_out: "Left out, because they have no such column: {t}",
    timeless: "{n} rows match but have no time.",
    nothing_here: "Nothing in this stretch of time",
    elsewhere: "{n} match before or after it.",
    no_table: "No table of the timeline has all of these columns",
    resource: "Resource",
    names: "Names",
    aliases: "Other ids",
    homes: "Account",
    outside: "In the cloud",
    more_things: "and {n} more",
    of_these: "{t} of these",
    all_rows: "Open in the table ({n})",
    nothing_in: "Nothing in: {t}",
    looking: "Looking for it in all tables…",
    unknown_thing: "No table knows this id",
    unknown_thing_body: "Every source answered. The id may be cut or mistyped, or what it names is gone.",
    everything: "Everything about it",
};

const ZH: PageWords = PageWords {
    matrix: "各表、各账号的现状一览",
    now: "需要处理",
    now_hint: "等待人工处理，或处于失败状态直到有人处理",
    running: "正在执行",
    running_hint: "已开始且尚未结束",
    day: "未来 24 小时",
    day_hint: "计划在 24 小时内开始，或正在排队",
    week: "未来 7 天",
    week_hint: "计划在 7 天内开始，或正在排队",
    failed: "24 小时内失败",
    failed_hint: "在过去 24 小时内以失败告终",
    source: "表与账号",
    as_of: "数据时间",
    answered: "来源",
    not_asked: "此表不提供该信息",
    more_unknown: "有 {n} 个来源未能查询，实际可能更多",
    oldest: "最早的数据：{t}",
    just_now: "刚刚",
    gap_body: "有 {n} 个来源未能查询，因此无法确定是否缺少数据。详见页面底部。",
    until_now: "现在",
    now_line: "现在",
    chart: "时间轴",
    chart_hint: "在时间轴上拖动可放大。左右方向键平移，+ 和 − 缩放，0 恢复默认范围，j 和 k 逐条浏览。",
    bubble: "另有 {n} 项：放大查看",
    unfold: "全部显示",
    fold: "收起",
    more_bands: "另有 {n} 组未显示，请缩小条件范围。",
    timeline: "时间轴",
    in_sight: "项可见，共 {n} 项",
    grouping: "分组",
    by_account: "按账号",
    by_resource: "按资源",
    by_table: "按表",
    stretch: "时间范围",
    usual: "前 1 天至后 7 天",
    next_day: "未来 24 小时",
    next_week: "未来 7 天",
    last_day: "过去 24 小时",
    last_week: "过去 7 天",
    last_month: "过去 30 天",
    zoom_in: "放大",
    zoom_out: "缩小",
    reset: "恢复默认范围",
    calendar: "下载计划窗口日历文件 (.ics)",
    calendar_word: "日历",
    subscribe: "复制日历地址以便订阅",
    phases: "阶段",
    tables: "表",
    left_out: "因没有相应列而未显示：{t}",
    timeless: "有 {n} 行符合条件但没有时间。",
    nothing_here: "该时间范围内没有内容",
    elsewhere: "在此范围之前或之后有 {n} 项符合条件。",
    no_table: "时间轴中没有任何表包含全部这些列",
    resource: "资源",
    names: "名称",
    aliases: "其他 ID",
    homes: "账号",
    outside: "云控制台",
    more_things: "及另外 {n} 个",
    of_these: "这些对象的{t}",
    all_rows: "在表中打开（{n}）",
    nothing_in: "以下各表无相关内容：{t}",
    looking: "正在所有表中查找…",
    unknown_thing: "没有任何表包含此 ID",
    unknown_thing_body: "所有来源均已返回。ID 可能被截断或输入有误，也可能该对象已不存在。",
    everything: "查看全部相关信息",
};
