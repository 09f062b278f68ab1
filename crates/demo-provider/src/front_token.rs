//! What each front writes about somebody.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::draft::{Draft, Form, Signer};
use crate::front::Front;
use crate::people::Person;

/// What a front says about somebody now.
pub(crate) fn draft(front: Front, person: &Person, subject: &str, now: DateTime<Utc>) -> Draft {
    let (at, email) = (now.timestamp(), person.email.as_deref());
    let claims = match front {
        Front::CloudflareAccess => json!({
            "iss": front.issuer(), "aud": [front.audience()], "sub": subject, "email": email, "type": "app",
            "iat": at, "nbf": at, "exp": at + 86400, "identity_nonce": "6ei69kawdKzMIAPF", "country": "CN",
        }),
        Front::GoogleIap => json!({
            "iss": front.issuer(), "aud": front.audience(), "sub": format!("accounts.google.com:{subject}"),
            "email": email, "hd": "demo.example", "iat": at, "exp": at + 600,
        }),
        // Expiry and issuer stand in the header too, where the balancer itself writes them.
        Front::AwsAlb => json!({
            "iss": front.issuer(), "sub": subject, "email": email, "name": person.name, "groups": person.groups,
            "exp": at + 120,
        }),
        Front::Pomerium => json!({
            "iss": front.issuer(), "aud": front.audience(), "sub": subject, "user": subject, "email": email,
            "name": person.name, "groups": person.groups, "iat": at, "exp": at + 300, "jti": "pomerium-demo",
        }),
        Front::Teleport => json!({
            "iss": front.issuer(), "aud": [front.audience()], "sub": person.login, "username": person.login,
            "roles": person.groups, "traits": {"logins": [person.login], "groups": person.groups},
            "nbf": at - 10, "exp": at + 600,
        }),
    };
    let header = match front {
        Front::AwsAlb => json!({
            "typ": "JWT", "signer": front.audience(), "iss": front.issuer(), "client": "signalbox", "exp": at + 120,
        }),
        // Its documents show neither a key's id nor `iat`.
        Front::Teleport => json!({"typ": "JWT", "kid": null}),
        Front::CloudflareAccess | Front::GoogleIap | Front::Pomerium => json!({"typ": "JWT"}),
    };
    let members = |value| match value {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let mut claims = members(claims);
    claims.retain(|_, value| !value.is_null());
    Draft {
        header: members(header),
        claims,
        signer: Signer::Front(front),
        form: if front == Front::AwsAlb {
            Form::Padded
        } else {
            Form::Compact
        },
    }
}
