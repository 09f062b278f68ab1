//! The end of the program in order: newcomers are turned away while what runs is finished.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Notify;

/// The answers that are under way, and whether more may begin.
#[derive(Debug, Default)]
pub struct Draining {
    ends: AtomicBool,
    running: AtomicUsize,
    ended: Notify,
}

/// An answer that is under way until this is dropped.
#[derive(Debug)]
pub struct Running(Arc<Draining>);

impl Draining {
    /// One more answer.
    #[must_use]
    pub fn begin(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(self))
    }

    /// How many are under way.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// From now on the program ends.
    pub fn start(&self) {
        self.ends.store(true, Ordering::SeqCst);
    }

    /// Whether the program ends.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.ends.load(Ordering::SeqCst)
    }

    /// Waits until nothing is under way.
    pub async fn done(&self) {
        loop {
            let ended = self.ended.notified();
            if self.running() == 0 {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.ended.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn it_is_done_when_the_last_has_ended() {
        let draining = Arc::new(Draining::default());
        assert!(draining.done().now_or_never().is_some());
        let (one, other) = (draining.begin(), draining.begin());
        let mut done = Box::pin(draining.done());
        assert!(done.as_mut().now_or_never().is_none());
        drop(one);
        assert!(done.as_mut().now_or_never().is_none());
        drop(other);
        assert!(done.as_mut().now_or_never().is_some());
    }
}
