//! Sort order: every different value gets a rank once, rows are dealt into ranks.

use super::Field;
use super::search::Lowered;
use crate::rows::{Cell, Dict, EMPTY, Rows};
use crate::view::SortKey;
use std::cmp::Ordering;

/// The order of a dictionary's values.
#[derive(Default)]
pub(super) struct Ranks {
    /// Codes without [`EMPTY`], smallest value first.
    codes: Vec<u32>,
    /// Each code's rank. Values that sort as equals share one.
    ranks: Vec<u32>,
    /// How many different ranks there are.
    count: u32,
}

impl Ranks {
    /// Takes in the values that came since the last time.
    fn extend(&mut self, dict: &Dict, lowered: &mut Lowered) {
        if self.ranks.len() == dict.len() {
            return;
        }
        lowered.extend(dict);
        let compare = |a: &u32, b: &u32| compare(dict, lowered, *a, *b);
        let first = self.ranks.len().max(EMPTY as usize + 1);
        let old = std::mem::take(&mut self.codes);
        let mut new: Vec<u32> = (first..dict.len())
            .filter_map(|code| u32::try_from(code).ok())
            .collect();
        new.sort_unstable_by(compare);

        self.codes.reserve(old.len() + new.len());
        let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
        while let (Some(a), Some(b)) = (old.peek(), new.peek()) {
            let side = if compare(a, b).is_le() { &mut old } else { &mut new };
            self.codes.extend(side.next());
        }
        self.codes.extend(old);
        self.codes.extend(new);

        self.ranks.resize(dict.len(), 0);
        self.count = 0;
        let mut last = None;
        for code in &self.codes {
            if last.is_some_and(|last| compare(last, code).is_ne()) {
                self.count += 1;
            }
            self.ranks[*code as usize] = self.count;
            last = Some(code);
        }
        self.count += 1;
    }
}

/// The order of two values: numbers and times by size, everything else by its text in lower case, code point by code point. What is no number
/// among numbers comes after them.
fn compare(dict: &Dict, lowered: &Lowered, a: u32, b: u32) -> Ordering {
    let measured = |cell: &Cell<'_>| matches!(cell, Cell::Number(_) | Cell::Time(_));
    match (dict.cell(a), dict.cell(b)) {
        (Cell::Number(a), Cell::Number(b)) => a.total_cmp(&b),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(&b),
        (first, _) if measured(&first) => Ordering::Less,
        (_, second) if measured(&second) => Ordering::Greater,
        _ => lowered.get(a as usize).cmp(lowered.get(b as usize)),
    }
}

/// All rows by the given keys, those without a value last. Rows that are equal by all keys stay in order of arrival.
pub(super) fn sorted(rows: &Rows, fields: &mut [Field], keys: &[SortKey]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..rows.len()).filter_map(|row| u32::try_from(row).ok()).collect();
    let mut dealt = vec![0; order.len()];
    // The least important key first; each further deal keeps the order within its ranks.
    for key in keys.iter().rev() {
        let (Some(column), Some(field)) = (rows.column(key.column), fields.get_mut(key.column)) else {
            continue;
        };
        field.ranks.extend(&column.dict, &mut field.lowered);
        let ranks = &field.ranks;
        let places: Vec<u32> = (0..)
            .zip(&ranks.ranks)
            .map(|(code, rank)| match (code, key.descending) {
                (EMPTY, _) => ranks.count,
                (_, false) => *rank,
                (_, true) => ranks.count - 1 - rank,
            })
            .collect();
        deal(&order, &mut dealt, ranks.count as usize + 1, |row| {
            places[column.codes[row as usize] as usize]
        });
        std::mem::swap(&mut order, &mut dealt);
    }
    order
}

/// A stable counting sort of `order` into `dealt`.
fn deal(order: &[u32], dealt: &mut [u32], places: usize, place: impl Fn(u32) -> u32) {
    let mut starts = vec![0u32; places + 1];
    for row in order {
        starts[place(*row) as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    for row in order {
        let next = &mut starts[place(*row) as usize];
        dealt[*next as usize] = *row;
        *next += 1;
    }
}
