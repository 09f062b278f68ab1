//! The steps that both schemes share: which headers, in which form, over which hash.

use crate::{Secret, SignError, encoding};
use chrono::{DateTime, Datelike, Utc};
use hmac::{Hmac, Mac};
use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::Uri;
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};

/// The lower-case hexadecimal SHA-256 of a body: the last line of both schemes' canonical request. An absent body is the empty one.
#[must_use]
pub fn payload_hash(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// How a header that occurs more than once stands in the canonical headers; its values are sorted in both.
#[derive(Clone, Copy)]
pub(crate) enum Repeated {
    /// `name:a,b`
    Joined,
    /// `name:a` and `name:b`, a line each
    Lines,
}

/// METHOD, path, query, headers, names of the signed headers, hash: a line each, the headers ending in one more line break.
pub(crate) fn request(
    method: &str,
    path: &str,
    uri: &Uri,
    headers: &HeaderMap,
    signed_headers: &[&str],
    repeated: Repeated,
    payload_hash: &str,
) -> Result<String, SignError> {
    let query = encoding::recode_query(uri.query().unwrap_or_default())?;
    let mut lines = String::new();
    for &name in signed_headers {
        let value = |value: &HeaderValue| {
            value
                .to_str()
                .map(|text| text.trim().to_owned())
                .map_err(|_| SignError::HeaderNotAscii(name.into()))
        };
        let mut values = headers.get_all(name).iter().map(value).collect::<Result<Vec<_>, _>>()?;
        if values.is_empty() {
            return Err(SignError::MissingHeader(name.into()));
        }
        values.sort_unstable();
        let separator = match repeated {
            Repeated::Joined => ",".to_owned(),
            Repeated::Lines => format!("\n{name}:"),
        };
        lines += &format!("{name}:{}\n", values.join(&separator));
    }
    Ok(format!(
        "{method}\n{path}\n{query}\n{lines}\n{}\n{payload_hash}",
        signed_headers.join(";")
    ))
}

/// The names of the headers that `select` takes, in lower case, sorted. Never `authorization`, which is made from them.
pub(crate) fn signed_headers(headers: &HeaderMap, select: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut names: Vec<_> = headers
        .keys()
        .map(HeaderName::as_str)
        .filter(|&name| name != "authorization" && select(name))
        .collect();
    names.sort_unstable();
    names
}

pub(crate) fn hmac_hex(secret: &Secret, text: &str) -> String {
    #[expect(clippy::expect_used, reason = "an HMAC key may have any length (RFC 2104 §2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any length");
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// Sets `host` as clients send it (without the scheme's own port), unless the caller has: then that is what will be sent.
pub(crate) fn set_host(parts: &mut Parts) -> Result<(), SignError> {
    if parts.headers.contains_key(HOST) {
        return Ok(());
    }
    let authority = parts
        .uri
        .authority()
        .filter(|authority| !authority.host().is_empty())
        .ok_or(SignError::MissingHost)?;
    let usual = match parts.uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    let host = match authority.port_u16() {
        Some(port) if Some(port) != usual => format!("{}:{port}", authority.host()),
        _ => authority.host().to_owned(),
    };
    set(&mut parts.headers, "host", &host)
}

/// Sets or replaces a header.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), SignError> {
    let value = HeaderValue::from_str(value).map_err(|_| SignError::InvalidHeaderValue(name))?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

/// Sets or replaces a header whose value must not be shown in debug output or kept in HTTP/2's header table.
pub(crate) fn set_sensitive(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), SignError> {
    set(headers, name, value)?;
    if let Some(value) = headers.get_mut(name) {
        value.set_sensitive(true);
    }
    Ok(())
}

/// `now` in UTC by a `strftime` format, cut to the second.
pub(crate) fn timestamp(now: SystemTime, format: &str) -> Result<String, SignError> {
    let since = now.duration_since(UNIX_EPOCH).map_err(|_| SignError::ClockOutOfRange)?;
    let time = i64::try_from(since.as_secs())
        .ok()
        .and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
    let time = time
        .filter(|time| time.year() <= 9999)
        .ok_or(SignError::ClockOutOfRange)?;
    Ok(time.format(format).to_string())
}
