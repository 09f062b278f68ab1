//! How people and programs are identified. What they may then read is another question, answered by [`crate::grants`].

pub mod claims;
pub mod cookies;
pub mod fetch;
pub mod header;
pub mod keys;
pub mod principal;
pub mod return_path;
pub mod sealed;

use header::TrustedHeader;
use http::request::Parts;
use principal::{Principal, Refusal};
use serde::Serialize;
use std::net::IpAddr;

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not at all.
    None,
    /// At a front, which says in plain headers who they are.
    Header,
}

/// `[auth]`, ready to identify.
#[derive(Debug, Default)]
pub enum SignIn {
    /// Nobody signs in, and everyone who reaches the listener may read everything. Only on loopback.
    #[default]
    None,
    /// See [`TrustedHeader`].
    Header(TrustedHeader),
}

impl SignIn {
    /// Its name in the configuration.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self {
            Self::None => Mode::None,
            Self::Header(_) => Mode::Header,
        }
    }

    /// Who sent a request; none where nobody signs in. `peer` is the address at the other end of the connection.
    ///
    /// # Errors
    /// Nobody, or not provably.
    #[expect(clippy::unused_async, reason = "keys of an issuer may have to be fetched")]
    pub async fn identify(&self, request: &Parts, peer: Option<IpAddr>) -> Result<Option<Principal>, Refusal> {
        match self {
            Self::None => Ok(None),
            Self::Header(header) => header.identify(&request.headers, peer).map(Some),
        }
    }
}

#[cfg(test)]
#[path = "../tests/it/forge.rs"]
mod forge;
