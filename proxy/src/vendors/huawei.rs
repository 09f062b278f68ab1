//! Huawei Cloud.

mod credentials;
mod errors;
mod found;
mod identity;

use super::directory::DirectoryKind;
use super::found::{Found, Place};
use super::remedy::Family;
use super::{AccountFields, Fact, SignWith, Vendor, foreign, throttling, unsigned};
use crate::credentials::{Issuer, Keys, Kind, Surroundings, Told};
use crate::error::TargetError;
use catalog::{Call, Cloud, Signing};
use http::StatusCode;
use http::request::Parts;
use sign::huawei::Scope;
use std::sync::Arc;

/// Huawei Cloud, all sites.
#[derive(Debug)]
pub struct Huawei;

const ACCOUNT_FIELDS: AccountFields = AccountFields {
    lists: &["stack_sets"],
    facts: &[("domain_id", identity::DOMAIN)],
    regional_facts: &[("projects", identity::PROJECT)],
    key_fields: ["ak", "sk", "security_token"],
    key_variables: [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ],
    fact_variables: &[
        ("HUAWEICLOUD_SDK_DOMAIN_ID", identity::DOMAIN),
        ("HUAWEICLOUD_SDK_PROJECT_ID", identity::PROJECT),
    ],
    unbuilt: &[],
};

impl Vendor for Huawei {
    fn cloud(&self) -> Cloud {
        Cloud::HUAWEI
    }

    fn name(&self) -> &'static str {
        "Huawei"
    }

    fn account_fields(&self) -> &'static AccountFields {
        &ACCOUNT_FIELDS
    }

    fn found(&self, place: Place<'_>) -> Vec<Found> {
        found::found(place)
    }

    fn usual_region(&self) -> &'static str {
        "cn-north-4"
    }

    fn kinds(&self) -> &'static [Kind] {
        credentials::KINDS
    }

    fn told_facts(&self, from: &str, told: &Told, around: &Surroundings) -> Vec<(&'static str, String)> {
        credentials::facts(from, told, around)
    }

    fn issuer_of_environment(&self, around: &Surroundings) -> Option<Arc<dyn Issuer>> {
        credentials::of_environment(around)
    }

    fn directories(&self) -> &'static [DirectoryKind] {
        credentials::DIRECTORIES
    }

    fn metadata(&self) -> Option<&'static str> {
        Some(credentials::METADATA)
    }

    fn facts(&self, call: &Call, region: &str) -> Vec<Fact> {
        identity::facts(call, region)
    }

    /// SDK-HMAC-SHA256 with the id of the region's project or of the account's domain.
    fn sign(&self, parts: &mut Parts, body: &[u8], with: SignWith<'_>) -> Result<(), TargetError> {
        let SignWith {
            call,
            facts,
            keys,
            ambient,
            ..
        } = with;
        let scope = match (call.service.signing, facts) {
            _ if call.service.cloud != self.cloud() => return Err(foreign()),
            (Signing::RegionProject, [id]) => Scope::Project(id),
            (Signing::AccountDomain, [id]) => Scope::Domain(id),
            (Signing::KeysOnly, []) => Scope::None,
            _ => return Err(foreign()),
        };
        sign::huawei::sign(parts, body, &signing(keys), scope, ambient.now()).map_err(|error| unsigned(&error))
    }

    fn families(&self) -> &'static [Family] {
        errors::FAMILIES
    }

    /// The gateway's number for throttling is 0308, whatever the gateway calls itself (`APIGW.0308`, `APIG.0308`).
    fn throttles(&self, status: StatusCode, code: &str, message: &str) -> bool {
        code.ends_with(".0308") || throttling::is_throttling(status, code, message)
    }
}

/// Keys, as signing takes them.
fn signing(keys: &Keys) -> sign::huawei::Credentials {
    sign::huawei::Credentials {
        ak: keys.id.clone(),
        sk: keys.secret.clone(),
        security_token: keys.token.clone(),
    }
}
