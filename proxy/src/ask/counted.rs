//! What is counted of requests to the clouds.

use super::answer::Answer;
use super::retry::{Again, AttemptError};
use crate::telemetry::metrics;
use tokio::time::Instant;

/// An attempt has come to something.
pub(super) fn attempt(service: &str, attempted: &Result<Answer, AttemptError>) {
    let outcome = match attempted {
        Ok(_) => "ok",
        Err(error) if matches!(error.again, Again::Throttled { .. }) => "throttled",
        Err(error) if error.error.public.status.is_some() => "refused",
        Err(_) => "failed",
    };
    metrics().cloud_requests.of([service, outcome]).inc();
}

/// It is made again.
pub(super) fn again(service: &str, again: Again) {
    let reason = match again {
        Again::Throttled { .. } => "throttled",
        Again::No | Again::Once | Again::Yes(_) => "failed",
    };
    metrics().cloud_retries.of([service, reason]).inc();
}

/// A request was on its way since then.
pub(super) fn sent(service: &str, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    metrics().cloud_seconds.of([service]).observe(seconds);
}

/// A request has waited at a limit since then.
pub(super) fn waited(limit: &str, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    metrics().limit_seconds.of([limit]).observe(seconds);
}
