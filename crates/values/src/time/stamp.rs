//! Times as clouds write them.

use super::{midnight, parse, parse_date};
use crate::number;

/// What a cloud says where a time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// That there is none, or none yet.
    None,
    /// Milliseconds since the Unix epoch.
    At(i64),
}

/// 1971-01-01 and 9999-01-01. What programs write for "none" lies before, at the zero of their clocks (0001-01-01, 1601, 1900, 1970), and what they
/// write for "never ends" behind. Nothing of any cloud does.
const TOLD: std::ops::Range<i64> = 31_536_000_000..253_370_764_800_000;

/// Counts of milliseconds, from 2001 to 2261, that are told apart from counts of seconds, micro- and nanoseconds by their size alone.
const COUNTED: std::ops::Range<f64> = 1e12..9.2e12;

/// Reads a time as clouds write it: what [`parse`] reads, or a count of seconds, milliseconds, micro- or nanoseconds since 1970, as its size tells.
/// `None` for what is no time, and for what does not say when: a date alone, or a time without an offset.
pub fn read(text: &str) -> Option<Stamp> {
    let stamp = |instant: i64| {
        if TOLD.contains(&instant) {
            Stamp::At(instant)
        } else {
            Stamp::None
        }
    };
    if let Some(instant) = parse(text) {
        return Some(stamp(instant));
    }
    if let Some(count) = number::parse(text) {
        return since_epoch(count);
    }
    let word = ["none", "never", "nil", "n/a", "--"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let zeros = text.contains('0') && text.bytes().all(|byte| b"0-: Tt./Zz+".contains(&byte));
    // Whatever its zone may be.
    let zoneless = parse_date(text).map(midnight).or_else(|| parse(&[text, "Z"].concat()));
    (word || zeros || zoneless.map(stamp) == Some(Stamp::None)).then_some(Stamp::None)
}

fn since_epoch(count: f64) -> Option<Stamp> {
    if count <= 0.0 {
        return Some(Stamp::None);
    }
    let sizes = [
        (count * 1e3).round(),
        count.trunc(),
        (count / 1e3).trunc(),
        (count / 1e6).trunc(),
    ];
    let late = |size: &f64| *size >= 253_370_764_800_000.0 && *size < 253_402_387_200_000.0;
    match sizes.iter().find(|size| COUNTED.contains(size)) {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53")]
        Some(size) => Some(Stamp::At(*size as i64)),
        // The last year of four digits, in seconds or milliseconds.
        None => sizes[..2].iter().any(late).then_some(Stamp::None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Stamp, read};

    #[test]
    fn clouds_say_when_in_many_ways() {
        let at = Some(Stamp::At(1_795_316_400_000));
        for same in [
            "2026-11-22T03:00Z",
            "2026-11-22T11:00+0800",
            "1795316400",
            "1795316400.0",
            "1.7953164e9",
            "1795316400000",
            "1795316400000.9",
            "1795316400000000",
            "1795316400000000123",
        ] {
            assert_eq!(read(same), at, "{same}");
        }
        assert_eq!(read("1795316400.2506"), Some(Stamp::At(1_795_316_400_251)));
        for none in [
            "0",
            "-1",
            "0.0",
            "-62135596800000",
            "0001-01-01T00:00:00Z",
            "0001-01-01",
            "0000-00-00 00:00:00",
            "1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00+08:00",
            "1970-01-01T08:00:00+08:00",
            "1970-01-01 00:00:00",
            "1899-12-30T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "9999-12-31",
            "253402300799",
            "253402300799999",
            "None",
            "never",
            "N/A",
        ] {
            assert_eq!(read(none), Some(Stamp::None), "{none}");
        }
        for other in [
            "",
            "soon",
            "20261120",
            "20261120094100",
            "28800000",
            "5",
            "1e300",
            "9223372036854775807",
            "2026-11-22",
            "2026-11-22T03:00:00",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
