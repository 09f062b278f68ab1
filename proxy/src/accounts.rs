//! The cloud accounts that are looked at.

use crate::error::TargetError;
use catalog::Cloud;
use std::collections::BTreeMap;
use url::Url;

/// An account of the configuration, checked.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name in Signalbox.
    pub id: String,
    /// The vendor.
    pub cloud: Cloud,
    /// The regions to look at, in the configuration's order, without repeats.
    pub regions: Vec<String>,
    /// What its requests are signed with.
    pub keys: Keys,
    /// Service id to URL, which may hold `{region}`, for services that are not asked at their public host.
    pub endpoints: BTreeMap<String, String>,
    /// Ids that need not be discovered, by the setting that lists them (`clusters`, `stack_sets`).
    pub listed: BTreeMap<&'static str, Vec<String>>,
    /// Huawei's account id; none means: look it up.
    pub domain_id: Option<String>,
    /// Region to Huawei project id; regions that are missing are looked up.
    pub projects: BTreeMap<String, String>,
}

/// Keys of one of the clouds.
#[derive(Clone, Debug)]
pub enum Keys {
    /// For ACS3-HMAC-SHA256.
    Alibaba(sign::alibaba::Credentials),
    /// For SDK-HMAC-SHA256.
    Huawei(sign::huawei::Credentials),
}

impl Keys {
    /// What must never be shown.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        let (secret, token) = match self {
            Self::Alibaba(keys) => (&keys.access_key_secret, &keys.security_token),
            Self::Huawei(keys) => (&keys.sk, &keys.security_token),
        };
        std::iter::once(secret).chain(token).map(sign::Secret::expose).collect()
    }
}

impl Account {
    /// Where a service of the account is asked: its configured endpoint for the region, else `https://` and the public host.
    ///
    /// # Errors
    /// `ConnectFailed` when the two give no address. The configuration has been checked, so that is a region without a host.
    pub fn endpoint(&self, service: &str, region: &str, public: impl FnOnce() -> String) -> Result<Url, TargetError> {
        let address = match self.endpoints.get(service) {
            Some(pattern) => pattern.replace("{region}", region),
            None => format!("https://{}", public()),
        };
        Url::parse(&address)
            .ok()
            .filter(Url::has_host)
            .ok_or_else(|| TargetError::connect(format!("no address is known for {service} in {region}")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use sign::Secret;

    /// An account with keys and nothing else.
    pub(crate) fn account(cloud: Cloud) -> Account {
        let keys = if cloud == Cloud::ALIBABA {
            Keys::Alibaba(sign::alibaba::Credentials {
                access_key_id: "id".into(),
                access_key_secret: Secret::new("hunter2"),
                security_token: None,
            })
        } else {
            Keys::Huawei(sign::huawei::Credentials {
                ak: "ak".into(),
                sk: Secret::new("hunter2"),
                security_token: None,
            })
        };
        Account {
            id: format!("{}-test", cloud.id),
            cloud,
            regions: vec!["cn-north-4".into()],
            keys,
            endpoints: BTreeMap::new(),
            listed: BTreeMap::new(),
            domain_id: None,
            projects: BTreeMap::new(),
        }
    }

    #[test]
    fn a_configured_endpoint_wins_and_takes_the_region() {
        let mut account = account(Cloud::ALIBABA);
        let public = || "oos.x.aliyuncs.com".to_owned();
        assert_eq!(
            account.endpoint("oos", "r1", public).unwrap().as_str(),
            "https://oos.x.aliyuncs.com/"
        );
        account
            .endpoints
            .insert("oos".into(), "http://oos-{region}.local:81".into());
        assert_eq!(
            account.endpoint("oos", "r1", public).unwrap().as_str(),
            "http://oos-r1.local:81/"
        );
        assert_eq!(
            account.endpoint("cs", "r1", String::new).unwrap_err().code,
            wire::ErrorCode::ConnectFailed
        );
    }
}
