//! What `vendors/aws.rs` would say: account keys, signature, error bodies, throttling.

use super::catalogue::{CLOUD, SSM};
use catalog::{Cloud, Service};
use chrono::{DateTime, Utc};
use http::HeaderValue;
use http::request::Parts;
use sign::{Secret, alibaba, payload_hash};
use signalbox::error::TargetError;
use signalbox::vendors::remedy::{Family, Remedy};
use signalbox::vendors::{AccountFields, SignWith, Vendor};

#[derive(Debug)]
pub(super) struct Aws;

const ACCOUNT_FIELDS: AccountFields = AccountFields {
    lists: &["instances"],
    facts: &[],
    regional_facts: &[],
    key_fields: ["access_key_id", "secret_access_key", "session_token"],
    key_variables: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    fact_variables: &[],
    unbuilt: &["default"],
};

impl Vendor for Aws {
    fn usual_region(&self) -> &'static str {
        "us-east-1"
    }

    fn cloud(&self) -> Cloud {
        CLOUD
    }

    fn name(&self) -> &'static str {
        "AWS"
    }

    fn services(&self) -> Vec<&'static Service> {
        vec![&SSM]
    }

    fn account_fields(&self) -> &'static AccountFields {
        &ACCOUNT_FIELDS
    }

    fn sign(&self, parts: &mut Parts, body: &[u8], with: SignWith<'_>) -> Result<(), TargetError> {
        let SignWith { call, region, keys, .. } = with;
        if call.service.cloud != CLOUD {
            return Err(TargetError::credentials("not a call of this vendor's"));
        }
        let date = DateTime::<Utc>::from(with.ambient.now())
            .format("%Y%m%dT%H%M%SZ")
            .to_string();
        let operation = format!("{}.{}", call.service.version, call.action);
        let signature = signature(keys.secret.expose(), &date, region, &operation, body);
        let headers = [
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", operation),
            ("x-amz-date", date),
            (
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential={}/{region}, Signature={signature}",
                    keys.id
                ),
            ),
        ];
        for (name, value) in headers {
            let value = HeaderValue::try_from(value).map_err(|error| TargetError::credentials(error.to_string()))?;
            parts.headers.insert(name, value);
        }
        Ok(())
    }

    fn code_fields(&self) -> &'static [&'static str] {
        &["__type"]
    }

    fn request_id_headers(&self) -> &'static [&'static str] {
        &["x-amzn-requestid"]
    }

    fn families(&self) -> &'static [Family] {
        const {
            &[
                Family::codes(Remedy::CheckSecret, &["InvalidSignature"]),
                Family::codes(Remedy::Allow, &["AccessDenied"]),
            ]
        }
    }
}

/// In the manner of Signature Version 4: a key for day and region, derived from the secret, signs date, operation and the hash of the body.
pub(super) fn signature(secret: &str, date: &str, region: &str, operation: &str, body: &[u8]) -> String {
    let hmac = |key: String, text: &str| alibaba::signature(&Secret::new(key), text);
    let day = hmac(format!("AWS4{secret}"), &date[..8]);
    let key = hmac(day, region);
    hmac(key, &format!("{date}\n{operation}\n{}", payload_hash(body)))
}
