//! The words of a table: columns, rows, an open row, export.

super::words! {
    CELL_ACTIONS = "What to do with this value" / "对此取值的操作";
    ROWS_OF = "of {n} rows" / "/ {n}\u{a0}行";
    ROWS_OF_CUT = "of at least {n} rows" / "/ 至少 {n}\u{a0}行";
    SORT_HINT = "Click sorts, Shift-click adds" / "点击排序，按住 Shift 点击可多列排序";
    SORTED_ASC = "sorted ascending" / "升序";
    SORTED_DESC = "sorted descending" / "降序";
    SORT_KEY = "sort key {n}" / "第 {n} 排序键";
    COLUMNS = "Columns" / "列";
    COLUMNS_RESET = "Default columns" / "恢复默认列";
    MOVE_UP = "Move up" / "上移";
    MOVE_DOWN = "Move down" / "下移";
    DETAILS = "Row details" / "行详情";
    PREVIOUS = "Previous row" / "上一行";
    NEXT = "Next row" / "下一行";
    POSITION = "{n} of {m}" / "第 {n} 行，共 {m} 行";
    NOT_IN_RESULT = "not among the matching rows" / "不在匹配的行中";
    ROW_NOT_FOUND = "This row is not (or no longer) in the answer of the clouds." / "云端返回中没有（或不再有）这一行。";
    ROW_WAITING = "Looking for this row…" / "正在查找这一行……";
    OTHER_FIELDS = "Fields new to Signalbox" / "Signalbox 尚不认识的字段";
    RAW = "The cloud's own object" / "云端原始数据";
    VENDOR_PAGE = "Vendor's API page" / "厂商 API 文档";
    EXPORT = "Export" / "导出";
    EXPORT_ABOUT = "The rows, order and columns on screen. The addresses work in scripts too." / "导出屏幕上的行、排序与列。这些地址也可用于脚本。";
    EXPORT_LANG = "lang=en" / "lang=zh";
    EXPORT_XLSX = "with words, dates, and a sheet of what is missing" / "含中文列名、日期，并附数据覆盖情况";
    EXPORT_MISSING_ONE = "{n} of {m} sources is missing." / "{m} 个数据源中缺少 {n} 个。";
    EXPORT_MISSING_MANY = "{n} of {m} sources are missing." / "{m} 个数据源中缺少 {n} 个。";
    EXPORT_CUT_ONE = "{n} of {m} sources is cut by its cloud." / "{m} 个数据源中有 {n} 个被云端截断。";
    EXPORT_CUT_MANY = "{n} of {m} sources are cut by their clouds." / "{m} 个数据源中有 {n} 个被云端截断。";
    EXPORT_INCOMPLETE = "The file's name will say so." / "文件名会标明不完整。";
    EXPORT_CSV = "plain values, for spreadsheets and scripts" / "原始值，用于电子表格与脚本";
    EXPORT_JSON = "with link, times and gaps" / "含链接、数据时间与缺口";
    EXPORT_NDJSON = "a row a line" / "每行一条";
    EXPORT_ICS = "the planned windows" / "计划时间窗口";
    PAPER_ALL = "No conditions: all rows" / "没有条件：全部行";
    PAPER_SEARCH = "Search: {t}" / "搜索：{t}";
    PAPER_STRUCK = "Not understood, so not applied: {t}" / "无法识别，未生效：{t}";
    PAPER_REST = "and {n} more rows" / "以及另外 {n} 行";
    PAPER_PRINTED = "Printed {t}" / "打印于 {t}";
}
