//! What is counted of requests to the clouds, and their traces.

use super::answer::Answer;
use super::request::ApiRequest;
use super::retry::{Again, AttemptError};
use crate::telemetry::{metrics, traces};
use tokio::time::Instant;
use tracing::Span;
use tracing::field::Empty;

/// An attempt of a request in a trace.
pub(super) fn span(account: &str, request: &ApiRequest) -> Span {
    let service = request.call.service.id;
    tracing::debug_span!(
        target: traces::TARGET,
        "attempt",
        otel.name = format!("{service} {}", request.call.action),
        otel.kind = "client",
        otel.status_code = Empty,
        error.r#type = Empty,
        http.response.status_code = Empty,
        cloud.region = request.region(),
        signalbox.account = account,
        signalbox.service = service,
        signalbox.action = request.call.action,
        signalbox.request_id = Empty,
    )
}

/// What came of it.
pub(super) fn ended(span: &Span, attempted: &Result<Answer, AttemptError>) {
    let (id, failed) = match attempted {
        Ok(answer) => (answer.request_id.as_ref(), answer.refused.as_ref()),
        Err(AttemptError { error, .. }) => (error.public.request_id.as_ref(), Some(&**error)),
    };
    if let Some(id) = id {
        span.record("signalbox.request_id", id);
    }
    if let Some(error) = failed {
        if let Some(status) = error.public.status {
            span.record("http.response.status_code", status);
        }
        traces::failed(span, error.public.code.as_str());
    }
}

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
