//! Free text: which rows have every word in some column.
//!
//! What a word was found in is remembered. A word that holds an earlier one, as the next key makes it, can only be found where that one was; and
//! taking letters away leads back to words that were there before.

use super::find::{Lowered, find, refind};
use super::sought::Sought;
use crate::bits::Bits;
use crate::rows::{Code, Rows, with_codes};
use std::cmp::Reverse;
use values::fold;
use values::sort;

/// Which values and rows hold a word.
#[derive(Default)]
struct Word {
    text: String,
    /// Each column's values that hold it.
    values: Vec<Bits>,
    /// Rows that have such a value, as far as they were looked at.
    rows: Bits,
}

/// How many words that are no longer searched for are remembered. Each takes a bit a row and a bit a value: a few megabytes for a million rows.
const PAST: usize = 8;

/// What was last searched for.
#[derive(Default)]
pub(super) struct Search {
    words: Vec<Word>,
    /// What was searched for before, the latest first.
    past: Vec<Word>,
}

impl Search {
    /// Whether anything is searched for.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Searches for the words of `q`. With `edited`, rows that were looked at may have changed. Returns whether it is another question than before.
    pub(super) fn ask(&mut self, rows: &Rows, lowered: &mut [Lowered], q: &str, edited: bool) -> bool {
        let wanted = words(q);
        let same = self.words.iter().map(|word| &word.text).eq(&wanted);
        let before = std::mem::take(&mut self.words);
        for text in wanted {
            let known = before.iter().chain(&self.past);
            let parent = known
                .filter(|word| text.contains(&word.text))
                .max_by_key(|word| word.text.len());
            self.words.push(Word::new(rows, lowered, text, parent, edited));
        }
        if !edited {
            self.past.splice(0..0, before);
        }
        let words = &self.words;
        self.past.retain(|past| words.iter().all(|word| word.text != past.text));
        self.past.truncate(PAST);
        !same
    }

    /// Searches for a letter beforehand, so that the first real search finds everything warm. Does nothing once something was searched for.
    pub(super) fn prepare(&mut self, rows: &Rows, lowered: &mut [Lowered]) {
        if self.words.is_empty() && self.past.is_empty() {
            self.past.push(Word::new(rows, lowered, "0".to_owned(), None, false));
        }
    }

    /// Forgets what was searched for before: rows have changed in place.
    pub(super) fn forget(&mut self) {
        self.past.clear();
    }

    /// Which of the 64 rows of a block have every word.
    pub(super) fn block(&self, block: usize) -> u64 {
        let rows = self
            .words
            .iter()
            .map(|word| word.rows.words().get(block).copied().unwrap_or_default());
        rows.fold(u64::MAX, |all, rows| all & rows)
    }
}

impl Word {
    fn new(rows: &Rows, lowered: &mut [Lowered], text: String, parent: Option<&Self>, edited: bool) -> Self {
        let sought = Sought::new(&text);
        let values: Vec<Bits> = lowered
            .iter_mut()
            .enumerate()
            .filter_map(|(at, lowered)| {
                let dict = &rows.column(at)?.dict;
                lowered.extend(dict);
                Some(match parent.and_then(|parent| Some((parent, parent.values.get(at)?))) {
                    // The same word: only values that came since then are new.
                    Some((parent, known)) if parent.text == text => {
                        let mut known = known.clone();
                        let from = known.len();
                        known.grow(dict.len());
                        find(dict, lowered, &sought, from, &mut known);
                        known
                    }
                    Some((_, known)) => {
                        let mut found = refind(dict, lowered, &sought, known);
                        find(dict, lowered, &sought, known.len(), &mut found);
                        found
                    }
                    None => {
                        let mut found = Bits::none(dict.len());
                        find(dict, lowered, &sought, 0, &mut found);
                        found
                    }
                })
            })
            .collect();
        let mut word = Self {
            text,
            values,
            rows: Bits::none(rows.len()),
        };
        // Rows beyond what the shorter word was looked for in are candidates, and all of them where values may have changed in place.
        let parent = parent.filter(|_| !edited);
        let mut candidates = Bits::none(rows.len());
        let seen = parent.map_or(0, |parent| parent.rows.len());
        for (at, candidates) in candidates.words_mut().iter_mut().enumerate() {
            let known = parent
                .and_then(|parent| parent.rows.words().get(at))
                .copied()
                .unwrap_or_default();
            *candidates = known | fresh(at, seen, rows.len());
        }
        let same = parent.filter(|parent| parent.text == word.text);
        if let Some(same) = same {
            let known = same.rows.words();
            for (at, (found, candidates)) in word.rows.words_mut().iter_mut().zip(candidates.words_mut()).enumerate() {
                *found = known.get(at).copied().unwrap_or_default();
                *candidates &= fresh(at, seen, rows.len());
            }
        }
        word.find_rows(rows, candidates);
        word
    }

    /// Adds the candidates that have a value with the word.
    fn find_rows(&mut self, rows: &Rows, mut candidates: Bits) {
        let counted = (0..).zip(&self.values).map(|(at, values)| (at, values, values.count()));
        let mut columns: Vec<(usize, &Bits, usize)> = counted.filter(|(_, _, hits)| *hits > 0).collect();
        // Rows that are found in one column are not looked for in the next, so that comes first which most rows are likely to be found in.
        sort::by_key(&mut columns, |(_, values, hits)| Reverse(hits * 1000 / values.len()));
        for (at, values, _) in columns {
            let Some(column) = rows.column(at) else { continue };
            with_codes!(&column.codes, codes => {
                let blocks = codes.chunks(64).zip(candidates.words_mut()).zip(self.rows.words_mut());
                for ((codes, left), found) in blocks {
                    if *left == 0 {
                        continue;
                    }
                    let mut hit = 0;
                    if left.count_ones() > 16 {
                        for (bit, code) in codes.iter().enumerate() {
                            hit |= u64::from(values.has(code.at())) << bit;
                        }
                    } else {
                        let mut rest = *left;
                        while rest != 0 {
                            let bit = rest.trailing_zeros();
                            rest &= rest - 1;
                            let code = codes.get(bit as usize);
                            hit |= u64::from(code.is_some_and(|code| values.has(code.at()))) << bit;
                        }
                    }
                    hit &= *left;
                    *found |= hit;
                    *left &= !hit;
                }
            });
        }
    }
}

/// The rows of a block of 64 that come after `seen` and before `end`.
fn fresh(block: usize, seen: usize, end: usize) -> u64 {
    let below = |row: usize| match row.saturating_sub(block * 64) {
        0 => 0,
        count @ 1..64 => (1 << count) - 1,
        _ => u64::MAX,
    };
    below(end) & !below(seen)
}

/// The different words of a free text in their folded form, without those that are part of another: whatever holds the longer one holds them.
fn words(q: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in q.split_whitespace() {
        let word = fold::text(word).into_owned();
        if !word.is_empty() && !words.iter().any(|known| known.contains(&word)) {
            words.retain(|known| !word.contains(known.as_str()));
            words.push(word);
        }
    }
    words
}
