//! The `since` parameter: only what is new or has changed since the reader's browser kept the table.

use super::When;

/// What a view compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The reader's last visit.
    Last,
    /// The newest state that was kept at or before this time.
    At(When),
}

impl Since {
    /// Reads `last`, a time or a relative time.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "last" {
            Some(Self::Last)
        } else {
            When::parse(text).map(Self::At)
        }
    }

    /// Its canonical text: what stands behind `since=`.
    pub fn text(self) -> String {
        match self {
            Self::Last => "last".to_owned(),
            Self::At(when) => when.text(),
        }
    }

    /// The whole parameter.
    pub(super) fn param(self) -> String {
        ["since=", &self.text()].concat()
    }
}
