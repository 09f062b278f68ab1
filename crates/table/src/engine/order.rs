//! Sort order: every different value gets a rank once, rows are dealt into ranks.

use super::found::Lowered;
use crate::rows::{Cell, Code, Codes, Dict, EMPTY, Rows, Texts, with_codes};
use crate::sort;
use crate::view::SortKey;

/// The order of a dictionary's values.
#[derive(Default)]
pub(super) struct Ranks {
    /// Each code's rank. Values that sort as equals share one.
    ranks: Vec<u32>,
    /// How many different ranks there are.
    count: u32,
}

/// What a value sorts by: numbers and times before anything else, by size; the rest by the first bytes of its text in lower case, of which
/// longer texts may share one key.
type Key = u64;

impl Ranks {
    /// Ranks all values, unless none came since the last time. Old ones too: going through all in turn is faster than to look up each of the old
    /// ones to see where the new ones go.
    pub(super) fn extend(&mut self, dict: &Dict, lowered: &mut Lowered) {
        if self.ranks.len() == dict.len() {
            return;
        }
        let sized = dict.numbers().is_some() || dict.times().is_some();
        let codes = (0..dict.len()).skip(EMPTY as usize + 1);
        let codes = codes.filter_map(|code| u32::try_from(code).ok());
        let (words, sizes): (Vec<u32>, Vec<u32>) = codes.partition(|code| !sized || dict.is_odd(*code));
        self.ranks.resize(dict.len(), 0);
        self.count = 0;
        by_key(&sizes, |code| size(dict, code), |code, equal| self.rank(code, equal));
        if !words.is_empty() {
            lowered.extend(dict);
            if dict.lower().is_none() {
                lowered.extend_always(dict);
            }
            self.rank_texts(&words, lowered.texts(dict));
        }
    }

    fn rank_texts(&mut self, codes: &[u32], texts: &Texts) {
        let text = |code: u32| texts.get(code as usize);
        let first = codes.first().map_or("", |code| text(*code));
        let skipped = common_start(first, codes.iter().map(|code| text(*code)));
        let start = |code: u32| start(text(code).as_bytes().get(skipped..).unwrap_or_default());
        let mut alike: Vec<u32> = Vec::new();
        let mut settle = |alike: &mut Vec<u32>| {
            sort::numbers(alike, &mut |a, b| text(a).cmp(text(b)));
            let mut last = None;
            for code in alike.drain(..) {
                self.rank(code, last == Some(text(code)));
                last = Some(text(code));
            }
        };
        by_key(codes, start, |code, equal| {
            if !equal {
                settle(&mut alike);
            }
            alike.push(code);
        });
        settle(&mut alike);
    }

    /// Gives the next value its rank: that of the one before if it is equal.
    fn rank(&mut self, code: u32, equal: bool) {
        self.count += u32::from(!equal);
        if let Some(place) = self.ranks.get_mut(code as usize) {
            *place = self.count - 1;
        }
    }

    /// Each code's place in the order, those without a value last.
    fn places(&self, descending: bool) -> Vec<u32> {
        let place = |(code, rank): (u32, &u32)| match (code, descending) {
            (EMPTY, _) => self.count,
            (_, false) => *rank,
            (_, true) => self.count - 1 - rank,
        };
        (0..).zip(&self.ranks).map(place).collect()
    }
}

/// A number or time as bits of the same order.
fn size(dict: &Dict, code: u32) -> Key {
    const SIGN: u64 = 1 << 63;
    match dict.cell(code) {
        Cell::Number(number) => {
            let bits = number.to_bits();
            if bits & SIGN == 0 { bits | SIGN } else { !bits }
        }
        Cell::Time(instant) => instant.cast_unsigned() ^ SIGN,
        _ => 0,
    }
}

/// The first bytes of a text.
fn start(text: &[u8]) -> Key {
    let mut start = [0; 8];
    let length = text.len().min(8);
    start[..length].copy_from_slice(&text[..length]);
    Key::from_be_bytes(start)
}

/// How many bytes all texts begin with alike: ids of one kind share their first letters.
fn common_start<'a>(first: &str, texts: impl Iterator<Item = &'a str>) -> usize {
    texts.fold(first.len(), |common, text| {
        let alike = first.as_bytes()[..common].iter().zip(text.as_bytes());
        alike.take_while(|(a, b)| a == b).count()
    })
}

/// Hands over codes by their keys, each with whether its key is that of the one before.
fn by_key(codes: &[u32], key: impl Fn(u32) -> Key, take: impl FnMut(u32, bool)) {
    let low = codes.iter().map(|code| key(*code)).min().unwrap_or_default();
    let high = codes.iter().map(|code| key(*code)).max().unwrap_or_default();
    // Times of a month differ by less than 2³² milliseconds: so much less to move.
    if u32::try_from(high - low).is_ok() {
        by_digits(codes, |code| u32::try_from(key(code) - low).unwrap_or_default(), take);
    } else {
        by_digits(codes, key, take);
    }
}

/// The same, a digit of eleven bits at a time, the least important first. Digits that all keys share cost nothing.
fn by_digits<K: Copy + Ord + Into<Key>>(codes: &[u32], key: impl Fn(u32) -> K, mut take: impl FnMut(u32, bool)) {
    const DIGIT: u32 = 11;
    const DIGITS: usize = 1 << DIGIT;
    let mut from: Vec<(K, u32)> = codes.iter().map(|code| (key(*code), *code)).collect();
    let few = from.len() < 2 * DIGITS;
    if few {
        sort::by(&mut from, |(a, _), (b, _)| a.cmp(b));
    }
    let mut to = if few { Vec::new() } else { from.clone() };
    for shift in (0..Key::BITS).step_by(DIGIT as usize) {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are wanted")]
        let digit = |key: K| (key.into() >> shift) as usize & (DIGITS - 1);
        if few || from.iter().all(|(key, _)| digit(*key) == digit(from[0].0)) {
            continue;
        }
        let mut starts = [0u32; DIGITS + 1];
        for (key, _) in &from {
            starts[digit(*key) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        for entry in &from {
            let next = &mut starts[digit(entry.0)];
            to[*next as usize] = *entry;
            *next += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    drop(to);
    let mut last = None;
    for (key, code) in from {
        take(code, last == Some(key));
        last = Some(key);
    }
}

/// A sort on its way: one part of the work at a time, so that a page can draw in between.
pub(super) struct Sorting {
    keys: Vec<SortKey>,
    /// What the rows were when it began: which, how often changed, how many. Rows that came later are left out.
    edits: (u64, u64),
    rows: usize,
    order: Vec<u32>,
    /// How many keys are dealt with, the least important first; each takes two parts of the work.
    done: usize,
}

impl Sorting {
    /// All rows target by target, within one in order of arrival: which target answers first is chance, and a link must show the same order
    /// twice. That is the order of rows that are equal by all keys.
    pub(super) fn begin(rows: &Rows, keys: &[SortKey]) -> Self {
        let order: Vec<u32> = (0..rows.len()).filter_map(|row| u32::try_from(row).ok()).collect();
        let mut sorting = Self {
            keys: keys.to_vec(),
            edits: rows.edits(),
            rows: rows.len(),
            order,
            done: 0,
        };
        let targets: Vec<u32> = (0..rows.targets())
            .filter_map(|target| u32::try_from(target).ok())
            .collect();
        sorting.deal(rows.target_codes(), &targets, targets.len());
        sorting
    }

    /// Whether it still is what is wanted.
    pub(super) fn fits(&self, rows: &Rows, keys: &[SortKey]) -> bool {
        self.keys == keys && self.edits == rows.edits() && self.rows <= rows.len()
    }

    /// Does one part of the work; true when all is done.
    pub(super) fn step(&mut self, rows: &Rows, ranks: &mut [Ranks], lowered: &mut [Lowered]) -> bool {
        let Some(key) = self.keys.iter().rev().nth(self.done / 2).copied() else {
            return true;
        };
        let (ranking, last) = (self.done.is_multiple_of(2), self.done + 1 == 2 * self.keys.len());
        self.done += 1;
        let (Some(column), Some(ranks), Some(lowered)) = (
            rows.column(key.column),
            ranks.get_mut(key.column),
            lowered.get_mut(key.column),
        ) else {
            return last;
        };
        if ranking {
            ranks.extend(&column.dict, lowered);
        } else {
            self.deal(&column.codes, &ranks.places(key.descending), ranks.count as usize + 1);
        }
        last
    }

    /// Deals all rows by their codes' places. Rows of one place keep their order.
    fn deal(&mut self, codes: &Codes, places: &[u32], count: usize) {
        let mut dealt = vec![0; self.order.len()];
        with_codes!(codes, codes => {
            let place = |row: u32| places.get(codes[row as usize].at()).copied().unwrap_or_default() as usize;
            let mut starts = vec![0u32; count + 1];
            for code in &codes[..self.rows] {
                starts[places.get(code.at()).copied().unwrap_or_default() as usize + 1] += 1;
            }
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            for row in &self.order {
                let next = &mut starts[place(*row)];
                dealt[*next as usize] = *row;
                *next += 1;
            }
        });
        self.order = dealt;
    }

    /// The rows in order.
    pub(super) fn finish(self) -> Vec<u32> {
        self.order
    }
}
