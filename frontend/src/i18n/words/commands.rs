//! The words of the command palette and the help.

super::words! {
    PALETTE = "Command palette" / "命令面板";
    HELP = "Help" / "帮助";
    PALETTE_HINT = "Go to, open, switch…" / "跳转、打开、切换……";
    PALETTE_PAGE = "page" / "页面";
    PALETTE_VIEW = "view" / "视图";
    PALETTE_DO = "command" / "命令";
    PALETTE_RESOURCE = "resource" / "资源";
    PALETTE_OPEN = "Everything about {id}" / "关于 {id} 的一切";
    PALETTE_NOTHING = "Nothing of that name." / "没有匹配的项目。";
    PALETTE_TIMELINE = "Timeline" / "时间轴";
    HELP_KEYS = "Keys" / "快捷键";
    HELP_CONDITIONS = "Conditions in links and in the condition editor" / "链接和条件编辑器中的条件";
    HELP_TYPED = "Conditions in the search box, taken with Enter" / "搜索框中的条件，按 Enter 生效";
    HELP_TYPED_BESIDE = "conditions, and text beside them" / "条件与普通文本可并用";
    HELP_TYPED_SPACES = "a value with spaces" / "含空格的取值";
    HELP_TYPED_LINKS = "any condition of a link, with : for =" / "链接中的任何条件，用 : 代替 =";
    HELP_TYPED_LIST = "choose, take, complete, close the list" / "选择、采用、补全、关闭列表";
    KEY_ARROWS = "Move through the table" / "在表格中移动";
    KEY_PAGES = "A screen up or down" / "上下翻页";
    KEY_ENDS = "First or last column" / "第一列或最后一列";
    KEY_CORNERS = "First or last cell" / "第一个或最后一个单元格";
    KEY_ENTER = "Open the row; on a heading, sort" / "打开该行；在表头上则排序";
    KEY_BESIDE = "Open the row in another tab, as Ctrl-click does" / "在新标签页中打开该行，与按住 Ctrl 点击相同";
    KEY_GROUPS = "On a group: open it, close it; Enter shows its rows alone" / "在分组行上：展开、收起；Enter 只看其中各行";
    KEY_STEPS = "Next or previous row" / "下一行或上一行";
    KEY_ESCAPE = "Close what is open" / "关闭已打开的内容";
    KEY_SHIFT = "On a heading: sort by one more column" / "点击表头：增加一个排序列";
    KEY_TAB = "To the next part of the page" / "移到页面的下一部分";
    GRAMMAR_ORDER = "greater than, at least, less than, at most" / "大于、不小于、小于、不大于";
    GRAMMAR_TIME = "relative times; also dates and 7d for ahead" / "相对时间；也可用日期，7d 表示将来";
    GRAMMAR_OR = "one of several" / "多个取值之一";
    GRAMMAR_AND = "the same field twice: both hold" / "同一字段写两次：须同时满足";
    GRAMMAR_ESCAPE = "a comma inside a value" / "取值中的逗号";
}
