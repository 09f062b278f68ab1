//! What an HTTP answer means: rows, ask again, or a refusal with its reason and a remedy.

use super::advice::Question;
use super::parts::Parts;
use super::retry::{Again, AttemptError};
use super::shown::{Cleaner, instead, is_page};
use crate::error::TargetError;
use crate::vendors::remedy::Remedy;
use crate::vendors::throttling::{self, told};
use crate::vendors::{ErrorBody, HiddenError, Vendor, lenient};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use std::time::SystemTime;
use wire::ErrorCode;

/// A successful answer.
#[derive(Debug)]
pub struct Answer {
    /// The body: JSON, if the cloud keeps its word.
    pub body: Bytes,
    /// The parts of the body, or why it is no JSON object.
    pub parts: Result<Parts, serde_json::Error>,
    /// The cloud's id of the request.
    pub request_id: Option<String>,
    /// An error that the answer tells beside its rows. The rows count, and their list has failed.
    pub refused: Option<TargetError>,
}

/// Tells success, refusal and what is worth another attempt apart.
pub(super) fn judge(question: &Question<'_>, answer: Response<Bytes>, now: SystemTime) -> Result<Answer, AttemptError> {
    let vendor = question.vendor;
    let status = answer.status();
    let (head, body) = answer.into_parts();
    let request_id = request_id(vendor, &head.headers);
    let refusal = Refusal {
        question,
        status,
        headers: &head.headers,
        now,
    };
    if status.is_success() {
        // Read here, where an error may be hidden beside the rows, and nowhere again.
        let parts = Parts::read(question.call, &body);
        let hidden = match &parts {
            Ok(parts) => HiddenError::of(parts.texts(&body), parts.listed, vendor.code_fields()),
            Err(_) => HiddenError::salvage(&body, question.call.items, vendor.code_fields()),
        };
        let refused = match hidden {
            Some(HiddenError {
                body,
                beside_rows: true,
            }) => Some(refusal.error(body, "")),
            Some(HiddenError { body, .. }) => return Err(refusal.attempt(body, "")),
            // Whatever is quoted in a JSON object, it is no page.
            None if parts.is_err() && is_page(&lenient::text(&body[..body.len().min(LOOKED_AT)])) => {
                let error = TargetError::bad_answer("the answer is a web page, not JSON").of_request(request_id);
                return Err(AttemptError::last(question.not_the_clouds_own(error)));
            }
            None => None,
        };
        return Ok(Answer {
            body,
            parts,
            request_id,
            refused,
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
    Err(refusal.attempt(vendor.read_error(&body), &lenient::text(&body)))
}

/// What tells a web page is in its first bytes.
const LOOKED_AT: usize = 4 << 10;

fn request_id(vendor: &dyn Vendor, headers: &HeaderMap) -> Option<String> {
    vendor
        .request_id_headers()
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// An answer that refuses.
struct Refusal<'a> {
    question: &'a Question<'a>,
    status: StatusCode,
    headers: &'a HeaderMap,
    now: SystemTime,
}

impl Refusal<'_> {
    /// The failed attempt, and whether another one may go better. `text` is the body, for answers that are no JSON.
    fn attempt(&self, said: ErrorBody, text: &str) -> AttemptError {
        let vendor = self.question.vendor;
        let code = said.code.clone().unwrap_or_default();
        let message = said.message.clone().unwrap_or_default();
        // An error that comes with status 200 has its own status in the code, if anywhere.
        let own = code.parse().ok().and_then(|code: u16| StatusCode::from_u16(code).ok());
        let status = own.filter(|_| self.status.is_success()).unwrap_or(self.status);
        let after = vendor
            .retry_after(self.headers)
            .into_iter()
            .chain(throttling::retry_after(self.headers, self.now))
            .chain(said.wait)
            .chain(said.message.is_none().then(|| told::in_words(text)).flatten())
            .max();
        let again = if vendor.throttles(status, &code, &message) {
            Again::Throttled {
                after: after
                    .or_else(|| throttling::reset(self.headers, self.now))
                    .or_else(|| vendor.quota_wait(self.headers)),
                window: throttling::longest_window(self.headers, &message),
            }
        } else {
            match vendor.remedy(&code, &message) {
                Some(Remedy::SetClock | Remedy::SendOnce) => Again::Once,
                Some(Remedy::Wait) => Again::Yes(after),
                _ if status.is_server_error() || after.is_some() => Again::Yes(after),
                _ => Again::No,
            }
        };
        AttemptError::new(self.error(said, text), again)
    }

    /// The error as people see it, with advice.
    fn error(&self, said: ErrorBody, text: &str) -> TargetError {
        let Question { vendor, secrets, .. } = self.question;
        let clean = Cleaner {
            echo_words: vendor.echo_words(),
            secrets,
        };
        // What shows nothing once it is clean is as if it were not there.
        let seen = |text: String| (!text.is_empty()).then_some(text);
        let code = said.code.and_then(|code| seen(clean.word(&code)));
        let page = code.is_none() && self.status.is_client_error() && is_page(text);
        let message = said.message.filter(|message| !is_page(message));
        let message = message
            .and_then(|message| seen(clean.message(&message)))
            .or_else(|| seen(clean.message(&instead(self.status, text))))
            .unwrap_or_else(|| instead(self.status, ""));
        let status = self.status.as_u16();
        let error = TargetError::from(wire::TargetError {
            status: Some(status),
            code: match code {
                Some(code) => ErrorCode::Cloud(code),
                // Without a code a good status would look like one.
                None if self.status.is_success() => ErrorCode::BadAnswer,
                None => ErrorCode::Cloud(status.to_string()),
            },
            message,
            request_id: request_id(*vendor, self.headers)
                .or(said.request_id)
                .and_then(|id| seen(clean.word(&id))),
            ..wire::TargetError::default()
        });
        if page {
            return self.question.not_the_clouds_own(error);
        }
        self.question.advise(error)
    }
}

#[cfg(test)]
mod tests;
