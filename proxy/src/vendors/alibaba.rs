//! Alibaba Cloud.

mod credentials;
mod errors;
mod found;

use super::directory::DirectoryKind;
use super::found::{Found, Place};
use super::remedy::Family;
use super::throttling::{self, units};
use super::{AccountFields, SignWith, Vendor, foreign, unsigned};
use crate::credentials::Kind;
use crate::error::TargetError;
use catalog::{Cloud, Signing};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
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
    unbuilt: &[],
};

impl Vendor for Alibaba {
    fn cloud(&self) -> Cloud {
        Cloud::ALIBABA
    }

    fn name(&self) -> &'static str {
        "Alibaba"
    }

    fn found(&self, place: Place<'_>) -> Vec<Found> {
        found::found(place)
    }

    fn usual_region(&self) -> &'static str {
        "cn-hangzhou"
    }

    fn kinds(&self) -> &'static [Kind] {
        credentials::KINDS
    }

    fn directories(&self) -> &'static [DirectoryKind] {
        credentials::DIRECTORIES
    }

    fn metadata(&self) -> Option<&'static str> {
        Some(credentials::METADATA)
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

    fn request_id_headers(&self) -> &'static [&'static str] {
        &["x-acs-request-id", "x-request-id"]
    }

    fn echo_words(&self) -> &'static [&'static str] {
        &["x-acs-"]
    }

    fn families(&self) -> &'static [Family] {
        errors::FAMILIES
    }

    /// `x-acs-retry-after` is in milliseconds.
    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        units(headers, "x-acs-retry-after", 0.001)
    }

    /// Older gateways write `Limit:…,Remain:…,TimeLeft:…`, in milliseconds.
    fn quota_wait(&self, headers: &HeaderMap) -> Option<Duration> {
        let left = |name| throttling::part(headers, name, "timeleft:", 0.001);
        ["x-ratelimit-user-api", "x-ratelimit-user"]
            .into_iter()
            .filter_map(left)
            .max()
    }
}
