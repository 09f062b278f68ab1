//! Keys that the clouds know, and the nonces they have seen.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use crate::lock::locked;
use crate::machine::Session;

/// How far a request's date may be from the server's, either way.
pub(crate) const DATE_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Bound of the nonce store; the oldest go first.
const NONCES: usize = 200_000;

/// One access key. Deliberately without `Debug`.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) account: usize,
    pub(crate) secret: String,
    /// The security token that must come with a temporary key.
    pub(crate) token: Option<String>,
    pub(crate) expires: Option<DateTime<Utc>>,
    /// The role that was assumed to get the key.
    pub(crate) role: Option<String>,
}

/// All keys by their id, and the nonces seen lately.
#[derive(Default)]
pub(crate) struct Keyring {
    keys: Mutex<HashMap<String, Key>>,
    nonces: Mutex<Nonces>,
}

impl Keyring {
    pub(crate) fn add(&self, id: String, key: Key) {
        locked(&self.keys).insert(id, key);
    }

    /// Adds a temporary key of an account, which acts as `role` where it has assumed one. Those that ended long ago are forgotten.
    pub(crate) fn issue(&self, session: &Session, account: usize, role: Option<String>, now: DateTime<Utc>) {
        self.sweep(now);
        let key = Key {
            account,
            secret: session.secret.clone(),
            token: Some(session.token.clone()),
            expires: Some(session.expires),
            role,
        };
        self.add(session.access.clone(), key);
    }

    pub(crate) fn find(&self, id: &str) -> Option<Key> {
        locked(&self.keys).get(id).cloned()
    }

    /// Forgets keys that expired more than an hour ago, so that a long-running demo does not grow.
    fn sweep(&self, now: DateTime<Utc>) {
        locked(&self.keys).retain(|_, key| key.expires.is_none_or(|end| now - end < TimeDelta::hours(1)));
    }

    /// Notes a nonce; false when it was seen within the date window.
    pub(crate) fn first_use(&self, key: &str, nonce: &str, now: DateTime<Utc>) -> bool {
        locked(&self.nonces).first_use(format!("{key} {nonce}"), now)
    }
}

#[derive(Default)]
struct Nonces {
    seen: HashSet<String>,
    order: VecDeque<(DateTime<Utc>, String)>,
}

impl Nonces {
    fn first_use(&mut self, nonce: String, now: DateTime<Utc>) -> bool {
        // A date may lie ahead by the window, so a nonce can come again until twice the window has passed.
        while self.order.front().is_some_and(|(at, _)| now - *at > DATE_WINDOW * 2) || self.order.len() >= NONCES {
            if let Some((_, old)) = self.order.pop_front() {
                self.seen.remove(&old);
            }
        }
        let first = self.seen.insert(nonce.clone());
        if first {
            self.order.push_back((now, nonce));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_counts_once_until_it_is_too_old_to_be_sent_again() {
        let keyring = Keyring::default();
        let start = DateTime::UNIX_EPOCH;
        assert!(keyring.first_use("a", "n", start));
        assert!(!keyring.first_use("a", "n", start + TimeDelta::minutes(29)));
        assert!(keyring.first_use("b", "n", start), "another key has nonces of its own");
        assert!(keyring.first_use("a", "n", start + TimeDelta::minutes(31)));
    }

    #[test]
    fn the_nonce_store_is_bounded() {
        let mut nonces = Nonces::default();
        for index in 0..NONCES + 10 {
            assert!(nonces.first_use(index.to_string(), DateTime::UNIX_EPOCH));
        }
        assert_eq!((nonces.seen.len(), nonces.order.len()), (NONCES, NONCES));
    }
}
