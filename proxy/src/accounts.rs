//! The cloud accounts that are looked at.

mod breakers;
mod concurrency;
mod facts;
mod line;
mod notice;
mod pace;
mod retries;
mod turns;

pub use breakers::Breakers;
pub use concurrency::ConcurrencyLimits;
pub use facts::Facts;
pub use line::Place;
pub use notice::Throttled;
pub use pace::Paces;
pub use retries::Retries;
pub use turns::{Turn, Turns};

use crate::credentials::Credentials;
use crate::vendors::Vendor;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an account is called by besides its name, by those whose it is: columns of every table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// What it is for, such as `prod`.
    pub env: Option<String>,
    /// Whose it is.
    pub team: Option<String>,
}

/// An account of the configuration, checked. What is kept about it while the program runs goes with it: an account with other keys is
/// another account, even under the same id.
#[derive(Debug)]
pub struct Account {
    /// Its name in Signalbox.
    pub id: String,
    /// What the configuration says of it with all its secrets, hashed: one of which the same is said is the same. None where no configuration does.
    pub said: Option<[u8; 32]>,
    /// Whose account it is.
    pub vendor: &'static dyn Vendor,
    /// The regions to look at, in the configuration's order, without repeats.
    pub regions: Vec<String>,
    /// What its requests are signed with.
    pub credentials: Arc<dyn Credentials>,
    /// Service id to URL, which may hold `{region}`, for services that are not asked at their public host.
    pub endpoints: BTreeMap<String, String>,
    /// Ids to ask about, by the catalogue's key of a fan-out; where a key is missing they are discovered.
    pub listed: BTreeMap<&'static str, Vec<String>>,
    /// What else it is called by.
    pub labels: Labels,
    /// Whether it stands for accounts of which nothing is known. No condition on accounts leaves it out.
    pub unlisted: bool,
    /// The ids that its requests must carry.
    pub facts: Facts,
    /// The requests that are open.
    pub concurrency: ConcurrencyLimits,
    /// Who may ask while it is throttled.
    pub turns: Turns,
    /// How often it may be asked.
    pub paces: Paces,
    /// What may be asked again.
    pub retries: Retries,
    /// What is not asked for a while.
    pub breakers: Breakers,
}

impl Account {
    /// An account of which nothing more is said.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        vendor: &'static dyn Vendor,
        regions: Vec<String>,
        credentials: Arc<dyn Credentials>,
    ) -> Self {
        Self {
            id: id.into(),
            said: None,
            vendor,
            regions,
            credentials,
            endpoints: BTreeMap::new(),
            listed: BTreeMap::new(),
            labels: Labels::default(),
            unlisted: false,
            facts: Facts::default(),
            concurrency: ConcurrencyLimits::default(),
            turns: Turns::default(),
            paces: Paces::default(),
            retries: Retries::default(),
            breakers: Breakers::default(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::credentials::{FixedKeys, Keys};
    use crate::vendors::vendor;
    use catalog::Cloud;
    use sign::Secret;

    /// An account with keys and nothing else.
    pub(crate) fn account(cloud: Cloud) -> Account {
        let keys = Keys {
            id: "id".into(),
            secret: Secret::new("hunter2"),
            token: None,
        };
        let id = format!("{}-test", cloud.id);
        let vendor = vendor(cloud.id).unwrap();
        Account::new(id, vendor, vec!["cn-north-4".into()], FixedKeys::new(keys))
    }
}
