//! A bar in words: for the label that is read aloud, and for what appears beside it.

use super::gathering::Layer;
use super::items::{End, Item};
use crate::grid::cell::{self, Look};
use crate::i18n::{Lang, format, words};
use crate::links;
use catalog::Phase;

/// A bar in words.
pub struct Caption {
    /// What it is.
    pub title: String,
    /// Its state as the cloud has it, or its phase.
    pub state: String,
    /// From when to when.
    pub time: String,
    /// Account and region.
    pub place: String,
}

impl Caption {
    /// What a row says.
    pub fn of(layer: &Layer, item: &Item, lang: Lang, zone: Option<&str>) -> Self {
        let table = layer.table;
        let look = Look {
            lang,
            now: 0,
            zone,
            full: false,
        };
        let exact = |at: i64| format::exact(at, zone);
        layer.data.rows.with_untracked(|rows| {
            let text = |column: &str| {
                table
                    .index(column)
                    .map_or_else(String::new, |at| rows.text(item.row, at).into_owned())
            };
            let known = Phase::VALUES.iter().find(|known| known.phase == item.phase);
            let phase = known.map_or("", |known| lang.pick(&known.label));
            let state = table.index("state").zip(table.column("state"));
            let state = state.map(|(at, column)| cell::show(rows, item.row, at, column, look).text);
            let state = state.filter(|state| !state.is_empty() && state != phase);
            Self {
                title: links::title(rows, item.row, look),
                state: state.map_or_else(|| phase.to_owned(), |state| [phase, " (", &state, ")"].concat()),
                time: match item.end {
                    End::At => [exact(item.from), exact(item.to)].join(" – "),
                    End::Open => [&exact(item.from), " – ", lang.pick(&words::UNTIL_NOW)].concat(),
                    End::Unknown => exact(item.from),
                },
                place: [text("account"), text("region")].join(" / "),
            }
        })
    }

    /// All of it.
    pub fn sentence(&self) -> String {
        [
            self.title.as_str(),
            ": ",
            &self.state,
            ", ",
            &self.time,
            ", ",
            &self.place,
        ]
        .concat()
    }
}
