//! Words in the page's languages, and the values that vendors document.

use crate::phase::{Cells, Phase};
use serde::Serialize;

/// A word or phrase in the page's languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

/// A value that the vendor documents for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value as the cloud sends it.
    pub value: &'static str,
    /// What people read.
    pub label: Label,
    /// What it means, for columns with [`Format::Status`](crate::Format::Status).
    pub phase: Phase,
}

/// A documented value with a phase.
pub const fn value(value: &'static str, en: &'static str, zh: &'static str, phase: Phase) -> Value {
    Value {
        value,
        label: Label { en, zh },
        phase,
    }
}

/// A documented value of a column that is no status.
pub const fn word(value: &'static str, en: &'static str, zh: &'static str) -> Value {
    Value {
        value,
        label: Label { en, zh },
        phase: Phase::Unknown,
    }
}

impl Phase {
    /// All phases with their words, in the order in which a person on duty wants them.
    pub const VALUES: &'static [Value] = &[
        value("failed", "Failed", "失败", Self::Failed),
        value("action", "Needs action", "待处理", Self::Action),
        value("running", "Running", "执行中", Self::Running),
        value("scheduled", "Scheduled", "已计划", Self::Scheduled),
        value("succeeded", "Succeeded", "成功", Self::Succeeded),
        value("canceled", "Canceled", "已取消", Self::Canceled),
        value("unknown", "Unknown", "未知", Self::Unknown),
    ];
}

/// The phase that the documented values give to the `state` column; [`Phase::Unknown`] for any other word, `None` where there is no word.
pub fn of_state(row: &dyn Cells, values: &[Value]) -> Option<Phase> {
    let state = row.word("state")?;
    let known = values.iter().find(|known| known.value.eq_ignore_ascii_case(state));
    Some(known.map_or(Phase::Unknown, |known| known.phase))
}
