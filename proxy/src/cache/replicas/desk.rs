//! Where the replica that walks a list lays its pages down for the others. The walk does not wait for it: where the store is too slow for that, the others are left to
//! themselves.

use super::laid::Laid;
use crate::cache::walk::SharedWalk;
use crate::store::Lease;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{MissedTickBehavior, interval};

/// So many pages may wait to be laid down.
const WAITING: usize = 64;

/// So many are laid down at a time.
const AT_A_TIME: usize = 16;

/// The most bytes of one list that may lie in the store.
const LARGEST: usize = 32 << 20;

/// So often the lease is renewed.
const RENEWAL: Duration = Duration::from_secs(1);

/// Takes what is to be laid down. Dropped without an end, it gives the lease back.
#[derive(Debug)]
pub struct Desk(Mutex<Option<Sender<Laid>>>);

impl Desk {
    /// One for a walk by this lease, with pages that are there already. The list stays for so long if it is no larger than `most`.
    pub fn open(lease: Lease, walk: &Arc<SharedWalk>, first: Vec<Laid>, most: usize, stays: Duration) -> Self {
        let (sender, laid) = mpsc::channel(WAITING);
        let clerk = Clerk {
            lease,
            walk: Arc::downgrade(walk),
            left: most.min(LARGEST),
            stays,
        };
        tokio::spawn(clerk.run(first, laid));
        Self(Mutex::new(Some(sender)))
    }

    /// Lays something down. Where the store is too slow for that, or the lease is lost, nothing more is: a list with a hole must not look like one that is whole.
    pub fn lay(&self, laid: Laid) {
        let mut sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sender.take_if(|sender| sender.try_send(laid).is_err());
    }
}

struct Clerk {
    lease: Lease,
    walk: Weak<SharedWalk>,
    /// So many bytes may still be laid down.
    left: usize,
    stays: Duration,
}

impl Clerk {
    async fn run(mut self, first: Vec<Laid>, mut laid: Receiver<Laid>) {
        if !self.lay(first).await {
            return;
        }
        let mut renewal = interval(RENEWAL);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(AT_A_TIME);
        loop {
            tokio::select! {
                count = laid.recv_many(&mut batch, AT_A_TIME) => {
                    if count == 0 {
                        return self.lease.give_back().await;
                    }
                }
                _ = renewal.tick() => {
                    let Some(renewed) = self.lease.renew().await else { return };
                    if renewed.wanted && let Some(walk) = self.walk.upgrade() {
                        walk.go_on();
                    }
                    continue;
                }
            }
            let end = batch.pop_if(|last| matches!(last, Laid::End(_)));
            if !self.lay(std::mem::take(&mut batch)).await {
                return;
            }
            if let Some(end) = end {
                let whole = matches!(&end, Laid::End(Ok(_)));
                let stays = whole.then_some(self.stays);
                return self.lease.end(end.to_bytes(), stays).await;
            }
        }
    }

    /// Lays pages down; false where that is over.
    async fn lay(&mut self, pages: Vec<Laid>) -> bool {
        if pages.is_empty() {
            return true;
        }
        let pages: Vec<_> = pages.iter().map(Laid::to_bytes).collect();
        let bytes = pages.iter().map(Vec::len).sum();
        let Some(left) = self.left.checked_sub(bytes) else {
            self.lease.too_large().await;
            return false;
        };
        self.left = left;
        let added = self.lease.add(&pages).await;
        if !added {
            self.lease.give_back().await;
        }
        added
    }
}
