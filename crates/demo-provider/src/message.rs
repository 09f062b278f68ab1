//! What comes in and what goes out, apart from HTTP's machinery.

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::tampering::AnswerFault;

/// Parameters in the caller's order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Parameters(pub(crate) Vec<(String, String)>);

impl Parameters {
    pub(crate) fn read(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of a parameter, unless it is empty: an empty parameter counts as absent (RFC 6749 §3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// A name that comes more than once, which RFC 6749 §3.1 forbids.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut names = self.0.iter().enumerate();
        names
            .find(|(index, (name, _))| self.0[..*index].iter().any(|(other, _)| other == name))
            .map(|(_, (name, _))| name.as_str())
    }
}

/// A request as it came over the wire.
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The query as sent, without the question mark.
    pub(crate) raw_query: String,
    pub(crate) query: Parameters,
    pub(crate) form: Parameters,
    pub(crate) headers: HeaderMap,
}

impl Ask {
    pub(crate) fn new(method: Method, uri: &http::Uri, headers: HeaderMap, body: &Bytes) -> Self {
        let raw_query = uri.query().unwrap_or_default().to_owned();
        let is_form = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        Self {
            method,
            path: uri.path().to_owned(),
            query: Parameters::read(raw_query.as_bytes()),
            form: if is_form {
                Parameters::read(body)
            } else {
                Parameters::default()
            },
            raw_query,
            headers,
        }
    }

    /// A header's value when it is there and readable.
    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
    }

    /// Scheme and rest of the header `Authorization`.
    pub(crate) fn authorization(&self) -> Option<(&str, &str)> {
        self.header(header::AUTHORIZATION)?.split_once(' ')
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split("; "))
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Whether the reader prefers Chinese to English.
    pub(crate) fn chinese(&self) -> bool {
        let wanted = self.query.get("ui_locales");
        let languages = wanted
            .or_else(|| self.header(header::ACCEPT_LANGUAGE))
            .unwrap_or_default();
        // In both the dearest language comes first; weights that turn the order round are too rare to matter here.
        let mut known = languages.split([',', ' ']).map(str::trim);
        known
            .find(|language| language.starts_with("zh") || language.starts_with("en"))
            .is_some_and(|language| language.starts_with("zh"))
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    /// What goes wrong on the way.
    pub(crate) fault: Option<AnswerFault>,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            // Nothing that a provider answers may be kept (RFC 6749 §5.1).
            headers: vec![("cache-control", "no-store".to_owned())],
            content_type,
            body,
            fault: None,
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::new(302, "text/plain; charset=utf-8", String::new()).header("location", to)
    }

    /// An error as RFC 6749 §5.2 has it.
    pub(crate) fn error(status: u16, code: &str, description: &str) -> Self {
        Self::json(status, &json!({"error": code, "error_description": description}))
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(language: &str) -> Ask {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        headers.insert(header::COOKIE, "a=1; b=2".parse().unwrap());
        Ask::new(Method::GET, &"/x?a=1&b=&a=2".parse().unwrap(), headers, &Bytes::new())
    }

    #[test]
    fn the_first_language_that_is_known_decides() {
        assert!(ask("zh-CN,zh;q=0.9,en;q=0.8").chinese());
        assert!(ask("fr, zh-TW;q=0.5").chinese());
        assert!(!ask("en-GB,zh;q=0.9").chinese());
        assert!(!ask("fr").chinese());
    }

    #[test]
    fn parameters_and_cookies_are_read() {
        let ask = ask("en");
        assert_eq!(ask.query.get("a"), Some("1"));
        assert_eq!(ask.query.get("b"), None);
        assert_eq!(ask.query.repeated(), Some("a"));
        assert_eq!((ask.cookie("b"), ask.cookie("c")), (Some("2"), None));
    }
}
