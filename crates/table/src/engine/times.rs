//! Words in times, without writing out the times.
//!
//! A time's text is a day and a clock: there are few different days and 86,400 clocks, so a word is looked for in those. It may also begin
//! at the end of the day and go on into the clock.

use super::sought::{CLOCK_LENGTH, DAY_LENGTH, INSIDE, Marks, Sought};
use crate::bits::Bits;
use crate::rows::Dictionary;
use values::fold;
use values::time::{self, DAY};

/// A day in milliseconds, as a divisor of 32 bits.
const DAY_SHORT: u32 = DAY.unsigned_abs() as u32;
/// Days between the first and the last for which a list of days is worth while.
const MOST_DAYS: i64 = 40_000;

/// The instants of a column in which nothing else stands.
pub(super) fn plain(dict: &Dictionary) -> Option<&[i64]> {
    dict.times().filter(|_| !dict.has_unreadable())
}

/// Adds to `hits` those of `codes` whose text holds a word.
pub(super) fn find(
    dict: &Dictionary,
    instants: &[i64],
    sought: &Sought<'_>,
    codes: impl Iterator<Item = usize>,
    hits: &mut Bits,
) {
    let word = sought.word;
    let whole = DAY_LENGTH + CLOCK_LENGTH;
    let possible = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b't' | b'z' | b'.');
    // Milliseconds make a text longer by four.
    if word.len() > whole + 4 || !word.bytes().all(possible) {
        return;
    }
    let mut days = Days::new(instants);
    let single = Single::new(&mut days, sought);
    let codes = codes.filter(|code| *code > 0);
    if single.as_ref().is_some_and(Single::is_everywhere) {
        return codes.for_each(|code| hits.add(code));
    }
    let mut look = |code: usize, instant: i64| {
        let (day, within) = days.parts(instant);
        let second = within / 1000;
        if let Some(day) = (second * 1000 == within).then(|| days.marks(day, word)).flatten() {
            let clock = sought.clocks().get(second as usize).copied().unwrap_or_default();
            return (day | clock) & INSIDE != 0 || day & clock != 0;
        }
        let mut text = String::new();
        fold::push(&mut text, &dict.text(u32::try_from(code).unwrap_or_default()));
        text.contains(word)
    };
    for code in codes {
        let Some(instant) = instants.get(code).copied() else {
            continue;
        };
        let known = single.as_ref().and_then(|single| single.is_in(instant));
        hits.add_if(code, known.unwrap_or_else(|| look(code, instant)));
    }
}

/// Which days and seconds hold a character, where that is all that is sought: nothing lies across the two, and so many times hold a digit that
/// no branch can be guessed.
struct Single<'s> {
    first: i64,
    days: Vec<bool>,
    seconds: &'s Bits,
}

impl<'s> Single<'s> {
    /// `None` for a longer word, and where a day has no usual text or there are so many that most would be named for nothing.
    fn new(days: &mut Days, sought: &'s Sought<'_>) -> Option<Self> {
        let count = days.known.len();
        if sought.word.len() != 1 || !(1..=400).contains(&count) {
            return None;
        }
        let first = days.first;
        let all = first..first + i64::try_from(count).ok()?;
        let held = all.map(|day| Some(days.marks(day, sought.word)? & INSIDE != 0));
        Some(Self {
            first,
            days: held.collect::<Option<_>>()?,
            seconds: sought.seconds(),
        })
    }

    /// Whether every day holds it, as it does a digit of its year: then every time does.
    fn is_everywhere(&self) -> bool {
        self.days.iter().all(|day| *day)
    }

    /// Whether a time holds it; `None` for one that is no whole second, or not of these days.
    #[inline]
    fn is_in(&self, instant: i64) -> Option<bool> {
        let since = u32::try_from(instant - self.first * DAY).ok()?;
        let (day, within) = (since / DAY_SHORT, since % DAY_SHORT);
        let second = within / 1000;
        (second * 1000 == within).then_some(())?;
        Some(*self.days.get(day as usize)? | self.seconds.has(second as usize))
    }
}

/// The marks of days, each worked out once.
struct Days {
    first: i64,
    known: Vec<Option<Marks>>,
}

impl Days {
    fn new(instants: &[i64]) -> Self {
        let known = instants.iter().skip(1);
        let (first, last) = known.fold((i64::MAX, i64::MIN), |(first, last), instant| {
            (first.min(*instant), last.max(*instant))
        });
        let (first, last) = (first.div_euclid(DAY), last.div_euclid(DAY));
        let count = last.checked_sub(first).filter(|count| (0..MOST_DAYS).contains(count));
        let count = count.and_then(|count| usize::try_from(count + 1).ok());
        Self {
            first,
            known: vec![None; count.unwrap_or_default()],
        }
    }

    /// The day of an instant and the milliseconds since it began. A million 64-bit divisions are slow in WebAssembly, so instants of one month
    /// are divided by 32 bits.
    #[inline]
    fn parts(&self, instant: i64) -> (i64, u32) {
        match u32::try_from(instant - self.first * DAY) {
            Ok(since) => (self.first + i64::from(since / DAY_SHORT), since % DAY_SHORT),
            Err(_) => (
                instant.div_euclid(DAY),
                u32::try_from(instant.rem_euclid(DAY)).unwrap_or_default(),
            ),
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

#[cfg(test)]
mod tests {
    use super::{CLOCK_LENGTH, DAY_LENGTH, Days, INSIDE, day_marks};
    use crate::engine::sought::{clock, clock_marks};
    use proptest::prelude::*;
    use values::time::DAY;

    proptest! {
        #[test]
        fn short_division_is_division(first in -719_529i64..2_932_897, since in prop_oneof![0i64..60, -9i64..40_000], within in prop_oneof![Just(0i64), Just(DAY - 1), 0..DAY]) {
            let days = Days { first, known: Vec::new() };
            prop_assert_eq!(days.parts((first + since) * DAY + within), (first + since, within as u32));
        }

        /// What is hits in the parts is what is hits in the whole.
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
