//! Huawei Cloud's `SDK-HMAC-SHA256`, by the [API request signing guide](https://support.huaweicloud.com/devg-apisign/api-sign-algorithm-001.html).
//!
//! ```text
//! CanonicalRequest = METHOD \n path/ \n query \n name:value \n … \n\n names \n hex(sha256(body))
//! StringToSign     = SDK-HMAC-SHA256 \n X-Sdk-Date \n hex(sha256(CanonicalRequest))
//! Signature        = hex(hmac_sha256(sk, StringToSign))
//! Authorization    = SDK-HMAC-SHA256 Access=<ak>, SignedHeaders=<a;b;c>, Signature=<hex>
//! ```
//! The canonical path always ends in `/`; the path that is sent does not change. The server accepts a date up to 15 minutes off.
//!
//! A path with other than ASCII characters is encoded once, as the document says and the Python SDK does; the Node and Java SDKs encode
//! the encoded path again. And where the Python SDK decodes a path before it splits it, `%2F` stays inside its segment here.

use crate::canonical::{self, Repeated};
use crate::{Secret, SignError, encoding};
use http::HeaderMap;
use http::request::Parts;
use http::uri::Uri;
use std::time::SystemTime;

/// The name of the scheme, first word of the string to sign and of the `Authorization` header.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The headers that [`sign`] signs.
const SIGNED: [&str; 6] = [
    "host",
    "x-domain-id",
    "x-project-id",
    "x-sdk-content-sha256",
    "x-sdk-date",
    "x-security-token",
];

/// An access key pair, and the token that goes with it if it is a temporary one.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Access key ID; goes into the request.
    pub ak: String,
    /// Secret access key; the HMAC key, never sent.
    pub sk: Secret,
    /// Security token of temporary keys; goes into the request.
    pub security_token: Option<Secret>,
}

/// What the call is about: regional services want the project, global ones the account's domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Neither header is sent: to look the two ids up, for example.
    None,
    /// `X-Project-Id`
    Project(&'a str),
    /// `X-Domain-Id`
    Domain(&'a str),
}

/// Signs a request whose method and URI are set; `body` is what will be sent.
///
/// Sets `host` (unless set), `x-sdk-date`, `x-project-id` or `x-domain-id` by `scope`, `x-security-token` for temporary credentials, and
/// `Authorization`. What an earlier signature left is replaced, so the same parts may be signed again for a retry. Signed are these
/// headers and `x-sdk-content-sha256`; a non-empty body with that header is taken to have its value for hash (`UNSIGNED-PAYLOAD`, or a
/// hash computed elsewhere).
///
/// # Errors
/// See [`SignError`]. Headers may have been set by then, but never `Authorization`.
pub fn sign(
    parts: &mut Parts,
    body: &[u8],
    credentials: &Credentials,
    scope: Scope<'_>,
    now: SystemTime,
) -> Result<(), SignError> {
    sign_selecting(parts, body, credentials, scope, now, |_| false)
}

/// Like [`sign`], and signs also the headers that `also` takes (names in lower case). `|name| !name.contains('_')` is what the vendor's
/// Python SDK does; the gateway ignores names with `_`.
///
/// # Errors
/// As [`sign`].
pub fn sign_selecting(
    parts: &mut Parts,
    body: &[u8],
    credentials: &Credentials,
    scope: Scope<'_>,
    now: SystemTime,
    also: impl Fn(&str) -> bool,
) -> Result<(), SignError> {
    for stale in ["authorization", "x-project-id", "x-domain-id", "x-security-token"] {
        parts.headers.remove(stale);
    }
    canonical::set_host(parts)?;
    let headers = &mut parts.headers;
    let date = timestamp(now)?;
    canonical::set(headers, "x-sdk-date", &date)?;
    match scope {
        Scope::None => {}
        Scope::Project(id) => canonical::set(headers, "x-project-id", id)?,
        Scope::Domain(id) => canonical::set(headers, "x-domain-id", id)?,
    }
    if let Some(token) = &credentials.security_token {
        canonical::set_sensitive(headers, "x-security-token", token.expose())?;
    }

    let names = signed_headers(&parts.headers, also);
    let payload_hash = payload_hash(&parts.headers, body)?;
    let canonical = canonical_request(parts.method.as_str(), &parts.uri, &parts.headers, &names, &payload_hash)?;
    let signature = signature(&credentials.sk, &string_to_sign(&date, &canonical));
    let authorization = authorization(&credentials.ak, &names, &signature);
    canonical::set_sensitive(&mut parts.headers, "authorization", &authorization)
}

/// The value of `x-sdk-date`: `20260102T030405Z`.
///
/// # Errors
/// [`SignError::ClockOutOfRange`] before 1970 and after 9999.
pub fn timestamp(now: SystemTime) -> Result<String, SignError> {
    canonical::timestamp(now, "%Y%m%dT%H%M%SZ")
}

/// The names of the headers to sign, in lower case and sorted: those that [`sign`] sets, `x-sdk-content-sha256`, and those that `also`
/// takes.
pub fn signed_headers(headers: &HeaderMap, also: impl Fn(&str) -> bool) -> Vec<&str> {
    canonical::signed_headers(headers, |name| SIGNED.contains(&name) || also(name))
}

/// The last line of the canonical request: the value of `x-sdk-content-sha256` if there are both a body and that header, else the
/// body's own hash.
///
/// # Errors
/// [`SignError::HeaderNotAscii`]
pub fn payload_hash(headers: &HeaderMap, body: &[u8]) -> Result<String, SignError> {
    const NAME: &str = "x-sdk-content-sha256";
    match headers.get(NAME).filter(|_| !body.is_empty()) {
        Some(hash) => hash
            .to_str()
            .map(str::to_owned)
            .map_err(|_| SignError::HeaderNotAscii(NAME.into())),
        None => Ok(crate::payload_hash(body)),
    }
}

/// The canonical request. `signed_headers` must be sorted and in lower case, as [`signed_headers`] gives them; the values of a repeated
/// header are sorted, a line each.
///
/// # Errors
/// A URI in invalid percent-encoding; a signed header that is absent or not ASCII.
pub fn canonical_request(
    method: &str,
    uri: &Uri,
    headers: &HeaderMap,
    signed_headers: &[&str],
    payload_hash: &str,
) -> Result<String, SignError> {
    let mut path = encoding::recode_path(uri.path())?;
    if !path.ends_with('/') {
        path.push('/');
    }
    canonical::request(
        method,
        &path,
        uri,
        headers,
        signed_headers,
        Repeated::Lines,
        payload_hash,
    )
}

/// The text that is signed: the scheme's name, the value of `x-sdk-date`, and the hash of the canonical request.
#[must_use]
pub fn string_to_sign(date: &str, canonical_request: &str) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{}",
        crate::payload_hash(canonical_request.as_bytes())
    )
}

/// HMAC-SHA256 of the string to sign in lower-case hexadecimal. The key is the secret itself; nothing is derived from it.
#[must_use]
pub fn signature(sk: &Secret, string_to_sign: &str) -> String {
    canonical::hmac_hex(sk, string_to_sign)
}

/// The value of the `Authorization` header. Unlike Alibaba's it has a space after each comma.
#[must_use]
pub fn authorization(ak: &str, signed_headers: &[&str], signature: &str) -> String {
    format!(
        "{ALGORITHM} Access={ak}, SignedHeaders={}, Signature={signature}",
        signed_headers.join(";")
    )
}
