//! Who may ask while a cloud throttles an account: one request at a time, until it is answered again.

use super::line::{Line, Place};
use crate::asker::Asker;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::{Instant, timeout_at};

/// What is throttled by itself: an operation in a region.
type Key = (&'static str, String);

/// More than ever ask side by side; who is alone takes all of it.
const ROOM: u32 = u32::MAX;

/// The turns of an account's requests, which people take one after the other. A quota counts the requests that it refuses too, so that many that try again side by side would never get
/// through.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<Key, Arc<Line>>>);

/// A request's turn, which ends when it is dropped.
#[derive(Debug)]
pub enum Turn {
    /// Side by side with others.
    Shared(Option<Place>),
    /// While all others wait.
    Alone(Place),
}

impl Turns {
    /// A turn side by side with others, as soon as nobody is alone. At `end` it begins all the same: whoever has waited for so long hears what
    /// the cloud says to it.
    pub async fn shared(&self, action: &'static str, region: &str, asker: &Asker, end: Instant) -> Turn {
        Turn::Shared(self.turn((action, region), asker, 1, end).await)
    }

    /// A turn alone; none until `end`.
    pub async fn alone(&self, action: &'static str, region: &str, asker: &Asker, end: Instant) -> Option<Turn> {
        let all = self.turn((action, region), asker, ROOM, end).await;
        all.map(Turn::Alone)
    }

    async fn turn(
        &self,
        (action, region): (&'static str, &str),
        asker: &Asker,
        places: u32,
        end: Instant,
    ) -> Option<Place> {
        let line = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let line = turns.entry((action, region.to_owned()));
            Arc::clone(line.or_insert_with(|| Arc::new(Line::before(ROOM))))
        };
        timeout_at(end, line.place(asker, places)).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_keeps_others_waiting_but_not_for_ever() {
        let turns = Turns::default();
        let nobody = &Asker::default();
        let soon = || Instant::now() + Duration::from_secs(5);
        let one = turns.shared("List", "r", nobody, soon()).await;
        let other = turns.shared("List", "r", nobody, soon()).await;
        assert!(
            turns.alone("List", "r", nobody, soon()).await.is_none(),
            "others are at it"
        );
        drop((one, other));
        let alone = turns.alone("List", "r", nobody, soon()).await;
        assert!(alone.is_some());
        let start = Instant::now();
        assert!(matches!(
            turns.shared("List", "r", nobody, soon()).await,
            Turn::Shared(None)
        ));
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert!(
            matches!(turns.shared("List", "s", nobody, soon()).await, Turn::Shared(Some(_))),
            "another region"
        );
        assert!(
            matches!(
                turns.shared("Describe", "r", nobody, soon()).await,
                Turn::Shared(Some(_))
            ),
            "another operation"
        );
        drop(alone);
        assert!(matches!(
            turns.shared("List", "r", nobody, soon()).await,
            Turn::Shared(Some(_))
        ));
    }
}
