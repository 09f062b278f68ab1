//! The document in which Alibaba's services give keys, wherever it stands.

use crate::credentials::exchange::by_own_clock;
use crate::credentials::{Issued, IssuerError, Keys};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde::Deserialize;
use std::time::SystemTime;

/// Keys as they are written. Without `Debug`: it holds secrets.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Document {
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    security_token: Option<String>,
    expiration: Option<String>,
}

/// An answer of the metadata service or of a credentials URI.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    code: Option<String>,
    #[serde(flatten)]
    document: Document,
}

impl Document {
    /// The keys; `answered` are the headers of the answer that they came in.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn issued(self, answered: &HeaderMap, now: SystemTime) -> Result<Issued, IssuerError> {
        let lacks = |what: &str| IssuerError::new(format!("the answer holds no usable {what}"));
        let token = self.security_token.filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| lacks("SecurityToken"))?;
        let keys = Keys::read(
            self.access_key_id.as_deref(),
            self.access_key_secret.as_deref(),
            Some(&token),
        );
        let keys = keys.ok_or_else(|| lacks("AccessKeyId and AccessKeySecret"))?;
        let expires = self
            .expiration
            .as_deref()
            .and_then(time)
            .ok_or_else(|| lacks("Expiration"))?;
        Ok(Issued {
            keys,
            expires: Some(by_own_clock(expires, answered, now)),
        })
    }
}

/// A time as the vendor writes it.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

/// The keys in an answer with `Code`, which must be `Success`.
///
/// # Errors
/// The code that is none, or what is missing. Nothing else of the answer is told.
pub(super) fn read(body: &[u8], answered: &HeaderMap, now: SystemTime) -> Result<Issued, IssuerError> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| IssuerError::new("the answer is not the JSON that keys come in"))?;
    match answer.code.as_deref() {
        Some("Success") => answer.document.issued(answered, now),
        Some(code) if code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(IssuerError::new(format!("the answer says {code}")))
        }
        _ => Err(IssuerError::new("the answer does not say Success")),
    }
}
