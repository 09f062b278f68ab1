//! `[auth.oidc]`, as the configuration says it.

use super::session::Lives;
use crate::auth::claims::ClaimNames;
use crate::auth::sealed::SealingKeys;
use sign::Secret;

/// How we show the identity provider who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the `Authorization` header (`client_secret_basic`).
    Basic,
    /// In the form (`client_secret_post`).
    Post,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Compared to the byte.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// What we show who we are with.
    pub client_secret: Secret,
    /// Where the provider describes itself, where that is not below the issuer.
    pub discovery_url: Option<String>,
    /// How we show who we are; none: as the provider lists it.
    pub client_auth: Option<ClientAuth>,
    /// What we ask for; `openid` is among them.
    pub scopes: Vec<String>,
    /// Which claims say what of somebody.
    pub claims: ClaimNames,
    /// Whether claims that the ID token lacks are asked for.
    pub userinfo: bool,
    /// Where people sign out, where the provider does not say it or says it wrongly. `{return}` in it becomes our address.
    pub end_session_url: Option<String>,
    /// What sessions are sealed with.
    pub session_keys: SealingKeys,
    /// How long sessions live.
    pub lives: Lives,
    /// Scheme and host under which people reach us, without a slash at the end.
    pub public_url: String,
}
