//! What is counted of walks.

use super::Done;
use crate::error::TargetError;
use crate::telemetry::metrics;
use tokio::time::Instant;

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
