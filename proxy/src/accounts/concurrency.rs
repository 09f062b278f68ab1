//! How many requests of an account may be open at a time.

use super::line::{Line, Place};
use crate::asker::Asker;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The right of an account to have one more request open, service by service. Where more wait than may go on, people take turns.
#[derive(Debug, Default)]
pub struct ConcurrencyLimits(Mutex<HashMap<&'static str, Arc<Line>>>);

impl ConcurrencyLimits {
    /// Waits until fewer than `most` requests to the service are open. The turn ends when the place is dropped.
    pub async fn pass(&self, service: &'static str, most: usize, asker: &Asker) -> Option<Place> {
        let line = {
            let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(
                lines
                    .entry(service)
                    .or_insert_with(|| Arc::new(Line::before(most as u32))),
            )
        };
        line.place(asker, 1).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn a_limit_is_one_account_and_service_wide() {
        let (one, other) = (ConcurrencyLimits::default(), ConcurrencyLimits::default());
        let (ann, bob) = (Asker::of("ann"), Asker::of("bob"));
        let held = one.pass("cs", 1, &ann).await;
        assert!(held.is_some());
        let waits = timeout(Duration::from_secs(1), one.pass("cs", 1, &bob)).await;
        assert!(waits.is_err(), "it is the account's, whoever asks");
        assert!(other.pass("cs", 1, &ann).await.is_some());
        assert!(one.pass("oos", 1, &ann).await.is_some());
        drop(held);
        assert!(one.pass("cs", 1, &ann).await.is_some());
    }
}
