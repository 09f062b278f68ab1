//! What is walked, and succeeds or fails by itself.

use crate::accounts::Account;
use crate::error::TargetError;
use catalog::Source;
use std::sync::Arc;

/// One source of one account in one region: what is walked, succeeds or fails by itself.
#[derive(Clone, Debug)]
pub struct Target {
    /// Whose rows.
    pub account: Arc<Account>,
    /// From which list API.
    pub source: &'static Source,
    /// The region, or that of the site which answers for the account.
    pub region: String,
}

impl Target {
    /// The target's names in the stream.
    #[must_use]
    pub fn names(&self) -> wire::TargetNames<'_> {
        let labels = &self.account.labels;
        wire::TargetNames {
            account: &self.account.id,
            cloud: self.source.cloud().id,
            region: &self.region,
            source: self.source.id,
            env: labels.env.as_deref(),
            team: labels.team.as_deref(),
            unlisted: self.account.unlisted,
        }
    }

    /// Says in the log why it could not be walked to its end.
    pub fn log_failure(&self, error: &TargetError) {
        let Self {
            account,
            source,
            region,
        } = self;
        tracing::warn!(account = account.id, source = source.id, region, %error, "a target failed");
    }

    /// The configured regions that the target stands for: its own, or all that its site serves.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        let endpoints = &self.source.call.service.hosts;
        self.account
            .regions
            .iter()
            .map(String::as_str)
            .filter(move |&region| endpoints.site(region).map_or(region, |site| site.region) == self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use catalog::Cloud;

    #[test]
    fn a_site_stands_for_its_regions() {
        let mut alibaba = account(Cloud::ALIBABA);
        alibaba.regions = ["cn-hangzhou", "eu-central-1", "cn-hongkong"].map(Into::into).into();
        let account = Arc::new(alibaba);
        let regions = |site: &str| {
            let target = Target {
                account: Arc::clone(&account),
                source: catalog::source("alibaba.sas.cluster-plugins").unwrap(),
                region: site.into(),
            };
            target.regions().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(regions("cn-shanghai"), ["cn-hangzhou", "cn-hongkong"]);
        assert_eq!(regions("ap-southeast-1"), ["eu-central-1"]);
    }
}
