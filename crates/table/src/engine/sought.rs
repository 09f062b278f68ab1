//! A word to look for, and where it lies in the texts of times.

use crate::bits::Bits;
use memchr::memmem::Finder;
use std::cell::OnceCell;

/// Characters of a day: `2026-11-22`.
pub(super) const DAY_LENGTH: usize = 10;
/// Characters of a clock: `t03:00:00z`.
pub(super) const CLOCK_LENGTH: usize = 10;
/// How much of a word a day or a clock holds. Bit 0: the whole word lies inside. Bit n: a day ends with the first n characters of the word, a
/// clock begins with the rest of it.
pub(super) type Marks = u32;

/// The bit for a word that lies wholly inside.
pub(super) const INSIDE: Marks = 1;

/// A word to look for, in lower case, with what is worked out once for all columns.
pub(super) struct Sought<'w> {
    pub(super) word: &'w str,
    pub(super) finder: Finder<'w>,
    clocks: OnceCell<Vec<Marks>>,
    seconds: OnceCell<Bits>,
}

impl<'w> Sought<'w> {
    pub(super) fn new(word: &'w str) -> Self {
        Self {
            word,
            finder: Finder::new(word),
            clocks: OnceCell::new(),
            seconds: OnceCell::new(),
        }
    }

    /// The marks of every second of a day.
    pub(super) fn clocks(&self) -> &[Marks] {
        self.clocks.get_or_init(|| clocks_of(self.word))
    }

    /// The seconds of a day whose clock holds the whole word.
    pub(super) fn seconds(&self) -> &Bits {
        self.seconds.get_or_init(|| seconds_of(self.clocks()))
    }
}

/// The marks of every second of a day.
fn clocks_of(word: &str) -> Vec<Marks> {
    let word = word.as_bytes();
    if word.contains(&b'-') && !word.contains(&b't') {
        // It can only lie in a day, which any clock may follow.
        return vec![clock_marks(clock(0), word); 86_400];
    }
    if !word.iter().all(u8::is_ascii_digit) {
        return (0..86_400).map(|second| clock_marks(clock(second), word)).collect();
    }
    // Digits lie in an hour, a minute or a second, or in a day.
    let ends = if word.len() <= DAY_LENGTH { 1 << word.len() } else { 0 };
    let holds = |number: u32| word.len() <= 2 && digits(number).windows(word.len()).any(|part| part == word);
    let held: Vec<Marks> = (0..60).map(|number| Marks::from(holds(number)) | ends).collect();
    let mut all = Vec::with_capacity(86_400);
    for hour in &held[..24] {
        for minute in &held {
            all.extend(held.iter().map(|second| hour | minute | second));
        }
    }
    all
}

/// The seconds whose clock holds the whole word, given the marks of all seconds.
fn seconds_of(clocks: &[Marks]) -> Bits {
    let mut seconds = Bits::none(clocks.len());
    for (second, marks) in clocks.iter().enumerate() {
        seconds.add_if(second, marks & INSIDE != 0);
    }
    seconds
}

/// Two decimal digits.
fn digits(number: u32) -> [u8; 2] {
    [number / 10, number % 10].map(|digit| b'0' + digit.to_le_bytes()[0])
}

/// The text of a second of a day.
pub(super) fn clock(second: u32) -> [u8; CLOCK_LENGTH] {
    let mut clock = *b"t00:00:00z";
    for (at, number) in [(1, second / 3600), (4, second / 60 % 60), (7, second % 60)] {
        clock[at..at + 2].copy_from_slice(&digits(number));
    }
    clock
}

pub(super) fn clock_marks(clock: [u8; CLOCK_LENGTH], word: &[u8]) -> Marks {
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
    use super::{clock, clock_marks, clocks_of};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn short_cuts_lead_to_the_same_clocks(word in "[0-9]{1,12}|[0-9-]{1,6}", second in 0u32..86_400) {
            prop_assert_eq!(clocks_of(&word)[second as usize], clock_marks(clock(second), word.as_bytes()));
        }
    }
}
