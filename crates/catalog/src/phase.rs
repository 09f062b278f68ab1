//! The one word that every row of every cloud has: what it means for the person on duty.

use crate::column::{Value, value};
use serde::Serialize;

/// What a row means, whatever its cloud calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Planned, not begun.
    Scheduled,
    /// Under way.
    Running,
    /// Someone must act.
    Action,
    /// Ended badly.
    Failed,
    /// Ended well.
    Succeeded,
    /// Called off.
    Canceled,
    /// The cloud's word is not in the catalogue, or there is none.
    Unknown,
}

impl Phase {
    /// The value in URLs and rows.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Action => "action",
            Self::Failed => "failed",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
            Self::Unknown => "unknown",
        }
    }

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

/// A decoded row, as a phase rule sees it. Missing and empty values are `None`.
pub trait Cells {
    /// The value of a text column.
    fn text(&self, column: &str) -> Option<&str>;
    /// The value of a number column.
    fn number(&self, column: &str) -> Option<f64>;
    /// The value of a yes/no column.
    fn flag(&self, column: &str) -> Option<bool>;
}

/// The phase that the documented values give to the `state` column; [`Phase::Unknown`] for any other word.
pub fn of_state(row: &dyn Cells, values: &[Value]) -> Phase {
    row.text("state")
        .and_then(|state| values.iter().find(|known| known.value.eq_ignore_ascii_case(state)))
        .map_or(Phase::Unknown, |known| known.phase)
}
