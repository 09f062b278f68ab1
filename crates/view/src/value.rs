//! One value inside a condition.

use catalog::Kind;
use chrono::NaiveDate;
use std::borrow::Cow;
use values::{Clock, number, time};

/// What a condition compares with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text; the empty one is "no value". In a condition on numbers, one that an `f64` would change.
    Text(String),
    /// A number.
    Number(f64),
    /// An instant.
    Time(When),
}

/// An instant, as exactly as the link says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Whenever the view is looked at.
    Now,
    /// `count` units before (`ago`) or after now. Never 0 units, which is [`When::Now`].
    Relative {
        /// Whether it is in the past.
        ago: bool,
        /// How many.
        count: u32,
        /// Of what.
        unit: Unit,
    },
    /// The start of a date in the view's zone.
    Date(NaiveDate),
    /// Milliseconds since the Unix epoch.
    At(i64),
}

/// A unit of relative time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
}

impl Unit {
    /// The letter in links and the length in milliseconds.
    const fn facts(self) -> (char, i64) {
        match self {
            Self::Minute => ('m', 60_000),
            Self::Hour => ('h', 3_600_000),
            Self::Day => ('d', time::DAY),
            Self::Week => ('w', 7 * time::DAY),
        }
    }
}

impl Value {
    /// Reads an unescaped text as a value of `kind`. An empty one is "no value" of every kind; `None` where the kind has no such value.
    pub(super) fn parse(kind: Kind, text: &str) -> Option<Self> {
        match kind {
            Kind::Number if !text.is_empty() => number::parse_exact(text)
                .map(Self::Number)
                .or_else(|| number::order(text, text).map(|_| Self::Text(text.to_owned()))),
            Kind::Time if !text.is_empty() => When::parse(text).map(Self::Time),
            _ => Some(Self::Text(text.to_owned())),
        }
    }

    /// Its canonical text, without escapes.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number::text(*number)),
            Self::Time(when) => Cow::Owned(when.text()),
        }
    }

    /// Whether it is "no value".
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

impl When {
    /// Reads `now`, `-24h`, `24h`, a date, or an RFC 3339 time.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "now" {
            return Some(Self::Now);
        }
        if let Some(date) = time::parse_date(text) {
            return Some(Self::Date(date));
        }
        if let Some(instant) = time::parse(text) {
            return Some(Self::At(instant));
        }
        let (ago, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let unit = match rest.as_bytes().last()? {
            b'm' => Unit::Minute,
            b'h' => Unit::Hour,
            b'd' => Unit::Day,
            b'w' => Unit::Week,
            _ => return None,
        };
        let digits = &rest[..rest.len() - 1];
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match digits.parse().ok()? {
            0 => Some(Self::Now),
            count => Some(Self::Relative { ago, count, unit }),
        }
    }

    /// Its canonical text. Relative times stay relative, instants are in UTC.
    pub(super) fn text(self) -> String {
        match self {
            Self::Now => "now".to_owned(),
            Self::Relative { ago, count, unit } => {
                format!("{}{count}{}", if ago { "-" } else { "" }, unit.facts().0)
            }
            Self::Date(date) => time::date_text(date),
            Self::At(instant) => time::format(instant),
        }
    }

    /// The instant that it names, in milliseconds since the Unix epoch. A date begins at midnight in `zone`, so many minutes east of UTC, or where
    /// the clock says.
    pub fn resolve(self, zone: Option<i32>, clock: &Clock<'_>) -> i64 {
        match self {
            Self::Now => clock.now,
            Self::Relative { ago, count, unit } => {
                let length = i64::from(count) * unit.facts().1;
                clock.now.saturating_add(if ago { -length } else { length })
            }
            Self::Date(date) => match zone {
                Some(offset) => time::midnight(date) - i64::from(offset) * 60_000,
                None => (clock.midnight)(date),
            },
            Self::At(instant) => instant,
        }
    }

    /// Whether it moves as time passes.
    pub fn is_relative(self) -> bool {
        matches!(self, Self::Now | Self::Relative { .. })
    }
}
