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
};
