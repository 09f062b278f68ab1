//! The wall clock: the server's, as well as that is known, because what is planned or over is so by the clouds' time and not by that of a device whose clock is
//! wrong.

use super::timer;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// Milliseconds by which a device's clock may be off before that is worth a word.
const OFF: i64 = 60_000;

thread_local! {
    /// What is known of the server's clock.
    static READING: Cell<Option<Reading>> = const { Cell::new(None) };
    /// The clocks on screen.
    static CLOCKS: RefCell<Vec<RwSignal<i64>>> = const { RefCell::new(Vec::new()) };
}

/// Between how many milliseconds the server's clock is ahead of the device's; below 0 it is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    least: i64,
    most: i64,
}

impl Reading {
    /// From a time that the server wrote down, cut to a whole second, at some moment between two of the device's: however long the way was, the truth lies
    /// between them.
    fn new(server: i64, asked: i64, received: i64) -> Self {
        Self {
            least: server - received,
            most: server + 1000 - asked,
        }
    }

    /// What both know. Where they contradict each other a clock was set meanwhile, and the newer one counts.
    fn and(self, newer: Self) -> Self {
        let both = Self {
            least: self.least.max(newer.least),
            most: self.most.min(newer.most),
        };
        if both.least <= both.most { both } else { newer }
    }

    /// Milliseconds to add to the device's time: none as long as that may be right.
    fn correction(self) -> i64 {
        if self.least <= 0 && self.most >= 0 {
            0
        } else {
            self.least.midpoint(self.most)
        }
    }

    /// The same where it is certainly worth a word.
    fn off(self) -> Option<i64> {
        (self.least > OFF || self.most < -OFF).then(|| self.correction())
    }
}

/// The time now, in milliseconds since the Unix epoch, by the server's clock.
pub fn now() -> i64 {
    timer::now() + READING.get().map_or(0, Reading::correction)
}

/// By how many milliseconds the server's clock is ahead of this device's, where that is more than a minute; below 0 it is behind.
pub fn off() -> Option<i64> {
    READING.get()?.off()
}

/// Learns from a time that the server wrote down after the device's clock showed `asked`, and that has just come.
pub fn learn(server: i64, asked: i64) {
    let before = now();
    let newer = Reading::new(server, asked, timer::now());
    READING.set(Some(READING.get().map_or(newer, |known| known.and(newer))));
    if (now() - before).abs() > 1000 {
        let clocks = CLOCKS.with_borrow(Clone::clone);
        for clock in clocks {
            clock.try_set(now());
        }
    }
}

/// The wall clock in milliseconds since the Unix epoch, in half-minute steps and whenever it turns out to be wrong, until the view that calls is cleaned up.
pub fn clock() -> RwSignal<i64> {
    let clock = RwSignal::new(now());
    CLOCKS.with_borrow_mut(|clocks| clocks.push(clock));
    let tick = move || {
        clock.try_set(now());
    };
    let tick = set_interval_with_handle(tick, Duration::from_secs(30)).ok();
    on_cleanup(move || {
        CLOCKS.with_borrow_mut(|clocks| clocks.retain(|other| *other != clock));
        if let Some(tick) = tick {
            tick.clear();
        }
    });
    clock
}

#[cfg(test)]
mod tests {
    use super::Reading;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_slow_answer_is_no_wrong_clock() {
        // Asked at 0, written down at once or at the end, received after two minutes.
        for server in [0, 119_000] {
            let reading = Reading::new(server, 0, 120_000);
            assert_eq!((reading.correction(), reading.off()), (0, None));
        }
        // An hour off is off, however slow the answer.
        let reading = Reading::new(HOUR + 60_000, 0, 120_000);
        let off = reading.off().unwrap();
        assert!((off - HOUR).abs() <= 61_000, "{off}");
    }

    #[test]
    fn less_than_a_minute_is_corrected_and_not_told() {
        let reading = Reading::new(-30_000, 0, 200);
        assert_eq!((reading.correction(), reading.off()), (-29_600, None));
        assert!(Reading::new(-90_000, 0, 200).off().is_some());
    }

    #[test]
    fn a_clock_that_was_set_is_believed_anew() {
        let (wrong, right) = (Reading::new(HOUR, 0, 100), Reading::new(0, 0, 100));
        assert_eq!(wrong.and(right), right);
        assert_eq!(right.and(Reading::new(0, 0, 90_000)), right);
    }

    proptest! {
        /// Whatever the way took and wherever on it the time was written down, the truth is among what is thought possible, and more answers only sharpen it.
        #[test]
        fn the_truth_is_possible(ahead in -HOUR..HOUR, answers in prop::collection::vec((0..60_000_i64, 0..60_000_i64), 1..8)) {
            let readings = answers.iter().map(|(there, back)| {
                let server = (there + ahead).div_euclid(1000) * 1000;
                Reading::new(server, 0, there + back)
            });
            let known = readings.reduce(Reading::and).unwrap();
            prop_assert!(known.least <= ahead && ahead <= known.most, "{:?}", known);
        }
    }
}
