//! One condition on one field: `cond = [op "."] item *("," item) | range`.

use super::value::{Value, When};
use catalog::Kind;
use values::sort;

/// A condition on a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The column's place in [`catalog::Table::columns`].
    pub column: usize,
    /// What must hold; `None` where the condition is not understood, which then narrows nothing.
    pub test: Option<Test>,
    /// Decoded text behind `field=`: canonical where it is understood, as it came where not.
    pub text: String,
}

/// What a condition asks of a value. Several values mean "one of them".
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Equal to one of `values`, or with `not` to none. A [`Value::is_empty`] among them stands for rows without a value.
    Equal {
        /// Whether it is turned round, keeping rows without a value.
        not: bool,
        /// Sorted by text, without repeats, never empty.
        values: Vec<Value>,
    },
    /// The text form holds one of `words`, ignoring case, or with `not` none.
    Text {
        /// Only at the start.
        prefix: bool,
        /// Whether it is turned round, keeping rows without a value.
        not: bool,
        /// Sorted, without repeats, never empty, none of them empty.
        words: Vec<String>,
    },
    /// Ordered against one of `bounds`. Numbers and times only.
    Compare {
        /// Which order.
        order: Order,
        /// Sorted by text, without repeats, never empty.
        bounds: Vec<Value>,
    },
    /// Between two bounds. Numbers include both ends, times only the start.
    Range {
        /// From here on.
        from: Option<Value>,
        /// Up to here. One of the two is there.
        to: Option<Value>,
    },
    /// No value.
    Empty,
    /// Any value.
    Set,
}

/// The order that [`Test::Compare`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Greater, or later.
    Greater,
    /// Greater or equal.
    AtLeast,
    /// Less, or earlier.
    Less,
    /// Less or equal.
    AtMost,
}

impl Order {
    /// The operator in links.
    const fn id(self) -> &'static str {
        match self {
            Self::Greater => "gt",
            Self::AtLeast => "ge",
            Self::Less => "lt",
            Self::AtMost => "le",
        }
    }
}

/// The words that are operators when a dot follows.
pub const OPERATORS: [&str; 11] = [
    "eq", "not", "has", "nothas", "pre", "notpre", "gt", "ge", "lt", "le", "is",
];

impl Condition {
    /// Reads the decoded text behind `field=`.
    pub(super) fn parse(column: usize, kind: Kind, text: &str) -> Self {
        let test = Test::parse(kind, text);
        let text = test.as_ref().map_or_else(|| text.to_owned(), Test::text);
        Self { column, test, text }
    }

    /// The canonical condition of a test.
    pub(super) fn of(column: usize, test: Test) -> Self {
        let test = test.settled();
        let text = test.text();
        let test = Some(test).filter(|test| !test.is_cut());
        Self { column, test, text }
    }

    /// Whether it moves as time passes.
    pub(super) fn is_relative(&self) -> bool {
        let moves = |value: &Value| matches!(value, Value::Time(when) if When::is_relative(*when));
        match &self.test {
            Some(Test::Equal { values, .. } | Test::Compare { bounds: values, .. }) => values.iter().any(moves),
            Some(Test::Range { from, to }) => from.iter().chain(to).any(moves),
            _ => false,
        }
    }
}

impl Test {
    /// Reads a condition on a column of `kind`; `None` where it is not understood.
    fn parse(kind: Kind, text: &str) -> Option<Self> {
        let ordered = matches!(kind, Kind::Number | Kind::Time);
        let (operator, rest) = match text.split_once('.') {
            Some((word, rest)) if OPERATORS.contains(&word) => (word, rest),
            _ => {
                if let Some((from, to)) = range(text).filter(|_| ordered) {
                    return Self::parse_range(kind, &from, &to);
                }
                ("eq", text)
            }
        };
        let values = || -> Option<Vec<Value>> {
            let values = split_items(rest)
                .iter()
                .map(|item| Value::parse(kind, item))
                .collect::<Option<_>>()?;
            Some(sorted(values))
        };
        let part = |prefix: bool, not: bool| {
            let mut words = split_items(rest);
            sort::by(&mut words, Ord::cmp);
            words.dedup();
            (!words[0].is_empty()).then_some(Self::Text { prefix, not, words })
        };
        let compare = |order: Order| {
            let bounds = values().filter(|bounds| ordered && !bounds[0].is_empty())?;
            Some(Self::Compare { order, bounds })
        };
        let test = match operator {
            "eq" | "not" => Self::Equal {
                not: operator == "not",
                values: values()?,
            },
            "has" => part(false, false)?,
            "nothas" => part(false, true)?,
            "pre" => part(true, false)?,
            "notpre" => part(true, true)?,
            "gt" => compare(Order::Greater)?,
            "ge" => compare(Order::AtLeast)?,
            "lt" => compare(Order::Less)?,
            "le" => compare(Order::AtMost)?,
            _ => match rest {
                "empty" => Self::Empty,
                "set" => Self::Set,
                _ => return None,
            },
        };
        Some(test.settled()).filter(|test| !test.is_cut())
    }

    /// Whether it asks for one moving instant, which nobody means: it is a range that lost its dots on the way.
    fn is_cut(&self) -> bool {
        matches!(self, Self::Equal { not: false, values } if matches!(values.as_slice(), [Value::Time(when)] if when.is_relative()))
    }

    fn parse_range(kind: Kind, from: &str, to: &str) -> Option<Self> {
        let bound = |text: &str| {
            if text.is_empty() {
                Some(None)
            } else {
                Value::parse(kind, text).map(Some)
            }
        };
        let (from, to) = (bound(from)?, bound(to)?);
        Some(Self::Range { from, to }.settled())
    }

    /// The one form of tests that mean the same: values sorted, "equal to no value" is [`Test::Empty`], an open range is [`Test::Set`].
    fn settled(self) -> Self {
        match self {
            Self::Equal { not, values } => {
                let values = sorted(values);
                match (values.as_slice(), not) {
                    ([only], false) if only.is_empty() => Self::Empty,
                    ([only], true) if only.is_empty() => Self::Set,
                    _ => Self::Equal { not, values },
                }
            }
            Self::Range { from: None, to: None } => Self::Set,
            other => other,
        }
    }

    /// The same test with every time replaced.
    pub fn with_times(&self, replace: impl Fn(When) -> When) -> Self {
        let value = |value: &Value| match value {
            Value::Time(when) => Value::Time(replace(*when)),
            other => other.clone(),
        };
        let all = |values: &[Value]| values.iter().map(value).collect();
        match self {
            Self::Equal { not, values } => Self::Equal {
                not: *not,
                values: all(values),
            },
            Self::Compare { order, bounds } => Self::Compare {
                order: *order,
                bounds: all(bounds),
            },
            Self::Range { from, to } => Self::Range {
                from: from.as_ref().map(value),
                to: to.as_ref().map(value),
            },
            other => other.clone(),
        }
    }

    /// The canonical text, escaped for commas and operators but not for the URL.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => "is.empty".to_owned(),
            Self::Set => "is.set".to_owned(),
            Self::Range { from, to } => {
                let bound = |value: &Option<Value>| {
                    value
                        .as_ref()
                        .map(|value| value.text().into_owned())
                        .unwrap_or_default()
                };
                [bound(from), bound(to)].join("..")
            }
            Self::Equal { not: false, values } => {
                let list = joined("", values.iter().map(Value::text));
                // What would read as an operator gets its dot escaped.
                match list.split_once('.') {
                    Some((word, rest)) if OPERATORS.contains(&word) => [word, "~.", rest].concat(),
                    _ => list,
                }
            }
            Self::Equal { not: true, values } => joined("not.", values.iter().map(Value::text)),
            Self::Compare { order, bounds } => joined(&[order.id(), "."].concat(), bounds.iter().map(Value::text)),
            Self::Text { prefix, not, words } => {
                let operator = match (prefix, not) {
                    (false, false) => "has.",
                    (false, true) => "nothas.",
                    (true, false) => "pre.",
                    (true, true) => "notpre.",
                };
                joined(operator, words.iter().map(Into::into))
            }
        }
    }
}

/// Values sorted by text, without repeats.
fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    sort::by(&mut values, |a, b| a.text().cmp(&b.text()));
    values.dedup_by(|a, b| a.text() == b.text());
    values
}

/// Splits a list of values at its unescaped commas and takes the escapes off. A `~` at the very end stands for itself. Never empty: an empty
/// text is one empty value.
pub fn split_items(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let character = match character {
            ',' => {
                found.push(String::new());
                continue;
            }
            '~' => characters.next().unwrap_or('~'),
            other => other,
        };
        if let Some(last) = found.last_mut() {
            last.push(character);
        }
    }
    found
}

/// Splits at the first unescaped `..`, escapes taken off; `None` where there is none.
fn range(text: &str) -> Option<(String, String)> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if !escaped && text[at..].starts_with("..") {
            let unescape = |part: &str| split_items(part).join(",");
            return Some((unescape(&text[..at]), unescape(&text[at + 2..])));
        }
        escaped = !escaped && character == '~';
    }
    None
}

/// Several values as the grammar writes them behind an operator, escaped and joined by commas: what a form hands to
/// [`View::with_condition`](super::View::with_condition).
pub fn list(values: &[String]) -> String {
    joined("", values.iter().map(Into::into))
}

/// The values behind an operator, escaped and joined by commas.
fn joined<'a>(operator: &str, values: impl Iterator<Item = std::borrow::Cow<'a, str>>) -> String {
    let mut out = operator.to_owned();
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push(',');
        }
        escape(&mut out, &value);
    }
    out
}

/// Appends a value so that neither its commas nor its tildes mean anything.
fn escape(out: &mut String, value: &str) {
    for character in value.chars() {
        if matches!(character, ',' | '~') {
            out.push('~');
        }
        out.push(character);
    }
}
