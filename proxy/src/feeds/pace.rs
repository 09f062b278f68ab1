//! How often a feed may be asked for: every time asks the clouds, and calendar programs ask as often as they like.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Within a minute. Programs ask once an hour or so; several may share an address, and some ask twice.
pub const MOST: u32 = 10;

/// How often feeds were asked for in the present minute.
#[derive(Debug, Default)]
pub struct Pace(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: u64,
    /// By the ids of feeds that count, so there are no more of them than feeds.
    asked: HashMap<String, u32>,
}

/// The number of a minute.
pub fn minute(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 60)
}

impl Pace {
    /// Counts a question for a feed, and says whether it still keeps to the pace.
    pub fn keeps(&self, id: &str, now: SystemTime) -> bool {
        let number = minute(now);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute {
                number,
                ..Minute::default()
            };
        }
        let asked = minute.asked.entry(id.to_owned()).or_default();
        *asked = asked.saturating_add(1);
        *asked <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_feed_has_its_own_pace_and_every_minute_is_new() {
        let pace = Pace::default();
        for _ in 0..MOST {
            assert!(pace.keeps("a", UNIX_EPOCH));
        }
        assert!(!pace.keeps("a", UNIX_EPOCH + Duration::from_secs(59)));
        assert!(pace.keeps("b", UNIX_EPOCH));
        assert!(pace.keeps("a", UNIX_EPOCH + Duration::from_secs(60)));
    }
}
