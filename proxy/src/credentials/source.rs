//! The keys with which those of a role or an agency are asked for.

use super::{Credentials, IssuerError, Keys};
use std::sync::{Arc, Mutex, PoisonError};

/// An account's `source`, and which of its keys were used last.
#[derive(Debug)]
pub struct KeySource {
    credentials: Option<Arc<dyn Credentials>>,
    /// The id of the keys that were used last, if they are for good.
    used: Mutex<Option<String>>,
}

impl KeySource {
    /// These credentials, which the configuration makes sure of where a kind needs them.
    #[must_use]
    pub fn new(credentials: Option<Arc<dyn Credentials>>) -> Self {
        Self {
            credentials,
            used: Mutex::default(),
        }
    }

    /// The keys to ask with.
    ///
    /// # Errors
    /// There are none, for the reason of the source.
    pub async fn keys(&self) -> Result<Arc<Keys>, IssuerError> {
        let credentials = self.credentials.as_ref();
        let credentials = credentials.ok_or_else(|| IssuerError::new("there is no source"))?;
        Ok(credentials.current().await?)
    }

    /// Something was issued to these keys.
    pub fn used(&self, keys: &Keys) {
        let lasting = keys.token.is_none().then(|| keys.id.clone());
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = lasting;
    }

    /// Whether the source has other keys now. Temporary ones change all the time, and what was issued to them holds all the same.
    pub async fn changed(&self) -> bool {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (Some(used), Some(credentials)) = (used, &self.credentials) else {
            return false;
        };
        credentials.current().await.is_ok_and(|keys| keys.id != used)
    }
}
