//! Alibaba Cloud.

mod errors;

use super::remedy::Remedy;
use super::{AccountFields, ErrorBody, SignWith, Vendor, foreign, unsigned};
use crate::error::TargetError;
use catalog::{Cloud, Signing};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::time::Duration;

/// Alibaba Cloud, both sites (aliyun.com and alibabacloud.com).
#[derive(Debug)]
pub struct Alibaba;

const ACCOUNT_FIELDS: AccountFields = AccountFields {
    lists: &["clusters"],
    facts: &[],
    regional_facts: &[],
    key_fields: ["access_key_id", "access_key_secret", "security_token"],
    key_variables: [
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    ],
    fact_variables: &[],
    unbuilt: &["default", "profile", "ram-role", "oidc-role", "assume-role", "uri"],
};

impl Vendor for Alibaba {
    fn cloud(&self) -> Cloud {
        Cloud::ALIBABA
    }

    fn name(&self) -> &'static str {
        "Alibaba"
    }

    fn account_fields(&self) -> &'static AccountFields {
        &ACCOUNT_FIELDS
    }

    /// ACS3-HMAC-SHA256: operation and version of the API are headers, for RPC and ROA alike.
    fn sign(&self, parts: &mut Parts, body: &[u8], with: SignWith<'_>) -> Result<(), TargetError> {
        let SignWith {
            call, keys, ambient, ..
        } = with;
        if call.service.cloud != self.cloud() || call.service.signing != Signing::KeysOnly {
            return Err(foreign());
        }
        let headers = &mut parts.headers;
        headers.insert("x-acs-action", HeaderValue::from_static(call.action));
        headers.insert("x-acs-version", HeaderValue::from_static(call.service.version));
        let credentials = sign::alibaba::Credentials {
            access_key_id: keys.id.clone(),
            access_key_secret: keys.secret.clone(),
            security_token: keys.token.clone(),
        };
        sign::alibaba::sign(parts, body, &credentials, ambient.now(), &ambient.nonce())
            .map_err(|error| unsigned(&error))
    }

    fn read_error(&self, body: &[u8]) -> ErrorBody {
        ErrorBody::read(body, errors::SPELLINGS)
    }

    fn request_id_headers(&self) -> &'static [&'static str] {
        &["x-acs-request-id", "x-request-id"]
    }

    fn echo_words(&self) -> &'static [&'static str] {
        &["x-acs-"]
    }

    /// Alibaba throttles with status 400.
    fn throttles(&self, status: StatusCode, code: &str) -> bool {
        status == StatusCode::TOO_MANY_REQUESTS || code.starts_with("Throttling")
    }

    /// `x-acs-retry-after` is in milliseconds.
    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        let millis = headers.get("x-acs-retry-after")?.to_str().ok()?.trim().parse().ok()?;
        (millis > 0).then(|| Duration::from_millis(millis))
    }

    fn remedy(&self, code: &str) -> Option<Remedy> {
        Remedy::find(errors::REMEDIES, code)
    }
}
