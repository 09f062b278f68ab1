//! What requests are signed with, and where that comes from.

mod chain;
pub mod exchange;
pub mod files;
pub mod ini;
mod issuer;
mod key_files;
mod kind;
mod metadata;
mod renewed;
mod source;

pub use chain::{Chain, Link};
pub use issuer::{Issued, Issuer, IssuerError};
pub use key_files::{KeyFiles, Part};
pub use kind::{Field, Holds, Kind, Surroundings, Told, Variables};
pub use metadata::{CONNECT as METADATA_CONNECT, Metadata, MetadataError};
pub use renewed::Renewed;
pub use source::KeySource;

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
    /// Keys of texts as they come from files, variables and issuers, without white space around them. None if one is missing, blank or holds
    /// what cannot stand in a header; an empty token is none.
    #[must_use]
    pub fn read(id: Option<&str>, secret: Option<&str>, token: Option<&str>) -> Option<Self> {
        let fine = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let token = token.map(str::trim).filter(|token| !token.is_empty());
        if token.is_some_and(|token| !fine(&token)) {
            return None;
        }
        Some(Self {
            id: id.map(str::trim).filter(fine)?.to_owned(),
            secret: secret.map(str::trim).filter(fine).map(Secret::new)?,
            token: token.map(Secret::new),
        })
    }

    /// What must never be shown.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        let token = self.token.as_ref();
        std::iter::once(&self.secret).chain(token).map(Secret::expose).collect()
    }
}

/// Where an account's keys come from.
pub trait Credentials: fmt::Debug + Send + Sync {
    /// From now on the metrics tell of these keys as those of an account. Not of those by which the account's own are asked for.
    fn count_for(&self, _account: &str) {}

    /// The keys to sign the next request with.
    ///
    /// # Errors
    /// `Credentials`: there are none at this moment.
    fn current(&self) -> BoxFuture<'_, Result<Arc<Keys>, TargetError>>;
}

/// Keys that do not change: those of `env`, since a process keeps its environment, and the configuration's `static` ones that are in no file.
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

#[cfg(test)]
mod tests;
