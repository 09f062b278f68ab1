//! JSON objects field by field. A value that nobody wants is passed over, whatever is in it: half a character, a number that no computer holds,
//! a key that comes twice.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The text of a value down a path of keys; none where there is no object on the way.
#[must_use]
pub fn at<'a>(object: &'a str, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(object, |object, key| {
        let fields = fields(object)?;
        named(&fields, key)
    })
}

/// The fields of an object: names, and the texts of the values. None for what is no object.
#[must_use]
pub fn fields(object: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let Fields(fields) = serde_json::from_str(object).ok()?;
    Some(fields)
}

/// The value with a name: the one that is spelt like this, else one that differs in capitals only. Of several the last, as JSON readers take it.
#[must_use]
pub fn named<'a>(fields: &[(Cow<'_, str>, &'a str)], name: &str) -> Option<&'a str> {
    let last = |is: &dyn Fn(&str) -> bool| fields.iter().rev().find(|(key, _)| is(key)).map(|(_, value)| *value);
    last(&|key| key == name).or_else(|| last(&|key| key.eq_ignore_ascii_case(name)))
}

/// The key whose JSON text this is. One that holds half a character keeps its escapes: nobody looks for it.
#[must_use]
pub fn name(raw: &str) -> Cow<'_, str> {
    let bare = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    if !bare.contains('\\') {
        return Cow::Borrowed(bare);
    }
    serde_json::from_str(raw).map_or(Cow::Borrowed(bare), Cow::Owned)
}

/// What a JSON value says as text: a text that is not nothing, or the digits of a number.
#[must_use]
pub fn text(value: &str) -> Option<String> {
    match value.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(value)
            .ok()
            .filter(|text| !catalog::field::is_nothing(text)),
        b'-' | b'0'..=b'9' => Some(value.to_owned()),
        _ => None,
    }
}

/// Whether a JSON value is a text that is not nothing, or a number; a text is not read for it.
#[must_use]
pub fn says_something(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'"') => !catalog::field::is_nothing(value.trim_matches('"')),
        Some(first) => *first == b'-' || first.is_ascii_digit(),
        None => false,
    }
}

/// What sort of value a JSON text is, for people.
#[must_use]
pub fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

struct Fields<'a>(Vec<(Cow<'a, str>, &'a str)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor).map(Self)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(16);
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            fields.push((name(key.get()), value.get()));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_whatever_stands_around_it() {
        for object in [
            r#"{"other":"\ud83d","name":"a"}"#,
            r#"{"\ud83d":1,"name":"a","n":1e999}"#,
            r#"{"name":"b","name":"a"}"#,
            r#"{"NAME":"b","name":"a","Name":"c"}"#,
            r#"{"Name":"a"}"#,
            r#"{"n\u0061me":"a"}"#,
        ] {
            assert_eq!(at(object, &["name"]).and_then(text).as_deref(), Some("a"), "{object}");
        }
        let deep = format!("{}1{}", r#"{"a":["#.repeat(500), "]}".repeat(500));
        assert_eq!(
            at(&format!(r#"{{"deep":{deep},"name":7}}"#), &["name"])
                .and_then(text)
                .as_deref(),
            Some("7")
        );
        assert_eq!(at(r#"{"p":{"q":{"r":1}}}"#, &["P", "q", "R"]), Some("1"));
        for none in [r#"{"p":[1]}"#, r#"{"p":1}"#, "[]", "1", "{", ""] {
            assert_eq!(at(none, &["p", "q"]), None, "{none}");
        }
    }

    #[test]
    fn a_text_is_one_that_can_be_read() {
        for nothing in ["null", "true", "{}", "[]", r#""""#, r#"" - ""#, r#""\ud83d""#] {
            assert_eq!(text(nothing), None, "{nothing}");
        }
        assert_eq!(text("9007199254740993").as_deref(), Some("9007199254740993"));
    }
}
