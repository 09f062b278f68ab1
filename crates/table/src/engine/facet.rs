//! How often each value of a column occurs.

use super::Engine;
use crate::bits::Bits;
use crate::rows::{Code, Codes, Column, Dictionary, EMPTY, Rows, with_codes};
use std::borrow::Cow;
use std::sync::OnceLock;
use values::sort;
use view::View;

/// A value of a column and how many rows have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// The value's text form; empty for rows without one.
    pub value: String,
    /// Rows that have it and pass all conditions but the column's own.
    pub count: u32,
    /// Whether it is ticked: the view asks for it.
    pub ticked: bool,
    /// Whether the view leaves out rows that have it.
    pub excluded: bool,
}

impl Engine {
    /// The values of a column among the rows that pass all conditions but the column's own, as of the last [`Engine::update`]. Documented values
    /// come first and in their own order, the others by count. Documented values that no such row has are there with a count of 0 if any row has
    /// them; ticked and excluded ones always. A row with a list counts once for each of its different items.
    pub fn facet(&self, rows: &Rows, view: &View, column: usize) -> Vec<FacetValue> {
        let Some(facts) = view.table.columns().nth(column) else {
            return Vec::new();
        };
        let codes = self.counts(rows, column);
        let mut values: Vec<FacetValue> = Vec::new();
        // Of columns with thousands of values, few are asked anything.
        let asked = view.conditions.iter().any(|condition| condition.column == column);
        let ticked = |value: &str| asked && view.ticked(column, value);
        let excluded = |value: &str| asked && view.excludes(column, value);
        let found = |value: String, count| FacetValue {
            ticked: ticked(&value),
            excluded: excluded(&value),
            value,
            count,
        };
        let wanted = |value: &str| facts.known(value).is_some() || ticked(value) || excluded(value);
        for (value, count) in values_of(rows, column, &codes, &wanted) {
            if count > 0 || wanted(&value) {
                values.push(found(value, count));
            }
        }
        for value in view.chosen(column) {
            if !values.iter().any(|known| known.value == value) {
                values.push(found(value, 0));
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

    /// How many rows have each code of a column, of those that pass all conditions but its own.
    pub(super) fn counts(&self, rows: &Rows, column: usize) -> Vec<u32> {
        let others = !(1 << column);
        // A column without conditions of its own counts what matches.
        let own = self.tests.get(column).is_some_and(|tests| !tests.is_empty());
        let without = || {
            let block = |masks: &[u32]| {
                let bits = (0..).zip(masks);
                bits.fold(0, |block, (bit, mask)| block | u64::from(mask & others == 0) << bit)
            };
            self.mask.chunks(64).map(block).collect()
        };
        let counted: Cow<'_, [u64]> = if own {
            Cow::Owned(without())
        } else {
            Cow::Borrowed(self.selection.words())
        };
        self.codes(rows, column, &counted)
    }

    /// How many of the counted rows have each code of a column. Where that is most rows, those that are not counted are taken off all.
    pub(super) fn codes(&self, rows: &Rows, column: usize, counted: &[u64]) -> Vec<u32> {
        let all = self.totals.get(column);
        let Some(column) = rows.column(column) else {
            return Vec::new();
        };
        let mut counts = vec![0; column.dict.len()];
        let seen = self.mask.len();
        let many: usize = counted.iter().map(|block| block.count_ones() as usize).sum();
        if let Some(only) = all.and_then(OnceLock::get).and_then(|all| only(all)) {
            counts[only] = many as u32;
            return counts;
        }
        let Some(all) = all.filter(|_| many > seen / 2) else {
            count(&column.codes, seen, counted, |code| counts[code] += 1);
            return counts;
        };
        let all = all.get_or_init(|| total(column, seen));
        for (count, all) in counts.iter_mut().zip(all) {
            *count = *all;
        }
        let others: Vec<u64> = counted.iter().map(|block| !block).collect();
        // Rows may have changed since the last update, which the next one will bring.
        count(&column.codes, seen, &others, |code| {
            counts[code] = counts[code].saturating_sub(1);
        });
        counts
    }

    /// Counts all rows by the columns of which people see facets: those with few different values.
    pub(super) fn count_all(&self, rows: &Rows) {
        const FEW: usize = 4096;
        for (at, total_of) in self.totals.iter().enumerate() {
            if let Some(column) = rows.column(at).filter(|column| column.dict.len() <= FEW) {
                total_of.get_or_init(|| total(column, self.mask.len()));
            }
        }
    }

    /// The most frequent values of a column among all rows, `limit` at most, without "no value": documented ones first and in their own order.
    pub fn distinct(&self, rows: &Rows, column: usize, limit: usize) -> Vec<String> {
        let mut there = Bits::none(rows.len());
        for row in 0..rows.len() {
            if u32::try_from(row).is_ok_and(|row| !rows.is_gone(row)) {
                there.add(row);
            }
        }
        let mut codes = Vec::new();
        if let Some(column) = rows.column(column) {
            codes.resize(column.dict.len(), 0);
            count(&column.codes, rows.len(), there.words(), |code| codes[code] += 1);
        }
        let mut values = values_of(rows, column, &codes, &|_| false);
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

/// Hands over the code of every counted row among the first `rows`; 64 of them are a block.
fn count(codes: &Codes, rows: usize, counted: &[u64], mut add: impl FnMut(usize)) {
    with_codes!(codes, codes => {
        let codes = codes.get(..rows).unwrap_or(codes);
        for (codes, left) in codes.chunks(64).zip(counted) {
            let mut left = *left;
            if left == u64::MAX {
                for code in codes {
                    add(code.at());
                }
                continue;
            }
            while left != 0 {
                if let Some(code) = codes.get(left.trailing_zeros() as usize) {
                    add(code.at());
                }
                left &= left - 1;
            }
        }
    });
}

/// How many of the first `rows` have each code.
fn total(column: &Column, rows: usize) -> Vec<u32> {
    let mut all = vec![0; column.dict.len()];
    count(&column.codes, rows, &vec![u64::MAX; rows.div_ceil(64)], |code| {
        all[code] += 1;
    });
    all
}

/// The code that all rows have, if there is one: then nobody needs to look at them.
fn only(all: &[u32]) -> Option<usize> {
    let mut there = (0..all.len()).filter(|code| all[*code] > 0);
    there.next().filter(|_| there.next().is_none())
}

/// The values of a column with the number of rows that have them, from the counts of their codes. `wanted` values are listed even with a count
/// of 0, if any row has them.
fn values_of(rows: &Rows, column: usize, counts: &[u32], wanted: &dyn Fn(&str) -> bool) -> Vec<(String, u32)> {
    let Some(column) = rows.column(column) else {
        return Vec::new();
    };
    let there = |row: usize| u32::try_from(row).is_ok_and(|row| !rows.is_gone(row));
    let Some(words) = column.dict.words() else {
        let present = |code: u32| has(&column.codes, there, |found| found == code);
        return texts(counts, |code| column.dict.text(code).into_owned(), present, wanted);
    };
    let of_items = of_items(&column.dict, words.len(), counts);
    let present = |code: u32| {
        has(&column.codes, there, |found| match code {
            EMPTY => found == EMPTY,
            item => column.dict.items(found).contains(&item),
        })
    };
    texts(&of_items, |code| words.text(code).into_owned(), present, wanted)
}

/// How many rows have each item of the lists of a dictionary, from the counts of the lists. A list counts once for each of its different items.
pub(super) fn of_items(lists: &Dictionary, items: usize, counts: &[u32]) -> Vec<u32> {
    let mut of_items = vec![0u32; items];
    of_items[EMPTY as usize] = counts[EMPTY as usize];
    for (code, count) in (0..).zip(counts).filter(|(_, count)| **count > 0) {
        let items = lists.items(code);
        for (at, item) in items.iter().enumerate() {
            if !items[..at].contains(item) {
                of_items[*item as usize] += count;
            }
        }
    }
    of_items
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
