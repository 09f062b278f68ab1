//! Which row is which.

use super::dictionary::{EMPTY, NewValue};
use super::index::{Hashed, Index};
use super::item::Full;
use super::{Column, Rows};
use catalog::Table;

/// Columns that an identity has at most.
pub(super) const PARTS: usize = 6;

/// An identity's parts, as codes of the columns that come first in it, [`EMPTY`] beyond the last.
pub(super) type Id = [u32; PARTS];

/// Which columns tell rows apart, and which row has which of their values.
pub(super) struct Identity {
    /// The columns, with those that stand in for an empty one.
    parts: Vec<(usize, Option<usize>)>,
    /// Where account and region stand, which alone tell nothing apart.
    origin: [Option<usize>; 2],
    /// The rows that have an identity.
    rows: Index,
    /// Those that have none, in order of arrival.
    nameless: Vec<u32>,
    /// How many codes each part had when a row was last added to `rows`: an identity with a later one is in none of them.
    known: [u32; PARTS],
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
            origin: ["account", "region"].map(|id| table.index(id)),
            rows: Index::default(),
            nameless: Vec::new(),
            known: [u32::MAX; PARTS],
        }
    }

    /// The columns, without those that stand in.
    pub(super) fn parts(&self) -> impl ExactSizeIterator<Item = usize> {
        self.parts.iter().map(|(column, _)| *column)
    }

    /// Whether a row has none.
    pub(super) fn is_nameless(&self, row: u32) -> bool {
        self.nameless.binary_search(&row).is_ok()
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

    /// Whether an identity says more than where the row comes from.
    pub(super) fn is_named(&self, id: &Id) -> bool {
        let mut parts = self.parts().zip(id);
        parts.any(|(column, code)| *code != EMPTY && !self.origin.contains(&Some(column)))
    }

    pub(super) fn hash(&self, id: &Id) -> Hashed {
        self.rows.hasher().hash(id)
    }

    /// The row with an identity.
    pub(super) fn find(&self, columns: &[Column], hash: Hashed, id: &Id) -> Option<u32> {
        if id.iter().zip(self.known).any(|(code, known)| *code >= known) {
            return None;
        }
        let is = |row: u32| self.of(columns, |column| code(columns, row, column)) == *id;
        self.rows.find(hash, is)
    }

    /// Makes a new row known by its identity.
    pub(super) fn add(&mut self, columns: &[Column], hash: Hashed, row: u32) -> Result<(), Full> {
        let parts = &self.parts;
        self.rows.insert(hash, row, |hasher, row| {
            hasher.hash(of(parts, columns, |column| code(columns, row, column)))
        });
        for (known, (column, _)) in self.known.iter_mut().zip(parts) {
            *known = u32::try_from(columns[*column].dict.len()).map_err(|_| Full)?;
        }
        Ok(())
    }

    /// Adds a row without an identity.
    pub(super) fn add_nameless(&mut self, row: u32) {
        self.nameless.push(row);
    }
}

fn code(columns: &[Column], row: u32, column: usize) -> u32 {
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

    /// A row's id: its identity's values, joined by `/`. A `/` or `~` inside a value has a `~` before it. Rows that have no identity but their
    /// account and region are numbered in order of arrival: `prod/cn-hangzhou/#2`.
    pub fn id(&self, row: u32) -> String {
        let nameless = self.identity.nameless.binary_search(&row).ok();
        let parts = self.identity.parts.iter().zip(self.id_of(row));
        let parts = parts.filter(|(_, code)| nameless.is_none() || *code != EMPTY);
        let parts = parts.map(|((column, _), code)| self.columns[*column].dict.text(code));
        let mut id = join_id(parts);
        if let Some(at) = nameless {
            id.push_str("/#");
            id.push_str(&(at + 1).to_string());
        }
        id
    }

    /// The row with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let number = id
            .rsplit_once("/#")
            .and_then(|(_, number)| number.parse::<usize>().ok()?.checked_sub(1));
        if let Some(row) = number
            .and_then(|at| self.identity.nameless.get(at))
            .filter(|row| self.id(**row) == id)
        {
            return Some(*row);
        }
        let parts = split_id(id);
        if parts.len() != self.identity.parts().len() {
            return None;
        }
        self.find_parts(parts.iter().map(String::as_str))
    }

    /// The row whose identity has these values, one a part.
    pub(super) fn find_parts<'a>(&self, parts: impl Iterator<Item = &'a str>) -> Option<u32> {
        let mut id = [EMPTY; PARTS];
        for ((code, column), part) in id.iter_mut().zip(self.identity.parts()).zip(parts) {
            if !part.is_empty() {
                *code = self.columns[column].dict.find(NewValue::Text(part))?;
            }
        }
        self.identity.find(&self.columns, self.identity.hash(&id), &id)
    }
}

/// Joins the values of an identity.
pub(super) fn join_id<T: AsRef<str>>(parts: impl Iterator<Item = T>) -> String {
    let mut id = String::new();
    for (at, part) in parts.enumerate() {
        if at > 0 {
            id.push('/');
        }
        let part = part.as_ref();
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
