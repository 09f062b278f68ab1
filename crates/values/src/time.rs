//! Instants as RFC 3339 text, both ways, in milliseconds since the Unix epoch (<https://www.rfc-editor.org/rfc/rfc3339>).

mod stamp;

pub use stamp::{Stamp, read};

use chrono::{Datelike, NaiveDate};

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// Days from 0001-01-01, which chrono counts as day 1, to the Unix epoch.
const EPOCH: i32 = 719_163;

/// 0000-01-01T00:00:00Z and 10000-01-01T00:00:00Z: what four digits of a year can say.
const YEARS: std::ops::Range<i64> = -62_167_219_200_000..253_402_300_800_000;

/// The start of a date in UTC.
pub fn midnight(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce() - EPOCH) * DAY
}

/// The date that `YYYY-MM-DD` names.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = i32::try_from(digits(&bytes[..4])?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(&bytes[5..7])?, digits(&bytes[8..])?)
}

/// The instant that an RFC 3339 text names, or one that is written nearly so: without seconds, with a space for the `T` or for the `+` of the
/// offset (form decoding turns it into one), with an offset as `+0800`, `+08`, `UTC` or `GMT`. Finer than milliseconds is cut off. A text without
/// an offset names no instant.
pub fn parse(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let date = parse_date(text.get(..10)?)?;
    let clock = bytes.get(10..16)?;
    if !matches!(clock[0], b'T' | b't' | b' ') || clock[3] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&clock[1..3])?, digits(&clock[4..6])?);
    let mut rest = &bytes[16..];
    let (mut second, mut milliseconds) = (0, 0);
    if let Some(after) = rest.strip_prefix(b":") {
        let (of_second, after) = after.split_at_checked(2)?;
        second = digits(of_second)?;
        rest = after;
        if let [b'.' | b',', after @ ..] = rest {
            let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 {
                return None;
            }
            let (fraction, after) = after.split_at(length);
            for (digit, place) in fraction.iter().zip([100, 10, 1]) {
                milliseconds += place * i64::from(digit - b'0');
            }
            rest = after;
        }
    }
    // 60 is a leap second, which is the next minute's first instant to everyone who counts milliseconds.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = if rest == b"Z" { 0 } else { any_offset(rest)? };
    let seconds = i64::from(hour * 3600 + minute * 60 + second) - i64::from(offset) * 60;
    Some(midnight(date) + seconds * 1000 + milliseconds).filter(|instant| YEARS.contains(instant))
}

/// An offset as programs write it, in minutes: what [`offset`] reads, with or without its colon and minutes, after spaces, maybe with the zone's
/// name behind it, as in `+0800 CST`.
fn any_offset(text: &[u8]) -> Option<i32> {
    let bare = text.trim_ascii_start();
    if [&b"z"[..], b"utc", b"gmt"]
        .iter()
        .any(|utc| bare.eq_ignore_ascii_case(utc))
    {
        return Some(0);
    }
    let (bare, name) = bare.split_at(
        bare.iter()
            .skip(1)
            .position(|byte| *byte == b' ')
            .map_or(bare.len(), |at| at + 1),
    );
    if !name.iter().skip(1).all(u8::is_ascii_alphabetic) {
        return None;
    }
    let (sign, digits) = match bare {
        [sign @ (b'+' | b'-'), digits @ ..] => (*sign, digits),
        digits if bare.len() < text.len() => (b'+', digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [a, b] => ([*a, *b], *b"00"),
        [a, b, b':', c, d] | [a, b, c, d] => ([*a, *b], [*c, *d]),
        _ => return None,
    };
    offset(&[sign, hours[0], hours[1], b':', minutes[0], minutes[1]])
}

/// The first instant of a date where clocks are `offset` ahead of UTC, in milliseconds at an instant: midnight, the first of two, or where clocks
/// skip midnight, the instant at which they do.
pub fn first_instant(date: NaiveDate, offset: &dyn Fn(i64) -> i64) -> i64 {
    let utc = midnight(date);
    let (before, after) = (offset(utc - DAY), offset(utc + DAY));
    let (mut early, mut late) = (utc - before.max(after), utc - before.min(after));
    let clock = |instant: i64| instant + offset(instant);
    for instant in [early, late] {
        if clock(instant) == utc {
            return instant;
        }
    }
    // Before the clocks are put forward it is another day at `early`; after it, this one or a later one at `late`.
    while late - early > 1 {
        let middle = early + (late - early) / 2;
        if clock(middle) < utc {
            early = middle;
        } else {
            late = middle;
        }
    }
    late
}

/// `±HH:MM` as minutes. A space may stand for the `+`.
pub fn offset(text: &[u8]) -> Option<i32> {
    let sign = match text.first()? {
        b'+' | b' ' => 1,
        b'-' => -1,
        _ => return None,
    };
    if text.len() != 6 || text[3] != b':' {
        return None;
    }
    let (hours, minutes) = (digits(&text[1..3])?, digits(&text[4..])?);
    (hours < 24 && minutes < 60).then_some(sign * i32::try_from(hours * 60 + minutes).ok()?)
}

/// The RFC 3339 text of an instant in UTC, with milliseconds only where they are not 0: `2026-11-22T03:00:00Z`. An instant outside the years
/// 0 to 9999 has none, and becomes its digits.
pub fn format(instant: i64) -> String {
    let day = i32::try_from(instant.div_euclid(DAY))
        .ok()
        .and_then(|day| day.checked_add(EPOCH));
    let Some(date) = day
        .filter(|_| is_named(instant))
        .and_then(NaiveDate::from_num_days_from_ce_opt)
    else {
        return instant.to_string();
    };
    let within = instant.rem_euclid(DAY);
    let (seconds, milliseconds) = (within / 1000, within % 1000);
    let mut out = date_text(date);
    out.push('T');
    pad(&mut out, seconds / 3600, 2);
    out.push(':');
    pad(&mut out, seconds / 60 % 60, 2);
    out.push(':');
    pad(&mut out, seconds % 60, 2);
    if milliseconds != 0 {
        out.push('.');
        pad(&mut out, milliseconds, 3);
    }
    out.push('Z');
    out
}

/// Whether RFC 3339 has a text for an instant.
pub fn is_named(instant: i64) -> bool {
    YEARS.contains(&instant)
}

/// `YYYY-MM-DD`.
pub fn date_text(date: NaiveDate) -> String {
    let mut out = String::with_capacity(24);
    pad(&mut out, i64::from(date.year()), 4);
    out.push('-');
    pad(&mut out, i64::from(date.month()), 2);
    out.push('-');
    pad(&mut out, i64::from(date.day()), 2);
    out
}

/// Appends the last `width` decimal digits of a number that is not negative.
fn pad(out: &mut String, number: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        out.extend(u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)));
    }
}

/// A number of decimal digits and nothing else.
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::{DAY, date_text, first_instant, format, offset, parse, parse_date};

    #[test]
    fn instants_read_and_print() {
        for (given, printed) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2023-11-21T20:01:22+08:00", "2023-11-21T12:01:22Z"),
            ("2023-11-21T20:01:22 08:00", "2023-11-21T12:01:22Z"),
            ("2023-11-21T20:01:22.5+12:00", "2023-11-21T08:01:22.500Z"),
            ("2023-11-21t20:01:22.1z", "2023-11-21T20:01:22.100Z"),
            ("2023-11-21 20:01:22.123999Z", "2023-11-21T20:01:22.123Z"),
            ("2023-11-21T20:01:22.000Z", "2023-11-21T20:01:22Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2026-11-20T09:41Z", "2026-11-20T09:41:00Z"),
            ("2026-11-20t17:41+08:00", "2026-11-20T09:41:00Z"),
            ("2026-11-20 17:41 +0800", "2026-11-20T09:41:00Z"),
            ("2026-11-20 17:41 08:00", "2026-11-20T09:41:00Z"),
            ("2026-11-20T17:41:00+08", "2026-11-20T09:41:00Z"),
            ("2026-11-20 09:41:00 UTC", "2026-11-20T09:41:00Z"),
            ("2026-11-20 09:41:00,25 gmt", "2026-11-20T09:41:00.250Z"),
            ("2026-11-20 17:41:00.25 +0800 CST", "2026-11-20T09:41:00.250Z"),
            ("1969-12-31T23:59:59.999-00:30", "1970-01-01T00:29:59.999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(format(parse(given).unwrap()), printed, "{given}");
        }
        assert_eq!(parse("2026-11-22T03:00:00Z"), Some(1_795_316_400_000));
        for nothing in [
            "",
            "2026-11-22",
            "2026-11-22T03:00:00",
            "2026-11-22T03:00:Z",
            "2026-11-22T03Z",
            "2026-11-22T03:00",
            "2026-11-22 03:00:00 CST",
            "2026-11-22T03:00:00 08:0",
            "2026-11-22T03:00:00+080",
            "2026-11-22T03:00:00+0800 8",
            "2026-11-22T24:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-22T03:00:00.Z",
            "2026-11-22T03:00:00+8:00",
            "2026-11-22T03:00:00+24:00",
            "0000-01-01T00:00:00+01:00",
            "2026-11-2é 03:00:00Z",
            "二〇二六年十一月二十二日",
        ] {
            assert_eq!(parse(nothing), None, "{nothing}");
        }
    }

    /// Where clocks have `before` hours until an instant and `after` from then on, a date begins here.
    fn begins(date: &str, (before, at, after): (i64, &str, i64)) -> String {
        let at = parse(at).unwrap();
        let offset = |instant: i64| (if instant < at { before } else { after }) * DAY / 24;
        format(first_instant(parse_date(date).unwrap(), &offset))
    }

    #[test]
    fn days_begin_with_their_first_instant() {
        // Clocks go forward at midnight: the day begins at one, and the day after at midnight.
        let santiago = (-4, "2026-09-06T04:00:00Z", -3);
        assert_eq!(begins("2026-09-05", santiago), "2026-09-05T04:00:00Z");
        assert_eq!(begins("2026-09-06", santiago), "2026-09-06T04:00:00Z");
        assert_eq!(begins("2026-09-07", santiago), "2026-09-07T03:00:00Z");
        assert_eq!(
            begins("2026-03-29", (-1, "2026-03-29T01:00:00Z", 0)),
            "2026-03-29T01:00:00Z"
        );
        assert_eq!(
            begins("2026-04-24", (2, "2026-04-23T22:00:00Z", 3)),
            "2026-04-23T22:00:00Z"
        );
        // Clocks go back: of two midnights the first.
        assert_eq!(
            begins("2026-10-25", (0, "2026-10-25T01:00:00Z", -1)),
            "2026-10-25T00:00:00Z"
        );
        // Clocks go back from midnight: the day before is longer.
        assert_eq!(
            begins("2026-04-05", (-3, "2026-04-05T03:00:00Z", -4)),
            "2026-04-05T04:00:00Z"
        );
        // Clocks change at other hours.
        let berlin = (1, "2026-03-29T01:00:00Z", 2);
        assert_eq!(begins("2026-03-29", berlin), "2026-03-28T23:00:00Z");
        assert_eq!(begins("2026-03-30", berlin), "2026-03-29T22:00:00Z");
        // A day that an island left out begins, and ends, with the next.
        let apia = (-10, "2011-12-30T10:00:00Z", 14);
        assert_eq!(begins("2011-12-29", apia), "2011-12-29T10:00:00Z");
        assert_eq!(begins("2011-12-30", apia), "2011-12-30T10:00:00Z");
        assert_eq!(begins("2011-12-31", apia), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn instants_beyond_names_are_digits() {
        assert_eq!(format(i64::MAX), i64::MAX.to_string());
        assert_eq!(format(-62_167_219_200_001), "-62167219200001");
    }

    #[test]
    fn dates_and_offsets() {
        assert_eq!(date_text(parse_date("0099-02-03").unwrap()), "0099-02-03");
        assert_eq!(parse_date("2025-02-29"), None);
        assert_eq!(parse_date("2026-1-01"), None);
        assert_eq!(offset(b"+05:45"), Some(345));
        assert_eq!(offset(b"-08:00"), Some(-480));
        assert_eq!(offset(b"+5:45"), None);
    }
}
