//! What a table's columns are: id, type, heading, documented values.

use crate::values::{Label, Value};
use serde::Serialize;

/// The type of a column, which decides how it is compared, sorted and aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text. Sorted by code point after folding: capitals, full width and the like do not matter.
    Text,
    /// A number (`f64`).
    Number,
    /// An instant, in milliseconds since the Unix epoch.
    Time,
    /// `true` or `false`.
    Bool,
    /// Several texts, for example tags as `key=value`. A condition holds when it holds for one of them.
    List,
}

/// How a column's values look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As it is.
    Plain,
    /// A long machine id: shortened in the middle on screen, copied whole.
    Id,
    /// A status word with a coloured dot.
    Status,
    /// Set in a fixed-width face: versions, addresses.
    Code,
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Machine id: in URLs, exports and the page's `data-column`. Never renamed. Where it equals a reserved parameter (`group` on patches),
    /// the column wins.
    pub id: &'static str,
    /// Heading.
    pub label: Label,
    /// Type.
    pub kind: Kind,
    /// How values look.
    pub format: Format,
    /// Documented values in their natural order. Open: anything else is shown as it is.
    pub values: &'static [Value],
    /// Whether the page offers the column's values as a facet.
    pub facet: bool,
    /// Width on screen in CSS pixels before the user changes it.
    pub width: u16,
}

impl Column {
    /// A text column without known values.
    pub const fn text(id: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self {
            id,
            label: Label { en, zh },
            kind: Kind::Text,
            format: Format::Plain,
            values: &[],
            facet: false,
            width: 160,
        }
    }

    /// A column of long machine ids.
    pub const fn id(id: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self {
            format: Format::Id,
            width: 190,
            ..Self::text(id, en, zh)
        }
    }

    /// A status column.
    pub const fn status(id: &'static str, en: &'static str, zh: &'static str, values: &'static [Value]) -> Self {
        Self {
            format: Format::Status,
            values,
            facet: true,
            width: 150,
            ..Self::text(id, en, zh)
        }
    }

    /// A number column.
    pub const fn number(id: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self {
            kind: Kind::Number,
            width: 96,
            ..Self::text(id, en, zh)
        }
    }

    /// A time column.
    pub const fn time(id: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self {
            kind: Kind::Time,
            width: 140,
            ..Self::text(id, en, zh)
        }
    }

    /// A yes/no column, offered as a facet.
    pub const fn flag(id: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self {
            kind: Kind::Bool,
            facet: true,
            width: 96,
            ..Self::text(id, en, zh)
        }
    }

    /// A column of several texts.
    pub const fn list(id: &'static str, en: &'static str, zh: &'static str) -> Self {
        Self {
            kind: Kind::List,
            width: 220,
            ..Self::text(id, en, zh)
        }
    }

    /// The same column, offered as a facet.
    pub const fn facet(self) -> Self {
        Self { facet: true, ..self }
    }

    /// The same column in a fixed-width face.
    pub const fn code(self) -> Self {
        Self {
            format: Format::Code,
            ..self
        }
    }

    /// The same column with documented values.
    pub const fn values(self, values: &'static [Value]) -> Self {
        Self { values, ..self }
    }

    /// The same column, `width` CSS pixels wide.
    pub const fn wide(self, width: u16) -> Self {
        Self { width, ..self }
    }

    /// The documented value that `text` stands for, ignoring case.
    pub fn known(&self, text: &str) -> Option<&'static Value> {
        self.values.iter().find(|known| known.value.eq_ignore_ascii_case(text))
    }
}
