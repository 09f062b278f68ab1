//! One question to a cloud: signed, sent, sent again where that may help, and its error answers read.

use super::advice::{About, advise};
use super::limits::{Budget, ConcurrencyLimits};
use super::request::{ApiRequest, Scope};
use super::transport::{Transport, TransportError};
use super::{Limits, identity};
use crate::accounts::{Account, Keys};
use crate::clock::Ambient;
use crate::error::{self, TargetError};
use bytes::Bytes;
use catalog::Cloud;
use http::{HeaderMap, Request, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// Asks the clouds, within limits that all walks share.
pub struct Client {
    transport: Arc<dyn Transport>,
    limits: Limits,
    ambient: Ambient,
    gates: ConcurrencyLimits,
    pub(super) ids: identity::Ids,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

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
    pub fn locate(&self, failure: TargetError) -> TargetError {
        match failure.request_id {
            Some(_) => failure,
            None => failure.of_request(self.request_id.clone()),
        }
    }
}

/// An attempt that failed, and whether another one may go better.
struct AttemptError {
    failure: TargetError,
    again: Again,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    No,
    Yes,
    /// Not before this time, the cloud says.
    After(Duration),
}

impl Client {
    /// A client that sends through `transport`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, limits: Limits, ambient: Ambient) -> Self {
        Self {
            transport,
            gates: ConcurrencyLimits::new(limits.service_requests),
            limits,
            ambient,
            ids: identity::Ids::default(),
        }
    }

    /// The bounds.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Time and chance.
    #[must_use]
    pub fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    /// Asks until there is an answer, the attempts are used up, or the budget is.
    ///
    /// # Errors
    /// The last attempt's failure, with advice.
    pub async fn ask(&self, account: &Account, ask: &ApiRequest, budget: &Budget) -> Result<Answer, TargetError> {
        let mut attempt = 1;
        loop {
            let error = match self.attempt(account, ask, budget).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let about = About {
                permission: ask.permission,
                host: ask.base.host_str().unwrap_or_default(),
            };
            let failure = advise(error.failure, about);
            tracing::debug!(account = account.id, service = ask.service, attempt, %failure, again = ?error.again, "attempt failed");
            let Some(wait) = self.wait(error.again, attempt, budget) else {
                return Err(failure);
            };
            sleep(wait).await;
            attempt += 1;
        }
    }

    /// How long to wait before the next attempt; none where there must not be one.
    fn wait(&self, again: Again, attempt: u32, budget: &Budget) -> Option<Duration> {
        let most = self
            .limits
            .backoff
            .saturating_mul(1 << attempt.saturating_sub(1).min(16));
        let jitter = self.ambient.jitter(most);
        let wait = match again {
            Again::No => return None,
            Again::Yes => jitter,
            Again::After(asked) => asked + jitter,
        };
        let in_time = Instant::now() + wait < budget.end();
        (attempt < self.limits.attempts && in_time).then_some(wait)
    }

    async fn attempt(&self, account: &Account, ask: &ApiRequest, budget: &Budget) -> Result<Answer, AttemptError> {
        let late = || {
            AttemptError::last(TargetError::timeout(format!(
                "no end within {}",
                humantime::format_duration(self.limits.target)
            )))
        };
        let turn = timeout_at(budget.end(), self.gates.pass(&account.id, ask.service));
        let _turn = turn.await.map_err(|_| late())?;
        // Signed after the wait for its turn, so that the date is that of sending.
        let request = self.signed(account, ask).map_err(AttemptError::last)?;
        let end = budget.end().min(Instant::now() + self.limits.request);
        let sent = timeout_at(end, self.transport.send(request, self.limits.page_bytes)).await;
        let sent = sent.map_err(|_| match budget.end() <= end {
            true => late(),
            false => AttemptError::last(TargetError::timeout(format!(
                "no whole answer within {}",
                humantime::format_duration(self.limits.request)
            ))),
        })?;
        self.judge(account, ask, sent?)
    }

    fn signed(&self, account: &Account, ask: &ApiRequest) -> Result<Request<Bytes>, TargetError> {
        let mut parts = ask.parts(&self.ambient)?;
        let now = self.ambient.now();
        let signed = match (&account.keys, &ask.scope) {
            (Keys::Alibaba(keys), Scope::Acs3 { .. }) => {
                sign::alibaba::sign(&mut parts, b"", keys, now, &self.ambient.nonce())
            }
            (Keys::Huawei(keys), scope) => {
                let scope = match scope {
                    Scope::Project(id) => sign::huawei::Scope::Project(id),
                    Scope::Domain(id) => sign::huawei::Scope::Domain(id),
                    Scope::Plain | Scope::Acs3 { .. } => sign::huawei::Scope::None,
                };
                sign::huawei::sign(&mut parts, b"", keys, scope, now)
            }
            (Keys::Alibaba(_), _) => {
                return Err(TargetError::credentials("keys of one cloud cannot sign for the other"));
            }
        };
        signed.map_err(|error| TargetError::credentials(format!("the request cannot be signed: {error}")))?;
        Ok(Request::from_parts(parts, Bytes::new()))
    }

    fn judge(&self, account: &Account, ask: &ApiRequest, answer: Response<Bytes>) -> Result<Answer, AttemptError> {
        let status = answer.status();
        let request_id = error::request_id(answer.headers());
        if status.is_success() {
            let host = ask.base.host_str().unwrap_or_default().to_owned();
            return Ok(Answer {
                request_id,
                body: answer.into_body(),
                host,
            });
        }
        if status.is_redirection() {
            let message = format!("the cloud answered with a redirect ({status}), which is not followed");
            return Err(AttemptError::last(
                TargetError::redirected(message).of_request(request_id),
            ));
        }
        if !status.is_client_error() && !status.is_server_error() {
            return Err(AttemptError::last(
                TargetError::bad_answer(format!("the cloud answered with status {status}")).of_request(request_id),
            ));
        }
        let failure = error::read(
            account.cloud,
            status,
            answer.headers(),
            answer.body(),
            &account.keys.secrets(),
        );
        let again = again(
            account.cloud,
            status,
            failure.code.as_str(),
            answer.headers(),
            self.ambient.now(),
        );
        Err(AttemptError { failure, again })
    }
}

impl AttemptError {
    fn last(failure: TargetError) -> Self {
        Self {
            failure,
            again: Again::No,
        }
    }
}

impl From<TransportError> for AttemptError {
    fn from(error: TransportError) -> Self {
        let text = error.to_string();
        match error {
            // Another ten seconds would be lost for nothing.
            TransportError::ConnectTimeout { .. } => Self::last(TargetError::connect(text)),
            TransportError::Connect { .. } | TransportError::Reset { .. } => Self {
                failure: TargetError::connect(text),
                again: Again::Yes,
            },
            TransportError::Cut { .. } => Self {
                failure: TargetError::bad_answer(text),
                again: Again::Yes,
            },
            TransportError::Garbled(_) => Self::last(TargetError::bad_answer(text)),
            TransportError::TooLarge(_) => Self::last(TargetError::too_large(text)),
            TransportError::Request(_) => Self::last(TargetError::credentials(text)),
        }
    }
}

/// Whether and when to try again: for throttling and the server's own faults only. Alibaba throttles with status 400.
fn again(cloud: Cloud, status: StatusCode, code: &str, headers: &HeaderMap, now: std::time::SystemTime) -> Again {
    let throttled =
        status == StatusCode::TOO_MANY_REQUESTS || (cloud == Cloud::ALIBABA && code.starts_with("Throttling"));
    if !throttled && !status.is_server_error() {
        return Again::No;
    }
    retry_after(headers, now).map_or(Again::Yes, Again::After)
}

/// The wait that the answer asks for: `x-acs-retry-after` in milliseconds, or `Retry-After` in seconds or as a date
/// ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
fn retry_after(headers: &HeaderMap, now: std::time::SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(millis) = text("x-acs-retry-after")
        .and_then(|text| text.parse().ok())
        .filter(|&millis| millis > 0)
    {
        return Some(Duration::from_millis(millis));
    }
    let after = text("retry-after")?;
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = chrono::DateTime::parse_from_rfc2822(after).ok()?;
    let now = chrono::DateTime::<chrono::Utc>::from(now);
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests;
