//! The stretch of time in sight, as the link says it.

use crate::{Condition, Test, Unit, Value, When};
use values::Clock;

const MINUTE: i64 = 60_000;
/// The shortest stretch that one can zoom to.
pub const SHORTEST: i64 = 5 * MINUTE;
/// The longest: anything longer is a line of nothing.
pub const LONGEST: i64 = 50 * 365 * 24 * 60 * MINUTE;

/// Two bounds. Relative ones move with the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    from: When,
    to: When,
}

impl Default for Range {
    /// From a day ago to a week ahead.
    fn default() -> Self {
        let bound = |ago, count, unit| When::Relative { ago, count, unit };
        Self {
            from: bound(true, 24, Unit::Hour),
            to: bound(false, 7, Unit::Day),
        }
    }
}

impl Range {
    /// The stretch that a condition on `start` asks for; an open end is where the usual stretch has it. `None` for conditions of another kind.
    pub fn of(condition: &Condition) -> Option<Self> {
        let Some(Test::Range { from, to }) = &condition.test else {
            return None;
        };
        let usual = Self::default();
        let bound = |value: &Option<Value>, usual: When| match value {
            Some(Value::Time(when)) => *when,
            _ => usual,
        };
        Some(Self {
            from: bound(from, usual.from),
            to: bound(to, usual.to),
        })
    }

    /// The words of the grammar: `-24h..7d`.
    pub fn text(self) -> String {
        [Value::Time(self.from).text(), Value::Time(self.to).text()].join("..")
    }

    /// Whether it moves with the clock.
    pub fn relative(self) -> bool {
        self.from.is_relative() || self.to.is_relative()
    }

    /// First and last instant, in milliseconds since the Unix epoch.
    pub(super) fn resolve(self, zone: Option<i32>, clock: &Clock<'_>) -> (i64, i64) {
        let (from, to) = (self.from.resolve(zone, clock), self.to.resolve(zone, clock));
        let (from, to) = (from.min(to), from.max(to));
        (
            from,
            to.clamp(from.saturating_add(SHORTEST), from.saturating_add(LONGEST)),
        )
    }

    /// The stretch between two instants, in a form that a person can read: relative to `now` where one is given, rounded to a minute, or to a
    /// second where a minute would be much of it.
    pub fn between(from: i64, to: i64, now: Option<i64>) -> Self {
        let (from, to) = (from.min(to), from.max(to));
        let spare = (SHORTEST - (to - from)).max(0);
        let (from, to) = (
            from - spare / 2,
            (to + spare - spare / 2).min(from.saturating_add(LONGEST)),
        );
        let step = if to - from < 3 * 60 * MINUTE { 1000 } else { MINUTE };
        let bound = |at: i64| match now {
            Some(now) => ahead(at - now),
            None => When::At((at + step / 2).div_euclid(step) * step),
        };
        Self {
            from: bound(from),
            to: bound(to),
        }
    }
}

/// An instant so far ahead of now (or ago, where negative), to the minute.
fn ahead(distance: i64) -> When {
    let minutes = (distance + MINUTE / 2).div_euclid(MINUTE);
    let ago = minutes < 0;
    let minutes = minutes.unsigned_abs();
    let units = [
        (Unit::Week, 7 * 24 * 60),
        (Unit::Day, 24 * 60),
        (Unit::Hour, 60),
        (Unit::Minute, 1),
    ];
    // A day and a half says more as 36 hours than as 2160 minutes; 24 hours are a day.
    let (unit, size) = units
        .into_iter()
        .find(|(_, size)| minutes.is_multiple_of(*size))
        .unwrap_or((Unit::Minute, 1));
    match u32::try_from(minutes / size) {
        Ok(0) => When::Now,
        Ok(count) => When::Relative { ago, count, unit },
        Err(_) => When::Relative {
            ago,
            count: u32::MAX,
            unit,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Range, SHORTEST};
    use crate::View;
    use proptest::prelude::*;
    use values::Clock;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 1_795_348_800_000;

    fn range(text: &str) -> Option<Range> {
        let table = catalog::table("plans").unwrap();
        let view = View::parse(table, &format!("start={text}"));
        view.conditions.first().and_then(Range::of)
    }

    fn resolved(range: Range) -> (i64, i64) {
        let (from, to) = range.resolve(None, &Clock::utc(NOW));
        (from - NOW, to - NOW)
    }

    #[test]
    fn links_say_the_stretch() {
        assert_eq!(resolved(range("-2h..now").unwrap()), (-2 * HOUR, 0));
        assert_eq!(resolved(range("-2h..").unwrap()), (-2 * HOUR, 7 * 24 * HOUR));
        assert_eq!(resolved(range("..1d").unwrap()), (-24 * HOUR, 24 * HOUR));
        assert_eq!(resolved(range("1d..-1d").unwrap()), (-24 * HOUR, 24 * HOUR));
        assert_eq!(resolved(range("now..now").unwrap()), (0, SHORTEST));
        assert_eq!(resolved(range("now..9000w").unwrap()), (0, LONGEST));
        for other in ["is.set", "gt.now", "2026-11-22", ".."] {
            assert_eq!(range(other), None, "{other}");
        }
    }

    #[test]
    fn relative_stretches_stay_readable() {
        for (from, to, text) in [
            (-24 * HOUR, 7 * 24 * HOUR, "-1d..1w"),
            (-36 * HOUR, 0, "-36h..now"),
            (90 * 60_000, 2 * HOUR, "90m..2h"),
            (-10_000, 20_000, "-2m..3m"),
        ] {
            assert_eq!(Range::between(NOW + from, NOW + to, Some(NOW)).text(), text);
        }
        let absolute = Range::between(NOW + 29_000, NOW + 24 * HOUR, None);
        assert_eq!(absolute.text(), "2026-11-22T12:00:00Z..2026-11-23T12:00:00Z");
        assert!(!absolute.relative() && Range::default().relative());
    }

    proptest! {
        /// Whatever one zooms or drags to can be read from its link again, and is what was asked for to the minute.
        #[test]
        fn stretches_survive_their_link(from in -90_000_000_000..90_000_000_000_i64, span in 0..90_000_000_000_i64, relative: bool) {
            let made = Range::between(NOW + from, NOW + from + span, relative.then_some(NOW));
            prop_assert_eq!(range(&made.text()), Some(made), "{}", made.text());
            let (first, last) = resolved(made);
            prop_assert!((first - from).abs() <= SHORTEST && (last - from - span).abs() <= SHORTEST);
            prop_assert!(last - first >= SHORTEST - 60_000 && last > first);
        }
    }
}
