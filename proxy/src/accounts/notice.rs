//! What replicas tell each other of clouds that throttle an account.

use super::Account;
use crate::clock::{Ambient, unix_millis};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// That an operation was throttled in a region.
#[derive(Debug, Serialize, Deserialize)]
pub struct Throttled {
    /// Of which account: its id.
    account: String,
    /// All that is said of it, hashed.
    said: [u8; 32],
    action: String,
    region: String,
    /// Requests a second from then on.
    rate: f64,
    /// In milliseconds since 1970.
    at: u64,
}

impl Throttled {
    /// As it is told; none for an account by which replicas could not know that they mean the same.
    #[must_use]
    pub fn notice(account: &Account, action: &str, region: &str, rate: f64, ambient: &Ambient) -> Option<Vec<u8>> {
        let notice = Self {
            account: account.id.clone(),
            said: account.said?,
            action: action.to_owned(),
            region: region.to_owned(),
            rate,
            at: unix_millis(ambient.now()),
        };
        serde_json::to_vec(&notice).ok()
    }

    /// One that was heard.
    #[must_use]
    pub fn heard(said: &[u8]) -> Option<Self> {
        serde_json::from_slice(said).ok()
    }

    /// Lets it count for an account, if it is meant.
    pub fn count(&self, account: &Account, ambient: &Ambient) {
        if account.id != self.account || account.said != Some(self.said) {
            return;
        }
        let mut actions = catalog::SOURCES.iter().map(|source| source.call.action);
        if let Some(action) = actions.find(|action| *action == self.action) {
            let ago = unix_millis(ambient.now()).saturating_sub(self.at);
            let ago = Duration::from_millis(ago);
            account.paces.throttled_elsewhere(action, &self.region, self.rate, ago);
        }
    }
}
