//! What is counted of walks, and their traces.

use super::Done;
use crate::error::TargetError;
use crate::target::Target;
use crate::telemetry::{metrics, traces};
use tokio::time::Instant;
use tracing::Span;
use tracing::field::Empty;

/// A walk of a target in a trace.
pub(super) fn span(target: &Target) -> Span {
    tracing::debug_span!(
        target: traces::TARGET,
        "walk",
        otel.name = format!("walk {}", target.source.id),
        otel.status_code = Empty,
        error.r#type = Empty,
        cloud.region = target.region,
        signalbox.source = target.source.id,
        signalbox.account = target.account.id,
        signalbox.rows = Empty,
    )
}

/// What came of it: so many rows, also where it failed.
pub(super) fn ended(span: &Span, rows: u64, walked: &Result<Done, TargetError>) {
    span.record("signalbox.rows", rows);
    if let Err(error) = walked {
        traces::failed(span, error.public.code.as_str());
    }
}

/// A walk that is under way, counted when it ends, however that comes.
pub(super) struct Counted {
    source: &'static str,
    begun: Instant,
    outcome: &'static str,
}

impl Counted {
    /// A walk of a source begins.
    pub(super) fn begin(source: &'static str) -> Self {
        metrics().walks_running.inc();
        Self {
            source,
            begun: Instant::now(),
            // Unless it comes to an end.
            outcome: "cancelled",
        }
    }

    /// It may not begin, since the last ones failed.
    pub(super) fn held_back(&mut self) {
        self.outcome = "held_back";
    }

    /// It has come to its end.
    pub(super) fn end(&mut self, walked: &Result<Done, TargetError>) {
        self.outcome = match walked {
            Ok(Done { capped: None, .. }) => "done",
            Ok(_) => "capped",
            Err(error) if *error == TargetError::cancelled() => "cancelled",
            Err(_) => "failed",
        };
    }

    /// A page of a source came.
    pub(super) fn page(source: &'static str, rows: u64) {
        metrics().pages.of([source]).inc();
        metrics().rows.of([source]).inc_by(rows);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let metrics = metrics();
        metrics.walks_running.dec();
        metrics.walks.of([self.source, self.outcome]).inc();
        let seconds = self.begun.elapsed().as_secs_f64();
        metrics.walk_seconds.of([self.source]).observe(seconds);
    }
}
