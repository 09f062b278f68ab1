//! What an HTTP answer means: rows, ask again, or a refusal with its reason and a remedy.

use super::retry::{Again, AttemptError, retry_after};
use crate::error::TargetError;
use crate::vendors::Vendor;
use crate::vendors::remedy::Remedy;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use std::time::SystemTime;
use wire::ErrorCode;

/// A successful answer.
#[derive(Debug)]
pub struct Answer {
    /// The body: JSON, if the cloud keeps its word.
    pub body: Bytes,
    /// The cloud's id of the request.
    pub request_id: Option<String>,
    /// Who answered.
    pub host: String,
}

impl Answer {
    /// A failure to make sense of this answer, with its request id.
    #[must_use]
    pub fn locate(&self, error: TargetError) -> TargetError {
        match error.public.request_id {
            Some(_) => error,
            None => error.of_request(self.request_id.clone()),
        }
    }
}

/// Tells success, refusal and what is worth another attempt apart. `secrets` must not come back in messages.
pub(super) fn judge(
    vendor: &dyn Vendor,
    host: &str,
    answer: Response<Bytes>,
    secrets: &[&str],
    now: SystemTime,
) -> Result<Answer, AttemptError> {
    let status = answer.status();
    let request_id = request_id(vendor, answer.headers());
    if status.is_success() {
        return Ok(Answer {
            request_id,
            body: answer.into_body(),
            host: host.to_owned(),
        });
    }
    if status.is_redirection() {
        let message = format!("the cloud answered with a redirect ({status}), which is not followed");
        let error = TargetError::redirected(message).of_request(request_id);
        return Err(AttemptError::last(error));
    }
    if !status.is_client_error() && !status.is_server_error() {
        let error = TargetError::bad_answer(format!("the cloud answered with status {status}")).of_request(request_id);
        return Err(AttemptError::last(error));
    }
    let error = refusal(vendor, status, answer.headers(), answer.body(), secrets);
    let again = if !vendor.throttles(status, error.public.code.as_str()) && !status.is_server_error() {
        Again::No
    } else {
        let headers = answer.headers();
        let wait = vendor.retry_after(headers).or_else(|| retry_after(headers, now));
        wait.map_or(Again::Yes, Again::After)
    };
    Err(AttemptError::new(error, again))
}

fn request_id(vendor: &dyn Vendor, headers: &HeaderMap) -> Option<String> {
    vendor
        .request_id_headers()
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// Reads an error answer. `secrets` are texts that must not come back in the message.
pub fn refusal(
    vendor: &dyn Vendor,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[&str],
) -> TargetError {
    let said = vendor.read_error(body);
    let clean = |text: &str| clean(text, vendor.echo_words(), secrets);
    let message = said.message.unwrap_or_else(|| fallback(status, body));
    let code = said.code.unwrap_or_else(|| status.as_u16().to_string());
    let error = wire::TargetError {
        status: Some(status.as_u16()),
        code: ErrorCode::Cloud(clean(&code)),
        message: clean(&message),
        request_id: request_id(vendor, headers).or(said.request_id).map(|id| clean(&id)),
        advice: None,
    };
    error.into()
}

/// Adds what can be done about an error, unless it already says so.
#[must_use]
pub fn advise(vendor: &dyn Vendor, error: TargetError, permission: &str, host: &str) -> TargetError {
    if error.public.advice.is_some() {
        return error;
    }
    let of_status = error.public.status.and_then(Remedy::of_status);
    match vendor
        .remedy(error.public.code.as_str())
        .into_iter()
        .chain(of_status)
        .min()
    {
        Some(remedy) => error.advise(remedy.advice(permission, host)),
        None => error,
    }
}

/// A plain text is the message, but not a web page, nor JSON without one.
fn fallback(status: StatusCode, body: &[u8]) -> String {
    let text = std::str::from_utf8(body).unwrap_or_default().trim();
    let json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    if json || text.is_empty() || text.starts_with('<') {
        return status.canonical_reason().unwrap_or("no reason given").to_owned();
    }
    text.to_owned()
}

/// The longest message that is shown, in characters.
const LONGEST: usize = 600;

/// Words after which gateways repeat what was signed.
const ECHO_WORDS: [&str; 6] = [
    "canonicalrequest",
    "canonical request",
    "string to sign",
    "stringtosign",
    "signature=",
    "signature is:",
];

/// Makes a text of the cloud fit to be shown: one line, not too long, without secrets and without what was signed.
fn clean(text: &str, echo_words: &[&str], secrets: &[&str]) -> String {
    let lower = text.to_ascii_lowercase();
    let words = ECHO_WORDS.iter().chain(echo_words);
    let cut = words.filter_map(|word| lower.find(word)).min();
    // ASCII lower-casing keeps every byte's place.
    let mut text = match cut {
        Some(at) => text[..at].trim_end_matches([' ', ',', ':', ';', '(']).to_owned(),
        None => text.to_owned(),
    };
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(*secret, "***");
    }
    let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shown.retain(|c| !c.is_control());
    if let Some((at, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(at);
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
