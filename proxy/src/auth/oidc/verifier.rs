//! What every token of the provider must hold, whatever it is for.

use super::provider::Description;
use super::settings::Settings;
use crate::auth::claims::Claims;
use crate::auth::jws::{self, JwsError};
use crate::auth::keys::Keys;
use jsonwebtoken::Algorithm;
use serde_json::Value;
use std::time::SystemTime;

/// What tokens may be signed with. Never a secret that both sides have (HS…), never nothing. ES512 is in no library that we use.
pub const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// A token is not what it should be. For the log.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not signed by the provider.
    #[error("{0}")]
    Signature(#[from] JwsError),
    /// A claim is missing or not what it must be.
    #[error("the token's {0}")]
    Claim(String),
}

impl TokenError {
    pub(super) fn claim(what: impl Into<String>) -> Self {
        Self::Claim(what.into())
    }
}

/// Verifies tokens of one provider.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// Ours.
    pub settings: &'a Settings,
    /// The provider's.
    pub description: &'a Description,
    /// The provider's.
    pub keys: &'a Keys,
    /// Now.
    pub now: SystemTime,
}

impl Verifier<'_> {
    /// The claims of a token that the provider has signed for us. `types`: what its header may say that it is, besides nothing.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn claims(&self, token: &str, types: &[&str]) -> Result<Claims, TokenError> {
        let listed = self.description.id_token_signing_alg_values_supported.as_deref();
        let is_listed = |algorithm: &Algorithm| {
            let name = format!("{algorithm:?}");
            listed.is_none_or(|listed| listed.contains(&name))
        };
        let algorithms: Vec<_> = ALGORITHMS.into_iter().filter(is_listed).collect();
        let jws = jws::verify(token, self.keys, &algorithms).await?;
        if let Some(typ) = jws.header.get("typ").filter(|typ| !typ.is_null())
            && !typ
                .as_str()
                .is_some_and(|typ| types.iter().any(|allowed| allowed.eq_ignore_ascii_case(typ)))
        {
            return Err(TokenError::claim(format!("header says that it is a {typ}")));
        }
        self.issuer(&jws.claims)?;
        self.audience(&jws.claims)?;
        Ok(jws.claims)
    }

    fn issuer(&self, claims: &Claims) -> Result<(), TokenError> {
        match claims.get("iss").and_then(Value::as_str) {
            Some(issuer) if issuer == self.settings.issuer => Ok(()),
            found => Err(TokenError::claim(format!("issuer is {found:?}"))),
        }
    }

    /// Ours must be among its audiences. Strangers beside it do no harm where the token says that it was made for us (`azp`): some providers put all
    /// clients of a project there.
    fn audience(&self, claims: &Claims) -> Result<(), TokenError> {
        let own = &self.settings.client_id;
        let audiences: Vec<&str> = match claims.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if !audiences.contains(&own.as_str()) {
            return Err(TokenError::claim(format!("audience is {audiences:?}, without {own:?}")));
        }
        match claims.get("azp").filter(|azp| !azp.is_null()) {
            Some(azp) if azp.as_str() != Some(own) => {
                Err(TokenError::claim(format!("authorized party is {azp}, not {own:?}")))
            }
            None if audiences.len() > 1 => Err(TokenError::claim(format!(
                "audiences are {audiences:?}, and no `azp` says for whom it was made"
            ))),
            _ => Ok(()),
        }
    }
}

/// A time of a token, in seconds since 1970. Some write fractions.
pub(super) fn seconds_of(claims: &Claims, name: &str) -> Option<u64> {
    let value = claims.get(name)?;
    let fraction = || value.as_f64().filter(|seconds| (0.0..1e11).contains(seconds));
    value.as_u64().or_else(|| fraction().map(|seconds| seconds as u64))
}
