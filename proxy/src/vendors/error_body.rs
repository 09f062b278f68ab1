//! What an answer says about an error, in all the forms that services and gateways write it in.

use super::lenient;
use super::throttling::told;
use serde_json::{Map, Value};
use std::time::Duration;

/// What an answer says about an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The vendor's code.
    pub code: Option<String>,
    /// The vendor's words.
    pub message: Option<String>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// How long the cloud wants to be left in peace, in a field of its own or in its words.
    pub wait: Option<Duration>,
}

/// An error in an answer whose status says that all is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenError {
    /// What it says.
    pub body: ErrorBody,
    /// Whether there are rows beside it.
    pub beside_rows: bool,
}

/// What stands where the list of an answer belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    /// There is no such field.
    #[default]
    Missing,
    /// An empty list, or null.
    Nothing,
    /// Rows, or whatever is there in their place.
    Something,
}

/// Names of fields in lower case, without signs between words: the best first.
const CODES: &[&str] = &[
    "errorcode",
    "errcode",
    "code",
    "errno",
    "retcode",
    "returncode",
    "resultcode",
];
const MESSAGES: &[&str] = &[
    "errormsg",
    "errormessage",
    "errmsg",
    "message",
    "msg",
    "errordescription",
    "description",
    "title",
    "reason",
];
const REQUEST_IDS: &[&str] = &["requestid"];
/// Fields that say whether it went well.
const FLAGS: &[&str] = &["success", "issuccess", "successful", "successresponse", "ok"];
/// Fields that repeat the status, and speak only when it is one of an error.
const STATUSES: &[&str] = &["httpstatuscode", "httpstatus", "httpcode", "statuscode", "status"];
/// Fields that hold an error, or nothing.
const ERRORS: &[&str] = &["error", "errors", "exception", "fault"];
/// Fields that hold what the answer is about, in which an error may be.
const WRAPPERS: &[&str] = &[
    "result",
    "response",
    "data",
    "body",
    "responsemetadata",
    "meta",
    "status",
    "detail",
    "details",
];

/// A value that is longer is no error, and is not looked at.
const LONGEST: usize = 64 << 10;

/// No error is nested deeper.
const DEEPEST: usize = 5;

impl ErrorBody {
    /// Reads the body of an answer whose status says that it is an error. `codes` are names of a vendor's own for the field of the code.
    #[must_use]
    pub fn read(body: &[u8], codes: &[&str]) -> Self {
        let text = lenient::text(body);
        if let Some(xml) = Self::xml(&text) {
            return xml;
        }
        let Some(value) = serde_json::from_str(&text).ok().or_else(|| lenient::json(&text)) else {
            return Self::default();
        };
        let said = Said::of(&value, codes, 0);
        // Whatever an odd object inside says is better than nothing.
        let deeper = || {
            value
                .as_object()?
                .values()
                .map(|value| Said::of(value, codes, 1))
                .find(|said| said.body.code.is_some())
        };
        let body = if said.body.code.is_some() {
            said
        } else {
            deeper().unwrap_or(said)
        }
        .body;
        let outer = Said::of(&value, codes, DEEPEST).body;
        Self {
            request_id: body.request_id.or(outer.request_id),
            wait: body.wait.max(outer.wait),
            ..body
        }
    }

    /// Some gateways answer `<Error><Code>…</Code>…` whatever is accepted.
    fn xml(text: &str) -> Option<Self> {
        let text = text.contains("<Error>").then_some(text)?;
        let element = |name: &str| {
            let (_, after) = text.split_once(&format!("<{name}>"))?;
            Some(after.split_once(&format!("</{name}>"))?.0.trim().to_owned())
        };
        let message = element("Message");
        Some(Self {
            code: Some(element("Code")?),
            wait: message.as_deref().and_then(told::in_words),
            message,
            request_id: element("RequestId"),
        })
    }
}

impl HiddenError {
    /// Looks for an error beside the list of an answer whose status says that all is well: in these fields, names and the JSON of their values.
    pub fn of<'a>(
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
        listed: Listed,
        codes: &[&str],
    ) -> Option<Self> {
        let mut object = Map::new();
        for (name, value) in fields {
            if value.len() <= LONGEST && is_known(name, codes) {
                object.extend(tolerant(value).map(|value| (name.to_owned(), value)));
            }
        }
        let said = Said::of(&Value::Object(object), codes, 0);
        let by_words =
            listed == Listed::Missing && said.body.message.as_deref().is_some_and(|message| !is_fine(message));
        (said.refuses(listed) || by_words).then_some(Self {
            body: said.body,
            beside_rows: listed == Listed::Something,
        })
    }

    /// The same for an answer that is no JSON object as a whole; `items` is the field of its list.
    #[must_use]
    pub fn salvage(body: &[u8], items: &str, codes: &[&str]) -> Option<Self> {
        let text = lenient::text(body);
        let Some(Value::Object(fields)) = lenient::json(&text) else {
            return ErrorBody::xml(&text).map(|body| Self {
                body,
                beside_rows: false,
            });
        };
        let fields: Vec<(String, String)> = fields
            .into_iter()
            .map(|(name, value)| (name, value.to_string()))
            .collect();
        let is_list = |name: &str| name.eq_ignore_ascii_case(items);
        let lists = fields.iter().filter(|(name, _)| is_list(name));
        let listed = lists.map(|(_, list)| match list.as_str() {
            "null" | "[]" => Listed::Nothing,
            _ => Listed::Something,
        });
        let others = fields.iter().filter(|(name, _)| !is_list(name));
        Self::of(
            others.map(|(name, value)| (name.as_str(), value.as_str())),
            listed.max().unwrap_or_default(),
            codes,
        )
    }
}

/// Half an emoji in a message is no reason not to read it.
fn tolerant(json: &str) -> Option<Value> {
    serde_json::from_str(json).ok().or_else(|| {
        let wrapped = lenient::json(&format!("{{\"it\":{json}}}"))?;
        wrapped.get("it").cloned()
    })
}

fn is_known(name: &str, codes: &[&str]) -> bool {
    let plain = plain(name);
    codes.contains(&name)
        || told::unit_of_field(&plain).is_some()
        || [CODES, MESSAGES, REQUEST_IDS, FLAGS, STATUSES, ERRORS, WRAPPERS]
            .iter()
            .any(|names| names.contains(&plain.as_str()))
}

/// A name in lower case, without what stands between its words.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|sign| sign.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What an object says, and those inside it.
#[derive(Debug, Default)]
struct Said {
    body: ErrorBody,
    /// Whether the flag says that it went well.
    success: Option<bool>,
    /// Whether a field that is there for errors holds one.
    error: bool,
}

impl Said {
    fn of(value: &Value, codes: &[&str], depth: usize) -> Self {
        let Some(object) = value.as_object() else {
            return Self::default();
        };
        let fields: Vec<(String, &Value)> = object.iter().map(|(name, value)| (plain(name), value)).collect();
        let all = |names: &'static [&str]| {
            names
                .iter()
                .flat_map(|name| fields.iter().filter(move |(known, _)| known == name))
                .map(|(_, value)| *value)
        };
        let own = codes.iter().filter_map(|name| object.get(*name));
        let message = all(MESSAGES)
            .filter_map(Value::as_str)
            .map(str::trim)
            .find(|text| !text.is_empty());
        let waits = fields
            .iter()
            .filter_map(|(name, value)| told::of_field(&word(value)?, told::unit_of_field(name)?));
        let mut said = Self {
            body: ErrorBody {
                code: own.chain(all(CODES)).filter_map(word).find(|code| !is_fine(code)),
                message: message.map(str::to_owned),
                request_id: all(REQUEST_IDS).find_map(word),
                wait: waits.chain(message.and_then(told::in_words)).max(),
            },
            success: all(FLAGS).find_map(flag),
            error: false,
        };
        if depth < DEEPEST {
            for value in all(ERRORS) {
                said.take_error(value, codes, depth);
            }
            for value in all(WRAPPERS) {
                let inner = Self::of(value, codes, depth + 1);
                said.body.wait = said.body.wait.max(inner.body.wait);
                if inner.error || inner.body.code.is_some() || inner.success == Some(false) {
                    said.take(inner);
                }
            }
        }
        let status = all(STATUSES).filter_map(word).find(|status| is_error_status(status));
        if said.body.code.is_none() {
            said.body.code = status;
        }
        said
    }

    /// What a field says that is there for errors.
    fn take_error(&mut self, value: &Value, codes: &[&str], depth: usize) {
        match value {
            Value::String(text) if !is_fine(text) => {
                self.error = true;
                // One word is a code, several are words for people.
                let place = if text.contains(char::is_whitespace) {
                    &mut self.body.message
                } else {
                    &mut self.body.code
                };
                place.get_or_insert_with(|| text.clone());
            }
            Value::Object(object) if !object.is_empty() => {
                let inner = Self::of(value, codes, depth + 1);
                let fine = object.keys().all(|name| is_known(name, codes))
                    && inner.body.code.is_none()
                    && inner.body.message.as_deref().is_none_or(is_fine);
                if !fine {
                    self.take(Self { error: true, ..inner });
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.take_error(item, codes, depth + 1);
                }
            }
            Value::Bool(true) => self.error = true,
            _ => {}
        }
    }

    /// Takes over what something inside says, where nothing has been said.
    fn take(&mut self, inner: Self) {
        self.error |= inner.error;
        self.success = self.success.filter(|_| inner.success != Some(false)).or(inner.success);
        if self.body.code.is_none() {
            self.body.code = inner.body.code;
            // Words belong to their code.
            self.body.message = inner.body.message.or(self.body.message.take());
        } else if self.body.message.is_none() {
            self.body.message = inner.body.message;
        }
        self.body.request_id = self.body.request_id.take().or(inner.body.request_id);
        self.body.wait = self.body.wait.max(inner.body.wait);
    }

    /// Whether this is an error, beside such a list.
    fn refuses(&self, listed: Listed) -> bool {
        let Some(code) = &self.body.code else {
            return self.error || self.success == Some(false);
        };
        // Who says that all went well may number that as it likes, when the list is there too.
        let own_number = code.bytes().all(|byte| byte.is_ascii_digit()) && !is_error_status(code);
        self.error
            || self.success == Some(false)
            || listed == Listed::Missing
            || !(own_number && self.success == Some(true))
    }
}

/// A text or a number that is not empty.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a flag is up.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(up) => Some(*up),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "y" | "ok" | "success" => Some(true),
            "false" | "0" | "no" | "n" | "fail" | "failed" | "failure" | "error" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn is_error_status(text: &str) -> bool {
    number(text).is_some_and(|status| (400.0..600.0).contains(&status))
}

fn number(text: &str) -> Option<f64> {
    text.bytes().next_back().filter(u8::is_ascii_digit)?;
    text.parse().ok()
}

/// Whether a code or a message only says that all is well: `200`, `OK`, `Success`, `None`, `COC.00000000`.
#[must_use]
pub fn is_fine(text: &str) -> bool {
    let text = text.trim();
    if let Some(number) = number(text) {
        return number == 0.0 || (200.0..300.0).contains(&number);
    }
    // After the service's name stands a number or a word.
    let last = plain(text.rsplit(['.', ':']).next().unwrap_or(text));
    let fine = [
        "",
        "ok",
        "success",
        "succeed",
        "succeeded",
        "successful",
        "successfully",
        "noerror",
        "none",
        "null",
        "nil",
        "normal",
        "成功",
    ];
    fine.contains(&last.as_str()) || last.bytes().all(|digit| digit == b'0') || plain(text) == "operationsuccess"
}

#[cfg(test)]
mod tests;
