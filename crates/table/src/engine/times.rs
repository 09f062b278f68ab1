//! Words in times, without writing out the times.
//!
//! A time's text is a day and a clock: there are few different days and 86,400 clocks, so a word is looked for in those. It may also begin
//! at the end of the day and go on into the clock.

use super::found::Sought;
use crate::bits::Bits;
use crate::rows::{Dict, push_lower};
use crate::time::{self, DAY};

/// Characters of a day: `2026-11-22`.
const DAY_LENGTH: usize = 10;
/// Characters of a clock: `t03:00:00z`.
const CLOCK_LENGTH: usize = 10;
/// Days between the first and the last for which a list of days is worth while.
const MOST_DAYS: i64 = 40_000;

/// The instants of a column in which nothing else stands.
pub(super) fn plain(dict: &Dict) -> Option<&[i64]> {
    dict.times().filter(|_| !dict.has_odd())
}

/// Adds to `found` those of `codes` whose text holds a word.
pub(super) fn find(
    dict: &Dict,
    instants: &[i64],
    sought: &Sought<'_>,
    codes: impl Iterator<Item = usize>,
    found: &mut Bits,
) {
    let word = sought.word;
    let whole = DAY_LENGTH + CLOCK_LENGTH;
    let possible = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b't' | b'z' | b'.');
    // Milliseconds make a text longer by four.
    if word.len() > whole + 4 || !word.bytes().all(possible) {
        return;
    }
    let mut days = Days::new(instants);
    for code in codes.filter(|code| *code > 0) {
        let Some(instant) = instants.get(code).copied() else {
            continue;
        };
        let (day, within) = (instant.div_euclid(DAY), instant.rem_euclid(DAY));
        let marks = (within % 1000 == 0).then(|| days.marks(day, word)).flatten();
        let hit = if let Some(day) = marks {
            let clock = usize::try_from(within / 1000)
                .ok()
                .and_then(|second| sought.clocks().get(second));
            let clock = clock.copied().unwrap_or_default();
            (day | clock) & INSIDE != 0 || day & clock != 0
        } else {
            let mut text = String::new();
            push_lower(&mut text, &dict.text(u32::try_from(code).unwrap_or_default()));
            text.contains(word)
        };
        if hit {
            found.add(code);
        }
    }
}

/// What a day or a clock has of a word: bit 0 all of it; bit n a day ends with its first n characters, a clock begins with what follows them.
pub(super) type Marks = u32;

const INSIDE: Marks = 1;

/// The marks of days, each worked out once.
struct Days {
    first: i64,
    known: Vec<Option<Marks>>,
}

impl Days {
    fn new(instants: &[i64]) -> Self {
        let days = instants.iter().skip(1).map(|instant| instant.div_euclid(DAY));
        let (first, last) = days.fold((i64::MAX, i64::MIN), |(first, last), day| {
            (first.min(day), last.max(day))
        });
        let count = last.checked_sub(first).filter(|count| (0..MOST_DAYS).contains(count));
        let count = count.and_then(|count| usize::try_from(count + 1).ok());
        Self {
            first,
            known: vec![None; count.unwrap_or_default()],
        }
    }

    /// `None` for a day without the usual text, or too far off.
    fn marks(&mut self, day: i64, word: &str) -> Option<Marks> {
        let place = usize::try_from(day.checked_sub(self.first)?).ok()?;
        let known = self.known.get_mut(place)?;
        if known.is_none() {
            let text = time::is_named(day * DAY).then(|| time::format(day * DAY))?;
            *known = Some(day_marks(text.get(..DAY_LENGTH)?, word));
        }
        *known
    }
}

fn day_marks(day: &str, word: &str) -> Marks {
    let ends = (1..=DAY_LENGTH.min(word.len())).filter(|length| day.ends_with(&word[..*length]));
    ends.fold(Marks::from(day.contains(word)), |marks, length| marks | 1 << length)
}

/// The marks of every second of a day.
pub(super) fn clocks_of(word: &str) -> Vec<Marks> {
    (0..86_400)
        .map(|second| clock_marks(clock(second), word.as_bytes()))
        .collect()
}

/// The text of a second of a day.
fn clock(second: u32) -> [u8; CLOCK_LENGTH] {
    let mut clock = *b"t00:00:00z";
    for (at, number) in [(1, second / 3600), (4, second / 60 % 60), (7, second % 60)] {
        let [tens, ones, ..] = [number / 10, number % 10].map(|digit| digit.to_le_bytes()[0]);
        clock[at] += tens;
        clock[at + 1] += ones;
    }
    clock
}

fn clock_marks(clock: [u8; CLOCK_LENGTH], word: &[u8]) -> Marks {
    let inside = word.len() <= CLOCK_LENGTH && clock.windows(word.len()).any(|part| part == word);
    let mut marks = Marks::from(inside);
    // A word of digits can only go on behind the day with the letter between the two.
    for length in 1..=DAY_LENGTH.min(word.len()) {
        if word.get(length).is_none_or(|next| *next == b't') && clock.starts_with(&word[length..]) {
            marks |= 1 << length;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{CLOCK_LENGTH, DAY_LENGTH, INSIDE, clock, clock_marks, day_marks};
    use proptest::prelude::*;

    proptest! {
        /// What is found in the parts is what is found in the whole.
        #[test]
        fn parts_are_the_whole(second in 0u32..86_400, from in 0usize..20, length in 1usize..20, other in "[0-9:tz-]{1,6}") {
            let day = "2026-11-22";
            let text = format!("{day}t{:02}:{:02}:{:02}z", second / 3600, second / 60 % 60, second % 60);
            prop_assert_eq!(text.len(), DAY_LENGTH + CLOCK_LENGTH);
            let part = &text[from..(from + length).min(text.len())];
            for word in [part, &other] {
                let (day, clock) = (day_marks(day, word), clock_marks(clock(second), word.as_bytes()));
                let hit = (day | clock) & INSIDE != 0 || day & clock != 0;
                prop_assert_eq!(hit, text.contains(word), "{} in {}", word, text);
            }
        }
    }
}
