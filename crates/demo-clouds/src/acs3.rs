//! The gateway in front of Alibaba Cloud's services: `ACS3-HMAC-SHA256` as the server checks it.
//! <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::canonical::{self, Authorization};
use crate::keyring::{DATE_WINDOW, Key, Keyring};
use crate::message::{Ask, Refusal};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Checks everything about the envelope and gives the key that signed.
///
/// # Errors
/// The gateway's refusal, in the order in which the gateway looks: key, date, token, completeness, signature, nonce.
pub(crate) fn admit(ask: &Ask, keyring: &Keyring, now: DateTime<Utc>) -> Result<Key, Refusal> {
    let refuse = |status, code: &'static str, message: &str| Err(Refusal::gateway(status, code, message));
    let Some(header) = ask.header("authorization") else {
        return refuse(
            400,
            "MissingAuthorization",
            "Authorization is mandatory for this action.",
        );
    };
    let Some(authorization) = Authorization::parse(header, ALGORITHM, "Credential") else {
        return refuse(
            400,
            "IncompleteSignature",
            "The request signature does not conform to Aliyun standards.",
        );
    };
    let Some(key) = keyring.find(&authorization.key) else {
        return refuse(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
    };
    check_date(ask, now)?;
    check_token(ask, &key, now)?;
    check_cover(ask, &authorization)?;
    check_body(ask)?;
    let (canonical, to_sign) = string_to_sign(ask, &authorization)?;
    if canonical::hmac_hex(&key.secret, &to_sign) != authorization.signature {
        let message = format!(
            "Specified signature does not match our calculation. server string to sign is:{to_sign}, server canonical request is:{canonical}"
        );
        return refuse(400, "SignatureDoesNotMatch", &message);
    }
    let nonce = ask.header("x-acs-signature-nonce").unwrap_or_default();
    if !keyring.first_use(&authorization.key, nonce, now) {
        return refuse(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
    }
    Ok(key)
}

fn check_date(ask: &Ask, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(date) = ask.header("x-acs-date") else {
        return Err(Refusal::gateway(
            400,
            "MissingTimestamp",
            "x-acs-date is mandatory for this action.",
        ));
    };
    let Ok(date) = NaiveDateTime::parse_from_str(date, "%Y-%m-%dT%H:%M:%SZ") else {
        let message = "Specified time stamp or date value is not well formatted.";
        return Err(Refusal::gateway(400, "InvalidTimeStamp.Format", message));
    };
    if (now - date.and_utc()).abs() > DATE_WINDOW {
        return Err(Refusal::gateway(
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ));
    }
    Ok(())
}

fn check_token(ask: &Ask, key: &Key, now: DateTime<Utc>) -> Result<(), Refusal> {
    match (ask.header("x-acs-security-token"), &key.token) {
        (None, Some(_)) => Err(Refusal::gateway(
            400,
            "MissingSecurityToken",
            "SecurityToken is mandatory for this action.",
        )),
        (Some(_), None) => Err(Refusal::gateway(
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        )),
        (Some(sent), Some(token)) if sent != token => Err(Refusal::gateway(
            400,
            "InvalidSecurityToken.Malformed",
            "Specified SecurityToken is malformed.",
        )),
        (Some(_), Some(_)) if key.expires.is_some_and(|end| end <= now) => Err(Refusal::gateway(
            400,
            "InvalidSecurityToken.Expired",
            "Specified SecurityToken is expired.",
        )),
        (None, None) | (Some(_), Some(_)) => Ok(()),
    }
}

/// `host`, every `x-acs-*` header sent and `content-type` when sent must be signed, and the required ones must be there.
fn check_cover(ask: &Ask, authorization: &Authorization) -> Result<(), Refusal> {
    if ask.header("x-acs-signature-nonce").is_none_or(str::is_empty) {
        let message = "x-acs-signature-nonce is mandatory for this action.";
        return Err(Refusal::gateway(400, "MissingSignatureNonce", message));
    }
    let sent = ask.headers.keys().map(http::HeaderName::as_str);
    let must = sent.filter(|name| name.starts_with("x-acs-") || *name == "content-type");
    let required = [
        "host",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-content-sha256",
    ];
    match must.chain(required).find(|name| !authorization.covers(name)) {
        None => Ok(()),
        Some(name) => Err(Refusal::gateway(
            400,
            "IncompleteSignature",
            format!(
                "The request signature does not conform to Aliyun standards: {name} must be among the SignedHeaders."
            ),
        )),
    }
}

fn check_body(ask: &Ask) -> Result<(), Refusal> {
    let sent = ask.header("x-acs-content-sha256").unwrap_or_default();
    let body = canonical::sha256_hex(&ask.body);
    if sent == body {
        return Ok(());
    }
    let message = format!("Specified signature does not match our calculation. server content sha256 is:{body}");
    Err(Refusal::gateway(400, "SignatureDoesNotMatch", message))
}

/// The canonical request and the string to sign.
fn string_to_sign(ask: &Ask, authorization: &Authorization) -> Result<(String, String), Refusal> {
    let headers = canonical::headers(&ask.headers, &authorization.signed_headers).map_err(|name| {
        let message = format!("The signed header {name} was not sent.");
        Refusal::gateway(400, "IncompleteSignature", message)
    })?;
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        ask.method,
        canonical::path(&ask.path),
        canonical::query(&ask.raw_query),
        authorization.signed_headers.join(";"),
        ask.header("x-acs-content-sha256").unwrap_or_default(),
    );
    let to_sign = format!("{ALGORITHM}\n{}", canonical::sha256_hex(canonical.as_bytes()));
    Ok((canonical, to_sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Service;
    use crate::vectors::{self, Vector};

    /// The gateway at the time of the vector's date, with the vector's key in a fresh keyring.
    fn gate(vector: &Vector, secret: &str, ask: &Ask) -> Result<(), Refusal> {
        let date = ask.header("x-acs-date").unwrap();
        let now = NaiveDateTime::parse_from_str(date, "%Y-%m-%dT%H:%M:%SZ")
            .unwrap()
            .and_utc();
        admit(ask, &vector.keyring(secret), now).map(drop)
    }

    #[test]
    fn what_the_vendor_signed_is_admitted_and_with_another_secret_refused() {
        for vector in vectors::read(include_str!("../vectors/alibaba.json")) {
            let ask = vector.ask(Service::Cs);
            assert_eq!(gate(&vector, &vector.secret, &ask), Ok(()), "{}", vector.id);
            let refusal = gate(&vector, "another", &ask).unwrap_err();
            assert_eq!(
                (refusal.status, refusal.code.as_ref()),
                (400, "SignatureDoesNotMatch"),
                "{}",
                vector.id
            );
        }
    }

    #[test]
    fn a_change_of_any_part_is_refused() {
        for vector in vectors::read(include_str!("../vectors/alibaba.json")) {
            let spoilt: [fn(&mut Ask); 4] = [
                |ask| ask.method = http::Method::DELETE,
                |ask| ask.path.push_str("/x"),
                |ask| ask.raw_query.push_str("&x=1"),
                |ask| ask.body = "x".into(),
            ];
            for (number, spoil) in spoilt.iter().enumerate() {
                let mut ask = vector.ask(Service::Cs);
                spoil(&mut ask);
                assert_eq!(
                    gate(&vector, &vector.secret, &ask).unwrap_err().code,
                    "SignatureDoesNotMatch",
                    "{} {number}",
                    vector.id
                );
            }
        }
    }
}
