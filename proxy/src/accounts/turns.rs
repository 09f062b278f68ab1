//! Who may ask while a cloud throttles an account: one request at a time, until it is answered again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};
use tokio::time::{Instant, timeout_at};

/// What is throttled by itself: an operation in a region.
type Key = (&'static str, String);

/// The turns of an account's requests. A quota counts the requests that it refuses too, so that many that try again side by side would never get
/// through.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<Key, Arc<RwLock<()>>>>);

/// A request's turn, which ends when it is dropped.
#[derive(Debug)]
pub enum Turn {
    /// Side by side with others.
    Shared(Option<OwnedRwLockReadGuard<()>>),
    /// While all others wait.
    Alone(OwnedRwLockWriteGuard<()>),
}

impl Turns {
    /// A turn side by side with others, as soon as nobody is alone. At `end` it begins all the same: whoever has waited for so long hears what
    /// the cloud says to it.
    pub async fn shared(&self, action: &'static str, region: &str, end: Instant) -> Turn {
        Turn::Shared(timeout_at(end, self.of(action, region).read_owned()).await.ok())
    }

    /// A turn alone; none until `end`.
    pub async fn alone(&self, action: &'static str, region: &str, end: Instant) -> Option<Turn> {
        timeout_at(end, self.of(action, region).write_owned())
            .await
            .ok()
            .map(Turn::Alone)
    }

    fn of(&self, action: &'static str, region: &str) -> Arc<RwLock<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry((action, region.to_owned())).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_keeps_others_waiting_but_not_for_ever() {
        let turns = Turns::default();
        let soon = || Instant::now() + Duration::from_secs(5);
        let one = turns.shared("List", "r", soon()).await;
        let other = turns.shared("List", "r", soon()).await;
        assert!(turns.alone("List", "r", soon()).await.is_none(), "others are at it");
        drop((one, other));
        let alone = turns.alone("List", "r", soon()).await;
        assert!(alone.is_some());
        let start = Instant::now();
        assert!(matches!(turns.shared("List", "r", soon()).await, Turn::Shared(None)));
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert!(
            matches!(turns.shared("List", "s", soon()).await, Turn::Shared(Some(_))),
            "another region"
        );
        assert!(
            matches!(turns.shared("Describe", "r", soon()).await, Turn::Shared(Some(_))),
            "another operation"
        );
        drop(alone);
        assert!(matches!(turns.shared("List", "r", soon()).await, Turn::Shared(Some(_))));
    }
}
