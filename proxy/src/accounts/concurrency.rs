//! How many requests of an account may be open at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The right of an account to have one more request open, service by service.
#[derive(Debug, Default)]
pub struct ConcurrencyLimits(Mutex<HashMap<&'static str, Arc<Semaphore>>>);

impl ConcurrencyLimits {
    /// Waits until fewer than `most` requests to the service are open. The turn ends when the permit is dropped.
    pub async fn pass(&self, service: &'static str, most: usize) -> Option<OwnedSemaphorePermit> {
        let limit = {
            let mut limits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(limits.entry(service).or_insert_with(|| Arc::new(Semaphore::new(most))))
        };
        // Never closed, so there is always a permit.
        limit.acquire_owned().await.ok()
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
        let held = one.pass("cs", 1).await;
        assert!(held.is_some());
        assert!(timeout(Duration::from_secs(1), one.pass("cs", 1)).await.is_err());
        assert!(other.pass("cs", 1).await.is_some());
        assert!(one.pass("oos", 1).await.is_some());
        drop(held);
        assert!(one.pass("cs", 1).await.is_some());
    }
}
