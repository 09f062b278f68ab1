//! [Cloudflare Access](https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/).

use crate::auth::claims::Claims;
use serde_json::Value;

/// The header with the token.
pub const HEADER: &str = "cf-access-jwt-assertion";

/// Where the keys are, below the address of the team, which is the issuer.
pub const KEYS: &str = "/cdn-cgi/access/certs";

/// Only tokens for this application and of people.
pub(super) fn is_of_a_person(claims: &Claims) -> Result<(), String> {
    match claims.get("type").and_then(Value::as_str) {
        Some("app") => {}
        // The one that is good for all applications of the team.
        found => return Err(format!("the token is of the type {found:?}, and must be \"app\"")),
    }
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    if subject.is_empty() {
        return Err("the token is one of a service: programs use tokens of Signalbox".to_owned());
    }
    Ok(())
}
