//! How a JSON value becomes a cell.

use super::dictionary::{Dictionary, EMPTY, NewValue};
use super::plan::{alike, entries};
use catalog::Decode;
use catalog::field::{is_nothing, says_fine};
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use values::number;
use values::time::{self, Stamp};

/// A JSON value as far as a cell cares.
enum Json<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(Cow<'a, str>),
    /// An object or a list, or a string that is no Unicode.
    Other,
}

impl<'a> Json<'a> {
    fn of(json: &'a str) -> Self {
        match json.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'"') => match json.get(1..json.len() - 1) {
                Some(plain) if memchr::memchr(b'\\', plain.as_bytes()).is_none() => Self::Text(Cow::Borrowed(plain)),
                _ => serde_json::from_str(json).map_or(Self::Other, |text| Self::Text(Cow::Owned(text))),
            },
            Some(b'-' | b'0'..=b'9') => Self::Number(json),
            _ => Self::Other,
        }
    }

    /// The text that it is shown as; `None` for nothing.
    fn text(self, json: &'a str) -> Option<Cow<'a, str>> {
        match self {
            Self::Null => None,
            Self::Text(text) => (!is_nothing(&text)).then_some(text),
            Self::Bool(_) | Self::Number(_) | Self::Other => Some(Cow::Borrowed(json)),
        }
    }
}

/// The text of a JSON value; `None` for nothing.
fn text_of(json: &str) -> Option<Cow<'_, str>> {
    Json::of(json).text(json)
}

/// The code of a JSON value in a column's dictionary. `None` when the dictionary is full.
pub(super) fn decode(dict: &mut Dictionary, how: Decode, json: &str) -> Option<u32> {
    let value = Json::of(json);
    let plain = || match &value {
        Json::Number(digits) => Some(*digits),
        Json::Text(text) => Some(text.trim()),
        _ => None,
    };
    let new = match (how, &value) {
        (Decode::Pairs | Decode::Targets, Json::Other) => return list(dict, how, json),
        (Decode::Pairs | Decode::Targets, _) => return text_of(json).map_or(Some(EMPTY), |text| one(dict, &text)),
        (Decode::Number, _) => plain().and_then(number::parse_exact).map(NewValue::Number),
        (Decode::Time | Decode::EpochMs | Decode::EpochSeconds, _) => match plain().and_then(time::read) {
            Some(Stamp::None) => return Some(EMPTY),
            Some(Stamp::At(instant)) => Some(NewValue::Time(instant)),
            None => None,
        },
        (Decode::Bool, Json::Bool(flag)) => Some(NewValue::Bool(*flag)),
        (Decode::Bool, _) => plain().and_then(flag).map(NewValue::Bool),
        (Decode::Fault, _) if plain().is_some_and(says_fine) || matches!(json, "false" | "[]" | "{}") => {
            return Some(EMPTY);
        }
        (Decode::Text | Decode::Fault, _) => None,
    };
    let is_text = matches!(how, Decode::Text | Decode::Fault);
    match (new, value.text(json)) {
        (Some(new), _) => dict.code(new),
        (None, None) => Some(EMPTY),
        (None, Some(text)) if is_text => dict.code(NewValue::Text(&text)),
        (None, Some(text)) => dict.code(NewValue::Unreadable(&text)),
    }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A list of one item.
fn one(dict: &mut Dictionary, text: &str) -> Option<u32> {
    let word = dict.word(text)?;
    dict.code(NewValue::List(&[word]))
}

/// A list column's value out of an array. An object is one item, shown as its JSON text.
fn list(dict: &mut Dictionary, how: Decode, json: &str) -> Option<u32> {
    let Some(elements) = elements(json) else {
        return one(dict, json);
    };
    let mut words = Vec::new();
    for element in elements {
        let fields = entries(element);
        let field = |name: &str| {
            fields
                .iter()
                .find(|(known, _)| alike(known, name))
                .map(|(_, value)| *value)
        };
        match (how, field("key"), field("value"), field("values")) {
            (Decode::Pairs, Some(key), value, _) => {
                let key = text_of(key).unwrap_or_default();
                let value = value.and_then(text_of).unwrap_or_default();
                words.push(dict.word(&[&key, "=", &value].concat())?);
            }
            (Decode::Targets, _, _, Some(values)) => {
                let single = [values];
                let values = self::elements(values);
                for value in values.as_deref().unwrap_or(&single) {
                    if let Some(name) = named(value) {
                        words.push(dict.word(&name)?);
                    }
                }
            }
            _ => {
                if let Some(text) = text_of(element) {
                    words.push(dict.word(&text)?);
                }
            }
        }
    }
    if words.is_empty() {
        Some(EMPTY)
    } else {
        dict.code(NewValue::List(&words))
    }
}

/// What to call a target: the id or name of an object, else its text.
fn named(json: &str) -> Option<Cow<'_, str>> {
    let fields = entries(json);
    ["resource_id", "instance_id", "id", "name"]
        .iter()
        .find_map(|name| {
            fields
                .iter()
                .find(|(known, _)| alike(known, name))
                .and_then(|(_, value)| text_of(value))
        })
        .or_else(|| text_of(json))
}

/// An array's elements as JSON text; `None` for what is no array.
pub(super) fn elements(json: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    if !json.starts_with('[') {
        return None;
    }
    each(json, &mut |element| found.push(element)).ok()?;
    Some(found)
}

/// Hands over an array's elements as JSON text, one after the other.
pub(super) fn each<'a>(json: &'a str, found: &mut dyn FnMut(&'a str)) -> serde_json::Result<()> {
    struct Elements<'f, 'a>(&'f mut dyn FnMut(&'a str));
    impl<'de> Visitor<'de> for Elements<'_, 'de> {
        type Value = ();
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
            while let Some(element) = seq.next_element::<&RawValue>()? {
                (self.0)(element.get());
            }
            Ok(())
        }
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    serde::Deserializer::deserialize_seq(&mut reader, Elements(found))?;
    reader.end()
}
