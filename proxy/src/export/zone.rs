//! Where a date of a view begins.

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

/// The zone in which an export's dates begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its name, as in the view. UTC where the view leaves it to the reader's browser, which nobody here knows.
    pub name: String,
    /// Whether it is what the view asks for.
    pub understood: bool,
    /// None for UTC and fixed offsets, which the view itself reckons with.
    rules: Option<Tz>,
}

impl Zone {
    /// The zone of a view's `tz`.
    pub fn of(tz: Option<&str>) -> Self {
        let fixed = |name: &str, understood: bool| Self {
            name: name.to_owned(),
            understood,
            rules: None,
        };
        let Some(name) = tz else {
            return fixed("UTC", true);
        };
        if name == "UTC" || table::time::offset(name.as_bytes()).is_some() {
            return fixed(name, true);
        }
        // Browsers take names in any case.
        match TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(name)) {
            Some(rules) => Self {
                rules: Some(*rules),
                ..fixed(rules.name(), true)
            },
            None => fixed("UTC", false),
        }
    }

    /// What its clocks show at an instant, as milliseconds since its own 1970-01-01T00:00; none far outside of the years that have names.
    pub fn wall(&self, instant: i64) -> Option<i64> {
        let utc = DateTime::from_timestamp_millis(instant)?.naive_utc();
        let offset = match self.rules {
            Some(rules) => rules.offset_from_utc_datetime(&utc).fix(),
            None => FixedOffset::east_opt(table::time::offset(self.name.as_bytes()).unwrap_or_default() * 60)?,
        };
        Some(utc.checked_add_offset(offset)?.and_utc().timestamp_millis())
    }

    /// An instant as people read it: `2026-11-24 17:20:00`.
    pub fn text(&self, instant: i64) -> String {
        let shown = self.wall(instant).filter(|wall| table::time::is_named(*wall));
        let shown = shown.and_then(DateTime::from_timestamp_millis);
        shown.map_or_else(
            || table::time::format(instant),
            |wall| wall.format("%Y-%m-%d %H:%M:%S").to_string(),
        )
    }

    /// The first instant of a date, in milliseconds since the Unix epoch; reckoned as the page does.
    pub fn midnight(&self, date: NaiveDate) -> i64 {
        if self.rules.is_none() {
            return table::time::midnight(date);
        }
        let ahead = |instant: i64| self.wall(instant).map_or(0, |wall| wall - instant);
        table::time::first_instant(date, &ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn midnight(tz: &str, date: &str) -> String {
        let zone = Zone::of(Some(tz));
        assert!(zone.understood, "{tz}");
        table::time::format(zone.midnight(date.parse().unwrap()))
    }

    #[test]
    fn dates_begin_at_midnight_of_their_zone() {
        assert_eq!(midnight("UTC", "2026-11-24"), "2026-11-24T00:00:00Z");
        assert_eq!(midnight("Asia/Shanghai", "2026-11-24"), "2026-11-23T16:00:00Z");
        assert_eq!(midnight("asia/shanghai", "2026-11-24"), "2026-11-23T16:00:00Z");
        assert_eq!(midnight("America/New_York", "2026-07-01"), "2026-07-01T04:00:00Z");
        // The day on which the clocks go forward, the day after, and the one on which they go back.
        assert_eq!(midnight("Europe/Berlin", "2026-03-29"), "2026-03-28T23:00:00Z");
        assert_eq!(midnight("Europe/Berlin", "2026-03-30"), "2026-03-29T22:00:00Z");
        assert_eq!(midnight("Europe/Berlin", "2026-10-25"), "2026-10-24T22:00:00Z");
        // Days that have no midnight begin with their first instant; days that have two, with the first.
        assert_eq!(midnight("America/Santiago", "2026-09-06"), "2026-09-06T04:00:00Z");
        assert_eq!(midnight("America/Santiago", "2026-09-07"), "2026-09-07T03:00:00Z");
        assert_eq!(midnight("Atlantic/Azores", "2026-03-29"), "2026-03-29T01:00:00Z");
        assert_eq!(midnight("Atlantic/Azores", "2026-10-25"), "2026-10-25T00:00:00Z");
        assert_eq!(midnight("Africa/Cairo", "2026-04-24"), "2026-04-23T22:00:00Z");
        assert_eq!(midnight("Asia/Beirut", "2026-03-29"), "2026-03-28T22:00:00Z");
        assert_eq!(midnight("America/Havana", "2026-03-08"), "2026-03-08T05:00:00Z");
        assert_eq!(midnight("Pacific/Apia", "2011-12-30"), "2011-12-30T10:00:00Z");
        // Fixed offsets are the view's own business.
        assert_eq!(midnight("+08:00", "2026-11-24"), "2026-11-24T00:00:00Z");
    }

    /// Whatever zone, whatever day: the instant before is another day, unless the island has left the day out.
    #[test]
    fn every_day_of_every_zone_begins_once() {
        for rules in TZ_VARIANTS {
            let zone = Zone::of(Some(rules.name()));
            let local = |instant: i64| {
                let utc = DateTime::from_timestamp_millis(instant).unwrap();
                rules.from_utc_datetime(&utc.naive_utc()).date_naive()
            };
            let first: NaiveDate = "2026-01-01".parse().unwrap();
            for date in first.iter_days().take(370) {
                let begin = zone.midnight(date);
                assert_eq!(
                    (local(begin), local(begin - 1)),
                    (date, date.pred_opt().unwrap()),
                    "{rules}"
                );
            }
        }
    }

    #[test]
    fn clocks_show_the_time_of_their_zone() {
        let shown = |tz: &str, instant: &str| Zone::of(Some(tz)).text(table::time::parse(instant).unwrap());
        for (tz, instant, wall) in [
            ("UTC", "2026-11-24T17:20:00Z", "2026-11-24 17:20:00"),
            ("Asia/Shanghai", "2026-11-24T17:20:00Z", "2026-11-25 01:20:00"),
            ("+05:30", "2026-11-24T17:20:00Z", "2026-11-24 22:50:00"),
            ("-08:00", "2026-11-24T01:00:00Z", "2026-11-23 17:00:00"),
            ("Europe/Berlin", "2026-07-01T00:00:00Z", "2026-07-01 02:00:00"),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25 02:59:59"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25 02:00:00"),
        ] {
            assert_eq!(shown(tz, instant), wall, "{tz} {instant}");
        }
        for far in [i64::MIN, i64::MAX] {
            assert_eq!(Zone::of(Some("+23:59")).text(far), far.to_string());
        }
        assert_eq!(
            Zone::of(Some("+08:00")).text(253_402_300_799_000),
            "9999-12-31T23:59:59Z"
        );
    }

    #[test]
    fn zones_that_nobody_knows_are_not_understood() {
        assert_eq!(Zone::of(None).name, "UTC");
        assert!(Zone::of(None).understood);
        for tz in ["local", "Mars/Olympus"] {
            let zone = Zone::of(Some(tz));
            assert_eq!((zone.name.as_str(), zone.understood), ("UTC", false), "{tz}");
        }
    }
}
