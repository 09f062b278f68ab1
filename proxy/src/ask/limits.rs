//! What a cloud may cost: time, bytes, pages, items, attempts, and requests at once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Bounds of every walk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time to open a connection.
    pub connect: Duration,
    /// Time for one attempt, from sending to the last byte of the answer.
    pub request: Duration,
    /// Time for a target. The time that a slow reader of the stream takes does not count.
    pub target: Duration,
    /// Decoded bytes a page.
    pub page_bytes: usize,
    /// Items a target.
    pub items: u64,
    /// Attempts a request, the first one included.
    pub attempts: u32,
    /// The longest wait before the second attempt where the cloud names none; it doubles from attempt to attempt.
    pub backoff: Duration,
    /// The most pages a walk, where the catalogue allows more.
    pub pages: u32,
    /// Lists of one target that are crawled at a time.
    pub target_crawls: usize,
    /// Requests of one account to one service at a time.
    pub service_requests: usize,
    /// Bytes of the clouds' text that all exports together may hold.
    pub export_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            target: Duration::from_secs(120),
            page_bytes: 64 << 20,
            items: 2_000_000,
            attempts: 4,
            backoff: Duration::from_millis(500),
            pages: u32::MAX,
            target_crawls: 4,
            service_requests: 8,
            export_bytes: 1 << 30,
        }
    }
}

/// The time that a target has left.
#[derive(Debug)]
pub struct Budget {
    end: Mutex<Instant>,
}

impl Budget {
    /// A budget that ends `time` from now.
    #[must_use]
    pub fn new(time: Duration) -> Self {
        Self {
            end: Mutex::new(Instant::now() + time),
        }
    }

    /// When the time is up.
    #[must_use]
    pub fn end(&self) -> Instant {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something whose time is not the cloud's.
    pub async fn pause<T>(&self, other: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let result = other.await;
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) += start.elapsed();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waiting_for_the_reader_costs_the_cloud_nothing() {
        let budget = Budget::new(Duration::from_secs(1));
        let start = Instant::now();
        budget.pause(tokio::time::sleep(Duration::from_secs(60))).await;
        assert_eq!(budget.end() - start, Duration::from_secs(61));
    }
}
