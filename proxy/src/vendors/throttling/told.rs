//! Waits that stand in an answer's body, in words or as a field of their own.

use super::span;
use std::time::Duration;

/// Names of fields that hold a wait, in lower case, without signs between words; a unit may follow.
const FIELDS: &[&str] = &["retryafter", "retrydelay", "retryin", "retryinterval"];

/// Units, as they stand behind a number or at the end of a field's name, in seconds.
const UNITS: &[(&str, f64)] = &[
    ("milliseconds", 0.001),
    ("millisecond", 0.001),
    ("millis", 0.001),
    ("ms", 0.001),
    ("毫秒", 0.001),
    ("seconds", 1.0),
    ("second", 1.0),
    ("secs", 1.0),
    ("sec", 1.0),
    ("s", 1.0),
    ("秒钟", 1.0),
    ("秒", 1.0),
    ("minutes", 60.0),
    ("minute", 60.0),
    ("mins", 60.0),
    ("min", 60.0),
    ("m", 60.0),
    ("分钟", 60.0),
    ("分", 60.0),
    ("hours", 3_600.0),
    ("hour", 3_600.0),
    ("h", 3_600.0),
    ("小时", 3_600.0),
    ("days", 86_400.0),
    ("day", 86_400.0),
    ("天", 86_400.0),
];

/// What stands right before a wait, and what right behind.
const BEFORE: &[&str] = &[
    "retry after",
    "retry-after",
    "retryafter",
    "retry in",
    "again after",
    "again in",
    "wait",
    "wait for",
    "wait at least",
    "等待",
];
const BEHIND: &[&str] = &[
    "后",
    "之后",
    "以后",
    "later",
    "before retrying",
    "before you retry",
    "before trying again",
];

/// The unit of a field that holds a wait; none for any other field. `name` is in lower case, without signs between words.
#[must_use]
pub fn unit_of_field(name: &str) -> Option<f64> {
    let unit = FIELDS.iter().find_map(|field| name.strip_prefix(field))?;
    let known = UNITS.iter().chain(&[("", 1.0)]).find(|(known, _)| *known == unit);
    known.map(|(_, seconds)| *seconds)
}

/// The wait that such a field's text says: a number, or one with a unit of its own.
#[must_use]
pub fn of_field(text: &str, seconds: f64) -> Option<Duration> {
    let text = text.trim().to_ascii_lowercase();
    let (number, unit, rest) = measured(&text);
    let wait = rest.is_empty().then(|| span(number, unit.unwrap_or(seconds)))?;
    wait.filter(|wait| !wait.is_zero())
}

/// The longest wait that words ask for: `retry after 12 s`, `请 15 分钟后重试`.
#[must_use]
pub fn in_words(text: &str) -> Option<Duration> {
    let text = text.to_lowercase();
    let mut longest = None;
    let mut at = 0;
    while let Some(found) = text[at..].find(|sign: char| sign.is_ascii_digit()) {
        let (before, rest) = text.split_at(at + found);
        let (number, seconds, behind) = measured(rest);
        at += found + number.len();
        let before = before.trim_end_matches([' ', ':', '=', '"', '\'']);
        let is_wait = BEFORE.iter().any(|words| before.ends_with(words))
            || seconds.is_some() && BEHIND.iter().any(|words| behind.starts_with(words));
        if is_wait {
            longest = longest.max(span(number, seconds.unwrap_or(1.0)));
        }
    }
    longest.filter(|wait| !wait.is_zero())
}

/// The number that a text in lower case begins with, its unit in seconds, and what stands behind them.
pub(super) fn measured(text: &str) -> (&str, Option<f64>, &str) {
    let (number, rest) = text.split_at(number_length(text));
    let rest = rest.trim_start();
    match UNITS.iter().find(|(unit, _)| begins_with(rest, unit)) {
        Some((unit, seconds)) => (number, Some(*seconds), rest[unit.len()..].trim_start()),
        None => (number, None, rest),
    }
}

/// Whether a text begins with a unit, and not with another word that begins like it.
fn begins_with(text: &str, unit: &str) -> bool {
    text.strip_prefix(unit)
        .is_some_and(|rest| !unit.is_ascii() || !rest.starts_with(|sign: char| sign.is_ascii_alphanumeric()))
}

/// How long the number is that a text begins with. A point at its end is none of its.
fn number_length(text: &str) -> usize {
    let number = text.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    let length = text.len() - number.len();
    text[..length].trim_end_matches('.').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::throttling::LONGEST_WAIT;
    use proptest::prelude::*;

    #[test]
    fn waits_are_told_in_many_words() {
        for (text, seconds) in [
            ("Please retry after 12 s", Some(12.0)),
            ("retry after 12s.", Some(12.0)),
            ("Retry-After: 12", Some(12.0)),
            ("retryAfter=\"1.5\"", Some(1.5)),
            ("Quota exceeded. Try again in 2 minutes, or buy more.", Some(120.0)),
            ("please wait 500 ms", Some(0.5)),
            ("Wait for 1 hour", Some(3_600.0)),
            ("wait at least 30 seconds before retrying", Some(30.0)),
            ("30 seconds later you may ask again", Some(30.0)),
            ("请求过于频繁,请 10 秒后重试", Some(10.0)),
            ("请在5分钟之后再试", Some(300.0)),
            ("请等待 3 秒", Some(3.0)),
            ("limit 20; retry after 5 s; at most 10 s later", Some(10.0)),
            ("retry after 99999999999999999999 days", Some(86_400.0)),
            ("retry after 0 s", None),
            ("retry after a while", None),
            ("no answer after 12 s", None),
            ("at most 3 retries in 12 seconds", None),
            ("limit:20,time:1 minute", None),
            ("10 后", None),
            ("", None),
        ] {
            assert_eq!(in_words(text), seconds.map(Duration::from_secs_f64), "{text}");
        }
    }

    #[test]
    fn fields_say_their_unit_by_name_or_behind_the_number() {
        for (name, text, seconds) in [
            ("retryafter", "12", Some(12.0)),
            ("retryafter", "12s", Some(12.0)),
            ("retryafter", "1.5 min", Some(90.0)),
            ("retryafterseconds", "3", Some(3.0)),
            ("retryafterms", "2000", Some(2.0)),
            ("retrydelay", "0.25s", Some(0.25)),
            ("retryafter", "0", None),
            ("retryafter", "-1", None),
            ("retryafter", "soon", None),
            ("retryafter", "12 items", None),
            ("retryafteritems", "12", None),
            ("retry", "12", None),
            ("maxretry", "12", None),
        ] {
            let wait = unit_of_field(name).and_then(|unit| of_field(text, unit));
            assert_eq!(wait, seconds.map(Duration::from_secs_f64), "{name} {text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "(retry after |wait|[0-9]{1,30}|[.]| |s|ms|分钟|秒|后|é){0,12}") {
            let waits = [in_words(&text), of_field(&text, 60.0)];
            prop_assert!(waits.into_iter().flatten().all(|wait| wait <= LONGEST_WAIT));
        }
    }
}
