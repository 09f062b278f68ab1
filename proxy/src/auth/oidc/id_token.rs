//! What the provider says of somebody who has just signed in ([OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)).

use super::flow::Tokens;
use super::verifier::{TokenError, Verifier, seconds_of};
use crate::auth::claims::Claims;
use crate::auth::fetch::Fetch;
use crate::auth::times;
use bytes::Bytes;
use http::Request;
use http::header::AUTHORIZATION;
use serde_json::Value;

/// The longest subject, in bytes ([Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
const LONGEST_SUBJECT: usize = 255;

/// The claims of an ID token, with those of `userinfo` that it lacks where the configuration asks for them.
///
/// # Errors
/// It is not ours, not now, not of this attempt; or `userinfo` is of somebody else.
pub async fn verify(verifier: Verifier<'_>, fetch: &Fetch, tokens: &Tokens, nonce: &str) -> Result<Claims, TokenError> {
    // A logout token has a type of its own in its header where providers say it at all.
    let mut claims = verifier.claims(&tokens.id_token, &["JWT"]).await?;
    times::are_now(&claims, verifier.now).map_err(|error| TokenError::claim(format!("time does not fit: {error}")))?;
    // The standard demands it of ID tokens, and of no other.
    if seconds_of(&claims, "iat").is_none() {
        return Err(TokenError::claim("time of issue (`iat`) is missing"));
    }
    match claims.get("nonce").and_then(Value::as_str) {
        Some(found) if found == nonce => {}
        Some("") => {
            return Err(TokenError::claim(
                "nonce is empty: a fault of some versions of Casdoor; a newer one sends it back",
            ));
        }
        Some(_) => return Err(TokenError::claim("nonce is another attempt's")),
        None => {
            return Err(TokenError::claim(
                "nonce is missing: the provider must send back the one that it got",
            ));
        }
    }
    let subject = subject(&claims)?;
    if verifier.settings.userinfo {
        let more = userinfo(verifier, fetch, tokens).await?;
        if self::subject(&more)? != subject {
            return Err(TokenError::claim(
                "subject is another than that of userinfo: let the provider use the same attribute for both",
            ));
        }
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
    }
    Ok(claims)
}

/// The subject.
///
/// # Errors
/// There is none.
pub fn subject(claims: &Claims) -> Result<String, TokenError> {
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(TokenError::claim(format!("subject has {} bytes", subject.len())));
    }
    Ok(subject.to_owned())
}

async fn userinfo(verifier: Verifier<'_>, fetch: &Fetch, tokens: &Tokens) -> Result<Claims, TokenError> {
    let failed = |why: String| TokenError::claim(format!("claims could not be completed by userinfo: {why}"));
    let url = verifier.description.userinfo_endpoint.as_deref();
    let url = url.ok_or_else(|| failed("the provider has none".to_owned()))?;
    let request = Request::get(url)
        .header(AUTHORIZATION, format!("Bearer {}", tokens.access_token.secret()))
        .body(Bytes::new())
        .map_err(|error| failed(error.to_string()))?;
    let answer = fetch.send(request).await.map_err(|error| failed(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(failed(format!("it answered {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(|error| failed(error.to_string()))
}
