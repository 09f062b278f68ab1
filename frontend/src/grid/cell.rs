//! How a value looks.

use crate::i18n::{Lang, format, words};
use catalog::{Column, Format, Kind, Phase};
use leptos::prelude::*;
use table::rows::{Cell, Rows};

/// A value ready to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// What people read.
    pub text: String,
    /// The value, where the text differs from it.
    pub value: Option<String>,
    /// What hovering tells.
    pub title: Option<String>,
    /// The colour of the dot, for status columns.
    pub phase: Option<Phase>,
}

/// What formatting depends on, besides the value.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Language.
    pub lang: Lang,
    /// Now, in milliseconds since the epoch.
    pub now: i64,
    /// Zone; `None` is the browser's.
    pub zone: Option<&'a str>,
    /// Whether everything is written out, as in the detail.
    pub full: bool,
}

/// A cell as it looks.
pub fn show(rows: &Rows, row: u32, index: usize, column: &'static Column, look: Look<'_>) -> Shown {
    shown(rows.cell(row, index), column, look)
}

/// A value as it looks.
pub fn shown(cell: Cell<'_>, column: &'static Column, look: Look<'_>) -> Shown {
    match cell {
        Cell::Empty => Shown::default(),
        Cell::Time(ms) => {
            let exact = format::exact(ms, look.zone);
            let relative = format::relative(look.lang, ms, look.now);
            let text = if look.full {
                format!("{exact} ({relative})")
            } else {
                relative
            };
            Shown {
                text,
                value: Some(table::time::format(ms)),
                title: Some(exact),
                phase: None,
            }
        }
        Cell::Number(value) => {
            let text = format::number(look.lang, value);
            let plain = table::number::text(value);
            let value = (plain != text).then_some(plain);
            Shown {
                text,
                value,
                ..Shown::default()
            }
        }
        cell => label(column, &cell.text(), look),
    }
}

/// The values in a cell, as conditions name them: one (empty where there is none), or the items of a list.
pub fn values(rows: &Rows, row: u32, index: usize) -> Vec<String> {
    match rows.cell(row, index) {
        Cell::List(items) => items.map(str::to_owned).collect(),
        _ => vec![rows.text(row, index).into_owned()],
    }
}

/// A value's text form as it looks, for cells, facets and conditions.
pub fn label(column: &'static Column, value: &str, look: Look<'_>) -> Shown {
    let known = column.known(value);
    let text = match (column.kind, column.format, known) {
        (Kind::Bool, ..) if value == "true" => look.lang.pick(&words::YES).to_owned(),
        (Kind::Bool, ..) if value == "false" => look.lang.pick(&words::NO).to_owned(),
        (_, _, Some(known)) => look.lang.pick(&known.label).to_owned(),
        (_, Format::Id, None) if !look.full => format::shortened(value),
        _ => value.to_owned(),
    };
    let phase = (column.format == Format::Status && !value.is_empty())
        .then(|| known.map_or(Phase::Unknown, |known| known.phase));
    let differs = text != value;
    Shown {
        title: (differs || text.len() > 18).then(|| value.to_owned()),
        value: differs.then(|| value.to_owned()),
        text,
        phase,
    }
}

/// The dot before a status word.
pub fn dot(phase: Option<Phase>) -> impl IntoView {
    phase.map(|phase| view! { <span class="dot" data-phase=phase.id() aria-hidden="true"></span> })
}
