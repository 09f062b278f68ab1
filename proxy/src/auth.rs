//! How people and programs are identified. What they may then read is another question, answered by [`crate::grants`].

pub mod api_token;
pub mod claims;
pub mod cookies;
pub mod fetch;
pub mod header;
pub mod jws;
pub mod jwt;
pub mod keys;
pub mod oidc;
pub mod principal;
pub mod return_path;
pub mod sealed;
pub mod times;

use crate::ask::transport::Transport;
use crate::clock::Ambient;
use crate::store::Store;
use fetch::Fetch;
use header::TrustedHeader;
use http::HeaderValue;
use http::request::Parts;
use jwt::Jwt;
use oidc::Oidc;
use principal::{Principal, Refusal};
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not at all.
    None,
    /// At a front, which says in plain headers who they are.
    Header,
    /// At an identity provider.
    Oidc,
    /// At a front, which says in tokens that it signs who they are.
    Jwt,
}

/// `[auth]`, as the configuration says it.
#[derive(Debug, Default)]
pub enum Configured {
    /// Nobody signs in.
    #[default]
    None,
    /// See [`TrustedHeader`].
    Header(TrustedHeader),
    /// See [`Oidc`].
    Oidc(Box<oidc::settings::Settings>),
    /// See [`Jwt`].
    Jwt(Box<jwt::Settings>),
}

/// `[auth]`, ready to identify.
#[derive(Debug, Default)]
pub enum SignIn {
    /// Nobody signs in, and everyone who reaches the listener may read everything. Only on loopback.
    #[default]
    None,
    /// See [`TrustedHeader`].
    Header(TrustedHeader),
    /// See [`Oidc`].
    Oidc(Box<Oidc>),
    /// See [`Jwt`].
    Jwt(Box<Jwt>),
}

/// Who sent a request.
#[derive(Debug, Default)]
pub struct Identified {
    /// None where nobody signs in.
    pub principal: Option<Principal>,
    /// What the browser should keep from now on.
    pub cookie: Option<HeaderValue>,
}

impl SignIn {
    /// As the configuration says. Issuers are asked through `transport`.
    #[must_use]
    pub fn new(configured: Configured, transport: Arc<dyn Transport>, ambient: Ambient) -> Self {
        match configured {
            Configured::None => Self::None,
            Configured::Header(header) => Self::Header(header),
            Configured::Oidc(settings) => Self::Oidc(Box::new(Oidc::new(*settings, Fetch::new(transport), ambient))),
            Configured::Jwt(settings) => Self::Jwt(Box::new(Jwt::new(*settings, Fetch::new(transport), ambient))),
        }
    }

    /// The same, in place of another: what that one has ended stays ended.
    #[must_use]
    pub fn after(self, before: &Self) -> Self {
        match (self, before) {
            (Self::Oidc(oidc), Self::Oidc(before)) => Self::Oidc(Box::new(oidc.after(before))),
            (other, _) => other,
        }
    }

    /// The same, which shares with other replicas what it ends.
    #[must_use]
    pub fn sharing(self, store: Option<&Store>) -> Self {
        match self {
            Self::Oidc(oidc) => Self::Oidc(Box::new(oidc.sharing(store.cloned()))),
            other @ (Self::None | Self::Header(_) | Self::Jwt(_)) => other,
        }
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self {
            Self::None => Mode::None,
            Self::Header(_) => Mode::Header,
            Self::Oidc(_) => Mode::Oidc,
            Self::Jwt(_) => Mode::Jwt,
        }
    }

    /// The identity provider, where people sign in at one.
    #[must_use]
    pub fn oidc(&self) -> Option<&Oidc> {
        match self {
            Self::Oidc(oidc) => Some(oidc),
            Self::None | Self::Header(_) | Self::Jwt(_) => None,
        }
    }

    /// Whether people of an issuer can come in by this way: then what was said of them before still counts.
    #[must_use]
    pub fn vouches_for(&self, issuer: &str) -> bool {
        match self {
            Self::None => false,
            Self::Header(_) => issuer == header::ISSUER,
            Self::Oidc(oidc) => issuer == oidc.issuer(),
            Self::Jwt(jwt) => issuer == jwt.issuer(),
        }
    }

    /// Whether somebody could come in now; asks the issuer where nothing is known of it.
    ///
    /// # Errors
    /// Why not, for the operator.
    pub async fn ready(&self) -> Result<(), String> {
        match self {
            Self::Oidc(oidc) => oidc.ready().await,
            Self::Jwt(jwt) => jwt.ready().await,
            Self::None | Self::Header(_) => Ok(()),
        }
    }

    /// Who sent a request. `peer` is the address at the other end of the connection.
    ///
    /// # Errors
    /// Nobody, or not provably.
    pub async fn identify(&self, request: &Parts, peer: Option<IpAddr>) -> Result<Identified, Refusal> {
        let principal = match self {
            Self::None => return Ok(Identified::default()),
            Self::Header(header) => header.identify(&request.headers, peer)?,
            Self::Jwt(jwt) => jwt.identify(&request.headers).await?,
            Self::Oidc(oidc) => {
                let (principal, cookie) = oidc.identify(&request.headers)?;
                return Ok(Identified {
                    principal: Some(principal),
                    cookie,
                });
            }
        };
        Ok(Identified {
            principal: Some(principal),
            cookie: None,
        })
    }
}

#[cfg(test)]
#[path = "../tests/it/forge.rs"]
mod forge;
