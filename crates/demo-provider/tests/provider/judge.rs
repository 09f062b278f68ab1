//! What a careful relying party says of tokens: the yardstick for what is meant to be wrong.

use chrono::Utc;
use serde_json::{Value, json};

use crate::party::{CLIENT, NONCE};
use crate::verify::{is_signed, read};

/// Seconds that clocks may differ.
const LEEWAY: i64 = 60;

/// Why an ID token must be refused (OpenID Connect Core 1.0 §3.1.3.7); none when it may be taken.
pub fn of_id_token(token: &str, issuer: &str, keys: &Value) -> Option<&'static str> {
    if let Some(reason) = of_signature(token, keys, &[Value::Null, json!("JWT")]) {
        return Some(reason);
    }
    let claims = read(token).claims;
    if let Some(reason) = of_common(&claims, issuer) {
        return Some(reason);
    }
    let several = claims["aud"].as_array().is_some_and(|list| list.len() > 1);
    if claims["azp"] != CLIENT && (several || !claims["azp"].is_null()) {
        return Some("azp");
    }
    if claims["nonce"] != NONCE {
        return Some("nonce");
    }
    let Some(expiry) = claims["exp"].as_i64() else {
        return Some("no exp");
    };
    (Utc::now().timestamp() > expiry + LEEWAY).then_some("exp")
}

/// Why a logout token must be refused (OpenID Connect Back-Channel Logout 1.0 §2.6); none when it may be taken.
pub fn of_logout_token(token: &str, issuer: &str, keys: &Value) -> Option<&'static str> {
    if let Some(reason) = of_signature(token, keys, &[Value::Null, json!("JWT"), json!("logout+jwt")]) {
        return Some(reason);
    }
    let claims = read(token).claims;
    if !claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object() {
        return Some("events");
    }
    if !claims["nonce"].is_null() {
        return Some("nonce");
    }
    let (now, life) = (Utc::now().timestamp(), claims["exp"].as_i64());
    if life.is_some_and(|expiry| now > expiry + LEEWAY) || life.is_none() && claims["iat"].as_i64()? + 180 < now {
        return Some("too old");
    }
    of_common(&claims, issuer)
}

/// Why a header of a front must be refused; none when it may be taken.
pub fn of_front(token: &str, issuer: &str, keys: &Value) -> Option<&'static str> {
    if let Some(reason) = of_signature(token, keys, &[Value::Null, json!("JWT")]) {
        return Some(reason);
    }
    let claims = read(token).claims;
    if claims["iss"] != issuer {
        return Some("iss");
    }
    (Utc::now().timestamp() > claims["exp"].as_i64()? + LEEWAY).then_some("exp")
}

fn of_signature(token: &str, keys: &Value, kinds: &[Value]) -> Option<&'static str> {
    if token.split('.').count() != 3 {
        return Some("parts");
    }
    let header = read(token).header;
    if !kinds.contains(&header["typ"]) {
        return Some("typ");
    }
    if !header["crit"].is_null() {
        return Some("crit");
    }
    (!is_signed(token, keys)).then_some("signature")
}

fn of_common(claims: &Value, issuer: &str) -> Option<&'static str> {
    let ours = |audience: &Value| audience == CLIENT;
    if claims["iss"] != issuer {
        return Some("iss");
    }
    if !ours(&claims["aud"]) && !claims["aud"].as_array().is_some_and(|list| list.iter().any(ours)) {
        return Some("aud");
    }
    if claims["sub"].as_str().is_none_or(str::is_empty) {
        return Some("sub");
    }
    let Some(issued) = claims["iat"].as_i64() else {
        return Some("no iat");
    };
    (issued > Utc::now().timestamp() + LEEWAY).then_some("iat")
}
