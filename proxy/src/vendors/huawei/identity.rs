//! The ids that Huawei wants in its requests: a region's project, the account's domain.

use crate::error::{Advice, TargetError};
use crate::vendors::{Fact, FactKey};
use catalog::{Call, Signing, discovery};

/// The account's id.
pub(super) const DOMAIN: &str = "domain";
/// The id of an account's project in a region.
pub(super) const PROJECT: &str = "project";

/// Whether a text can be one of these ids, which go into headers.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'))
}

pub(super) fn facts(call: &Call, region: &str) -> Vec<Fact> {
    match call.service.signing {
        Signing::RegionProject => vec![Fact {
            key: FactKey {
                name: PROJECT,
                region: Some(region.to_owned()),
            },
            discovery: &discovery::huawei_iam_projects::DISCOVERY,
            otherwise: None,
            choose: project,
        }],
        Signing::AccountDomain => vec![Fact {
            key: FactKey {
                name: DOMAIN,
                region: None,
            },
            discovery: &discovery::huawei_iam_domains::DISCOVERY,
            otherwise: Some(&discovery::huawei_sts_caller::DISCOVERY),
            choose: domain,
        }],
        Signing::KeysOnly => Vec::new(),
    }
}

fn project(region: &str, found: Vec<String>) -> Result<String, TargetError> {
    <[String; 1]>::try_from(found).map(|[id]| id).map_err(|found| {
        TargetError::credentials(format!("IAM knows {} projects named {region}", found.len())).advise(Advice::new(
            format!("open the region in the vendor's console once, or set the account's projects.\"{region}\""),
            format!("请先在控制台打开该地域一次，或在账号配置中设置 projects.\"{region}\""),
        ))
    })
}

fn domain(_: &str, found: Vec<String>) -> Result<String, TargetError> {
    <[String; 1]>::try_from(found).map(|[id]| id).map_err(|found| {
        TargetError::credentials(format!("IAM names {} accounts for these keys", found.len())).advise(Advice::new(
            "set the account's domain_id",
            "请在账号配置中设置 domain_id",
        ))
    })
}
