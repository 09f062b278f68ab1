//! Alibaba Cloud's `ACS3-HMAC-SHA256`, by [V3 request structure and
//! signature](https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature).
//!
//! ```text
//! CanonicalRequest = METHOD \n path \n query \n name:value \n … \n\n names \n hex(sha256(body))
//! StringToSign     = ACS3-HMAC-SHA256 \n hex(sha256(CanonicalRequest))
//! Signature        = hex(hmac_sha256(secret, StringToSign))
//! Authorization    = ACS3-HMAC-SHA256 Credential=<id>,SignedHeaders=<a;b;c>,Signature=<hex>
//! ```
//! The action and its version travel in the headers `x-acs-action` and `x-acs-version`, the parameters of an RPC call in the query, those
//! of a ROA call in path, query and body. The server accepts a date up to 15 minutes off and each nonce once, so a retry must be signed
//! anew.

use crate::canonical::{self, Repeated};
use crate::{Secret, SignError, encoding};
use http::HeaderMap;
use http::request::Parts;
use http::uri::Uri;
use std::time::SystemTime;

/// The name of the scheme, first word of the string to sign and of the `Authorization` header.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// An `AccessKey` pair, and the token that goes with it if it is a temporary one from STS.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `AccessKey` ID; goes into the request.
    pub access_key_id: String,
    /// `AccessKey` secret; the HMAC key, never sent.
    pub access_key_secret: Secret,
    /// STS security token; goes into the request.
    pub security_token: Option<Secret>,
}

/// Signs a request whose method, URI, `x-acs-action` and `x-acs-version` are set; `body` is what will be sent.
///
/// Sets `host` (unless set), `x-acs-date`, `x-acs-signature-nonce`, `x-acs-content-sha256`, for temporary credentials
/// `x-acs-accesskey-id` and `x-acs-security-token`, and `Authorization`. What an earlier signature left is replaced, so the same parts may
/// be signed again for a retry. Signed are `host`, `content-type` and every `x-acs-…` header, as the document says.
///
/// `nonce` must be new for every attempt: 16 random bytes in hexadecimal, or a UUID.
///
/// # Errors
/// See [`SignError`]. Headers may have been set by then, but never `Authorization`.
pub fn sign(
    parts: &mut Parts,
    body: &[u8],
    credentials: &Credentials,
    now: SystemTime,
    nonce: &str,
) -> Result<(), SignError> {
    sign_selecting(parts, body, credentials, now, nonce, |_| false)
}

/// Like [`sign`], and signs also the headers that `also` takes (names in lower case). `|_| true` is what the vendor's Python SDK does.
///
/// # Errors
/// As [`sign`].
pub fn sign_selecting(
    parts: &mut Parts,
    body: &[u8],
    credentials: &Credentials,
    now: SystemTime,
    nonce: &str,
    also: impl Fn(&str) -> bool,
) -> Result<(), SignError> {
    parts.headers.remove("authorization");
    for required in ["x-acs-action", "x-acs-version"] {
        if !parts.headers.contains_key(required) {
            return Err(SignError::MissingHeader(required.into()));
        }
    }
    canonical::set_host(parts)?;
    let headers = &mut parts.headers;
    let payload_hash = crate::payload_hash(body);
    canonical::set(headers, "x-acs-date", &timestamp(now)?)?;
    canonical::set(headers, "x-acs-signature-nonce", nonce)?;
    canonical::set(headers, "x-acs-content-sha256", &payload_hash)?;
    if let Some(token) = &credentials.security_token {
        canonical::set(headers, "x-acs-accesskey-id", &credentials.access_key_id)?;
        canonical::set_sensitive(headers, "x-acs-security-token", token.expose())?;
    } else {
        headers.remove("x-acs-accesskey-id");
        headers.remove("x-acs-security-token");
    }

    let names = signed_headers(&parts.headers, also);
    let canonical = canonical_request(parts.method.as_str(), &parts.uri, &parts.headers, &names, &payload_hash)?;
    let signature = signature(&credentials.access_key_secret, &string_to_sign(&canonical));
    let authorization = authorization(&credentials.access_key_id, &names, &signature);
    canonical::set_sensitive(&mut parts.headers, "authorization", &authorization)
}

/// The value of `x-acs-date`: `2026-01-02T03:04:05Z`.
///
/// # Errors
/// [`SignError::ClockOutOfRange`] before 1970 and after 9999.
pub fn timestamp(now: SystemTime) -> Result<String, SignError> {
    canonical::timestamp(now, "%Y-%m-%dT%H:%M:%SZ")
}

/// The names of the headers to sign, in lower case and sorted: `host`, `content-type`, every `x-acs-…`, and those that `also` takes.
pub fn signed_headers(headers: &HeaderMap, also: impl Fn(&str) -> bool) -> Vec<&str> {
    canonical::signed_headers(headers, |name| {
        matches!(name, "host" | "content-type") || name.starts_with("x-acs-") || also(name)
    })
}

/// The canonical request. `signed_headers` must be sorted and in lower case, as [`signed_headers`] gives them; the values of a repeated
/// header are sorted and joined with a comma.
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
    let path = encoding::recode_path(uri.path())?;
    canonical::request(
        method,
        &path,
        uri,
        headers,
        signed_headers,
        Repeated::Joined,
        payload_hash,
    )
}

/// The text that is signed: the scheme's name and the hash of the canonical request.
#[must_use]
pub fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", crate::payload_hash(canonical_request.as_bytes()))
}

/// HMAC-SHA256 of the string to sign in lower-case hexadecimal. The key is the secret itself; nothing is derived from it.
#[must_use]
pub fn signature(access_key_secret: &Secret, string_to_sign: &str) -> String {
    canonical::hmac_hex(access_key_secret, string_to_sign)
}

/// The value of the `Authorization` header.
#[must_use]
pub fn authorization(access_key_id: &str, signed_headers: &[&str], signature: &str) -> String {
    format!(
        "{ALGORITHM} Credential={access_key_id},SignedHeaders={},Signature={signature}",
        signed_headers.join(";")
    )
}

/// An array parameter as the pairs that are sent for it: `name.1`, `name.2`, … from 1. An empty array sends nothing.
///
/// ```
/// # use signalbox_sign::{alibaba::flatten_array, canonical_query};
/// assert_eq!(canonical_query(&flatten_array("ClusterIds", &["c01", "c02"])), "ClusterIds.1=c01&ClusterIds.2=c02");
/// assert!(flatten_array::<&str>("ClusterIds", &[]).is_empty());
/// ```
pub fn flatten_array<S: AsRef<str>>(name: &str, values: &[S]) -> Vec<(String, String)> {
    (1..)
        .zip(values)
        .map(|(number, value)| (format!("{name}.{number}"), value.as_ref().to_owned()))
        .collect()
}
