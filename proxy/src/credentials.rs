//! What requests are signed with, and where that comes from.

use crate::error::TargetError;
use futures_util::future::BoxFuture;
use sign::Secret;
use std::fmt;
use std::sync::Arc;

/// An access key, in the shape that every vendor's signature takes.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The key's id, which is sent.
    pub id: String,
    /// The key itself, which never is.
    pub secret: Secret,
    /// The token of temporary keys, which is sent.
    pub token: Option<Secret>,
}

impl Keys {
    /// What must never be shown.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        let token = self.token.as_ref();
        std::iter::once(&self.secret).chain(token).map(Secret::expose).collect()
    }
}

/// Where an account's keys come from.
pub trait Credentials: fmt::Debug + Send + Sync {
    /// The keys to sign the next request with.
    ///
    /// # Errors
    /// `Credentials`: there are none at this moment.
    fn current(&self) -> BoxFuture<'_, Result<Arc<Keys>, TargetError>>;
}

/// Keys that do not change: the configuration's `static` ones, and those of `env`, since a process keeps its environment.
#[derive(Debug)]
pub struct FixedKeys(Arc<Keys>);

impl FixedKeys {
    /// These keys, for good.
    #[must_use]
    pub fn new(keys: Keys) -> Arc<Self> {
        Arc::new(Self(Arc::new(keys)))
    }
}

impl Credentials for FixedKeys {
    fn current(&self) -> BoxFuture<'_, Result<Arc<Keys>, TargetError>> {
        Box::pin(std::future::ready(Ok(Arc::clone(&self.0))))
    }
}
