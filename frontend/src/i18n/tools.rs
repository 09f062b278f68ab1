//! Words that only the later part of the page shows. Of their own, so that they come with it; every other word is behind them.

use super::{Lang, Locale, Words, en, zh};
use std::ops::Deref;

/// The words of the later part, and by way of them all others.
#[derive(Debug)]
pub struct Tools {
    /// The words of the first part.
    words: &'static Words,
    /// “Columns”.
    pub columns: &'static str,
    /// “Default columns”.
    pub columns_reset: &'static str,
    /// “Move up”.
    pub move_up: &'static str,
    /// “Move down”.
    pub move_down: &'static str,
    /// “Apply”.
    pub apply: &'static str,
    /// “Cancel”.
    pub cancel: &'static str,
    /// “Column”.
    pub column: &'static str,
    /// “Comparison”.
    pub operator: &'static str,
    /// “Value”.
    pub value: &'static str,
    /// “Several values: one a line”.
    pub value_hint: &'static str,
    /// “From”.
    pub from: &'static str,
    /// “To”.
    pub to: &'static str,
    /// “-24h, now, 7d, 2026-11-22 or 2026-11-22T08:00Z”.
    pub time_hint: &'static str,
    /// “This comparison does not understand the value.”.
    pub bad_condition: &'static str,
    /// “Row details”.
    pub details: &'static str,
    /// “Previous row”.
    pub previous: &'static str,
    /// “Next row”.
    pub next: &'static str,
    /// “{n} of {m}”.
    pub position: &'static str,
    /// “not among the matching rows”.
    pub not_in_result: &'static str,
    /// “This row is not (or no longer) in the answer of the clouds.”.
    pub row_not_found: &'static str,
    /// “Looking for this row…”.
    pub row_waiting: &'static str,
    /// “Fields new to Signalbox”.
    pub other_fields: &'static str,
    /// “The cloud's own object”.
    pub raw: &'static str,
    /// “Vendor's API page”.
    pub vendor_page: &'static str,
    /// “Values in the data”.
    pub suggestions: &'static str,
    /// “Copy frozen link”.
    pub copy_frozen: &'static str,
    /// “Views”.
    pub views: &'static str,
    /// “{name} · edited”.
    pub view_edited: &'static str,
    /// “Team's views”.
    pub views_team: &'static str,
    /// “My views”.
    pub views_own: &'static str,
    /// “None yet.”
    pub views_none: &'static str,
    /// “The team's views could not be loaded.”
    pub views_lost: &'static str,
    /// “There is no saved view “{name}” here: all rows are shown. It may be kept in another person's browser.”
    pub view_missing: &'static str,
    /// “Name of a new view”.
    pub view_name: &'static str,
    /// “Save”.
    pub view_save: &'static str,
    /// “Save changes”.
    pub view_update: &'static str,
    /// “Reset to view”.
    pub view_reset: &'static str,
    /// “A view needs a name.”
    pub view_nameless: &'static str,
    /// “There is a view of this name already.”
    pub view_taken: &'static str,
    /// “This browser does not keep data of this page, so the view was not saved.”
    pub view_unkept: &'static str,
    /// “Rename”.
    pub rename: &'static str,
    /// “Delete”.
    pub delete: &'static str,
    /// “Really delete”.
    pub delete_sure: &'static str,
    /// “{n} of {m} found”.
    pub list_found: &'static str,
    /// “{n} of {m} found so far”.
    pub list_found_so_far: &'static str,
    /// “{n} not there”.
    pub list_missing: &'static str,
    /// “Search as text instead”.
    pub search_as_text: &'static str,
    /// “Export”.
    pub export: &'static str,
    /// “The rows, order and columns on screen. The addresses work in scripts too.”
    pub export_about: &'static str,
    /// “for spreadsheets”.
    pub export_csv: &'static str,
    /// “with link, times and gaps”.
    pub export_json: &'static str,
    /// “a row a line”.
    pub export_ndjson: &'static str,
    /// “the planned windows”.
    pub export_ics: &'static str,
    /// “Go to, open, switch…”
    pub palette_hint: &'static str,
    /// “page”.
    pub palette_page: &'static str,
    /// “view”.
    pub palette_view: &'static str,
    /// “command”.
    pub palette_do: &'static str,
    /// “resource”.
    pub palette_resource: &'static str,
    /// “Everything about {id}”.
    pub palette_open: &'static str,
    /// “Nothing of that name.”
    pub palette_nothing: &'static str,
    /// “Timeline”.
    pub palette_timeline: &'static str,
    /// “Keys”.
    pub help_keys: &'static str,
    /// “Conditions in links and in the condition editor”.
    pub help_conditions: &'static str,
    /// “Move through the table”.
    pub key_arrows: &'static str,
    /// “A screen up or down”.
    pub key_pages: &'static str,
    /// “First or last column”.
    pub key_ends: &'static str,
    /// “First or last cell”.
    pub key_corners: &'static str,
    /// “Open the row; on a heading, sort”.
    pub key_enter: &'static str,
    /// “Next or previous row”.
    pub key_steps: &'static str,
    /// “Close what is open”.
    pub key_escape: &'static str,
    /// “On a heading: sort by one more column”.
    pub key_shift: &'static str,
    /// “To the next part of the page”.
    pub key_tab: &'static str,
    /// “greater than, at least, less than, at most”.
    pub grammar_order: &'static str,
    /// “relative times; also dates and 7d for ahead”.
    pub grammar_time: &'static str,
    /// “one of several”.
    pub grammar_or: &'static str,
    /// “the same field twice: both hold”.
    pub grammar_and: &'static str,
    /// “a comma inside a value”.
    pub grammar_escape: &'static str,
    /// “Live: ask again every…”
    pub live: &'static str,
    /// “Live: off”.
    pub live_off: &'static str,
    /// “Live: {n} s”.
    pub live_seconds: &'static str,
    /// “Live: {n} min”.
    pub live_minutes: &'static str,
    /// “Pause live”.
    pub live_pause: &'static str,
    /// “Resume live”.
    pub live_resume: &'static str,
    /// “{n} new”.
    pub count_new: &'static str,
    /// “{n} changed”.
    pub count_changed: &'static str,
    /// “{n} gone”.
    pub count_gone: &'static str,
    /// “show”.
    pub show_changes: &'static str,
    /// “clear marks”.
    pub clear_marks: &'static str,
    /// “The cloud does not list this row any more. What is shown was its last state.”
    pub row_gone: &'static str,
    /// “Compare with”.
    pub since_when: &'static str,
    /// “A day ago”.
    pub since_day: &'static str,
    /// “A week ago”.
    pub since_week: &'static str,
    /// “Keep the present state”.
    pub since_keep: &'static str,
    /// “Gone since then”.
    pub since_gone: &'static str,
    /// “{n} sources could not be asked then: their rows count as new.”
    pub since_gaps_then: &'static str,
    /// “{n} sources cannot be asked now: their rows are not counted as gone.”
    pub since_gaps_now: &'static str,
    /// “This browser does not keep data of this page, so nothing can be compared with: all rows are shown.”
    pub since_unkept: &'static str,
    /// “This browser sees the table for the first time, so there is nothing to compare with yet: all rows are shown.”
    pub since_first: &'static str,
    /// “This browser has kept nothing that old of this table; the oldest is of {t}. All rows are shown.”
    pub since_too_young: &'static str,
}

impl Deref for Tools {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words
    }
}

impl Locale {
    /// The words for the later part; tracked.
    pub fn tools(self) -> &'static Tools {
        match self.lang() {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }

    /// A word that follows the language; see [`Locale::word`].
    pub fn tool(
        self,
        word: fn(&'static Tools) -> &'static str,
    ) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || word(self.tools())
    }
}

static EN: Tools = Tools {
    words: &en::WORDS,
    columns: "Columns",
    columns_reset: "Default columns",
    move_up: "Move up",
    move_down: "Move down",
    apply: "Apply",
    cancel: "Cancel",
    column: "Column",
    operator: "Comparison",
    value: "Value",
    value_hint: "Several values: one a line",
    from: "From",
    to: "To",
    time_hint: "-24h, now, 7d, 2026-11-22 or 2026-11-22T08:00Z",
    bad_condition: "This comparison does not understand the value.",
    details: "Row details",
    previous: "Previous row",
    next: "Next row",
    position: "{n} of {m}",
    not_in_result: "not among the matching rows",
    row_not_found: "This row is not (or no longer) in the answer of the clouds.",
    row_waiting: "Looking for this row…",
    other_fields: "Fields new to Signalbox",
    raw: "The cloud's own object",
    vendor_page: "Vendor's API page",
    suggestions: "Values in the data",
    copy_frozen: "Copy frozen link",
    views: "Views",
    view_edited: "{name} · edited",
    views_team: "Team's views",
    views_own: "My views",
    views_none: "None yet.",
    views_lost: "The team's views could not be loaded.",
    view_missing: "There is no saved view “{name}” here: all rows are shown. It may be kept in another person's browser.",
    view_name: "Name of a new view",
    view_save: "Save",
    view_update: "Save changes",
    view_reset: "Reset to view",
    view_nameless: "A view needs a name.",
    view_taken: "There is a view of this name already.",
    view_unkept: "This browser does not keep data of this page, so the view was not saved.",
    rename: "Rename",
    delete: "Delete",
    delete_sure: "Really delete",
    list_found: "{n} of {m} found",
    list_found_so_far: "{n} of {m} found so far",
    list_missing: "{n} not there",
    search_as_text: "Search as text instead",
    export: "Export",
    export_about: "The rows, order and columns on screen. The addresses work in scripts too.",
    export_csv: "for spreadsheets",
    export_json: "with link, times and gaps",
    export_ndjson: "a row a line",
    export_ics: "the planned windows",
    palette_hint: "Go to, open, switch…",
    palette_page: "page",
    palette_view: "view",
    palette_do: "command",
    palette_resource: "resource",
    palette_open: "Everything about {id}",
    palette_nothing: "Nothing of that name.",
    palette_timeline: "Timeline",
    help_keys: "Keys",
    help_conditions: "Conditions in links and in the condition editor",
    key_arrows: "Move through the table",
    key_pages: "A screen up or down",
    key_ends: "First or last column",
    key_corners: "First or last cell",
    key_enter: "Open the row; on a heading, sort",
    key_steps: "Next or previous row",
    key_escape: "Close what is open",
    key_shift: "On a heading: sort by one more column",
    key_tab: "To the next part of the page",
    grammar_order: "greater than, at least, less than, at most",
    grammar_time: "relative times; also dates and 7d for ahead",
    grammar_or: "one of several",
    grammar_and: "the same field twice: both hold",
    grammar_escape: "a comma inside a value",
    live: "Live: ask again every…",
    live_off: "Live: off",
    live_seconds: "Live: {n} s",
    live_minutes: "Live: {n} min",
    live_pause: "Pause live",
    live_resume: "Resume live",
    count_new: "{n} new",
    count_changed: "{n} changed",
    count_gone: "{n} gone",
    show_changes: "show",
    clear_marks: "clear marks",
    row_gone: "The cloud does not list this row any more. What is shown was its last state.",
    since_when: "Compare with",
    since_day: "A day ago",
    since_week: "A week ago",
    since_keep: "Keep the present state",
    since_gone: "Gone since then",
    since_gaps_then: "Sources that could not be asked then: {n}. Their rows count as new.",
    since_gaps_now: "Sources that cannot be asked now: {n}. Their rows are not counted as gone.",
    since_unkept: "This browser does not keep data of this page, so nothing can be compared with: all rows are shown.",
    since_first: "This browser sees the table for the first time, so there is nothing to compare with yet: all rows are shown.",
    since_too_young: "This browser has kept nothing that old of this table; the oldest is of {t}. All rows are shown.",
};

static ZH: Tools = Tools {
    words: &zh::WORDS,
    columns: "列",
    columns_reset: "恢复默认列",
    move_up: "上移",
    move_down: "下移",
    apply: "应用",
    cancel: "取消",
    column: "列",
    operator: "比较方式",
    value: "取值",
    value_hint: "多个取值：每行一个",
    from: "从",
    to: "到",
    time_hint: "-24h、now、7d、2026-11-22 或 2026-11-22T08:00Z",
    bad_condition: "该比较方式无法理解此取值。",
    details: "行详情",
    previous: "上一行",
    next: "下一行",
    position: "第 {n} 行，共 {m} 行",
    not_in_result: "不在匹配的行中",
    row_not_found: "云端返回中没有（或不再有）这一行。",
    row_waiting: "正在查找这一行……",
    other_fields: "Signalbox 尚不认识的字段",
    raw: "云端原始数据",
    vendor_page: "厂商 API 文档",
    suggestions: "数据中的取值",
    copy_frozen: "复制固定链接",
    views: "视图",
    view_edited: "{name} · 已修改",
    views_team: "团队视图",
    views_own: "我的视图",
    views_none: "暂无。",
    views_lost: "团队视图未能加载。",
    view_missing: "这里没有名为“{name}”的视图，因此显示全部行。它可能保存在他人的浏览器中。",
    view_name: "新视图的名称",
    view_save: "保存",
    view_update: "保存修改",
    view_reset: "恢复为视图",
    view_nameless: "请为视图命名。",
    view_taken: "已有同名视图。",
    view_unkept: "浏览器不保存此页面的数据，视图未能保存。",
    rename: "重命名",
    delete: "删除",
    delete_sure: "确认删除",
    list_found: "{m} 个中找到 {n} 个",
    list_found_so_far: "{m} 个中目前找到 {n} 个",
    list_missing: "{n} 个不存在",
    search_as_text: "改为按文本搜索",
    export: "导出",
    export_about: "导出屏幕上的行、排序与列。这些地址也可用于脚本。",
    export_csv: "用于电子表格",
    export_json: "含链接、数据时间与缺口",
    export_ndjson: "每行一条",
    export_ics: "计划时间窗口",
    palette_hint: "跳转、打开、切换……",
    palette_page: "页面",
    palette_view: "视图",
    palette_do: "命令",
    palette_resource: "资源",
    palette_open: "关于 {id} 的一切",
    palette_nothing: "没有匹配的项目。",
    palette_timeline: "时间线",
    help_keys: "快捷键",
    help_conditions: "链接和条件编辑器中的条件",
    key_arrows: "在表格中移动",
    key_pages: "上下翻页",
    key_ends: "第一列或最后一列",
    key_corners: "第一个或最后一个单元格",
    key_enter: "打开该行；在表头上则排序",
    key_steps: "下一行或上一行",
    key_escape: "关闭已打开的内容",
    key_shift: "点击表头：增加一个排序列",
    key_tab: "移到页面的下一部分",
    grammar_order: "大于、不小于、小于、不大于",
    grammar_time: "相对时间；也可用日期，7d 表示将来",
    grammar_or: "多个取值之一",
    grammar_and: "同一字段写两次：须同时满足",
    grammar_escape: "取值中的逗号",
    live: "实时：定时刷新",
    live_off: "实时：关",
    live_seconds: "实时：{n} 秒",
    live_minutes: "实时：{n} 分钟",
    live_pause: "暂停实时",
    live_resume: "恢复实时",
    count_new: "新增 {n}",
    count_changed: "变更 {n}",
    count_gone: "消失 {n}",
    show_changes: "显示",
    clear_marks: "清除标记",
    row_gone: "云端已不再列出这一行，显示的是其最后状态。",
    since_when: "对比时间",
    since_day: "一天前",
    since_week: "一周前",
    since_keep: "保存当前状态",
    since_gone: "此后消失",
    since_gaps_then: "当时未能应答的来源：{n} 个，其行计为新增。",
    since_gaps_now: "目前未能应答的来源：{n} 个，其行不计为消失。",
    since_unkept: "浏览器不保存此页面的数据，无法对比，因此显示全部行。",
    since_first: "此浏览器首次查看该表，尚无可对比的数据，因此显示全部行。",
    since_too_young: "此浏览器没有保存那么早的数据，最早的是 {t}，因此显示全部行。",
};
