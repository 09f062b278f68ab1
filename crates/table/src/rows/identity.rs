//! Which row is which.

use super::dictionary::{EMPTY, NewValue};
use super::index::Hashed;
use super::{Column, Rows};

/// Columns that an identity has at most.
pub(super) const PARTS: usize = 6;

/// An identity's parts, as codes of the columns that come first in it, [`EMPTY`] beyond the last.
pub(super) type Id = [u32; PARTS];

impl Rows {
    /// The identity of the row whose codes are given.
    pub(super) fn identity_of(&self, code: impl Fn(usize) -> u32) -> Id {
        identity(&self.identity, &self.columns, code)
    }

    /// The identity of a row that is there.
    pub(super) fn id_of(&self, row: u32) -> Id {
        self.identity_of(|column| self.code(row, column).map_or(EMPTY, |(_, code)| code))
    }

    /// Whether an identity says more than where the row comes from.
    pub(super) fn is_named(&self, id: &Id) -> bool {
        let [_, account, region, _] = self.common;
        let mut parts = self.identity.iter().zip(id);
        parts.any(|((first, _), code)| *code != EMPTY && ![account, region].contains(&Some(*first)))
    }

    pub(super) fn hash_of(&self, id: &Id) -> Hashed {
        self.ids.hasher().hash(id)
    }

    /// Makes the row with an identity known by it.
    pub(super) fn name(&mut self, hash: Hashed, row: u32) {
        let (parts, columns) = (&self.identity, &self.columns);
        self.ids.insert(hash, row, |hasher, row| {
            let code = |column: usize| columns[column].codes.get(row as usize).unwrap_or(EMPTY);
            hasher.hash(identity(parts, columns, code))
        });
    }

    /// The row with an identity.
    pub(super) fn row_of(&self, hash: Hashed, id: &Id) -> Option<u32> {
        self.ids.find(hash, |row| self.id_of(row) == *id)
    }

    /// A row's id: its identity's values, joined by `/`. A `/` or `~` inside a value has a `~` before it. Rows that have no identity but their
    /// account and region are numbered in order of arrival: `prod/cn-hangzhou/#2`.
    pub fn id(&self, row: u32) -> String {
        let nameless = self.nameless.binary_search(&row).ok();
        let parts = self.identity.iter().zip(self.id_of(row));
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
            .and_then(|at| self.nameless.get(at))
            .filter(|row| self.id(**row) == id)
        {
            return Some(*row);
        }
        let parts = split_id(id);
        if parts.len() != self.identity.len() {
            return None;
        }
        self.find_parts(parts.iter().map(String::as_str))
    }

    /// The row whose identity has these values, one a part.
    pub(super) fn find_parts<'a>(&self, parts: impl Iterator<Item = &'a str>) -> Option<u32> {
        let mut id = [EMPTY; PARTS];
        for ((code, (column, _)), part) in id.iter_mut().zip(&self.identity).zip(parts) {
            if !part.is_empty() {
                *code = self.columns[*column].dict.find(NewValue::Text(part))?;
            }
        }
        self.row_of(self.hash_of(&id), &id)
    }
}

/// The identity of the row whose codes are given. A part is a column, or where that is empty, the one that stands in for it.
fn identity(parts: &[(usize, Option<usize>)], columns: &[Column], code: impl Fn(usize) -> u32) -> Id {
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
