//! The order of a dictionary's values: every different value gets a rank once, however many rows have it.
//!
//! Ranking half a million texts takes longer than a frame, so it is done in parts, between which a page can draw.

use super::find::Lowered;
use crate::rows::{Cell, Dictionary, EMPTY, Texts};
use std::cmp::Ordering;
use std::ops::Range;
use values::{number, sort};

/// The order of a dictionary's values.
#[derive(Clone, Default)]
pub(super) struct Ranks {
    /// Each code's rank. Values that sort as equals share one.
    ranks: Vec<u32>,
    /// How many different ranks there are.
    count: u32,
}

impl Ranks {
    /// Whether no value has come since.
    pub(super) fn knows(&self, dict: &Dictionary) -> bool {
        self.ranks.len() == dict.len()
    }

    /// Each code's place in the order, those without a value last; and how many places there are.
    pub(super) fn places(&self, descending: bool) -> (Vec<u32>, usize) {
        let place = |(code, rank): (u32, &u32)| match (code, descending) {
            (EMPTY, _) => self.count,
            (_, false) => *rank,
            (_, true) => self.count - 1 - rank,
        };
        ((0..).zip(&self.ranks).map(place).collect(), self.count as usize + 1)
    }
}

/// Most texts with equal keys that are compared with one another. Longer stretches are sorted again by the bytes that follow.
const FEW: usize = 500;
/// How many ranks one part of the work writes at most.
const PART: usize = 1 << 17;

/// A ranking in progress.
pub(super) struct Ranking {
    /// All codes but [`EMPTY`], in order except in the stretches that are left to do.
    codes: Vec<u32>,
    /// Whether each of them is another value than the one before.
    other: Vec<bool>,
    /// Numbers or times stand before this place, by size; from here on stand texts.
    sized: usize,
    /// Stretches that are left to do; the last one is being worked on.
    left: Vec<Stretch>,
}

/// A stretch of values that begin alike and are not in order yet.
struct Stretch {
    range: Range<usize>,
    keys: Option<Keys>,
    /// Bytes that all texts begin with, and with those that the keys are made of.
    read: usize,
}

impl Ranking {
    /// Begins to rank all values; `None` when none came since the last time. Old ones too: going through all in turn is faster than to look up
    /// each of the old ones to see where the new ones go.
    pub(super) fn begin(dict: &Dictionary, ranks: &Ranks) -> Option<Self> {
        if ranks.knows(dict) {
            return None;
        }
        let has_size = dict.numbers().is_some() || dict.times().is_some();
        let all = (0..dict.len()).skip(EMPTY as usize + 1);
        let all = all.filter_map(|code| u32::try_from(code).ok());
        let (mut codes, texts): (Vec<u32>, Vec<u32>) =
            all.partition(|code| has_size && (!dict.is_unreadable(*code) || digits(dict, *code).is_some()));
        let sized = codes.len();
        codes.extend(texts);
        let stretches = [0..sized, sized..codes.len()].into_iter();
        Some(Self {
            other: vec![true; codes.len()],
            // Where there are no texts, none are to be made.
            left: stretches.filter(|range| !range.is_empty()).map(Stretch::new).collect(),
            sized,
            codes,
        })
    }

    /// Does one part of the work: a pass over all values, or a digit of their keys. Values that come in between are left out. Whether all is
    /// done and `ranks` are new.
    pub(super) fn step(&mut self, dict: &Dictionary, lowered: &mut Lowered, ranks: &mut Ranks) -> bool {
        let Some(mut stretch) = self.left.pop() else {
            self.finish(ranks);
            return true;
        };
        let texts = (stretch.range.start >= self.sized).then(|| {
            lowered.extend(dict);
            if dict.folded().is_none() {
                lowered.extend_always(dict);
            }
            lowered.texts(dict)
        });
        match &mut stretch.keys {
            None => {
                let codes = &self.codes[stretch.range.clone()];
                stretch.keys = Some(match texts {
                    None => Keys::new(codes, |code| size(dict, code)),
                    Some(texts) => {
                        let common = common_start(codes, texts);
                        stretch.read = common + size_of::<Key>();
                        Keys::new(codes, |code| part(texts.get(code as usize), common))
                    }
                });
            }
            Some(keys) => {
                if keys.deal() {
                    self.settle(dict, stretch, texts);
                    return false;
                }
            }
        }
        self.left.push(stretch);
        false
    }

    /// Writes values in the order of their keys, as many as one part may.
    fn settle(&mut self, dict: &Dictionary, mut stretch: Stretch, texts: Option<&Texts>) {
        let Some(keys) = &mut stretch.keys else { return };
        let mut work = 0;
        let mut later = Vec::new();
        while let Some(alike) = keys.next(&mut self.codes[stretch.range.clone()]) {
            let range = stretch.range.start..stretch.range.start + alike;
            stretch.range.start = range.end;
            work += alike * (alike.ilog2() as usize + 1);
            let codes = &mut self.codes[range.clone()];
            match texts {
                // Numbers of more digits than an `f64` has are as good as equal to it.
                None if alike > 1 && dict.has_unreadable() => {
                    let order = |a: u32, b: u32| number::order(&dict.text(a), &dict.text(b)).unwrap_or(Ordering::Equal);
                    sort::numbers(codes, &mut |a, b| order(a, b));
                    for (other, pair) in self.other[range].iter_mut().skip(1).zip(codes.windows(2)) {
                        *other = order(pair[0], pair[1]).is_ne();
                    }
                }
                None => self.other[range].iter_mut().skip(1).for_each(|other| *other = false),
                Some(_) if alike == 1 => {}
                Some(texts) => {
                    // A text that ends within its key may share it with one that has zeros there.
                    let goes_on = |code: &u32| texts.get(*code as usize).len() >= stretch.read;
                    if alike > FEW && codes.iter().all(goes_on) {
                        later.push(Stretch::new(range));
                    } else {
                        let text = |code: u32| texts.get(code as usize);
                        sort::numbers(codes, &mut |a, b| text(a).cmp(text(b)));
                        for (other, pair) in self.other[range].iter_mut().skip(1).zip(codes.windows(2)) {
                            *other = text(pair[0]) != text(pair[1]);
                        }
                    }
                }
            }
            if work >= PART {
                break;
            }
        }
        if !stretch.range.is_empty() {
            self.left.push(stretch);
        }
        self.left.append(&mut later);
    }

    fn finish(&mut self, ranks: &mut Ranks) {
        ranks.ranks = vec![0; self.codes.len() + 1];
        ranks.count = 0;
        for (code, other) in self.codes.iter().zip(&self.other) {
            ranks.count += u32::from(*other);
            ranks.ranks[*code as usize] = ranks.count - 1;
        }
    }
}

impl Stretch {
    fn new(range: Range<usize>) -> Self {
        Self {
            range,
            keys: None,
            read: 0,
        }
    }
}

/// What one pass sorts values by: a number or time, or some bytes of a text.
pub(super) type Key = u64;

const SIGN: u64 = 1 << 63;

/// A number as unsigned bits that sort alike.
pub(super) fn of_number(number: f64) -> Key {
    let bits = number.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// A time as unsigned bits that sort alike.
pub(super) fn of_time(instant: i64) -> Key {
    instant.cast_unsigned() ^ SIGN
}

/// The bits of a number or time.
fn size(dict: &Dictionary, code: u32) -> Key {
    match dict.cell(code) {
        Cell::Number(number) => of_number(number),
        Cell::Time(instant) => of_time(instant),
        _ => digits(dict, code).map_or(0, of_number),
    }
}

/// About what number an unreadable value of a number column is, where it is one.
fn digits(dict: &Dictionary, code: u32) -> Option<f64> {
    dict.numbers()?;
    number::nearest_to(&dict.text(code))
}

/// Numbers being sorted by a key, smallest first. Those with equal keys keep their order.
pub(super) struct ByKey(Keys);

impl ByKey {
    /// Begins to sort them.
    pub(super) fn begin(numbers: &[u32], key: impl Fn(u32) -> Key) -> Self {
        Self(Keys::new(numbers, key))
    }

    /// Does one part of the work: a digit of the keys. When that was the last, true, and the numbers are in order.
    pub(super) fn step(&mut self, numbers: &mut [u32]) -> bool {
        if !self.0.deal() {
            return false;
        }
        let mut done = 0;
        while let Some(alike) = self.0.next(&mut numbers[done..]) {
            done += alike;
        }
        true
    }
}

/// The bytes of a text from a place on, as many as a key has.
fn part(text: &str, from: usize) -> Key {
    let mut part = [0; size_of::<Key>()];
    let text = text.as_bytes().get(from..).unwrap_or_default();
    let length = text.len().min(part.len());
    part[..length].copy_from_slice(&text[..length]);
    Key::from_be_bytes(part)
}

/// How many bytes all texts begin with alike: ids of one kind share their first letters.
fn common_start(codes: &[u32], texts: &Texts) -> usize {
    let text = |code: &u32| texts.get(*code as usize).as_bytes();
    let first = codes.first().map(text).unwrap_or_default();
    codes.iter().map(text).fold(first.len(), |common, text| {
        let alike = first[..common].iter().zip(text);
        alike.take_while(|(a, b)| a == b).count()
    })
}

/// Codes being sorted by their keys. Times of a month differ by less than 2³² milliseconds: so much less to move.
enum Keys {
    Short(Digits<u32>),
    Long(Digits<Key>),
}

impl Keys {
    fn new(codes: &[u32], key: impl Fn(u32) -> Key) -> Self {
        let low = codes.iter().map(|code| key(*code)).min().unwrap_or_default();
        let high = codes.iter().map(|code| key(*code)).max().unwrap_or_default();
        if u32::try_from(high - low).is_err() {
            return Self::Long(Digits::new(codes, key));
        }
        Self::Short(Digits::new(codes, |code| {
            u32::try_from(key(code) - low).unwrap_or_default()
        }))
    }

    /// One pass of the radix sort, by the next digit; true when no digit is left.
    fn deal(&mut self) -> bool {
        match self {
            Self::Short(digits) => digits.deal(),
            Self::Long(digits) => digits.deal(),
        }
    }

    /// Puts the next codes that share a key first in `codes`; how many. `None` at the end.
    fn next(&mut self, codes: &mut [u32]) -> Option<usize> {
        match self {
            Self::Short(digits) => digits.next(codes),
            Self::Long(digits) => digits.next(codes),
        }
    }
}

/// Bits of a digit of the radix sort.
const DIGIT: u32 = 11;
const DIGITS: usize = 1 << DIGIT;

struct Digits<K> {
    from: Vec<(K, u32)>,
    to: Vec<(K, u32)>,
    /// Lowest bits of the keys that are sorted by already.
    done: u32,
    /// Codes that have been handed out.
    out: usize,
}

impl<K: Copy + Ord + Into<Key>> Digits<K> {
    fn new(codes: &[u32], key: impl Fn(u32) -> K) -> Self {
        Self {
            from: codes.iter().map(|code| (key(*code), *code)).collect(),
            to: Vec::new(),
            done: 0,
            out: 0,
        }
    }

    /// One pass of the radix sort, the least important digit first. Digits that all keys share cost nothing.
    fn deal(&mut self) -> bool {
        if self.from.len() < 2 * DIGITS && self.done == 0 {
            sort::by(&mut self.from, |(a, _), (b, _)| a.cmp(b));
            self.done = Key::BITS;
        }
        while self.done < Key::BITS {
            let shift = self.done;
            self.done += DIGIT;
            #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are wanted")]
            let digit = |key: K| (key.into() >> shift) as usize & (DIGITS - 1);
            let first = self.from.first().map_or(0, |(key, _)| digit(*key));
            if self.from.iter().all(|(key, _)| digit(*key) == first) {
                continue;
            }
            let mut starts = [0u32; DIGITS + 1];
            for (key, _) in &self.from {
                starts[digit(*key) + 1] += 1;
            }
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            if self.to.is_empty() {
                self.to.clone_from(&self.from);
            }
            for entry in &self.from {
                let next = &mut starts[digit(entry.0)];
                self.to[*next as usize] = *entry;
                *next += 1;
            }
            std::mem::swap(&mut self.from, &mut self.to);
            return false;
        }
        self.to = Vec::new();
        true
    }

    fn next(&mut self, codes: &mut [u32]) -> Option<usize> {
        let left = self.from.get(self.out..)?;
        let key = left.first()?.0;
        let alike = left.iter().take_while(|(other, _)| *other == key).zip(codes);
        let alike = alike.map(|((_, code), place)| *place = *code).count();
        self.out += alike;
        Some(alike)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lowered, Ranking, Ranks};
    use crate::rows::Rows;

    /// A million times would be as many texts.
    #[test]
    fn sizes_are_ranked_without_their_texts() {
        let table = catalog::table("patches").unwrap();
        let mut rows = Rows::new(table);
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let target = rows.add_target("alibaba", "prod", "cn-hangzhou", source);
        let items = r#"[{"InstanceId": "a", "OperationEndTime": "2026-11-22T03:00:00Z", "MissingCount": 2},
            {"InstanceId": "b", "OperationEndTime": "2026-11-21T03:00:00Z", "MissingCount": 1}]"#;
        rows.ingest(target, items).unwrap();
        for column in ["end", "missing"] {
            let dict = &rows.column(table.index(column).unwrap()).unwrap().dict;
            let (mut ranks, mut lowered) = (Ranks::default(), Lowered::default());
            let mut ranking = Ranking::begin(dict, &ranks).unwrap();
            while !ranking.step(dict, &mut lowered, &mut ranks) {}
            assert_eq!(ranks.places(false), (vec![2, 1, 0], 3), "{column}");
            assert_eq!(lowered.texts(dict).len(), 0, "{column}");
        }
    }
}
