//! Text search: many values at once, in one blob of lower-cased text.

use super::Field;
use crate::rows::{Dict, Rows};
use memchr::memmem::Finder;

/// The lower-cased text form of every value of a dictionary, one after the other.
#[derive(Default)]
pub(super) struct Lowered {
    text: String,
    /// Where each value's text ends; a line feed follows.
    ends: Vec<usize>,
}

impl Lowered {
    /// Adds the values that came since the last time.
    pub(super) fn extend(&mut self, dict: &Dict) {
        for code in self.ends.len()..dict.len() {
            // Dictionaries hold at most 2³² values.
            lower(&mut self.text, &dict.text(u32::try_from(code).unwrap_or_default()));
            self.ends.push(self.text.len());
            self.text.push('\n');
        }
    }

    /// A value's text.
    pub(super) fn get(&self, code: usize) -> &str {
        let start = if code == 0 { 0 } else { self.ends[code - 1] + 1 };
        &self.text[start..self.ends[code]]
    }

    /// Hands over the codes of all values that hold `word`, in order.
    pub(super) fn find(&self, word: &str, mut found: impl FnMut(usize)) {
        let finder = Finder::new(word);
        let text = self.text.as_bytes();
        let (mut from, mut code) = (0, 0);
        while let Some(at) = finder.find(&text[from..]) {
            let (start, end) = (from + at, from + at + word.len());
            while self.ends[code] < start {
                code += 1;
            }
            // A word with a line feed may lie across two values, which is no hit.
            if end <= self.ends[code] {
                found(code);
                from = self.ends[code] + 1;
            } else {
                from = start + 1;
            }
            if from >= text.len() {
                break;
            }
        }
    }
}

/// Appends `text` in lower case, character by character, so that a part of a text is always a part of its lower-cased form.
pub(super) fn lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

/// The different words of a free text in lower case. A word inside another asks nothing of its own.
pub(super) fn words(q: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in q.split_whitespace() {
        let mut lowered = String::new();
        lower(&mut lowered, word);
        if !words.iter().any(|known| known.contains(&lowered)) {
            words.retain(|known| !lowered.contains(known.as_str()));
            words.push(lowered);
        }
    }
    words
}

/// Which rows from `from` on have every word in some column.
pub(super) fn found(rows: &Rows, fields: &mut [Field], words: &[String], from: usize) -> Vec<bool> {
    let mut found = vec![true; rows.len() - from];
    // One bit a word.
    for words in words.chunks(32) {
        let all = u32::MAX >> (32 - words.len());
        let mut had = vec![0u32; found.len()];
        for (at, field) in fields.iter_mut().enumerate() {
            let Some(column) = rows.column(at) else { continue };
            field.lowered.extend(&column.dict);
            let mut hits = vec![0u32; column.dict.len()];
            let mut any = false;
            for (bit, word) in words.iter().enumerate() {
                field.lowered.find(word, |code| {
                    hits[code] |= 1 << bit;
                    any = true;
                });
            }
            if any {
                for (had, code) in had.iter_mut().zip(&column.codes[from..]) {
                    *had |= hits[*code as usize];
                }
            }
        }
        for (found, had) in found.iter_mut().zip(had) {
            *found &= had == all;
        }
    }
    found
}
