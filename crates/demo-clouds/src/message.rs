//! What comes in and what goes out, apart from HTTP's machinery.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::canonical;
use crate::service::{Action, Service};

/// A request as it came over the wire.
pub(crate) struct Ask {
    pub(crate) service: Service,
    pub(crate) method: Method,
    /// The path as sent, percent-encoded.
    pub(crate) path: String,
    /// The query as sent, without the question mark.
    pub(crate) raw_query: String,
    /// The decoded parameters in the caller's order; for Alibaba's RPC calls those of a form body follow.
    pub(crate) params: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Ask {
    pub(crate) fn new(service: Service, method: Method, uri: &http::Uri, headers: HeaderMap, body: Bytes) -> Self {
        let raw_query = uri.query().unwrap_or_default().to_owned();
        let mut params = canonical::pairs(&raw_query);
        if headers
            .get(http::header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"))
        {
            params.extend(canonical::pairs(&String::from_utf8_lossy(&body)));
        }
        Self {
            service,
            method,
            path: uri.path().to_owned(),
            raw_query,
            params,
            headers,
            body,
        }
    }

    /// A header's value when it is there and readable.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
    }

    /// The first value of a parameter, unless it is empty: clouds treat an empty parameter as absent.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The decoded segments of the path; a closing slash gives an empty last one.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        path.split('/')
            .map(|segment| {
                percent_encoding::percent_decode_str(segment)
                    .decode_utf8_lossy()
                    .into_owned()
            })
            .collect()
    }
}

/// Who asks for what, once signature and parameters of the envelope have been accepted.
pub(crate) struct Admitted {
    pub(crate) action: Action,
    /// Index into the fleet's accounts.
    pub(crate) account: usize,
    /// The region that the call is for; of account-wide services the region of the site that answers.
    pub(crate) region: String,
    /// Name of the role when the key came from `AssumeRole`.
    pub(crate) role: Option<String>,
}

/// Why a call is refused; each cloud puts it in its own words' shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// True when the gateway in front of the service refuses: its body has another shape than the service's own.
    pub(crate) gateway: bool,
    /// Milliseconds until it is worth asking again, where the answer says so.
    pub(crate) retry_after: Option<u32>,
}

impl Refusal {
    /// A refusal of the service itself.
    pub(crate) fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            gateway: false,
            retry_after: None,
        }
    }

    /// A refusal of the gateway in front of it.
    pub(crate) fn gateway(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            gateway: true,
            ..Self::new(status, code, message)
        }
    }
}

/// An answer before faults touch it.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Reply {
    /// What a service says in JSON when it does what was asked.
    pub(crate) fn json(body: String) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            content_type: "application/json",
            body,
        }
    }

    /// The same in text without a shape, as metadata services answer.
    pub(crate) fn text(body: String) -> Self {
        Self {
            content_type: "text/plain",
            ..Self::json(body)
        }
    }
}
