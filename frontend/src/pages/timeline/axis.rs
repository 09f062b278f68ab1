//! The time axis: where instants stand on it, and the ticks that a person would draw.

use chrono::{Datelike, NaiveDate};
use table::time::DAY;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A stretch of time on so many pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// First instant, in milliseconds since the epoch.
    pub from: i64,
    /// The instant after the last.
    pub to: i64,
    /// Width in CSS pixels.
    pub width: f64,
}

impl Scale {
    /// Where an instant stands, in pixels from the left edge; beyond the edges for instants out of sight.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of the common era are below 2^53"
    )]
    pub fn x(&self, at: i64) -> f64 {
        (at.saturating_sub(self.from)) as f64 / self.span() as f64 * self.width
    }

    /// The instant at a place.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "milliseconds of the common era are below 2^53"
    )]
    pub fn at(&self, x: f64) -> i64 {
        self.from + (x / self.width.max(1.0) * self.span() as f64) as i64
    }

    /// Its length in milliseconds, never 0.
    pub fn span(&self) -> i64 {
        (self.to - self.from).max(1)
    }
}

/// A natural unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many milliseconds, of which a whole number makes a day.
    Clock(i64),
    /// Days.
    Day,
    /// Weeks, which begin on Monday.
    Week,
    /// So many months, of which a whole number makes a year.
    Months(u32),
    /// So many years.
    Years(i32),
}

/// The units that ticks may have, with their usual length.
const UNITS: [(Unit, i64); 19] = [
    (Unit::Clock(MINUTE), MINUTE),
    (Unit::Clock(5 * MINUTE), 5 * MINUTE),
    (Unit::Clock(15 * MINUTE), 15 * MINUTE),
    (Unit::Clock(30 * MINUTE), 30 * MINUTE),
    (Unit::Clock(HOUR), HOUR),
    (Unit::Clock(3 * HOUR), 3 * HOUR),
    (Unit::Clock(6 * HOUR), 6 * HOUR),
    (Unit::Clock(12 * HOUR), 12 * HOUR),
    (Unit::Day, DAY),
    (Unit::Week, 7 * DAY),
    (Unit::Months(1), 30 * DAY),
    (Unit::Months(3), 91 * DAY),
    (Unit::Years(1), 365 * DAY),
    (Unit::Years(5), 5 * 365 * DAY),
    (Unit::Years(10), 10 * 365 * DAY),
    (Unit::Years(50), 50 * 365 * DAY),
    (Unit::Years(100), 100 * 365 * DAY),
    (Unit::Years(500), 500 * 365 * DAY),
    (Unit::Years(1000), 1000 * 365 * DAY),
];

impl Unit {
    /// The finest unit whose ticks are at least `gap` pixels apart.
    pub fn fitting(scale: &Scale, gap: f64) -> Self {
        let least = scale.at(gap) - scale.from;
        UNITS
            .into_iter()
            .find(|(_, length)| *length >= least)
            .map_or(Self::Years(1000), |(unit, _)| unit)
    }

    /// The unit in which one says what the ticks of this one leave out: the day of an hour, the month of a day.
    pub const fn outer(self) -> Self {
        match self {
            Self::Clock(_) => Self::Day,
            Self::Day | Self::Week => Self::Months(1),
            Self::Months(_) | Self::Years(_) => Self::Years(1),
        }
    }
}

/// The ticks of a unit that are in sight, on the clock of a zone. `offset` tells how far that clock is ahead of UTC at an instant, in
/// milliseconds. Days on which the clock changes are an hour shorter or longer, and the ticks with them.
pub fn ticks(scale: &Scale, unit: Unit, offset: &dyn Fn(i64) -> i64) -> Vec<i64> {
    /// More ticks than any screen has room for.
    const MOST: usize = 2000;
    let mut found: Vec<i64> = Vec::new();
    // In wall time: what the clock on the wall shows, counted as if it were UTC.
    let mut wall = floor(scale.from + offset(scale.from), unit);
    for _ in 0..MOST {
        let Some(now) = wall else { break };
        let at = match (unit, date(now)) {
            (Unit::Clock(_), _) | (_, None) => instant(now, offset),
            (_, Some(date)) => table::time::first_instant(date, offset),
        };
        if at >= scale.to {
            break;
        }
        // An hour that the clock skips or repeats gives the same instant as the one before.
        if at >= scale.from && found.last().is_none_or(|last| *last < at) {
            found.push(at);
        }
        wall = next(now, unit);
    }
    found
}

/// The instant at which the clock on the wall shows `wall`: the offset at a guess, then once more at the result.
fn instant(wall: i64, offset: &dyn Fn(i64) -> i64) -> i64 {
    let guess = wall - offset(wall);
    wall - offset(guess)
}

/// The last beginning of a unit up to a wall time; `None` beyond the calendar.
fn floor(wall: i64, unit: Unit) -> Option<i64> {
    let date = date(wall)?;
    let first = |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1).map(table::time::midnight);
    match unit {
        Unit::Clock(length) => Some(wall - wall.rem_euclid(length)),
        Unit::Day => Some(wall - wall.rem_euclid(DAY)),
        Unit::Week => Some(wall - wall.rem_euclid(DAY) - i64::from(date.weekday().num_days_from_monday()) * DAY),
        Unit::Months(count) => first(date.year(), date.month0() / count * count + 1),
        Unit::Years(count) => first(date.year().div_euclid(count) * count, 1),
    }
}

/// The beginning of the unit after the one that begins at a wall time.
fn next(wall: i64, unit: Unit) -> Option<i64> {
    let date = date(wall)?;
    match unit {
        Unit::Clock(length) => Some(wall + length),
        Unit::Day => Some(wall + DAY),
        Unit::Week => Some(wall + 7 * DAY),
        Unit::Months(count) => {
            let month = date.month0() + count;
            let year = date.year() + i32::try_from(month / 12).ok()?;
            NaiveDate::from_ymd_opt(year, month % 12 + 1, 1).map(table::time::midnight)
        }
        Unit::Years(count) => NaiveDate::from_ymd_opt(date.year() + count, 1, 1).map(table::time::midnight),
    }
}

/// The date of a wall time.
fn date(wall: i64) -> Option<NaiveDate> {
    let days = i32::try_from(wall.div_euclid(DAY)).ok()?;
    // 719,163 is the day number of the Unix epoch.
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(719_163)?)
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, MINUTE, Scale, Unit, ticks};
    use proptest::prelude::*;

    fn at(text: &str) -> i64 {
        table::time::parse(text).unwrap()
    }

    fn scale(from: &str, to: &str) -> Scale {
        Scale {
            from: at(from),
            to: at(to),
            width: 1000.0,
        }
    }

    fn texts(found: &[i64]) -> Vec<String> {
        found.iter().map(|at| table::time::format(*at)).collect()
    }

    /// Central Europe around its changes of clock in 2026.
    fn europe(at_: i64) -> i64 {
        let summer = at("2026-03-29T01:00:00Z")..at("2026-10-25T01:00:00Z");
        if summer.contains(&at_) { 2 * HOUR } else { HOUR }
    }

    #[test]
    fn places_and_instants_agree() {
        let scale = scale("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z");
        assert!((scale.x(at("2026-11-22T12:00:00Z")) - 500.0).abs() < 1e-9);
        assert_eq!(scale.at(250.0), at("2026-11-22T06:00:00Z"));
        assert!(scale.x(at("2026-11-21T12:00:00Z")) < 0.0);
    }

    #[test]
    fn a_day_in_china_begins_at_16_utc() {
        let found = ticks(
            &scale("2026-11-22T00:00:00Z", "2026-11-25T00:00:00Z"),
            Unit::Day,
            &|_| 8 * HOUR,
        );
        assert_eq!(
            texts(&found),
            ["2026-11-22T16:00:00Z", "2026-11-23T16:00:00Z", "2026-11-24T16:00:00Z"]
        );
    }

    #[test]
    fn days_follow_the_clock_over_its_changes() {
        let spring = ticks(
            &scale("2026-03-28T12:00:00Z", "2026-03-31T00:00:00Z"),
            Unit::Day,
            &europe,
        );
        assert_eq!(
            texts(&spring),
            ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"]
        );
        let autumn = ticks(
            &scale("2026-10-24T12:00:00Z", "2026-10-26T00:00:00Z"),
            Unit::Clock(6 * HOUR),
            &europe,
        );
        assert_eq!(
            texts(&autumn),
            [
                "2026-10-24T16:00:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T05:00:00Z",
                "2026-10-25T11:00:00Z",
                "2026-10-25T17:00:00Z",
                "2026-10-25T23:00:00Z",
            ]
        );
    }

    #[test]
    fn days_without_midnight_begin_with_their_first_instant() {
        let chile = |at_: i64| {
            if at_ < at("2026-09-06T04:00:00Z") {
                -4 * HOUR
            } else {
                -3 * HOUR
            }
        };
        let days = ticks(
            &scale("2026-09-05T00:00:00Z", "2026-09-08T00:00:00Z"),
            Unit::Day,
            &chile,
        );
        assert_eq!(
            texts(&days),
            ["2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"]
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let stretch = scale("2026-11-20T00:00:00Z", "2027-02-03T00:00:00Z");
        let weeks = ticks(&stretch, Unit::Week, &|_| 0);
        assert_eq!(texts(&weeks[..2]), ["2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"]);
        let months = ticks(&stretch, Unit::Months(1), &|_| 0);
        assert_eq!(
            texts(&months),
            ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"]
        );
        let quarters = ticks(&stretch, Unit::Months(3), &|_| 0);
        assert_eq!(texts(&quarters), ["2027-01-01T00:00:00Z"]);
    }

    #[test]
    fn the_finest_unit_that_fits_is_taken() {
        let of = |span: i64| {
            let stretch = Scale {
                from: 0,
                to: span,
                width: 1000.0,
            };
            Unit::fitting(&stretch, 60.0)
        };
        assert_eq!(of(10 * MINUTE), Unit::Clock(MINUTE));
        assert_eq!(of(DAY), Unit::Clock(3 * HOUR));
        assert_eq!(of(8 * DAY), Unit::Clock(12 * HOUR));
        assert_eq!(of(14 * DAY), Unit::Day);
        assert_eq!(of(90 * DAY), Unit::Week);
        assert_eq!(of(400 * DAY), Unit::Months(1));
        assert_eq!(of(10 * 365 * DAY), Unit::Years(1));
        assert_eq!(of(9000 * 365 * DAY), Unit::Years(1000));
    }

    proptest! {
        /// Wherever one looks and however far: ticks ascend, stand in sight, are not denser than asked for, and begin their unit.
        #[test]
        fn ticks_are_what_a_person_would_draw(
            from in at("1990-01-01T00:00:00Z")..at("2090-01-01T00:00:00Z"),
            span in MINUTE..40 * 365 * DAY,
            width in 200.0..3000.0_f64,
            gap in 20.0..150.0_f64,
            zone in -12..15_i64,
        ) {
            let stretch = Scale { from, to: from + span, width };
            let unit = Unit::fitting(&stretch, gap);
            let offset = |at: i64| zone * HOUR + europe(at);
            let found = ticks(&stretch, unit, &offset);
            // Months are shorter than their usual length, and a clock that goes forward takes an hour of a short unit away.
            prop_assert!(found.len() as f64 <= width / gap * 1.1 + 2.0, "{} ticks of {unit:?}", found.len());
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(found.iter().all(|at| (from..from + span).contains(at)));
            for at in found {
                let wall = at + offset(at);
                prop_assert_eq!(wall.rem_euclid(MINUTE), 0);
                if let Unit::Day | Unit::Week | Unit::Months(_) | Unit::Years(_) = unit {
                    prop_assert_eq!(wall.rem_euclid(DAY), 0);
                }
            }
        }
    }
}
