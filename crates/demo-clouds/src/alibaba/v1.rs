//! The older signature of RPC calls, `HMAC-SHA1` over the parameters, with which the vendor's credentials SDKs still ask for roles.
//! <https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism>

use chrono::{DateTime, NaiveDateTime, Utc};
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key as HmacKey, verify};

use crate::canonical;
use crate::keyring::{DATE_WINDOW, Key, Keyring};
use crate::message::{Ask, Refusal};

/// Whether a call is signed in this way: in its parameters and not in its headers.
pub(super) fn is_meant(ask: &Ask) -> bool {
    ask.header("authorization").is_none() && ask.param("Signature").is_some()
}

/// Checks the envelope and gives the key that signed.
///
/// # Errors
/// The gateway's refusal: key, date, token, signature, nonce.
pub(super) fn admit(ask: &Ask, keyring: &Keyring, now: DateTime<Utc>) -> Result<Key, Refusal> {
    let param = |name: &'static str| {
        let missing = || {
            Refusal::gateway(
                400,
                format!("Missing{name}"),
                format!("{name} is mandatory for this action."),
            )
        };
        ask.param(name).ok_or_else(missing)
    };
    let refuse = |status, code: &'static str, message: &str| Err(Refusal::gateway(status, code, message));
    if (param("SignatureMethod")?, param("SignatureVersion")?) != ("HMAC-SHA1", "1.0") {
        return refuse(
            400,
            "InvalidSignatureMethod",
            "Specified signature method is not supported.",
        );
    }
    let id = param("AccessKeyId")?;
    let Some(key) = keyring.find(id) else {
        return refuse(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
    };
    check_date(param("Timestamp")?, now)?;
    match (ask.param("SecurityToken"), &key.token) {
        (None, None) => {}
        (Some(sent), Some(token)) if sent == token => {
            if key.expires.is_some_and(|end| end <= now) {
                return refuse(
                    400,
                    "InvalidSecurityToken.Expired",
                    "Specified SecurityToken is expired.",
                );
            }
        }
        _ => {
            return refuse(
                400,
                "InvalidSecurityToken.Malformed",
                "Specified SecurityToken is malformed.",
            );
        }
    }
    let to_sign = string_to_sign(ask);
    let hmac = HmacKey::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, format!("{}&", key.secret).as_bytes());
    let signature = decode_base64(param("Signature")?).unwrap_or_default();
    if verify(&hmac, to_sign.as_bytes(), &signature).is_err() {
        let message =
            format!("Specified signature is not matched with our calculation. server string to sign is:{to_sign}");
        return refuse(400, "SignatureDoesNotMatch", &message);
    }
    if !keyring.first_use(id, param("SignatureNonce")?, now) {
        return refuse(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
    }
    Ok(key)
}

fn check_date(date: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
    let date = NaiveDateTime::parse_from_str(date, "%Y-%m-%dT%H:%M:%SZ").map_err(|_| {
        let message = "Specified time stamp or date value is not well formatted.";
        Refusal::gateway(400, "InvalidTimeStamp.Format", message)
    })?;
    if (now - date.and_utc()).abs() > DATE_WINDOW {
        let message = "Specified time stamp or date value is expired.";
        return Err(Refusal::gateway(400, "InvalidTimeStamp.Expired", message));
    }
    Ok(())
}

/// Method, path and all parameters but the signature, sorted by name, encoded twice.
fn string_to_sign(ask: &Ask) -> String {
    let mut pairs: Vec<_> = ask.params.iter().filter(|(name, _)| name != "Signature").collect();
    pairs.sort();
    let encode = |text: &str| canonical::encode(text.as_bytes());
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    format!("{}&{}&{}", ask.method, encode("/"), encode(&pairs.join("&")))
}

/// The bytes of a text in standard Base64 with padding.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digit = |sign: u8| match sign {
        b'A'..=b'Z' => Some(sign - b'A'),
        b'a'..=b'z' => Some(sign - b'a' + 26),
        b'0'..=b'9' => Some(sign - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for sign in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | u32::from(digit(sign)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Service;
    use http::{HeaderMap, Method, Uri};

    /// The example of the vendor's page: `DescribeRegions` of ECS with the key `testid`, `testsecret`.
    const QUERY: &str = "Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions&SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26&SignatureVersion=1.0&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D";

    fn gate(query: &str, secret: &str) -> Result<(), String> {
        let keyring = Keyring::default();
        let key = Key {
            account: 0,
            secret: secret.to_owned(),
            token: None,
            expires: None,
            role: None,
        };
        keyring.add("testid".to_owned(), key);
        let uri: Uri = format!("/?{query}").parse().unwrap();
        let ask = Ask::new(Service::Sts, Method::GET, &uri, HeaderMap::new(), "".into());
        assert!(is_meant(&ask));
        let now = "2016-02-23T12:50:00Z".parse().unwrap();
        admit(&ask, &keyring, now)
            .map(drop)
            .map_err(|refusal| refusal.code.into_owned())
    }

    #[test]
    fn the_vendors_own_example_is_admitted_and_nothing_that_differs() {
        assert_eq!(gate(QUERY, "testsecret"), Ok(()));
        assert_eq!(gate(QUERY, "another").unwrap_err(), "SignatureDoesNotMatch");
        for (from, to, code) in [
            ("Format=XML", "Format=JSON", "SignatureDoesNotMatch"),
            ("2016-02-23T12", "2016-02-23T11", "InvalidTimeStamp.Expired"),
            ("HMAC-SHA1", "HMAC-SHA256", "InvalidSignatureMethod"),
            ("=testid", "=other", "InvalidAccessKeyId.NotFound"),
            ("SignatureNonce=", "Nonce=", "SignatureDoesNotMatch"),
        ] {
            assert_eq!(
                gate(&QUERY.replace(from, to), "testsecret").unwrap_err(),
                code,
                "{from}"
            );
        }
    }
}
