//! Which row is which.
//!
//! A row is known again by its identity: the values of the columns that the catalogue names. Where a part of it is missing, or where one walk
//! brings different things under one identity (servers made from one image have one UUID), nothing says which is which: such rows are their own,
//! known again only as long as all their values stay.

use super::dictionary::{EMPTY, NewValue};
use super::index::{Hashed, Index};
use super::item::Full;
use super::{Column, Rows};
use catalog::Table;
use hashbrown::HashMap;

/// Columns that an identity has at most.
pub(super) const PARTS: usize = 6;

/// An identity's parts, as codes of the columns that come first in it, [`EMPTY`] beyond the last.
pub(super) type Id = [u32; PARTS];

/// Which columns tell rows apart, and which row has which of their values.
pub(super) struct Identity {
    /// The columns, with those that stand in for an empty one.
    parts: Vec<(usize, Option<usize>)>,
    /// The rows that have an identity to themselves, or had it first.
    rows: Index,
    /// How many codes each part had when a row was last added to `rows`: an identity with a later one is in none of them.
    known: [u32; PARTS],
    /// The rows of their own: the place of each one's mark.
    own: HashMap<u32, u32>,
    /// The marks of rows of their own.
    marks: Vec<u64>,
    /// The rows of their own by their mark.
    marked: Index,
    /// The rows that share an identity, each with the one that had it first.
    shared: HashMap<u32, u32>,
}

/// What a new row is known by.
pub(super) enum Name {
    /// Its identity.
    Identity(Hashed),
    /// All its values, of which this is made.
    Mark(u64),
    /// The same, because this row has its identity, with a mark of its own.
    Twin(u64, u32, u64),
}

impl Identity {
    /// That of a table without rows.
    pub(super) fn new(table: &'static Table) -> Self {
        let parts = table.identity.iter().take(PARTS).filter_map(|name| {
            let (first, second) = name.split_once('|').unwrap_or((name, ""));
            Some((table.index(first)?, table.index(second)))
        });
        Self {
            parts: parts.collect(),
            rows: Index::default(),
            known: [u32::MAX; PARTS],
            own: HashMap::new(),
            marks: Vec::new(),
            marked: Index::default(),
            shared: HashMap::new(),
        }
    }

    /// The columns, without those that stand in.
    pub(super) fn parts(&self) -> impl ExactSizeIterator<Item = usize> {
        self.parts.iter().map(|(column, _)| *column)
    }

    /// The mark of a row of its own.
    pub(super) fn mark(&self, row: u32) -> Option<u64> {
        self.marks.get(*self.own.get(&row)? as usize).copied()
    }

    /// Gives a stand-in's text a code in the column that it stands in for, so that identities compare by one column a part.
    pub(super) fn stand_in(&self, columns: &mut [Column], cells: &[u32]) -> Result<(), Full> {
        for (first, second) in &self.parts {
            if let Some(second) = *second
                && cells[*first] == EMPTY
                && cells[second] != EMPTY
            {
                let text = columns[second].dict.text(cells[second]).into_owned();
                columns[*first].dict.code(NewValue::Text(&text)).ok_or(Full)?;
            }
        }
        Ok(())
    }

    /// The identity of the row whose codes are given. A part is a column, or where that is empty, the one that stands in for it.
    pub(super) fn of(&self, columns: &[Column], code: impl Fn(usize) -> u32) -> Id {
        of(&self.parts, columns, code)
    }

    /// Whether an identity has all its parts.
    pub(super) fn is_whole(&self, id: &Id) -> bool {
        id.iter().take(self.parts.len()).all(|code| *code != EMPTY)
    }

    pub(super) fn hash(&self, id: &Id) -> Hashed {
        self.rows.hasher().hash(id)
    }

    /// The row that has, or had first, an identity.
    pub(super) fn find(&self, columns: &[Column], hash: Hashed, id: &Id) -> Option<u32> {
        if id.iter().zip(self.known).any(|(code, known)| *code >= known) {
            return None;
        }
        let is = |row: u32| self.of(columns, |column| code(columns, row, column)) == *id;
        self.rows.find(hash, is)
    }

    /// A row of its own that has a mark and `is` the one sought.
    pub(super) fn find_mark(&self, mark: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = self.marked.hasher().hash(mark);
        self.marked.find(hash, |row| self.mark(row) == Some(mark) && is(row))
    }

    /// Makes a new row known.
    pub(super) fn add(&mut self, columns: &[Column], name: &Name, row: u32) -> Result<(), Full> {
        match *name {
            Name::Identity(hash) => {
                let parts = &self.parts;
                self.rows.insert(hash, row, |hasher, row| {
                    hasher.hash(of(parts, columns, |column| code(columns, row, column)))
                });
                for (known, (column, _)) in self.known.iter_mut().zip(parts) {
                    *known = u32::try_from(columns[*column].dict.len()).map_err(|_| Full)?;
                }
            }
            Name::Mark(mark) => self.add_mark(row, mark)?,
            Name::Twin(mark, first, mark_of_first) => {
                if !self.own.contains_key(&first) {
                    self.add_mark(first, mark_of_first)?;
                    self.shared.insert(first, first);
                }
                self.add_mark(row, mark)?;
                self.shared.insert(row, first);
            }
        }
        Ok(())
    }

    /// Whether a row's identity is another's too.
    pub(super) fn is_shared(&self, row: u32) -> bool {
        self.shared.contains_key(&row)
    }

    /// The rows that share an identity, each with the one that had it first.
    pub(super) fn shared(&self) -> impl Iterator<Item = (u32, u32)> {
        self.shared.iter().map(|(row, first)| (*row, *first))
    }

    /// Gives the identity that rows share, and which was `first`'s, to one of them alone.
    pub(super) fn part(&mut self, hash: Hashed, first: u32, heir: u32) {
        self.rows.replace(hash, first, heir);
        let own = &mut self.own;
        self.shared.retain(|row, other| {
            let parts = *other == first;
            if parts {
                own.remove(row);
            }
            !parts
        });
    }

    fn add_mark(&mut self, row: u32, mark: u64) -> Result<(), Full> {
        self.own.insert(row, u32::try_from(self.marks.len()).map_err(|_| Full)?);
        self.marks.push(mark);
        let hash = self.marked.hasher().hash(mark);
        let (own, marks) = (&self.own, &self.marks);
        self.marked.insert(hash, row, |hasher, row| {
            let mark = own.get(&row).and_then(|place| marks.get(*place as usize));
            hasher.hash(mark.copied().unwrap_or_default())
        });
        Ok(())
    }
}

/// A row's code in a column.
pub(super) fn code(columns: &[Column], row: u32, column: usize) -> u32 {
    columns[column].codes.get(row as usize).unwrap_or(EMPTY)
}

fn of(parts: &[(usize, Option<usize>)], columns: &[Column], code: impl Fn(usize) -> u32) -> Id {
    let mut id = [EMPTY; PARTS];
    for (part, (first, second)) in id.iter_mut().zip(parts) {
        *part = match (code(*first), second) {
            (EMPTY, Some(second)) if code(*second) != EMPTY => {
                let text = columns[*second].dict.text(code(*second));
                columns[*first].dict.find(NewValue::Text(&text)).unwrap_or(EMPTY)
            }
            (found, _) => found,
        };
    }
    id
}

impl Rows {
    /// The identity of a row that is there.
    pub(super) fn id_of(&self, row: u32) -> Id {
        self.identity
            .of(&self.columns, |column| code(&self.columns, row, column))
    }

    /// A row's id: its identity's values, joined by `/`. A `/` or `~` inside a value has a `~` before it. Behind those of a row of its own, whose
    /// identity is not whole or not its alone, stands a number that follows from all its values: `prod/c1/#0123456789ab`.
    pub fn id(&self, row: u32) -> String {
        let mark = self.identity.mark(row).map(mark_text).unwrap_or_default();
        let parts = self.identity.parts().zip(self.id_of(row));
        let parts = parts.map(|(column, code)| self.columns[column].dict.text(code));
        id_text(parts, &mark)
    }

    /// The row with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let mark = id.rsplit_once("/#").and_then(|(_, mark)| mark_of(mark));
        if let Some(row) = mark.and_then(|mark| self.identity.find_mark(mark, |row| self.id(row) == id)) {
            return Some(row);
        }
        let parts = split_id(id);
        if parts.len() != self.identity.parts().len() {
            return None;
        }
        self.find_parts(parts.iter().map(String::as_str))
    }

    /// The row whose identity has these values, one a part.
    fn find_parts<'a>(&self, parts: impl Iterator<Item = &'a str>) -> Option<u32> {
        let id = self.codes_of(parts)?;
        self.identity.find(&self.columns, self.identity.hash(&id), &id)
    }

    /// The row whose identity has these values and that has this mark, empty for a row that has its identity to itself.
    pub(super) fn find_marked<'a>(&self, parts: impl Iterator<Item = &'a str>, mark: &str) -> Option<u32> {
        if mark.is_empty() {
            return self.find_parts(parts).filter(|row| self.identity.mark(*row).is_none());
        }
        let id = self.codes_of(parts)?;
        self.identity.find_mark(mark_of(mark)?, |row| self.id_of(row) == id)
    }

    fn codes_of<'a>(&self, parts: impl Iterator<Item = &'a str>) -> Option<Id> {
        let mut id = [EMPTY; PARTS];
        for ((code, column), part) in id.iter_mut().zip(self.identity.parts()).zip(parts) {
            if !part.is_empty() {
                *code = self.columns[column].dict.find(NewValue::Text(part))?;
            }
        }
        Some(id)
    }
}

/// A mark as twelve hexadecimal digits.
pub(super) fn mark_text(mark: u64) -> String {
    let digit = |at: u32| char::from_digit(u32::from((mark >> (4 * at)) as u8 & 15), 16);
    (0..12).rev().filter_map(digit).collect()
}

fn mark_of(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16)
        .ok()
        .filter(|mark| mark_text(*mark) == text)
}

/// A row's id from the values of its identity and its mark, empty for a row that has its identity to itself.
pub(super) fn id_text<T: AsRef<str>>(parts: impl Iterator<Item = T>, mark: &str) -> String {
    let mut id = String::new();
    for (at, part) in parts.enumerate() {
        let part = part.as_ref();
        if part.is_empty() && !mark.is_empty() {
            continue;
        }
        if at > 0 {
            id.push('/');
        }
        if part.starts_with('#') {
            id.push('~');
        }
        for character in part.chars() {
            if matches!(character, '/' | '~') {
                id.push('~');
            }
            id.push(character);
        }
    }
    if !mark.is_empty() {
        id.push_str("/#");
        id.push_str(mark);
    }
    id
}

/// Splits an id at its unescaped slashes and takes the escapes off.
fn split_id(id: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = id.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            '/' => {
                parts.push(String::new());
                continue;
            }
            '~' => characters.next().unwrap_or('~'),
            other => other,
        };
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts
}
