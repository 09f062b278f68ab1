//! What an error answer says, in the two forms that vendors write it in.

use serde_json::{Map, Value};

/// What an error answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// The vendor's code.
    pub code: Option<String>,
    /// The vendor's words.
    pub message: Option<String>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
}

impl ErrorBody {
    /// Reads a JSON object, or one inside it, by the first pair of field names for code and message that fits; else XML.
    #[must_use]
    pub fn read(body: &[u8], spellings: &[(&str, &str)]) -> Self {
        let parsed = serde_json::from_slice::<Value>(body).ok();
        let said = parsed.as_ref().and_then(|value| Self::json(value, spellings));
        said.or_else(|| Self::xml(body)).unwrap_or_default()
    }

    fn json(value: &Value, spellings: &[(&str, &str)]) -> Option<Self> {
        let object = value.as_object()?;
        for (code, message) in spellings {
            if let Some(code) = word(object, code) {
                return Some(Self {
                    code: Some(code),
                    message: word(object, message),
                    request_id: ["RequestId", "requestId", "request_id"]
                        .iter()
                        .find_map(|key| word(object, key)),
                });
            }
        }
        object
            .values()
            .filter(|value| value.is_object())
            .find_map(|nested| Self::json(nested, spellings))
    }

    /// Some gateways answer `<Error><Code>…</Code>…` whatever is accepted.
    fn xml(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok().filter(|text| text.contains("<Error>"))?;
        let element = |name: &str| {
            let (_, after) = text.split_once(&format!("<{name}>"))?;
            Some(after.split_once(&format!("</{name}>"))?.0.trim().to_owned())
        };
        Some(Self {
            code: Some(element("Code")?),
            message: element("Message"),
            request_id: element("RequestId"),
        })
    }
}

fn word(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
