//! The words of the overview.

super::words! {
    OVERVIEW_TABLE = "What there is to know, table by table and account by account" / "按表和账号汇总的现状";
    QUESTION_NOW = "Needs someone" / "需处理";
    QUESTION_NOW_HINT = "Waits for a person, or has failed" / "等待人工处理，或已失败";
    QUESTION_RUNNING = "Running" / "执行中";
    QUESTION_RUNNING_HINT = "Has begun and has not ended" / "已开始，尚未结束";
    QUESTION_DAY = "Next 24 hours" / "未来 24 小时";
    QUESTION_DAY_HINT = "Planned to begin within 24 hours, or queued" / "计划在 24 小时内开始，或排队中";
    QUESTION_WEEK = "Next 7 days" / "未来 7 天";
    QUESTION_WEEK_HINT = "Planned to begin within 7 days, or queued" / "计划在 7 天内开始，或排队中";
    QUESTION_FAILED = "Failed in 24 hours" / "近 24 小时失败";
    QUESTION_FAILED_HINT = "Ended badly within the last 24 hours" / "在过去 24 小时内结束，结果为失败";
    HEADING_PLACE = "Table and account" / "表 / 账号";
    HEADING_AS_OF = "As of" / "数据时间";
    HEADING_SOURCES = "Sources" / "数据源";
    NOT_ASKED = "This table does not tell" / "此表不提供该信息";
}
