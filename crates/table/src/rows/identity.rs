//! Which row is which.

use super::Rows;
use super::dict::{EMPTY, New};
use std::hash::BuildHasher;

impl Rows {
    /// An identity's parts, as codes of the columns that come first in it.
    pub(super) fn identity_of(&self, code: impl Fn(usize) -> u32) -> impl Iterator<Item = u32> {
        self.identity
            .iter()
            .map(move |(first, second)| match (code(*first), second) {
                (EMPTY, Some(second)) if code(*second) != EMPTY => {
                    let text = self.columns[*second].dict.text(code(*second));
                    self.columns[*first].dict.find(New::Text(&text)).unwrap_or(EMPTY)
                }
                (found, _) => found,
            })
    }

    /// The row with an identity.
    pub(super) fn row_of(&self, hash: u64, id: &[u32]) -> Option<u32> {
        let is = |row: &u32| {
            self.identity_of(|column| self.columns[column].codes[*row as usize])
                .eq(id.iter().copied())
        };
        self.ids.find(hash, is).copied()
    }

    /// A row's id: its identity's values, joined by `/`. A `/` or `~` inside a value has a `~` before it. Rows that have no identity but their
    /// account and region are numbered in order of arrival: `prod/cn-hangzhou/#2`.
    pub fn id(&self, row: u32) -> String {
        let nameless = self.nameless.binary_search(&row).ok();
        let mut id = String::new();
        let codes = self.identity_of(|column| self.code(row, column).map_or(EMPTY, |(_, code)| code));
        for (at, ((column, _), code)) in self.identity.iter().zip(codes).enumerate() {
            if nameless.is_some() && code == EMPTY {
                continue;
            }
            if at > 0 {
                id.push('/');
            }
            let text = self.columns[*column].dict.text(code);
            if text.starts_with('#') {
                id.push('~');
            }
            for character in text.chars() {
                if matches!(character, '/' | '~') {
                    id.push('~');
                }
                id.push(character);
            }
        }
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
        let code = |(part, (column, _)): (&String, &(usize, _))| {
            if part.is_empty() {
                Some(EMPTY)
            } else {
                self.columns[*column].dict.find(New::Text(part))
            }
        };
        let id = parts
            .iter()
            .zip(&self.identity)
            .map(code)
            .collect::<Option<Vec<u32>>>()?;
        self.row_of(self.hasher.hash_one(id.as_slice()), &id)
    }
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
