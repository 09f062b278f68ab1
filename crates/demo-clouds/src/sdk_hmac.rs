//! The gateway in front of Huawei Cloud's services: `SDK-HMAC-SHA256` as the server checks it.
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::canonical::{self, Authorization};
use crate::keyring::{DATE_WINDOW, Key, Keyring};
use crate::message::{Ask, Refusal};

const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// Headers that scope or extend the key; they count only when the signature covers them.
const MUST_BE_SIGNED: [&str; 4] = [
    "x-project-id",
    "x-domain-id",
    "x-security-token",
    "x-sdk-content-sha256",
];
/// Value of `X-Sdk-Content-Sha256` of a body that the signature does not cover.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Checks everything about the envelope but the scope, and gives the key that signed.
///
/// # Errors
/// `APIGW.0301` with the reason behind its fixed words.
pub(crate) fn admit(ask: &Ask, keyring: &Keyring, now: DateTime<Utc>) -> Result<Key, Refusal> {
    let authorization = ask
        .header("authorization")
        .and_then(|header| Authorization::parse(header, ALGORITHM, "Access"))
        .ok_or_else(|| incorrect("Authorization format error"))?;
    let key = keyring
        .find(&authorization.key)
        .ok_or_else(|| incorrect("access key not found"))?;
    check_date(ask, now)?;
    check_token(ask, &key, now)?;
    for name in ["host", "x-sdk-date"] {
        if !authorization.covers(name) {
            return Err(incorrect(&format!("{name} is not among the signed headers")));
        }
    }
    for name in MUST_BE_SIGNED {
        if ask.headers.contains_key(name) && !authorization.covers(name) {
            return Err(incorrect(&format!("{name} is sent but not among the signed headers")));
        }
    }
    let (canonical, to_sign) = string_to_sign(ask, &authorization)?;
    if canonical::hmac_hex(&key.secret, &to_sign) != authorization.signature {
        return Err(incorrect(&format!(
            "verify aksk signature fail, canonical request: {canonical}"
        )));
    }
    Ok(key)
}

/// The gateway's one answer to everything that is wrong with a key or a signature.
pub(crate) fn incorrect(reason: &str) -> Refusal {
    Refusal::gateway(
        401,
        "APIGW.0301",
        format!("Incorrect IAM authentication information: {reason}"),
    )
}

fn check_date(ask: &Ask, now: DateTime<Utc>) -> Result<(), Refusal> {
    let date = ask
        .header("x-sdk-date")
        .ok_or_else(|| incorrect("X-Sdk-Date is missing"))?;
    let date =
        NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").map_err(|_| incorrect("X-Sdk-Date format error"))?;
    if (now - date.and_utc()).abs() > DATE_WINDOW {
        return Err(incorrect("signature expired, X-Sdk-Date is more than 15 minutes off"));
    }
    Ok(())
}

fn check_token(ask: &Ask, key: &Key, now: DateTime<Utc>) -> Result<(), Refusal> {
    if ask.header("x-security-token") != key.token.as_deref() {
        return Err(incorrect("the security token does not belong to the access key"));
    }
    if key.expires.is_some_and(|end| end <= now) {
        return Err(incorrect("the security token is expired"));
    }
    Ok(())
}

/// The canonical request and the string to sign.
fn string_to_sign(ask: &Ask, authorization: &Authorization) -> Result<(String, String), Refusal> {
    let headers = canonical::headers(&ask.headers, &authorization.signed_headers)
        .map_err(|name| incorrect(&format!("the signed header {name} was not sent")))?;
    let mut path = canonical::path(&ask.path);
    if !path.ends_with('/') {
        path.push('/');
    }
    let canonical = format!(
        "{}\n{path}\n{}\n{headers}\n{}\n{}",
        ask.method,
        canonical::query(&ask.raw_query),
        authorization.signed_headers.join(";"),
        body_hash(ask)?,
    );
    let date = ask.header("x-sdk-date").unwrap_or_default();
    let to_sign = format!("{ALGORITHM}\n{date}\n{}", canonical::sha256_hex(canonical.as_bytes()));
    Ok((canonical, to_sign))
}

fn body_hash(ask: &Ask) -> Result<String, Refusal> {
    let hash = canonical::sha256_hex(&ask.body);
    match ask.header("x-sdk-content-sha256") {
        Some(UNSIGNED) => Ok(UNSIGNED.to_owned()),
        Some(sent) if sent != hash => Err(incorrect("X-Sdk-Content-Sha256 is not the hash of the body")),
        _ => Ok(hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Service;
    use crate::vectors::{self, Vector};

    /// The gateway at the time of the vector's date, with the vector's key in a fresh keyring.
    fn gate(vector: &Vector, secret: &str, ask: &Ask) -> Result<(), Refusal> {
        let date = ask.header("x-sdk-date").unwrap();
        let now = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
        admit(ask, &vector.keyring(secret), now).map(drop)
    }

    #[test]
    fn what_the_vendor_signed_is_admitted_and_with_another_secret_refused() {
        for vector in vectors::read(include_str!("../vectors/huawei.json")) {
            let ask = vector.ask(Service::Rfs);
            assert_eq!(gate(&vector, &vector.secret, &ask), Ok(()), "{}", vector.id);
            let refusal = gate(&vector, "another", &ask).unwrap_err();
            assert_eq!(
                (refusal.status, refusal.code.as_ref()),
                (401, "APIGW.0301"),
                "{}",
                vector.id
            );
        }
    }

    #[test]
    fn a_change_of_any_part_is_refused() {
        for vector in vectors::read(include_str!("../vectors/huawei.json")) {
            let spoilt: [fn(&mut Ask); 4] = [
                |ask| ask.method = http::Method::DELETE,
                |ask| ask.path.push_str("/x"),
                |ask| ask.raw_query.push_str("&x=1"),
                |ask| ask.body = "x".into(),
            ];
            for (number, spoil) in spoilt.iter().enumerate() {
                let mut ask = vector.ask(Service::Rfs);
                spoil(&mut ask);
                assert_eq!(
                    gate(&vector, &vector.secret, &ask).unwrap_err().code,
                    "APIGW.0301",
                    "{} {number}",
                    vector.id
                );
            }
        }
    }
}
