//! Whether and when an attempt is made again.

use super::limits::Limits;
use super::transport::TransportError;
use crate::clock::Ambient;
use crate::error::TargetError;
use std::time::Duration;
use tokio::time::Instant;

/// An attempt that failed, and whether another one may go better.
#[derive(Debug)]
pub(super) struct AttemptError {
    pub(super) error: Box<TargetError>,
    pub(super) again: Again,
    /// Whether the connection broke, so that the next attempt had better have another.
    pub(super) broken: bool,
}

/// Whether another attempt may go better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    No,
    /// Once: what was wrong with the attempt's nonce or date will not be wrong with the next one's, or always.
    Once,
    /// Not before this time, if the cloud names one.
    Yes(Option<Duration>),
    /// The cloud is asked too often.
    Throttled {
        /// When it wants to be asked again, if it says so.
        after: Option<Duration>,
        /// After how long a quota that is used up begins anew, if it says so.
        window: Option<Duration>,
    },
}

impl AttemptError {
    pub(super) fn new(error: TargetError, again: Again) -> Self {
        Self {
            error: Box::new(error),
            again,
            broken: false,
        }
    }

    /// No other attempt will go better.
    pub(super) fn last(error: TargetError) -> Self {
        Self::new(error, Again::No)
    }

    fn broken(error: TargetError) -> Self {
        Self {
            broken: true,
            ..Self::new(error, Again::Yes(None))
        }
    }
}

impl From<TransportError> for AttemptError {
    fn from(error: TransportError) -> Self {
        let text = error.to_string();
        match error {
            // Another ten seconds would be lost for nothing.
            TransportError::ConnectTimeout { .. } => Self::last(TargetError::connect(text)),
            TransportError::Connect { .. } | TransportError::Reset { .. } => Self::broken(TargetError::connect(text)),
            TransportError::Cut { .. } => Self::broken(TargetError::bad_answer(text)),
            TransportError::Garbled(_) => Self::last(TargetError::bad_answer(text)),
            TransportError::TooLarge(_) => Self::last(TargetError::too_large(text)),
            TransportError::Request(_) => Self::last(TargetError::credentials(text)),
        }
    }
}

/// The attempts of one request so far.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    failed: u32,
    throttled: u32,
    /// When it was throttled first.
    since: Option<Instant>,
}

/// There must not be another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GiveUp {
    /// After which time the cloud would have answered, if that is why.
    pub(super) more_after: Option<Duration>,
}

/// The window of a quota, where the cloud does not tell it: many are counted by the minute, none that is worth waiting for is longer.
const USUAL_WINDOW: Duration = Duration::from_secs(60);

/// How long beyond the wait or the window that the cloud names a request is throttled before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest wait between two attempts that are throttled, where the cloud names none.
const LONGEST_STEP: Duration = Duration::from_secs(15);

impl Attempts {
    /// How long to wait before the next attempt, which must begin before `end`.
    ///
    /// # Errors
    /// There must not be one.
    pub(super) fn next(
        &mut self,
        again: Again,
        limits: &Limits,
        ambient: &Ambient,
        end: Instant,
    ) -> Result<Duration, GiveUp> {
        let (wait, more_after) = match again {
            Again::No => return Err(GiveUp { more_after: None }),
            Again::Once | Again::Yes(_) => {
                self.failed += 1;
                let after = if let Again::Yes(after) = again { after } else { None };
                let most = if again == Again::Once { 2 } else { limits.attempts };
                if self.failed >= most {
                    return Err(GiveUp { more_after: None });
                }
                (
                    after
                        .unwrap_or_default()
                        .saturating_add(ambient.jitter(step(limits, self.failed))),
                    after,
                )
            }
            Again::Throttled { after, window } => {
                self.throttled += 1;
                let now = Instant::now();
                let since = *self.since.get_or_insert(now);
                let more_after = after.or(window).unwrap_or(USUAL_WINDOW);
                // The named wait itself is kept however long it is; after it, it should have been enough.
                let patience = after.max(window).unwrap_or(USUAL_WINDOW).saturating_add(PATIENCE);
                let left = end.saturating_duration_since(since);
                // A window that ends after the target's time is not worth its while.
                let hopeless = window.is_some_and(|window| window > left) && self.throttled >= limits.attempts;
                // Never quite at once: half of the step is kept, the other half keeps those apart who were throttled together.
                let half = step(limits, self.throttled).min(LONGEST_STEP) / 2;
                let wait = after
                    .unwrap_or_default()
                    .saturating_add(half)
                    .saturating_add(ambient.jitter(half));
                if now.saturating_duration_since(since).saturating_add(wait) > patience || hopeless {
                    return Err(GiveUp {
                        more_after: Some(more_after),
                    });
                }
                (wait, Some(more_after))
            }
        };
        let in_time = Instant::now().checked_add(wait).is_some_and(|at| at < end);
        if in_time { Ok(wait) } else { Err(GiveUp { more_after }) }
    }
}

/// The longest wait before the next attempt where the cloud names none: it doubles from attempt to attempt.
fn step(limits: &Limits, attempt: u32) -> Duration {
    limits.backoff.saturating_mul(1 << attempt.saturating_sub(1).min(16))
}
