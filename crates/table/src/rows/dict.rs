//! The different values of a column, each stored once under a code.

use super::{Cell, Items};
use crate::{number, time};
use catalog::Kind;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::borrow::Cow;
use std::hash::BuildHasher;

/// The code of "no value" in every dictionary.
pub(crate) const EMPTY: u32 = 0;

/// A place in a dictionary's text or items.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Clone, Copy)]
enum Entry {
    Empty,
    Text(Span),
    Number(f64),
    Time(i64),
    Bool(bool),
    List(Span),
    Odd(Span),
}

/// A value on its way into a dictionary.
#[derive(Clone, Copy)]
pub(crate) enum New<'a> {
    Text(&'a str),
    Number(f64),
    Time(i64),
    Bool(bool),
    /// Codes in the column's dictionary of items.
    List(&'a [u32]),
    Odd(&'a str),
}

/// The different values of a column. Code 0 is "no value"; the others count up in the order of arrival.
pub(crate) struct Dict {
    entries: Vec<Entry>,
    text: String,
    items: Vec<u32>,
    /// What the items of lists are.
    words: Option<Box<Dict>>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Dict {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            entries: vec![Entry::Empty],
            text: String::new(),
            items: Vec::new(),
            words: (kind == Kind::List).then(|| Box::new(Self::new(Kind::Text))),
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// How many codes there are, [`EMPTY`] among them.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The dictionary of list items, for list columns.
    pub(crate) fn words(&self) -> Option<&Self> {
        self.words.as_deref()
    }

    /// The item codes of a list; empty for anything else.
    pub(crate) fn items(&self, code: u32) -> &[u32] {
        match self.entries[code as usize] {
            Entry::List(span) => self
                .items
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }

    fn str(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The code of a value, which is added if it is new. `None` when the dictionary is full: 4 GiB of text, or 2³² values.
    pub(super) fn code(&mut self, new: New<'_>) -> Option<u32> {
        let hash = self.hash(new);
        if let Some(code) = self.index.find(hash, |code| self.is(*code, new)) {
            return Some(*code);
        }
        let code = u32::try_from(self.entries.len()).ok()?;
        let entry = match new {
            New::Text(text) => Entry::Text(self.push(text)?),
            New::Odd(text) => Entry::Odd(self.push(text)?),
            New::Number(number) => Entry::Number(number),
            New::Time(time) => Entry::Time(time),
            New::Bool(flag) => Entry::Bool(flag),
            New::List(items) => {
                let start = u32::try_from(self.items.len()).ok()?;
                let end = u32::try_from(self.items.len() + items.len()).ok()?;
                self.items.extend_from_slice(items);
                Entry::List(Span { start, end })
            }
        };
        self.entries.push(entry);
        let mut index = std::mem::take(&mut self.index);
        index.insert_unique(hash, code, |code| self.hash(self.new_of(*code)));
        self.index = index;
        Some(code)
    }

    /// The code of a list's item.
    pub(super) fn word(&mut self, text: &str) -> Option<u32> {
        self.words.as_mut()?.code(New::Text(text))
    }

    /// The code of a value, if it is there.
    pub(crate) fn find(&self, new: New<'_>) -> Option<u32> {
        self.index.find(self.hash(new), |code| self.is(*code, new)).copied()
    }

    fn push(&mut self, text: &str) -> Option<Span> {
        let start = u32::try_from(self.text.len()).ok()?;
        let end = u32::try_from(self.text.len() + text.len()).ok()?;
        self.text.push_str(text);
        Some(Span { start, end })
    }

    fn new_of(&self, code: u32) -> New<'_> {
        match self.entries[code as usize] {
            Entry::Empty => New::Text(""),
            Entry::Text(span) => New::Text(self.str(span)),
            Entry::Odd(span) => New::Odd(self.str(span)),
            Entry::Number(number) => New::Number(number),
            Entry::Time(time) => New::Time(time),
            Entry::Bool(flag) => New::Bool(flag),
            Entry::List(_) => New::List(self.items(code)),
        }
    }

    fn hash(&self, new: New<'_>) -> u64 {
        match new {
            New::Text(text) | New::Odd(text) => self.hasher.hash_one(text),
            New::Number(number) => self.hasher.hash_one(number.to_bits()),
            New::Time(time) => self.hasher.hash_one(time),
            New::Bool(flag) => self.hasher.hash_one(flag),
            New::List(items) => self.hasher.hash_one(items),
        }
    }

    fn is(&self, code: u32, new: New<'_>) -> bool {
        match (self.new_of(code), new) {
            (New::Text(a), New::Text(b)) | (New::Odd(a), New::Odd(b)) => a == b,
            (New::Number(a), New::Number(b)) => a.to_bits() == b.to_bits(),
            (New::Time(a), New::Time(b)) => a == b,
            (New::Bool(a), New::Bool(b)) => a == b,
            (New::List(a), New::List(b)) => a == b,
            _ => false,
        }
    }

    /// The value of a code.
    pub(crate) fn cell(&self, code: u32) -> Cell<'_> {
        match self.entries[code as usize] {
            Entry::Empty => Cell::Empty,
            Entry::Text(span) => Cell::Text(self.str(span)),
            Entry::Odd(span) => Cell::Odd(self.str(span)),
            Entry::Number(number) => Cell::Number(number),
            Entry::Time(time) => Cell::Time(time),
            Entry::Bool(flag) => Cell::Bool(flag),
            Entry::List(_) => Cell::List(Items {
                words: self.words(),
                codes: self.items(code),
            }),
        }
    }

    /// The text form of a code's value; empty for "no value".
    pub(crate) fn text(&self, code: u32) -> Cow<'_, str> {
        match self.cell(code) {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) | Cell::Odd(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number::text(number)),
            Cell::Time(time) => Cow::Owned(time::format(time)),
            Cell::Bool(true) => Cow::Borrowed("true"),
            Cell::Bool(false) => Cow::Borrowed("false"),
            Cell::List(items) => Cow::Owned(items.collect::<Vec<_>>().join(", ")),
        }
    }
}
