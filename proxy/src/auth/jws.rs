//! Signed tokens ([RFC 7515](https://www.rfc-editor.org/rfc/rfc7515)): the signature, and nothing of what the claims mean.
//!
//! Which algorithms count is said by who verifies, and which keys by where they were fetched; what a token's own header says of keys (`jku`, `x5u`,
//! `jwk`, `x5c`) is never looked at.

use super::claims::Claims;
use super::keys::{self, Fitting, Keys, KeysError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::Value;

/// The longest token, in bytes.
pub const LONGEST: usize = 64 << 10;

/// A token whose signature is right.
#[derive(Clone, Debug)]
pub struct Jws {
    /// As it was signed.
    pub header: Claims,
    /// As they were signed; nothing of them has been looked at.
    pub claims: Claims,
}

/// A token is not signed as it must be. For the log.
#[derive(Debug, thiserror::Error)]
pub enum JwsError {
    /// Too long, not three parts, or parts that cannot be read.
    #[error("the token cannot be read: {0}")]
    Form(String),
    /// Encrypted.
    #[error("the token is encrypted: take the encryption key of ID tokens out at the provider")]
    Encrypted,
    /// Signed with what is not accepted, or not at all.
    #[error("the token is signed with {0:?}, which is not accepted{1}")]
    Algorithm(String, &'static str),
    /// It wants to be read in a way that is not known here.
    #[error("the token's header demands what is not known here: {0}")]
    Critical(Value),
    /// No key for it.
    #[error("{0}")]
    Keys(#[from] KeysError),
    /// None of the keys has signed it.
    #[error("the token's signature is wrong")]
    Signature,
}

/// Verifies the signature of a token and gives its claims.
///
/// # Errors
/// See [`JwsError`].
pub async fn verify(token: &str, keys: &Keys, algorithms: &[Algorithm]) -> Result<Jws, JwsError> {
    let token = read(token, algorithms, Padding::None)?;
    let fitting = keys.fitting(token.kid(), token.algorithm).await?;
    token.verify(&fitting)
}

/// Whether the letters of Base64 may be filled up with `=`, which the standard forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// As the standard says.
    None,
    /// They may be.
    Allowed,
}

/// A token whose signature has not been looked at: it says nothing but which key to take.
#[derive(Debug)]
pub struct Unverified<'a> {
    header: Claims,
    algorithm: Algorithm,
    claims: &'a str,
    signature: &'a str,
    /// What was signed.
    message: &'a str,
    padding: Padding,
}

/// Takes a token apart.
///
/// # Errors
/// See [`JwsError`].
pub fn read<'a>(token: &'a str, algorithms: &[Algorithm], padding: Padding) -> Result<Unverified<'a>, JwsError> {
    if token.len() > LONGEST {
        return Err(JwsError::Form(format!("it has {} bytes", token.len())));
    }
    let parts: Vec<&str> = token.split('.').collect();
    let (header, claims, signature) = match parts.as_slice() {
        &[header, claims, signature] => (object(header, padding)?, claims, signature),
        [_, _, _, _, _] => return Err(JwsError::Encrypted),
        other => return Err(JwsError::Form(format!("it has {} parts", other.len()))),
    };
    let named = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let algorithm = keys::algorithm(named).filter(|algorithm| algorithms.contains(algorithm));
    let algorithm = algorithm.ok_or_else(|| JwsError::Algorithm(shortened(named), hint(named)))?;
    if let Some(critical) = header.get("crit") {
        return Err(JwsError::Critical(critical.clone()));
    }
    Ok(Unverified {
        algorithm,
        claims,
        signature,
        message: token.get(..token.len() - signature.len() - 1).unwrap_or_default(),
        padding,
        header,
    })
}

impl Unverified<'_> {
    /// What it is said to be signed with; one of those that were asked for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key that it is said to be signed with.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// As anybody may have written it.
    #[must_use]
    pub fn header(&self) -> &Claims {
        &self.header
    }

    /// Verifies the signature.
    ///
    /// # Errors
    /// See [`JwsError`].
    pub fn verify(self, keys: &Fitting) -> Result<Jws, JwsError> {
        if !keys.verify(self.message.as_bytes(), unpadded(self.signature, self.padding)) {
            return Err(JwsError::Signature);
        }
        Ok(Jws {
            claims: object(self.claims, self.padding)?,
            header: self.header,
        })
    }
}

/// An object of JSON in the letters of Base64 for URLs.
fn object(part: &str, padding: Padding) -> Result<Claims, JwsError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(unpadded(part, padding))
        .map_err(|error| JwsError::Form(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| JwsError::Form(error.to_string()))
}

fn unpadded(part: &str, padding: Padding) -> &str {
    match padding {
        Padding::None => part,
        Padding::Allowed => part.trim_end_matches('='),
    }
}

/// What to change at the provider.
fn hint(algorithm: &str) -> &'static str {
    if algorithm.starts_with("HS") {
        ": choose an RSA or EC signing key at the provider"
    } else if algorithm.eq_ignore_ascii_case("none") {
        ": let the provider sign its tokens"
    } else {
        ""
    }
}

/// What a token says is shortened before it is written to a log.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
