//! How often each value of a column occurs.

use super::Engine;
use crate::rows::{EMPTY, Rows};
use crate::sort::sort_by;
use crate::view::View;
use std::cmp::Reverse;

/// A value of a column and how many rows have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The value's text form; empty for rows without one.
    pub value: String,
    /// Rows that have it and pass all conditions but the column's own.
    pub count: u32,
    /// Whether the view asks for it.
    pub ticked: bool,
}

impl Engine {
    /// The values of a column among the rows that pass all conditions but the column's own, as of the last [`Engine::update`]. Documented values
    /// come first and in their own order, the others by count. Documented values that no such row has are there with a count of 0 if any row has
    /// them; ticked ones always. A row with a list counts once for each of its different items.
    pub fn facet(&self, rows: &Rows, view: &View, column: usize) -> Vec<FacetValue> {
        let Some(facts) = view.table.columns().nth(column) else {
            return Vec::new();
        };
        let others = !(1 << column);
        let mut values: Vec<FacetValue> = Vec::new();
        for (value, count) in counts(rows, column, |row| {
            self.mask.get(row).is_some_and(|mask| mask & others == 0)
        }) {
            let ticked = view.ticked(column, &value);
            if count > 0 || ticked || facts.known(&value).is_some() {
                values.push(FacetValue { value, count, ticked });
            }
        }
        for value in view.ticks(column) {
            if !values.iter().any(|known| known.value == value) {
                values.push(FacetValue {
                    value,
                    count: 0,
                    ticked: true,
                });
            }
        }
        let place = |value: &str| {
            let known = facts
                .values
                .iter()
                .position(|known| known.value.eq_ignore_ascii_case(value));
            known.unwrap_or(usize::MAX)
        };
        let mut placed: Vec<_> = values.into_iter().map(|value| (place(&value.value), value)).collect();
        sort_by(&mut placed, |(a_place, a), (b_place, b)| {
            (a_place, Reverse(a.count), &a.value).cmp(&(b_place, Reverse(b.count), &b.value))
        });
        placed.into_iter().map(|(_, value)| value).collect()
    }

    /// The most frequent values of a column among all rows, `limit` at most, without "no value": documented ones first and in their own order.
    pub fn distinct(&self, rows: &Rows, column: usize, limit: usize) -> Vec<String> {
        let mut values = counts(rows, column, |_| true);
        values.retain(|(value, count)| *count > 0 && !value.is_empty());
        let facts = rows.table().columns().nth(column);
        let place = |value: &str| {
            let known = facts.and_then(|facts| {
                facts
                    .values
                    .iter()
                    .position(|known| known.value.eq_ignore_ascii_case(value))
            });
            known.unwrap_or(usize::MAX)
        };
        let mut placed: Vec<_> = values
            .into_iter()
            .map(|(value, count)| (place(&value), Reverse(count), value))
            .collect();
        sort_by(&mut placed, Ord::cmp);
        placed.into_iter().take(limit).map(|(.., value)| value).collect()
    }
}

/// Every value that some row has, with the number of rows that have it and pass `counted`.
fn counts(rows: &Rows, column: usize, counted: impl Fn(usize) -> bool) -> Vec<(String, u32)> {
    let Some(column) = rows.column(column) else {
        return Vec::new();
    };
    let mut counts = vec![0u32; column.dict.len()];
    let mut present = vec![false; column.dict.len()];
    for (row, code) in column.codes.iter().enumerate() {
        present[*code as usize] = true;
        counts[*code as usize] += u32::from(counted(row));
    }
    let Some(words) = column.dict.words() else {
        return texts(&counts, &present, |code| column.dict.text(code).into_owned());
    };
    let mut of_items = vec![0u32; words.len()];
    let mut items_present = vec![false; words.len()];
    of_items[EMPTY as usize] = counts[EMPTY as usize];
    items_present[EMPTY as usize] = present[EMPTY as usize];
    for (code, count) in (0..).zip(&counts).filter(|(code, _)| present[*code as usize]) {
        let items = column.dict.items(code);
        for (at, item) in items.iter().enumerate() {
            items_present[*item as usize] = true;
            if !items[..at].contains(item) {
                of_items[*item as usize] += count;
            }
        }
    }
    texts(&of_items, &items_present, |code| words.text(code).into_owned())
}

fn texts(counts: &[u32], present: &[bool], text: impl Fn(u32) -> String) -> Vec<(String, u32)> {
    let present = (0..).zip(counts).zip(present).filter(|(_, present)| **present);
    present.map(|((code, count), _)| (text(code), *count)).collect()
}
