//! One page of a list: the items as they came, where the list continues, how long it is.

use crate::ask::answer::refusal;
use crate::error::TargetError;
use crate::vendors::Vendor;
use bytes::Bytes;
use catalog::Call;
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

/// A page's top-level object, read once: its items apart, the values of all other fields still text.
#[derive(Debug)]
pub struct Envelope<'a> {
    call: &'static Call,
    body: &'a Bytes,
    items: Items<'a>,
    fields: HashMap<Cow<'a, str>, &'a RawValue>,
}

/// What stands where the items belong.
#[derive(Debug)]
enum Items<'a> {
    /// Nothing or null: an empty list.
    Absent,
    List(Vec<&'a RawValue>),
    /// Something else.
    Other,
}

/// The rows of a page: a JSON array on one line, every object as it came. A part of the answer itself wherever that is on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRows(Bytes);

impl From<&'static str> for PageRows {
    fn from(json: &'static str) -> Self {
        Self(Bytes::from_static(json.as_bytes()))
    }
}

impl Deref for PageRows {
    type Target = str;

    fn deref(&self) -> &str {
        // Read as JSON before, so it is UTF-8.
        std::str::from_utf8(&self.0).unwrap_or("[]")
    }
}

impl<'a> Envelope<'a> {
    /// Reads an answer, and the vendor's errors in it that come with status 200.
    ///
    /// # Errors
    /// `BadAnswer`, or the cloud's own code.
    pub fn read(vendor: &dyn Vendor, call: &'static Call, body: &'a Bytes) -> Result<Self, TargetError> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let read = Fields { items: call.items }.deserialize(&mut json);
        let read = read.and_then(|read| json.end().map(|()| read));
        let (items, fields) = read.map_err(|error| not_json(body, &error))?;
        let envelope = Self {
            call,
            body,
            items,
            fields,
        };
        if vendor.refuses(&|field| envelope.value(&[field]).ok().flatten()) {
            return Err(refusal(vendor, StatusCode::OK, &HeaderMap::new(), body, &[]));
        }
        Ok(envelope)
    }

    /// The items of the list.
    ///
    /// # Errors
    /// `BadAnswer` when they are something else than an array of objects.
    fn items(&self) -> Result<&[&'a RawValue], TargetError> {
        let Call { items, action, .. } = self.call;
        let wrong = |what: &str| TargetError::bad_answer(format!("`{items}` of {action} {what}"));
        let list = match &self.items {
            Items::Absent => return Ok(&[]),
            Items::List(list) => list,
            Items::Other => return Err(wrong("is not a list")),
        };
        match list.iter().find(|item| !item.get().starts_with('{')) {
            Some(odd) => Err(wrong(&format!("holds {} where an object belongs", kind(odd.get())))),
            None => Ok(list),
        }
    }

    /// The items and their number.
    ///
    /// # Errors
    /// As [`Envelope::items`].
    pub fn rows(&self) -> Result<(PageRows, u64), TargetError> {
        let items = self.items()?;
        let (Some(first), Some(last)) = (items.first(), items.last()) else {
            return Ok((PageRows(Bytes::from_static(b"[]")), 0));
        };
        // The items lie in the body; only white space is between them and their brackets.
        let offset = |item: &RawValue| item.get().as_ptr() as usize - self.body.as_ptr() as usize;
        let (start, end) = (offset(first), offset(last) + last.get().len());
        let start = self.body[..start]
            .iter()
            .rposition(|&byte| byte == b'[')
            .unwrap_or(start);
        let end = self.body[end..]
            .iter()
            .position(|&byte| byte == b']')
            .map_or(end, |at| end + at + 1);
        let text = &self.body[start..end];
        let rows = if text.contains(&b'\n') || text.contains(&b'\r') {
            // Line breaks in JSON stand between tokens only, never inside a string: a page stays one line of the stream.
            let blank = |&byte: &u8| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte };
            text.iter().map(blank).collect()
        } else {
            self.body.slice(start..end)
        };
        Ok((PageRows(rows), items.len() as u64))
    }

    /// How many items.
    ///
    /// # Errors
    /// As [`Envelope::items`].
    pub fn count(&self) -> Result<u64, TargetError> {
        Ok(self.items()?.len() as u64)
    }

    /// The texts of one field of the items, without empty ones.
    ///
    /// # Errors
    /// As [`Envelope::items`].
    pub fn wanted(&self, field: &str) -> Result<Vec<String>, TargetError> {
        let mut found = Vec::new();
        for item in self.items()? {
            let mut item: HashMap<Cow<'_, str>, Value> = serde_json::from_str(item.get())
                .map_err(|error| TargetError::bad_answer(format!("`{}`: {error}", self.call.items)))?;
            match item.remove(field) {
                Some(Value::String(text)) if !catalog::field::is_nothing(&text) => found.push(text),
                _ => {}
            }
        }
        Ok(found)
    }

    /// The next cursor; none at the list's end, which clouds write as nothing, null, an empty text, `"null"` and `"-"`.
    ///
    /// # Errors
    /// `BadAnswer` when it is neither text nor number.
    pub fn cursor(&self, path: &[&str]) -> Result<Option<String>, TargetError> {
        match self.value(path)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if catalog::field::is_nothing(&text) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => Err(odd(path, "a cursor", &other)),
        }
    }

    /// The list's length, if the cloud says it.
    ///
    /// # Errors
    /// `BadAnswer` when it is neither a number nor digits.
    pub fn total(&self, path: &[&str]) -> Result<Option<u64>, TargetError> {
        match self.value(path)? {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) => number
                .as_u64()
                .map(Some)
                .ok_or_else(|| odd(path, "a count", &Value::Number(number))),
            Some(Value::String(text)) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| odd(path, "a count", &Value::String(text))),
            Some(other) => Err(odd(path, "a count", &other)),
        }
    }

    /// A value deeper down. Something else than an object on the way means that it is not there.
    fn value(&self, path: &[&str]) -> Result<Option<Value>, TargetError> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(None);
        };
        let Some(raw) = self.fields.get(*first) else {
            return Ok(None);
        };
        let value: Value =
            serde_json::from_str(raw.get()).map_err(|error| TargetError::bad_answer(format!("`{first}`: {error}")))?;
        let at = rest.iter().try_fold(&value, |value, key| value.get(key));
        Ok(at.cloned())
    }
}

/// Reads the top-level object; `items` names the field whose values are taken apart.
struct Fields {
    items: &'static str,
}

/// A key, borrowed unless it holds escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> DeserializeSeed<'de> for Fields {
    type Value = (Items<'de>, HashMap<Cow<'de, str>, &'de RawValue>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = (Items<'de>, HashMap<Cow<'de, str>, &'de RawValue>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut items, mut fields) = (Items::Absent, HashMap::new());
        while let Some(Key(key)) = map.next_key()? {
            if key == self.items {
                items = map.next_value()?;
            } else {
                fields.insert(key, map.next_value()?);
            }
        }
        Ok((items, fields))
    }
}

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemsVisitor)
    }
}

struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Items::List(items))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Items::Absent)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Items::Other)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Items::Other)
    }
}

fn not_json(body: &[u8], error: &serde_json::Error) -> TargetError {
    let start = String::from_utf8_lossy(&body[..body.len().min(200)]);
    let start = start.trim_start();
    TargetError::bad_answer(match start.chars().next() {
        None => "the answer is empty".to_owned(),
        Some('<') => "the answer is a web page, not JSON".to_owned(),
        Some('{') if error.is_eof() => format!("the answer is cut off after {} bytes", body.len()),
        Some('{') => format!("the answer is not valid JSON: {error}"),
        Some(_) => "the answer is not a JSON object".to_owned(),
    })
}

fn odd(path: &[&str], wanted: &str, found: &Value) -> TargetError {
    TargetError::bad_answer(format!(
        "`{}` is {} where {wanted} belongs",
        path.join("."),
        kind(&found.to_string())
    ))
}

fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests;
