//! The one word that every row of every cloud has: what it means for the person on duty.

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
    /// The cloud's word is not in the catalogue, or what the phase follows from cannot be read.
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

    /// Whether a row in it needs someone: it waits for a person, or has failed.
    pub const fn needs_someone(self) -> bool {
        matches!(self, Self::Action | Self::Failed)
    }
}

/// A decoded row, as a phase rule sees it. Values that are missing, or of another type than their column, are `None`.
pub trait Cells {
    /// Whether there is no value, not even one that cannot be read.
    fn is_empty(&self, column: &str) -> bool;
    /// The value of a text column, if it is a word. Lists, objects and yes or no, which are shown by their JSON text, name no state and no error.
    fn word(&self, column: &str) -> Option<&str> {
        let is_word = |text: &&str| !text.starts_with(['[', '{']) && !matches!(*text, "true" | "false");
        self.text(column).filter(is_word)
    }
    /// The value of a text column.
    fn text(&self, column: &str) -> Option<&str>;
    /// The value of a number column.
    fn number(&self, column: &str) -> Option<f64>;
    /// The value of a yes/no column.
    fn flag(&self, column: &str) -> Option<bool>;
}
