//! Values for somebody who has typed the beginning of one.

use super::{Engine, facet};
use crate::rows::{Dictionary, EMPTY, Rows};
use std::borrow::Cow;
use values::fold;

impl Engine {
    /// The values of a column that begin with a text in folded form, `limit` at most and the most frequent first, each with how many rows have it
    /// that pass all conditions but the column's own, as of the last [`Engine::update`]. Only values that such a row has, and never "no value".
    /// However many values there are, texts are made of no more than these.
    pub fn beginning(&self, rows: &Rows, column: usize, begins: &str, limit: usize) -> Vec<(String, u32)> {
        let counts = self.counts(rows, column);
        let Some(column) = rows.column(column) else {
            return Vec::new();
        };
        let (dict, counts) = match column.dict.words() {
            Some(words) => (words, Cow::Owned(facet::of_items(&column.dict, words.len(), &counts))),
            None => (&column.dict, Cow::Borrowed(&counts)),
        };
        let mut best: Vec<(u32, u32)> = Vec::with_capacity(limit + 1);
        for (code, count) in (0..).zip(counts.iter()).skip(EMPTY as usize + 1) {
            let last = best.get(limit.wrapping_sub(1)).map_or(0, |(_, least)| *least);
            if *count > last && begins_with(dict, code, begins) {
                let place = best.partition_point(|(_, better)| better >= count);
                best.insert(place, (code, *count));
                best.truncate(limit);
            }
        }
        let text = |(code, count): (u32, u32)| (dict.text(code).into_owned(), count);
        best.into_iter().map(text).collect()
    }
}

fn begins_with(dict: &Dictionary, code: u32, begins: &str) -> bool {
    match dict.folded() {
        Some(texts) => texts.get(code as usize).starts_with(begins),
        None => fold::text(&dict.text(code)).starts_with(begins),
    }
}
