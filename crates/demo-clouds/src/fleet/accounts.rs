//! The accounts, their regions and keys.

use std::collections::BTreeMap;
use std::fmt;

use super::{Era, place};
use crate::service::Cloud;

/// A simulated account with one key.
#[derive(Clone)]
pub struct DemoAccount {
    /// Name, for example `prod-cn`; also the account part of a fault selector.
    pub id: String,
    /// The vendor.
    pub cloud: Cloud,
    /// Regions in which the account has something. All belong to one site of the vendor.
    pub regions: Vec<String>,
    /// Access key id (Alibaba) or AK (Huawei).
    pub access_key: String,
    /// Access key secret (Alibaba) or SK (Huawei).
    pub secret_key: String,
    /// The security token that must go with the key when the key is a temporary one.
    pub security_token: Option<String>,
    /// Account number: Alibaba's numeric uid, Huawei's domain id.
    pub domain_id: String,
    /// Huawei: region to project id. Empty for Alibaba.
    pub projects: BTreeMap<String, String>,
    /// Alibaba: role that `AssumeRole` accepts; it sees what the account sees. None for Huawei.
    pub role_arn: Option<String>,
    /// Huawei: URN of the agency that whoever has keys may assume; it sees what the account sees. None for Alibaba.
    pub agency_urn: Option<String>,
    /// Ids of the account's ACK clusters. Empty for Huawei.
    pub clusters: Vec<String>,
    /// Names of the account's RFS stack sets over all its regions. Empty for Alibaba.
    pub stack_sets: Vec<String>,
}

impl fmt::Debug for DemoAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Everything but the secret and the token.
        f.debug_struct("DemoAccount")
            .field("id", &self.id)
            .field("cloud", &self.cloud)
            .field("regions", &self.regions)
            .field("access_key", &self.access_key)
            .field("domain_id", &self.domain_id)
            .finish_non_exhaustive()
    }
}

impl DemoAccount {
    /// What its people say it is for.
    #[must_use]
    pub fn env(&self) -> &'static str {
        if self.id.starts_with("staging") {
            "staging"
        } else {
            "prod"
        }
    }

    /// Whose its people say it is.
    #[must_use]
    pub fn team(&self) -> &'static str {
        match self.id.as_str() {
            "prod-cn" | "prod-hw" => "payments",
            "staging-cn" => "platform",
            _ => "international",
        }
    }

    /// The region of the site that answers for account-wide services (Security Center, COC).
    #[must_use]
    pub fn site(&self) -> &'static str {
        let first = self.regions.first().map_or("", String::as_str);
        match self.cloud {
            Cloud::Alibaba if first.starts_with("cn-") => "cn-shanghai",
            Cloud::Alibaba => "ap-southeast-1",
            Cloud::Huawei if first.starts_with("cn-") => "cn-north-4",
            Cloud::Huawei if first.starts_with("eu-") => "eu-west-101",
            Cloud::Huawei => "ap-southeast-3",
        }
    }
}

/// The agency of every Huawei account that whoever has keys may assume, in the older way and in the newer.
pub(crate) const AGENCY: &str = "signalbox-reader";

/// Name, vendor, regions, and whether the key is a temporary one.
const ACCOUNTS: [(&str, Cloud, &[&str], bool); 6] = [
    (
        "prod-cn",
        Cloud::Alibaba,
        &["cn-hangzhou", "cn-beijing", "cn-shanghai"],
        false,
    ),
    ("prod-intl", Cloud::Alibaba, &["ap-southeast-1", "eu-central-1"], false),
    ("staging-cn", Cloud::Alibaba, &["cn-hangzhou"], true),
    ("prod-hw", Cloud::Huawei, &["cn-north-4", "cn-east-3"], false),
    ("intl-hw", Cloud::Huawei, &["ap-southeast-3", "ap-southeast-2"], false),
    ("eu-hw", Cloud::Huawei, &["eu-west-101"], true),
];

pub(super) fn all(era: &Era) -> Vec<DemoAccount> {
    let account = |(index, (id, cloud, regions, temporary)): (usize, (&str, Cloud, &[&str], bool))| {
        let mut dice = era.dice(&[place::ACCOUNT, index as u64]);
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let upper = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let alibaba = cloud == Cloud::Alibaba;
        let domain_id = if alibaba {
            format!("1{}", dice.text(15, b"0123456789"))
        } else {
            dice.hex(32)
        };
        DemoAccount {
            id: id.to_owned(),
            cloud,
            regions: regions.iter().map(|&region| region.to_owned()).collect(),
            access_key: match (alibaba, temporary) {
                (true, false) => format!("LTAI5t{}", dice.text(18, letters)),
                (true, true) => format!("STS.N{}", dice.text(23, letters)),
                (false, _) => dice.text(20, upper),
            },
            secret_key: dice.text(if alibaba { 30 } else { 40 }, letters),
            // Real tokens hold characters that must be handled with care.
            security_token: temporary.then(|| format!("CAIS+{}/{}==", dice.text(40, letters), dice.text(40, letters))),
            projects: regions
                .iter()
                .filter(|_| !alibaba)
                .map(|&region| (region.to_owned(), dice.hex(32)))
                .collect(),
            role_arn: alibaba.then(|| format!("acs:ram::{domain_id}:role/signalbox-reader")),
            agency_urn: (!alibaba).then(|| format!("iam::{domain_id}:agency:{AGENCY}")),
            domain_id,
            clusters: Vec::new(),
            stack_sets: Vec::new(),
        }
    };
    ACCOUNTS.into_iter().enumerate().map(account).collect()
}

/// What can be named in a fault selector.
pub(crate) mod names {
    use super::ACCOUNTS;

    /// Ids of all accounts.
    pub(crate) fn accounts() -> Vec<&'static str> {
        ACCOUNTS.iter().map(|account| account.0).collect()
    }

    /// Regions of all accounts, each once.
    pub(crate) fn regions() -> Vec<&'static str> {
        let mut regions: Vec<&str> = ACCOUNTS.iter().flat_map(|account| account.2.iter().copied()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }
}
