//! One page of a list: the items as they came, where the list continues, how long it is.

use crate::error::{self, TargetError};
use bytes::Bytes;
use catalog::{Call, Cloud};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// A page's top-level object, its values still text.
#[derive(Debug)]
pub struct Envelope<'a>(HashMap<Cow<'a, str>, &'a RawValue>);

#[derive(Deserialize)]
struct Fields<'a>(#[serde(borrow)] HashMap<Key<'a>, &'a RawValue>);

/// A key, borrowed unless it holds escapes.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The items of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Items {
    /// A JSON array on one line, every object as it came.
    pub json: String,
    /// How many items.
    pub count: u64,
}

impl<'a> Envelope<'a> {
    /// Reads an answer, and Huawei's errors in it that come with status 200.
    ///
    /// # Errors
    /// `BadAnswer`, or the cloud's own code.
    pub fn read(cloud: Cloud, body: &'a Bytes) -> Result<Self, TargetError> {
        let Fields(fields) = serde_json::from_slice(body).map_err(|error| not_json(body, &error))?;
        let envelope = Self(fields.into_iter().map(|(Key(key), value)| (key, value)).collect());
        if cloud == Cloud::HUAWEI
            && let Some(Value::String(code)) = envelope.value(&["error_code"])?
            && !is_success(&code)
        {
            return Err(error::read(
                cloud,
                http::StatusCode::OK,
                &http::HeaderMap::new(),
                body,
                &[],
            ));
        }
        Ok(envelope)
    }

    /// The items of the list. Absent or null is an empty list.
    ///
    /// # Errors
    /// `BadAnswer` when they are something else than an array of objects.
    pub fn items(&self, call: &Call) -> Result<Items, TargetError> {
        let text = self.0.get(call.items).map_or("[]", |raw| raw.get());
        let text = if text == "null" { "[]" } else { text };
        let wrong = |what: &str| TargetError::bad_answer(format!("`{}` of {} {what}", call.items, call.action));
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| wrong("is not a list"))?;
        if let Some(odd) = items.iter().find(|item| !item.get().starts_with('{')) {
            return Err(wrong(&format!("holds {} where an object belongs", kind(odd.get()))));
        }
        // Line breaks in JSON stand between tokens only, never inside a string: a page stays one line of the stream.
        Ok(Items {
            count: items.len() as u64,
            json: text.replace(['\n', '\r'], " "),
        })
    }

    /// The texts of one field of the items, without empty ones.
    ///
    /// # Errors
    /// `BadAnswer` when there are no items to look at.
    pub fn wanted(&self, call: &Call, field: &str) -> Result<Vec<String>, TargetError> {
        let Items { json, .. } = self.items(call)?;
        let items: Vec<HashMap<String, Value>> = serde_json::from_str(&json)
            .map_err(|error| TargetError::bad_answer(format!("`{}`: {error}", call.items)))?;
        let text = |mut item: HashMap<String, Value>| match item.remove(field) {
            Some(Value::String(text)) if !catalog::field::is_nothing(&text) => Some(text),
            _ => None,
        };
        Ok(items.into_iter().filter_map(text).collect())
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
        let Some(raw) = self.0.get(*first) else {
            return Ok(None);
        };
        let value: Value =
            serde_json::from_str(raw.get()).map_err(|error| TargetError::bad_answer(format!("`{first}`: {error}")))?;
        let at = rest.iter().try_fold(&value, |value, key| value.get(key));
        Ok(at.cloned())
    }
}

/// `COC.00000000` and the like: nothing but noughts after the service's name.
fn is_success(code: &str) -> bool {
    let number = code.rsplit('.').next().unwrap_or(code);
    code.is_empty() || number.bytes().all(|digit| digit == b'0')
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
mod tests {
    use super::*;

    const COC: &Call = &catalog::sources::huawei_coc_executions::SOURCE.call;

    fn read(body: &str) -> Result<(Items, Option<u64>), TargetError> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let envelope = Envelope::read(Cloud::HUAWEI, &body)?;
        Ok((envelope.items(COC)?, envelope.total(&["total"])?))
    }

    fn message(body: &str) -> String {
        let failure = read(body).unwrap_err();
        assert_eq!((failure.status, failure.code.as_str()), (None, "BadAnswer"));
        failure.message
    }

    #[test]
    fn items_pass_as_they_came_but_on_one_line() {
        let (items, total) =
            read("{\"total\": \"2\",\n \"data\": [\n  {\"a\": 1.50, \"b\":\"x\\ny\"},\r\n {} ]}").unwrap();
        assert_eq!(
            items,
            Items {
                json: "[   {\"a\": 1.50, \"b\":\"x\\ny\"},   {} ]".into(),
                count: 2
            }
        );
        assert_eq!(total, Some(2));
    }

    #[test]
    fn absent_and_null_are_empty() {
        for body in ["{}", r#"{"data":null,"total":null}"#, r#"{"data":[]}"#] {
            assert_eq!(
                read(body).unwrap(),
                (
                    Items {
                        json: "[]".into(),
                        count: 0
                    },
                    None
                )
            );
        }
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(message(""), "the answer is empty");
        assert_eq!(message("<html>"), "the answer is a web page, not JSON");
        assert_eq!(message("[]"), "the answer is not a JSON object");
        assert_eq!(message(r#"{"data":[{"#), "the answer is cut off after 10 bytes");
        assert!(message(r#"{"data":x}"#).starts_with("the answer is not valid JSON"));
        assert_eq!(message(r#"{"data":"no"}"#), "`data` of ListExecutions is not a list");
        assert_eq!(
            message(r#"{"data":[1]}"#),
            "`data` of ListExecutions holds a number where an object belongs"
        );
        assert_eq!(
            message(r#"{"total":true}"#),
            "`total` is true or false where a count belongs"
        );
        assert_eq!(message(r#"{"total":-1}"#), "`total` is a number where a count belongs");
        assert!(!message(&"{\"a\":".repeat(100_000)).is_empty());
    }

    #[test]
    fn an_error_with_status_200_is_one() {
        let failure = read(r#"{"error_code":"COC.00010014","error_msg":"no","data":[]}"#).unwrap_err();
        assert_eq!(
            (failure.status, failure.code.as_str(), failure.message.as_str()),
            (Some(200), "COC.00010014", "no")
        );
        for fine in [
            r#"{"error_code":null}"#,
            r#"{"error_code":""}"#,
            r#"{"error_code":"COC.00000000"}"#,
        ] {
            assert!(read(fine).is_ok());
        }
    }

    #[test]
    fn cursors_end_in_many_ways() {
        for (end, cursor) in [
            ("{}", None),
            (r#"{"p":null}"#, None),
            (r#"{"p":{}}"#, None),
            (r#"{"p":{"n":""}}"#, None),
            (r#"{"p":{"n":"-"}}"#, None),
            (r#"{"p":{"n":"null"}}"#, None),
            (r#"{"p":{"n":"m1"}}"#, Some("m1")),
            (r#"{"p":{"n":7}}"#, Some("7")),
        ] {
            let body = Bytes::copy_from_slice(end.as_bytes());
            let envelope = Envelope::read(Cloud::ALIBABA, &body).unwrap();
            assert_eq!(envelope.cursor(&["p", "n"]).unwrap().as_deref(), cursor, "{end}");
        }
        let body = Bytes::from_static(br#"{"p":{"n":[]}}"#);
        assert!(
            Envelope::read(Cloud::ALIBABA, &body)
                .unwrap()
                .cursor(&["p", "n"])
                .is_err()
        );
    }
}
