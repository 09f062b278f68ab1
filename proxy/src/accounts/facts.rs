//! The ids that an account's requests must carry: configured, or looked up once and kept.

use crate::error::TargetError;
use crate::vendors::FactKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Ids by name and region. Only found ones are kept.
#[derive(Debug, Default)]
pub struct Facts(Mutex<HashMap<FactKey, Arc<OnceCell<String>>>>);

impl Facts {
    /// Tells a fact, unless it has been told before.
    pub fn tell(&self, key: FactKey, value: String) {
        // Set already, so nothing to do.
        _ = self.cell(key).set(value);
    }

    /// A fact that is known.
    #[must_use]
    pub fn known(&self, key: &FactKey) -> Option<String> {
        self.cell(key.clone()).get().cloned()
    }

    /// A fact, looked up unless it is known. Those who want the same one at once share one look-up.
    ///
    /// # Errors
    /// Those of the look-up; the next who wants the fact tries again.
    pub async fn get(
        &self,
        key: FactKey,
        look_up: impl Future<Output = Result<String, TargetError>>,
    ) -> Result<String, TargetError> {
        self.cell(key).get_or_try_init(|| look_up).await.cloned()
    }

    fn cell(&self, key: FactKey) -> Arc<OnceCell<String>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.entry(key).or_default())
    }
}
