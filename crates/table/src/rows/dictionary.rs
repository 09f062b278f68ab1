//! The different values of a column, each stored once under a code.

use super::bytes::same;
use super::index::{Hashed, Hasher, Index};
use super::{Cell, Items};
use catalog::Kind;
use hashbrown::HashMap;
use std::borrow::Cow;
use values::{fold, number, time};

/// The code of "no value" in every dictionary.
pub(crate) const EMPTY: u32 = 0;

/// A value on its way into a dictionary.
#[derive(Clone, Copy)]
pub(crate) enum NewValue<'a> {
    Text(&'a str),
    Number(f64),
    Time(i64),
    Bool(bool),
    /// Codes in the column's dictionary of items.
    List(&'a [u32]),
    Unreadable(&'a str),
}

/// Texts, one after the other, a line feed behind each: searched as one.
#[derive(Default)]
pub(crate) struct Texts {
    text: String,
    /// Where each ends, its line feed not counted.
    ends: Vec<u32>,
}

impl Texts {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them.
    pub(crate) fn all(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// One of them; empty for one that is not there.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> &str {
        let start = at
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize + 1);
        let end = self.ends.get(at).map_or(0, |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Adds what `write` appends. `None` beyond 4 GiB.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut String)) -> Option<()> {
        write(&mut self.text);
        let end = u32::try_from(self.text.len()).ok()?;
        self.ends.push(end);
        self.text.push('\n');
        Some(())
    }
}

/// The values of a dictionary by code, in the form that its kind of column mostly has.
enum Values {
    Texts(Texts),
    Numbers(Vec<f64>),
    Times(Vec<i64>),
    Flags(Vec<bool>),
    Lists {
        items: Vec<u32>,
        ends: Vec<u32>,
        words: Box<Dictionary>,
    },
}

/// Values by code.
struct Stored {
    values: Values,
    /// What is of another kind than the column.
    unreadable: HashMap<u32, Box<str>>,
}

/// The different values of a column. Code 0 is "no value"; the others count up in the order of arrival.
pub(crate) struct Dictionary {
    stored: Stored,
    /// The texts in their folded form, where that differs for any of them.
    folded: Option<Texts>,
    index: Index,
}

impl Stored {
    fn items(&self, code: u32) -> &[u32] {
        let Values::Lists { items, ends, .. } = &self.values else {
            return &[];
        };
        let end = |code: usize| ends.get(code).map_or(0, |end| *end as usize);
        let start = (code as usize).checked_sub(1).map_or(0, end);
        items.get(start..end(code as usize)).unwrap_or_default()
    }

    fn cell(&self, code: u32) -> Cell<'_> {
        if code == EMPTY {
            return Cell::Empty;
        }
        if let Some(text) = self.unreadable.get(&code) {
            return Cell::Unreadable(text);
        }
        let at = code as usize;
        match &self.values {
            Values::Texts(texts) => Cell::Text(texts.get(at)),
            Values::Numbers(numbers) => Cell::Number(numbers.get(at).copied().unwrap_or_default()),
            Values::Times(times) => Cell::Time(times.get(at).copied().unwrap_or_default()),
            Values::Flags(flags) => Cell::Bool(flags.get(at).copied().unwrap_or_default()),
            Values::Lists { words, .. } => Cell::List(Items {
                words: Some(words),
                codes: self.items(code),
            }),
        }
    }

    /// The hash that a code's value is found by. Spelled out for the kinds of which columns have millions.
    fn hash(&self, hasher: Hasher<'_>, code: u32) -> Hashed {
        let at = code as usize;
        match &self.values {
            Values::Texts(texts) if self.unreadable.is_empty() => hasher.hash(texts.get(at)),
            Values::Times(times) if self.unreadable.is_empty() => {
                hasher.hash(times.get(at).copied().unwrap_or_default())
            }
            _ => hash_of(hasher, self.new_of(code)),
        }
    }

    fn new_of(&self, code: u32) -> NewValue<'_> {
        match self.cell(code) {
            Cell::Empty => NewValue::Text(""),
            Cell::Text(text) => NewValue::Text(text),
            Cell::Unreadable(text) => NewValue::Unreadable(text),
            Cell::Number(number) => NewValue::Number(number),
            Cell::Time(time) => NewValue::Time(time),
            Cell::Bool(flag) => NewValue::Bool(flag),
            Cell::List(_) => NewValue::List(self.items(code)),
        }
    }

    fn is(&self, code: u32, new: NewValue<'_>) -> bool {
        match (self.new_of(code), new) {
            (NewValue::Text(a), NewValue::Text(b)) | (NewValue::Unreadable(a), NewValue::Unreadable(b)) => a == b,
            (NewValue::Number(a), NewValue::Number(b)) => a.to_bits() == b.to_bits(),
            (NewValue::Time(a), NewValue::Time(b)) => a == b,
            (NewValue::Bool(a), NewValue::Bool(b)) => a == b,
            (NewValue::List(a), NewValue::List(b)) => a == b,
            _ => false,
        }
    }
}

impl Dictionary {
    pub(super) fn new(kind: Kind) -> Self {
        let mut texts = Texts::default();
        // The empty text of "no value".
        texts.add(|_| ());
        let values = match kind {
            Kind::Text => Values::Texts(texts),
            Kind::Number => Values::Numbers(vec![0.0]),
            Kind::Time => Values::Times(vec![0]),
            Kind::Bool => Values::Flags(vec![false]),
            Kind::List => Values::Lists {
                items: Vec::new(),
                ends: vec![0],
                words: Box::new(Self::new(Kind::Text)),
            },
        };
        Self {
            stored: Stored {
                values,
                unreadable: HashMap::new(),
            },
            folded: None,
            index: Index::default(),
        }
    }

    /// How many codes there are, [`EMPTY`] among them.
    pub(crate) fn len(&self) -> usize {
        match &self.stored.values {
            Values::Texts(texts) => texts.len(),
            Values::Numbers(numbers) => numbers.len(),
            Values::Times(times) => times.len(),
            Values::Flags(flags) => flags.len(),
            Values::Lists { ends, .. } => ends.len(),
        }
    }

    /// The dictionary of list items, for list columns.
    pub(crate) fn words(&self) -> Option<&Self> {
        match &self.stored.values {
            Values::Lists { words, .. } => Some(words),
            _ => None,
        }
    }

    /// The texts of a text column in their folded form, by code.
    pub(crate) fn folded(&self) -> Option<&Texts> {
        match &self.stored.values {
            Values::Texts(texts) if self.stored.unreadable.is_empty() => Some(self.folded.as_ref().unwrap_or(texts)),
            _ => None,
        }
    }

    /// The instants of a time column by code, 0 for [`EMPTY`] and for what [`Dictionary::is_unreadable`].
    pub(crate) fn times(&self) -> Option<&[i64]> {
        match &self.stored.values {
            Values::Times(times) => Some(times),
            _ => None,
        }
    }

    /// The numbers of a number column by code, 0 for [`EMPTY`] and for what [`Dictionary::is_unreadable`].
    pub(crate) fn numbers(&self) -> Option<&[f64]> {
        match &self.stored.values {
            Values::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Whether any value is of another kind than the column.
    pub(crate) fn has_unreadable(&self) -> bool {
        !self.stored.unreadable.is_empty()
    }

    /// Whether a value is of another kind than the column.
    pub(crate) fn is_unreadable(&self, code: u32) -> bool {
        self.has_unreadable() && self.stored.unreadable.contains_key(&code)
    }

    /// The item codes of a list; empty for anything else.
    pub(crate) fn items(&self, code: u32) -> &[u32] {
        self.stored.items(code)
    }

    /// The code of a value, which is added if it is new. `None` when the dictionary is full: 4 GiB of text, or 2³² values.
    pub(super) fn code(&mut self, new: NewValue<'_>) -> Option<u32> {
        let hash = hash_of(self.index.hasher(), new);
        if let Some(code) = self.lookup(hash, new) {
            return Some(code);
        }
        let code = u32::try_from(self.len()).ok()?;
        self.push(code, new)?;
        let stored = &self.stored;
        self.index.insert(hash, code, |hasher, code| stored.hash(hasher, code));
        Some(code)
    }

    /// The code of a value with this hash. Spelled out for the kinds of which columns have millions.
    fn lookup(&self, hash: Hashed, new: NewValue<'_>) -> Option<u32> {
        match (&self.stored.values, new) {
            (Values::Texts(texts), NewValue::Text(text)) => self.index.find(hash, |code| {
                same(texts.get(code as usize).as_bytes(), text.as_bytes()) && !self.is_unreadable(code)
            }),
            (Values::Times(times), NewValue::Time(time)) => self.index.find(hash, |code| {
                times.get(code as usize) == Some(&time) && !self.is_unreadable(code)
            }),
            _ => self.index.find(hash, |code| self.stored.is(code, new)),
        }
    }

    /// The code of a list's item.
    pub(super) fn word(&mut self, text: &str) -> Option<u32> {
        match &mut self.stored.values {
            Values::Lists { words, .. } => words.code(NewValue::Text(text)),
            _ => None,
        }
    }

    /// The code of a value, if it is there.
    pub(crate) fn find(&self, new: NewValue<'_>) -> Option<u32> {
        self.lookup(hash_of(self.index.hasher(), new), new)
    }

    fn push(&mut self, code: u32, new: NewValue<'_>) -> Option<()> {
        // What is not of the column's kind leaves a gap among its values and stands apart.
        let unreadable = match (&mut self.stored.values, new) {
            (Values::Texts(texts), NewValue::Text(text)) => {
                texts.add(|all| all.push_str(text))?;
                let texts = &*texts;
                return add_folded(&mut self.folded, texts, text);
            }
            (Values::Numbers(numbers), NewValue::Number(number)) => {
                numbers.push(number);
                return Some(());
            }
            (Values::Times(times), NewValue::Time(time)) => {
                times.push(time);
                return Some(());
            }
            (Values::Flags(flags), NewValue::Bool(flag)) => {
                flags.push(flag);
                return Some(());
            }
            (Values::Lists { items, ends, .. }, NewValue::List(new)) => {
                items.extend_from_slice(new);
                ends.push(u32::try_from(items.len()).ok()?);
                return Some(());
            }
            (_, NewValue::Text(text) | NewValue::Unreadable(text)) => text.to_owned(),
            (_, NewValue::Number(value)) => number::text(value),
            (_, NewValue::Time(instant)) => time::format(instant),
            (_, NewValue::Bool(flag)) => flag.to_string(),
            (_, NewValue::List(_)) => String::new(),
        };
        match &mut self.stored.values {
            Values::Texts(texts) => texts.add(|_| ())?,
            Values::Numbers(numbers) => numbers.push(0.0),
            Values::Times(times) => times.push(0),
            Values::Flags(flags) => flags.push(false),
            Values::Lists { items, ends, .. } => ends.push(u32::try_from(items.len()).ok()?),
        }
        self.stored.unreadable.insert(code, unreadable.into());
        Some(())
    }

    /// The value of a code.
    pub(crate) fn cell(&self, code: u32) -> Cell<'_> {
        self.stored.cell(code)
    }

    /// The text form of a code's value; empty for "no value".
    pub(crate) fn text(&self, code: u32) -> Cow<'_, str> {
        self.cell(code).text()
    }
}

/// The hash that a value is found by.
fn hash_of(hasher: Hasher<'_>, new: NewValue<'_>) -> Hashed {
    match new {
        NewValue::Text(text) | NewValue::Unreadable(text) => hasher.hash(text),
        NewValue::Number(number) => hasher.hash(number.to_bits()),
        NewValue::Time(time) => hasher.hash(time),
        NewValue::Bool(flag) => hasher.hash(flag),
        NewValue::List(items) => hasher.hash(items),
    }
}

/// Keeps the folded texts in step with a text that was just added.
fn add_folded(folded: &mut Option<Texts>, texts: &Texts, text: &str) -> Option<()> {
    match folded {
        Some(folded) => folded.add(|all| fold::push(all, text)),
        None if fold::is_folded(text) => Some(()),
        None => {
            let mut all = Texts::default();
            for at in 0..texts.len() {
                all.add(|all| fold::push(all, texts.get(at)))?;
            }
            *folded = Some(all);
            Some(())
        }
    }
}
