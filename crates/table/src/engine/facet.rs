//! How often each value of a column occurs.

use super::Engine;
use crate::bits::Bits;
use crate::rows::{Code, Codes, EMPTY, Rows, with_codes};
use crate::sort;
use crate::view::View;

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
        // A column without conditions of its own counts what matches.
        let own = self.tests.get(column).is_some_and(|tests| !tests.is_empty());
        let block = |at: usize| {
            let masks = self.mask.chunks(64).nth(at).filter(|_| own);
            masks.map_or_else(
                || self.passing.words().get(at).copied().unwrap_or_default(),
                |masks| {
                    (0..)
                        .zip(masks)
                        .fold(0, |block, (bit, mask)| block | u64::from(mask & others == 0) << bit)
                },
            )
        };
        let mut values: Vec<FacetValue> = Vec::new();
        for (value, count) in counts(rows, column, block, &|value| facts.known(value).is_some()) {
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
        sort::by(&mut values, |a, b| {
            let order = place(&a.value).cmp(&place(&b.value)).then(b.count.cmp(&a.count));
            order.then_with(|| a.value.cmp(&b.value))
        });
        values
    }

    /// The most frequent values of a column among all rows, `limit` at most, without "no value": documented ones first and in their own order.
    pub fn distinct(&self, rows: &Rows, column: usize, limit: usize) -> Vec<String> {
        let mut there = Bits::none(rows.len());
        for row in 0..rows.len() {
            if u32::try_from(row).is_ok_and(|row| !rows.is_gone(row)) {
                there.add(row);
            }
        }
        let block = |at: usize| there.words().get(at).copied().unwrap_or_default();
        let mut values = counts(rows, column, block, &|_| false);
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
        sort::by(&mut values, |(a, many), (b, more)| {
            place(a).cmp(&place(b)).then(more.cmp(many)).then_with(|| a.cmp(b))
        });
        values.into_iter().take(limit).map(|(value, _)| value).collect()
    }
}

/// The values of counted rows, with how many have them, and those that any row has and that are `wanted` even so. `block` tells which of the 64
/// rows of a block are counted.
fn counts(
    rows: &Rows,
    column: usize,
    block: impl Fn(usize) -> u64,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<(String, u32)> {
    let Some(column) = rows.column(column) else {
        return Vec::new();
    };
    let mut counts = vec![0u32; column.dict.len()];
    with_codes!(&column.codes, codes => {
        for (at, codes) in codes.chunks(64).enumerate() {
            let mut left = block(at);
            if left.count_ones() > 24 {
                for (bit, code) in codes.iter().enumerate() {
                    counts[code.at()] += u32::from(left >> bit & 1 == 1);
                }
                continue;
            }
            while left != 0 {
                if let Some(code) = codes.get(left.trailing_zeros() as usize) {
                    counts[code.at()] += 1;
                }
                left &= left - 1;
            }
        }
    });
    let there = |row: usize| u32::try_from(row).is_ok_and(|row| !rows.is_gone(row));
    let Some(words) = column.dict.words() else {
        let present = |code: u32| has(&column.codes, there, |found| found == code);
        return texts(&counts, |code| column.dict.text(code).into_owned(), present, wanted);
    };
    let mut of_items = vec![0u32; words.len()];
    of_items[EMPTY as usize] = counts[EMPTY as usize];
    for (code, count) in (0..).zip(&counts).filter(|(_, count)| **count > 0) {
        let items = column.dict.items(code);
        for (at, item) in items.iter().enumerate() {
            if !items[..at].contains(item) {
                of_items[*item as usize] += count;
            }
        }
    }
    let present = |code: u32| {
        has(&column.codes, there, |found| match code {
            EMPTY => found == EMPTY,
            item => column.dict.items(found).contains(&item),
        })
    };
    texts(&of_items, |code| words.text(code).into_owned(), present, wanted)
}

/// Whether any row that is there has a code that `is` the one sought.
fn has(codes: &Codes, there: impl Fn(usize) -> bool, is: impl Fn(u32) -> bool) -> bool {
    let mut rows = (0..codes.len()).filter(|row| codes.get(*row).is_some_and(&is));
    rows.any(there)
}

fn texts(
    counts: &[u32],
    text: impl Fn(u32) -> String,
    present: impl Fn(u32) -> bool,
    wanted: &dyn Fn(&str) -> bool,
) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for (code, count) in (0..).zip(counts) {
        // Whether a value occurs at all costs a look at every row, so it is asked only of the few that are shown even so.
        if *count > 0 {
            found.push((text(code), *count));
        } else {
            let text = text(code);
            if wanted(&text) && present(code) {
                found.push((text, 0));
            }
        }
    }
    found
}
