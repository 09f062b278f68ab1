//! Whether and when an attempt is made again.

use super::limits::{Budget, Limits};
use super::transport::TransportError;
use crate::clock::Ambient;
use crate::error::TargetError;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// An attempt that failed, and whether another one may go better.
#[derive(Debug)]
pub(super) struct AttemptError {
    pub(super) error: Box<TargetError>,
    pub(super) again: Again,
}

/// Whether another attempt may go better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    No,
    Yes,
    /// Not before this time, the cloud says.
    After(Duration),
}

impl AttemptError {
    pub(super) fn new(error: TargetError, again: Again) -> Self {
        let error = Box::new(error);
        Self { error, again }
    }

    /// No other attempt will go better.
    pub(super) fn last(error: TargetError) -> Self {
        Self::new(error, Again::No)
    }
}

impl From<TransportError> for AttemptError {
    fn from(error: TransportError) -> Self {
        let text = error.to_string();
        match error {
            // Another ten seconds would be lost for nothing.
            TransportError::ConnectTimeout { .. } => Self::last(TargetError::connect(text)),
            TransportError::Connect { .. } | TransportError::Reset { .. } => {
                Self::new(TargetError::connect(text), Again::Yes)
            }
            TransportError::Cut { .. } => Self::new(TargetError::bad_answer(text), Again::Yes),
            TransportError::Garbled(_) => Self::last(TargetError::bad_answer(text)),
            TransportError::TooLarge(_) => Self::last(TargetError::too_large(text)),
            TransportError::Request(_) => Self::last(TargetError::credentials(text)),
        }
    }
}

/// How long to wait before the next attempt; none where there must not be one.
pub(super) fn wait(
    again: Again,
    attempt: u32,
    limits: &Limits,
    ambient: &Ambient,
    budget: &Budget,
) -> Option<Duration> {
    let most = limits.backoff.saturating_mul(1 << attempt.saturating_sub(1).min(16));
    let jitter = ambient.jitter(most);
    let wait = match again {
        Again::No => return None,
        Again::Yes => jitter,
        Again::After(asked) => asked + jitter,
    };
    let in_time = Instant::now() + wait < budget.end();
    (attempt < limits.attempts && in_time).then_some(wait)
}

/// `Retry-After` in seconds or as a date ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let after = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(after).ok()?;
    Some(
        (date.to_utc() - DateTime::<Utc>::from(now))
            .to_std()
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_past_mean_now() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", "Fri, 15 Jan 2021 08:00:05 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers, SystemTime::now()), Some(Duration::ZERO));
    }
}
