//! The public keys of an issuer: fetched when they are first needed, and again every hour and whenever a token names one that is not among them.
//!
//! Anybody can send tokens that name keys which do not exist, so the issuer is asked once a minute at most, by one request for all who wait. When it
//! does not answer, the keys that are there stay.

mod set;

pub use set::{Fitting, KeySet, MOST, Unfit, algorithm};

use super::fetch::Fetch;
use futures_util::future::BoxFuture;
use jsonwebtoken::Algorithm;
use serde_json::Value;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How old keys may be before they are fetched again.
pub const FRESH: Duration = Duration::from_secs(60 * 60);
/// Between two requests to an issuer whose keys are there.
pub const COOL_DOWN: Duration = Duration::from_secs(60);
/// Between two requests to an issuer of whom there is no key: until then nobody comes in.
pub const RETRY: Duration = Duration::from_secs(10);

/// Brings the document of the keys, or says for the log why not.
type Source = dyn Fn() -> BoxFuture<'static, Result<Value, String>> + Send + Sync;

/// The keys of one issuer. Clones share them.
#[derive(Clone)]
pub struct Keys(Arc<Store>);

struct Store {
    source: Box<Source>,
    /// Held while the issuer is asked.
    flight: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
}

#[derive(Clone, Default)]
struct Known {
    set: Option<Arc<KeySet>>,
    /// When it came.
    came: Option<Instant>,
    /// When the issuer was asked last.
    asked: Option<Instant>,
    /// Why it brought nothing then.
    failure: Option<String>,
}

/// No key for a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There are no keys at all.
    #[error("the keys of the issuer could not be fetched: {0}")]
    Unavailable(String),
    /// There are keys, and not this one.
    #[error("{0}")]
    Unfit(#[from] Unfit),
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.0.known().set).finish()
    }
}

impl Keys {
    /// Keys that somebody brings: the document, or for the log why not.
    pub fn new(source: impl Fn() -> BoxFuture<'static, Result<Value, String>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Store {
            source: Box::new(source),
            flight: tokio::sync::Mutex::default(),
            known: Mutex::default(),
        }))
    }

    /// Keys that stand at an address.
    #[must_use]
    pub fn at(fetch: Fetch, url: String) -> Self {
        Self::new(move || {
            let (fetch, url) = (fetch.clone(), url.clone());
            Box::pin(async move { fetch.json(&url).await.map_err(|error| error.to_string()) })
        })
    }

    /// All keys that there are.
    ///
    /// # Errors
    /// There are none.
    pub async fn current(&self) -> Result<Arc<KeySet>, KeysError> {
        let known = self.0.known();
        if known.set.is_none() {
            return self.newer(None).await;
        }
        if known.came.is_none_or(|came| came.elapsed() >= FRESH) && known.may_ask() {
            // Nobody waits for it.
            tokio::spawn(Arc::clone(&self.0).ask(known.set.clone()));
        }
        known.into_set()
    }

    /// The keys after the issuer has been asked again, where it may be: by those who have seen a set and miss something in it.
    ///
    /// # Errors
    /// There are none.
    pub async fn newer(&self, seen: Option<Arc<KeySet>>) -> Result<Arc<KeySet>, KeysError> {
        let known = self.0.known();
        if !known.is(seen.as_ref()) {
            return known.into_set();
        }
        if known.may_ask() || self.0.flight.try_lock().is_err() {
            // A task of its own: whoever waits may go away, and the others still want the keys.
            _ = tokio::spawn(Arc::clone(&self.0).ask(seen)).await;
        }
        self.0.known().into_set()
    }

    /// The keys that a token may be signed with.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub async fn fitting(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Fitting, KeysError> {
        let set = self.current().await?;
        if let Ok(fitting) = set.fitting(kid, algorithm) {
            return Ok(fitting);
        }
        let set = self.newer(Some(set)).await?;
        Ok(set.fitting(kid, algorithm)?)
    }

    /// Why there are no keys, where the issuer was asked and brought none. For readiness.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let known = self.0.known();
        known.failure.filter(|_| known.set.is_none())
    }
}

impl Store {
    fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the issuer, unless somebody else has just done so.
    async fn ask(self: Arc<Self>, seen: Option<Arc<KeySet>>) {
        let _alone = self.flight.lock().await;
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if !known.is(seen.as_ref()) || !known.may_ask() {
                return;
            }
            known.asked = Some(Instant::now());
        }
        let brought = (self.source)().await.and_then(|document| KeySet::read(&document));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match brought {
            Ok(set) => {
                *known = Known {
                    set: Some(Arc::new(set)),
                    came: Some(Instant::now()),
                    asked: known.asked,
                    failure: None,
                };
            }
            Err(why) => {
                tracing::warn!(why, "the keys of the issuer could not be fetched");
                known.failure = Some(why);
            }
        }
    }
}

impl Known {
    fn is(&self, seen: Option<&Arc<KeySet>>) -> bool {
        self.set.as_ref().map(Arc::as_ptr) == seen.map(Arc::as_ptr)
    }

    fn may_ask(&self) -> bool {
        let pause = if self.set.is_some() { COOL_DOWN } else { RETRY };
        self.asked.is_none_or(|asked| asked.elapsed() >= pause)
    }

    fn into_set(self) -> Result<Arc<KeySet>, KeysError> {
        let why = self.failure;
        self.set
            .ok_or_else(|| KeysError::Unavailable(why.unwrap_or_else(|| "nobody has asked yet".to_owned())))
    }
}

#[cfg(test)]
mod tests;
