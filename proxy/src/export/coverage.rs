//! How each target ended: what an export holds, and what it lacks.

use crate::clock::rfc3339;
use crate::crawl::Done;
use crate::error::TargetError;
use crate::target::Target;
use catalog::Cloud;
use serde::Serialize;
use std::time::SystemTime;

/// How complete a target's rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// All there.
    Ok,
    /// The cloud cut the list.
    Capped,
    /// Some or all are missing.
    Failed,
}

/// A target that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The account's id.
    pub account: String,
    /// Its vendor.
    pub cloud: Cloud,
    /// The region that was asked.
    pub region: String,
    /// The source's id.
    pub source: &'static str,
    /// How complete it is.
    pub state: Completeness,
    /// When its walk ended, in RFC 3339; none for one that failed.
    as_of: Option<String>,
    /// Rows that came, whether the view shows them or not.
    pub rows: u64,
    /// How many of them hold a value that could not be read.
    #[serde(skip_serializing_if = "is_none")]
    pub unreadable: usize,
    /// The length at which the cloud cuts the list, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capped: Option<u32>,
    /// Why it failed.
    pub error: Option<wire::TargetError>,
    /// As `as_of`.
    #[serde(skip)]
    pub ended: Option<SystemTime>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Covered {
    /// A target with so many rows that ended like this.
    pub fn new(target: &Target, rows: u64, ending: Result<Done, TargetError>) -> Self {
        let (state, ended, capped, error) = match ending {
            Ok(Done {
                as_of, capped: None, ..
            }) => (Completeness::Ok, Some(as_of), None, None),
            Ok(Done { as_of, capped, .. }) => (Completeness::Capped, Some(as_of), capped, None),
            Err(error) => (Completeness::Failed, None, None, Some(*error.public)),
        };
        Self {
            account: target.account.id.clone(),
            cloud: target.source.cloud(),
            region: target.region.clone(),
            source: target.source.id,
            state,
            as_of: ended.map(rfc3339),
            rows,
            unreadable: 0,
            capped,
            error,
            ended,
        }
    }

    /// `account/region/source`, as on the page.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.account, self.region, self.source)
    }

    /// What is missing, in a word: the code of the failure, or the length at which the cloud cut. None when nothing is.
    pub fn gap(&self) -> Option<Gap<'_>> {
        match (&self.error, self.capped) {
            (Some(failure), _) => Some(Gap::Failed(failure.code.as_str())),
            (None, Some(cap)) => Some(Gap::Capped(cap)),
            (None, None) => None,
        }
    }
}

/// What is missing of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap<'a> {
    /// The code of the failure.
    Failed(&'a str),
    /// The length at which the cloud cut the list.
    Capped(u32),
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use std::sync::Arc;
    use std::time::UNIX_EPOCH;

    /// A target that was cut at 100 rows, and one that may not be asked.
    pub(in crate::export) fn gaps() -> [Covered; 2] {
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let target = |region: &str| Target {
            account: Arc::new(account(source.cloud())),
            source,
            region: region.to_owned(),
        };
        let cut = Done {
            as_of: UNIX_EPOCH,
            rows: 100,
            capped: Some(100),
        };
        let denied = TargetError::from(wire::TargetError {
            status: Some(403),
            code: wire::ErrorCode::Cloud("NoPermission".into()),
            message: "you may not".into(),
            request_id: Some("R-1".into()),
            advice: Some("needs oos:ListInstancePatchStates".into()),
            ..wire::TargetError::default()
        });
        [
            Covered::new(&target("cn-beijing"), 100, Ok(cut)),
            Covered::new(&target("cn-shanghai"), 0, Err(denied)),
        ]
    }
}
