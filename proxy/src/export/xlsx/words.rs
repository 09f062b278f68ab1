//! The words of a workbook, and conditions as sentences.

use crate::export::coverage::Completeness;
use crate::export::lang::Lang;
use crate::export::zone::Zone;
use catalog::{Column, Kind, Label};
use table::View;
use table::view::{Condition, Order, Test, Unit, Value, When};

const fn word(en: &'static str, zh: &'static str) -> Label {
    Label { en, zh }
}

const YES: Label = word("Yes", "是");
const NO: Label = word("No", "否");
pub const TABLE: Label = word("Table", "表");
pub const LINK: Label = word("Link", "链接");
pub const AS_OF: Label = word("As of", "数据时间");
pub const EXPORTED: Label = word("Exported", "导出时间");
pub const ZONE: Label = word("Times and dates in", "时区");
pub const ROWS: Label = word("Rows", "行数");
pub const GROUPS: Label = word("Groups", "分组数");
pub const AT_LEAST: Label = word("At least", "至少为（部分数值未知）");
pub const COMPLETE: Label = word("Complete", "是否完整");
pub const CONDITIONS: Label = word("Conditions", "筛选条件");
pub const NO_CONDITIONS: Label = word("None: all rows", "无：全部行");
pub const NOT_UNDERSTOOD: Label = word("Not understood, without effect", "无法识别，未生效");
pub const SEARCH: Label = word("All columns contain", "所有列中包含");
pub const MORE_SHEETS: Label = word("More rows on sheet", "更多行见工作表");
pub const TOO_LONG: Label = word("Texts cut at what a cell holds", "超出单元格长度而被截断的文本数");
pub const EVERYTHING: Label = word("Yes: every source answered to its end", "是：所有数据源均已完整返回");
pub const GAPS: Label = word(
    "No: {n} of {m} sources are missing or cut",
    "否：{m} 个数据源中有 {n} 个缺失或被截断",
);
pub const CUT: Label = word("No: texts are cut", "否：有文本被截断");
pub const UNREADABLE: Label = word("Rows with unreadable values", "含无法读取的值的行数");
pub const CAPPED_AT: Label = word("Cut at", "截断于");
pub const STATE: Label = word("State", "状态");
pub const SOURCE: Label = word("Source", "数据源");
pub const CODE: Label = word("Error", "错误码");
pub const MESSAGE: Label = word("What the cloud says", "云端的说明");
pub const ADVICE: Label = word("What to do", "处理建议");
pub const REQUEST: Label = word("Request id", "请求 ID");

const EMPTY: Label = word("(empty)", "（空）");
const NOW: Label = word("now", "现在");

/// What people read where a column has this text: the word for a documented value, else the text.
pub fn label<'t>(column: &Column, text: &'t str, lang: Lang) -> &'t str {
    match (column.known(text), column.kind, text) {
        (Some(known), ..) => lang.pick(&known.label),
        (None, Kind::Bool, "true") => lang.pick(&YES),
        (None, Kind::Bool, "false") => lang.pick(&NO),
        _ => text,
    }
}

/// How complete a target is.
pub const fn state(state: Completeness) -> Label {
    match state {
        Completeness::Ok => word("Complete", "完整"),
        Completeness::Capped => word("Cut by the cloud: there may be more", "被云端截断：可能还有更多"),
        Completeness::Failed => word("Failed: rows are missing", "失败：缺少数据"),
    }
}

/// The understood conditions of a view, a sentence each.
pub fn conditions(view: &View, lang: Lang, zone: &Zone) -> Vec<String> {
    let sentence = |condition: &Condition| {
        let column = view.table.columns().nth(condition.column)?;
        let test = condition.test.as_ref()?;
        Some(Sentence { column, lang, zone }.of(test))
    };
    view.conditions.iter().filter_map(sentence).collect()
}

/// How a condition on a column is said.
struct Sentence<'a> {
    column: &'static Column,
    lang: Lang,
    zone: &'a Zone,
}

impl Sentence<'_> {
    fn of(&self, test: &Test) -> String {
        let timely = self.column.kind == Kind::Time;
        let operator = match test {
            Test::Equal { not: false, .. } => word("is", "等于"),
            Test::Equal { not: true, .. } => word("is not", "不等于"),
            Test::Text {
                prefix: false,
                not: false,
                ..
            } => word("contains", "包含"),
            Test::Text {
                prefix: false,
                not: true,
                ..
            } => word("does not contain", "不包含"),
            Test::Text {
                prefix: true,
                not: false,
                ..
            } => word("begins with", "开头是"),
            Test::Text {
                prefix: true,
                not: true,
                ..
            } => word("does not begin with", "开头不是"),
            Test::Compare { order, .. } => compared(*order, timely),
            Test::Range {
                from: Some(_),
                to: Some(_),
            } => word("between", "介于"),
            Test::Range {
                from: Some(_),
                to: None,
            } => compared(Order::AtLeast, timely),
            // The end of a range of time is not in it, that of numbers is.
            Test::Range { .. } => compared(if timely { Order::Less } else { Order::AtMost }, timely),
            Test::Empty => word("is empty", "为空"),
            Test::Set => word("has a value", "有值"),
        };
        let values: Vec<String> = match test {
            Test::Equal { values, .. } | Test::Compare { bounds: values, .. } => {
                values.iter().map(|value| self.value(value)).collect()
            }
            Test::Text { words, .. } => words.clone(),
            Test::Range { from, to } => from.iter().chain(to).map(|value| self.value(value)).collect(),
            Test::Empty | Test::Set => Vec::new(),
        };
        let between = match (test, self.lang) {
            (Test::Range { .. }, Lang::En) => " and ",
            (Test::Range { .. }, Lang::Zh) => " 与 ",
            (_, Lang::En) => " or ",
            (_, Lang::Zh) => " 或 ",
        };
        let name = self.lang.pick(&self.column.label);
        let operator = self.lang.pick(&operator);
        format!("{name} {operator} {}", values.join(between))
            .trim_end()
            .to_owned()
    }

    fn value(&self, value: &Value) -> String {
        match value {
            _ if value.is_empty() => self.lang.pick(&EMPTY).to_owned(),
            Value::Time(when) => self.when(*when, &value.text()),
            _ => label(self.column, &value.text(), self.lang).to_owned(),
        }
    }

    fn when(&self, when: When, text: &str) -> String {
        match when {
            When::Now => self.lang.pick(&NOW).to_owned(),
            When::Relative { ago, count, unit } => relative(ago, count, unit, self.lang),
            When::Date(_) => text.to_owned(),
            When::At(instant) => self.zone.text(instant),
        }
    }
}

const fn compared(order: Order, timely: bool) -> Label {
    match (order, timely) {
        (Order::Greater, false) => word("greater than", "大于"),
        (Order::AtLeast, false) => word("at least", "不小于"),
        (Order::Less, false) => word("less than", "小于"),
        (Order::AtMost, false) => word("at most", "不大于"),
        (Order::Greater, true) => word("after", "晚于"),
        (Order::AtLeast, true) => word("at or after", "不早于"),
        (Order::Less, true) => word("before", "早于"),
        (Order::AtMost, true) => word("at or before", "不晚于"),
    }
}

/// A time relative to the export: `24 hours before`.
fn relative(ago: bool, count: u32, unit: Unit, lang: Lang) -> String {
    let (one, zh) = match unit {
        Unit::Minute => ("minute", "分钟"),
        Unit::Hour => ("hour", "小时"),
        Unit::Day => ("day", "天"),
        Unit::Week => ("week", "周"),
    };
    let many = if count == 1 { "" } else { "s" };
    match (lang, ago) {
        (Lang::En, true) => format!("{count} {one}{many} before the export"),
        (Lang::En, false) => format!("{count} {one}{many} after the export"),
        (Lang::Zh, true) => format!("导出前 {count} {zh}"),
        (Lang::Zh, false) => format!("导出后 {count} {zh}"),
    }
}
