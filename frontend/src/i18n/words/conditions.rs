//! The words of searching and filtering: conditions, facets, pasted lists.

super::words! {
    SEARCH = "Search all columns" / "搜索所有列";
    SEARCH_HINT = "Press / to search" / "按 / 键搜索";
    FILTERS = "Filters" / "筛选";
    ADD_CONDITION = "Condition" / "添加条件";
    CONDITIONS = "Conditions" / "筛选条件";
    NO_CONDITIONS = "No conditions: all rows. Click a cell, tick a value, or search." / "没有条件：显示全部行。点击单元格、勾选取值或直接搜索。";
    CLEAR_CONDITIONS = "Clear all" / "全部清除";
    REMOVE = "Remove" / "移除";
    OP_EQ = "is" / "等于";
    OP_NOT = "is not" / "不等于";
    OP_HAS = "contains" / "包含";
    OP_NOTHAS = "does not contain" / "不包含";
    OP_PRE = "begins with" / "开头是";
    OP_NOTPRE = "does not begin with" / "开头不是";
    OP_GT = "greater than" / "大于";
    OP_GE = "at least" / "不小于";
    OP_LT = "less than" / "小于";
    OP_LE = "at most" / "不大于";
    OP_RANGE = "between" / "介于";
    OP_EMPTY = "is empty" / "为空";
    OP_SET = "has a value" / "有值";
    ONLY_THIS = "Only this" / "只看此值";
    EXCLUDE = "Exclude" / "排除";
    EMPTY_VALUE = "(empty)" / "（空）";
    MORE_VALUES = "Show {n} more" / "展开其余 {n} 项";
    FEWER_VALUES = "Show fewer" / "收起";
    NOT_UNDERSTOOD_ONE = "One condition was not understood and is not applied: the result may be wider than the sender's." / "有 1 个条件无法识别，未生效：结果可能比分享者看到的更多。";
    NOT_UNDERSTOOD_MANY = "{n} conditions were not understood and are not applied: the result may be wider than the sender's." / "有 {n} 个条件无法识别，未生效：结果可能比分享者看到的更多。";
    LIST_WAITING = "Looking for the pasted values…" / "正在查找粘贴的取值……";
    APPLY = "Apply" / "应用";
    CANCEL = "Cancel" / "取消";
    COLUMN = "Column" / "列";
    OPERATOR = "Comparison" / "比较方式";
    VALUE = "Value" / "取值";
    VALUE_HINT = "Several values: one a line" / "多个取值：每行一个";
    FROM = "From" / "从";
    TO = "To" / "到";
    TIME_HINT = "-24h, now, 7d, 2026-11-22 or 2026-11-22T08:00Z" / "-24h、now、7d、2026-11-22 或 2026-11-22T08:00Z";
    BAD_CONDITION = "This comparison does not understand the value." / "该比较方式无法理解此取值。";
    SUGGESTIONS = "Values in the data" / "数据中的取值";
    LIST_FOUND = "{n} of {m} found" / "{m} 个中找到 {n} 个";
    LIST_FOUND_SO_FAR = "{n} of {m} found so far" / "{m} 个中目前找到 {n} 个";
    LIST_MISSING = "{n} not there" / "{n} 个不存在";
    SEARCH_AS_TEXT = "Search as text instead" / "改为按文本搜索";
}
