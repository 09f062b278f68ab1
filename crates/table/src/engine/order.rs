//! Sort order: every different value gets a rank once, rows are dealt into ranks.

use super::Field;
use super::search::Lowered;
use crate::rows::{Cell, Dict, EMPTY, Rows};
use crate::view::SortKey;

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

/// What a value sorts by: numbers and times before anything else, by size; the rest by the first bytes of its text in lower case, of which
/// longer texts may share one key.
type Key = u128;

/// Texts come after numbers.
const TEXT: Key = 1 << 120;

impl Ranks {
    /// Takes in the values that came since the last time.
    fn extend(&mut self, dict: &Dict, lowered: &mut Lowered) {
        if self.ranks.len() == dict.len() {
            return;
        }
        let codes = |from: usize, to: usize| (from..to).filter_map(|code| u32::try_from(code).ok());
        let first = self.ranks.len().max(EMPTY as usize + 1);
        if codes(first, dict.len()).any(|code| !matches!(dict.cell(code), Cell::Number(_) | Cell::Time(_))) {
            lowered.extend(dict);
        }
        let lowered = &*lowered;
        let keyed = |code| (key(dict, lowered, code), code);
        let mut new: Vec<(Key, u32)> = codes(first, dict.len()).map(keyed).collect();
        let compare = |a: &(Key, u32), b: &(Key, u32)| {
            let text = |code: u32| if a.0 < TEXT { "" } else { lowered.get(code as usize) };
            a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1)))
        };
        new.sort_unstable_by(compare);

        let old = std::mem::take(&mut self.codes);
        let mut all = Vec::with_capacity(old.len() + new.len());
        let (mut old, mut new) = (old.into_iter().map(keyed).peekable(), new.into_iter().peekable());
        while let (Some(a), Some(b)) = (old.peek(), new.peek()) {
            let next = if compare(a, b).is_le() { old.next() } else { new.next() };
            all.extend(next);
        }
        all.extend(old);
        all.extend(new);

        self.ranks.resize(dict.len(), 0);
        self.count = 0;
        let mut last = None;
        for next in &all {
            self.count += u32::from(last.is_some_and(|last| compare(last, next).is_ne()));
            self.ranks[next.1 as usize] = self.count;
            last = Some(next);
        }
        self.count += 1;
        self.codes = all.into_iter().map(|(_, code)| code).collect();
    }
}

/// A value's key. Sizes become bits of the same order.
fn key(dict: &Dict, lowered: &Lowered, code: u32) -> Key {
    const SIGN: u64 = 1 << 63;
    match dict.cell(code) {
        Cell::Number(number) => {
            let bits = number.to_bits();
            Key::from(if bits & SIGN == 0 { bits | SIGN } else { !bits })
        }
        Cell::Time(instant) => Key::from(instant.cast_unsigned() ^ SIGN),
        _ => {
            let text = lowered.get(code as usize).as_bytes();
            let mut start = [0; 16];
            let length = text.len().min(15);
            start[1..=length].copy_from_slice(&text[..length]);
            TEXT | Key::from_be_bytes(start)
        }
    }
}

/// All rows by the given keys, those without a value last. Rows that are equal by all keys stand target by target, within one in order of arrival:
/// which target answers first is chance, and a link must show the same order twice.
pub(super) fn sorted(rows: &Rows, fields: &mut [Field], keys: &[SortKey]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..rows.len()).filter_map(|row| u32::try_from(row).ok()).collect();
    let mut dealt = vec![0; order.len()];
    let targets = order.iter().map(|row| rows.target(*row) + 1).max().unwrap_or_default();
    deal(&order, &mut dealt, targets as usize, |row| rows.target(row));
    std::mem::swap(&mut order, &mut dealt);
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
