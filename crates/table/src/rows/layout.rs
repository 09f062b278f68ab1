//! A row's own text, kept as its template and how each value's text follows from the cell: usually two bytes a row, and nothing more.

use super::bytes::{packed, same};
use super::dictionary::{Dictionary, EMPTY};
use super::index::Index;
use super::{Cell, Column, decode};
use catalog::Decode;
use std::borrow::Cow;
use values::{number, time};

/// The cell's text between quotes.
pub(super) const QUOTED: u8 = 0;
/// The cell's text.
const BARE: u8 = 1;
/// The text stands with the row.
pub(super) const RESIDUE: u8 = 2;
/// The first of the slot's own list of texts.
const LISTED: u8 = 3;

/// Texts in a slot's list: what stands for nothing (`null`, `"-"`), and values of fields that no column takes.
const MOST_LISTED: usize = 32;
/// Bytes of a text in a slot's list.
const LONGEST_LISTED: usize = 40;
/// Texts that a slot remembers what became of. A power of two.
const REMEMBERED: usize = 1024;

/// A place for values in the objects of a source.
pub(super) struct Slot {
    /// The column that takes them, and how they are read.
    pub(super) column: Option<(usize, Decode)>,
    listed: Vec<Box<str>>,
    remembered: Vec<Remembered>,
    /// The last longer text: rows of one thing mostly follow one another.
    last: (String, u32, u8),
}

/// What a text of at most sixteen bytes became.
#[derive(Clone, Copy)]
struct Remembered {
    text: (u128, u8),
    code: u32,
    style: u8,
}

impl Slot {
    pub(super) fn new(column: Option<(usize, Decode)>) -> Self {
        let nothing = Remembered {
            text: (0, u8::MAX),
            code: EMPTY,
            style: RESIDUE,
        };
        Self {
            column,
            listed: Vec::new(),
            remembered: vec![nothing; REMEMBERED],
            last: (String::new(), EMPTY, RESIDUE),
        }
    }

    /// The code of a value in its column, if it has one, and its style. `None` when the column is full.
    #[inline]
    pub(super) fn read(&mut self, columns: &mut [Column], json: &str) -> Option<(u32, u8)> {
        let text = packed(json.as_bytes());
        let place = text.map_or(0, |text| folded(text.0) % REMEMBERED);
        match self.remembered.get(place) {
            Some(known) if text == Some(known.text) => Some((known.code, known.style)),
            _ if same(self.last.0.as_bytes(), json.as_bytes()) => Some((self.last.1, self.last.2)),
            _ => self.read_new(columns, json, text, place),
        }
    }

    /// The same for a text that was not just there.
    fn read_new(
        &mut self,
        columns: &mut [Column],
        json: &str,
        text: Option<(u128, u8)>,
        place: usize,
    ) -> Option<(u32, u8)> {
        let (code, mut style) = match self
            .column
            .and_then(|(column, how)| Some((columns.get_mut(column)?, how)))
        {
            Some((column, how)) => {
                let code = decode::decode(&mut column.dict, how, json)?;
                (code, style_of(&column.dict, how, code, json))
            }
            None => (EMPTY, RESIDUE),
        };
        if style == RESIDUE {
            style = self.list(json).unwrap_or(RESIDUE);
        }
        if let Some((text, known)) = text.zip(self.remembered.get_mut(place)) {
            *known = Remembered { text, code, style }
        } else {
            self.last.0.clear();
            self.last.0.push_str(json);
            (self.last.1, self.last.2) = (code, style);
        }
        Some((code, style))
    }

    /// The style of a text that is, or comes, into the list.
    fn list(&mut self, json: &str) -> Option<u8> {
        if json.len() > LONGEST_LISTED {
            return None;
        }
        let at = self.listed.iter().position(|known| **known == *json).or_else(|| {
            let room = self.listed.len() < MOST_LISTED;
            room.then(|| self.listed.push(json.into()))
                .map(|()| self.listed.len() - 1)
        })?;
        Some(LISTED + u8::try_from(at).ok()?)
    }

    /// Appends the text of a value with this style.
    pub(super) fn write(&self, columns: &[Column], row: usize, style: u8, out: &mut String) {
        if let Some(listed) = style.checked_sub(LISTED) {
            out.push_str(self.listed.get(usize::from(listed)).map_or("null", |text| text));
            return;
        }
        let Some((column, how)) = self.column else { return };
        let Some(column) = columns.get(column) else { return };
        let code = column.codes.get(row).unwrap_or(EMPTY);
        let quote = if style == QUOTED { "\"" } else { "" };
        out.push_str(quote);
        out.push_str(&plain(&column.dict, how, code));
        out.push_str(quote);
    }
}

/// Some bits that depend on all of them.
fn folded(text: u128) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "halves of it")]
    let (low, high) = (text as u64, (text >> 64) as u64);
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::from((mixed >> 48) as u16)
}

/// A cell's text as clouds write it.
fn plain(dict: &Dictionary, how: Decode, code: u32) -> Cow<'_, str> {
    match dict.cell(code) {
        Cell::Time(instant) if how == Decode::EpochMs => Cow::Owned(instant.to_string()),
        // Nearest to what was sent with at most three digits of a fraction, of which it is the shortest text.
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year stay below 2^53")]
        Cell::Time(instant) if how == Decode::EpochSeconds => Cow::Owned(number::text(instant as f64 / 1000.0)),
        Cell::Time(instant) => Cow::Owned(time::format(instant)),
        Cell::Number(value) => Cow::Owned(number::text(value)),
        _ => dict.text(code),
    }
}

/// How a value's text follows from its cell; [`RESIDUE`] if it does not.
fn style_of(dict: &Dictionary, how: Decode, code: u32, json: &str) -> u8 {
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    // What was taken over as it stands need not be compared with what was made of it, which lies far off in memory.
    if let Some(inner) = inner.filter(|_| code != EMPTY) {
        let taken = match how {
            Decode::Text => memchr::memchr(b'\\', inner.as_bytes()).is_none(),
            Decode::Time => !dict.is_unreadable(code) && is_canonical_time(inner.as_bytes()),
            _ => false,
        };
        if taken {
            return QUOTED;
        }
    }
    match (dict.cell(code), inner) {
        (Cell::Empty | Cell::List(_), _) => return RESIDUE,
        (Cell::Text(text), Some(inner)) if text == inner => return QUOTED,
        _ => {}
    }
    let plain = plain(dict, how, code);
    match inner {
        Some(inner) if inner == plain => QUOTED,
        _ if json == plain => BARE,
        _ => RESIDUE,
    }
}

/// Whether a text that was understood as a time is the one that it is written as again: `2026-11-22T03:00:00Z`, no leap second.
fn is_canonical_time(text: &[u8]) -> bool {
    text.len() == 20 && text[10] == b'T' && text[19] == b'Z' && text[17] < b'6'
}

/// A template with a style for each value.
pub(super) struct Layout {
    /// The template's number; [`LOOSE`] for none.
    pub(super) template: u32,
    pub(super) styles: Box<[u8]>,
}

/// Instead of a template: the whole text stands with the row.
pub(super) const LOOSE: u32 = u32::MAX;

/// Layouts at most: sources write in a handful of ways.
const MOST_LAYOUTS: usize = 60_000;

/// All layouts that rows have. The first is the loose one.
pub(super) struct Layouts {
    all: Vec<Layout>,
    index: Index,
    /// The one that was asked for last: rows that follow one another mostly share it.
    last: u32,
}

impl Default for Layouts {
    fn default() -> Self {
        let loose = Layout {
            template: LOOSE,
            styles: Box::default(),
        };
        Self {
            all: vec![loose],
            index: Index::default(),
            last: 0,
        }
    }
}

impl Layouts {
    /// The number of a layout; `None` if there are too many.
    pub(super) fn number(&mut self, template: u32, styles: &[u8]) -> Option<u32> {
        let is = |layout: &Layout| layout.template == template && *layout.styles == *styles;
        if self.get(self.last).is_some_and(is) {
            return Some(self.last);
        }
        let hash = self.index.hasher().hash((template, styles));
        if let Some(known) = self.index.find(hash, |number| self.get(number).is_some_and(is)) {
            self.last = known;
            return Some(known);
        }
        if self.all.len() >= MOST_LAYOUTS {
            return None;
        }
        let number = u32::try_from(self.all.len()).ok()?;
        self.all.push(Layout {
            template,
            styles: styles.into(),
        });
        let all = &self.all;
        self.index.insert(hash, number, |hasher, number| {
            let layout = all.get(number as usize);
            hasher.hash(layout.map_or((LOOSE, &[][..]), |layout| (layout.template, &layout.styles)))
        });
        self.last = number;
        Some(number)
    }

    /// A layout.
    pub(super) fn get(&self, number: u32) -> Option<&Layout> {
        self.all.get(number as usize)
    }
}
