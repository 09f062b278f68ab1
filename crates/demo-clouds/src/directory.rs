//! The directories of accounts: who belongs to an enterprise, and by which tags.

use std::sync::Mutex;

use crate::dice::Dice;
use crate::fleet::{DemoAccount, place};
use crate::lock::locked;
use crate::service::Cloud;

/// An account in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoMember {
    /// The vendor's id of it: Alibaba's uid, Huawei's domain id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The vendor's word for its state.
    pub state: String,
    /// Its tags: keys and values.
    pub tags: Vec<(String, String)>,
}

impl DemoMember {
    /// A member without tags.
    #[must_use]
    pub fn new(cloud: Cloud, id: impl Into<String>, name: impl Into<String>) -> Self {
        let state = match cloud {
            Cloud::Alibaba => "InviteSuccess",
            Cloud::Huawei => "active",
        };
        Self {
            id: id.into(),
            name: name.into(),
            state: state.to_owned(),
            tags: Vec::new(),
        }
    }

    /// The same member with a tag.
    #[must_use]
    pub fn tagged(mut self, key: &str, value: &str) -> Self {
        self.tags.push((key.to_owned(), value.to_owned()));
        self
    }
}

/// The directory of each cloud. The first account of the cloud manages it: nobody else may read it.
pub(crate) struct Directories {
    alibaba: Mutex<Vec<DemoMember>>,
    huawei: Mutex<Vec<DemoMember>>,
}

impl Directories {
    /// All accounts, one that lets nobody in, and one that is no member yet or any more.
    pub(crate) fn new(seed: u64, accounts: &[DemoAccount]) -> Self {
        let of = |cloud: Cloud| {
            let mut dice = Dice::new(seed, &[place::DIRECTORY, u64::from(cloud == Cloud::Huawei)]);
            let mut foreign = || match cloud {
                Cloud::Alibaba => format!("1{}", dice.text(15, b"0123456789")),
                Cloud::Huawei => dice.hex(32),
            };
            let own = accounts.iter().filter(|account| account.cloud == cloud);
            let own = own.map(|account| {
                let member = DemoMember::new(cloud, &account.domain_id, &account.id);
                member.tagged("env", account.env()).tagged("team", account.team())
            });
            let locked = DemoMember::new(cloud, foreign(), "vault").tagged("env", "prod");
            let other = DemoMember {
                state: match cloud {
                    Cloud::Alibaba => "PromoteExpired".to_owned(),
                    Cloud::Huawei => "suspended".to_owned(),
                },
                ..DemoMember::new(cloud, foreign(), "former")
            };
            Mutex::new(own.chain([locked, other]).collect())
        };
        Self {
            alibaba: of(Cloud::Alibaba),
            huawei: of(Cloud::Huawei),
        }
    }

    fn of(&self, cloud: Cloud) -> &Mutex<Vec<DemoMember>> {
        match cloud {
            Cloud::Alibaba => &self.alibaba,
            Cloud::Huawei => &self.huawei,
        }
    }

    pub(crate) fn members(&self, cloud: Cloud) -> Vec<DemoMember> {
        locked(self.of(cloud)).clone()
    }

    pub(crate) fn replace(&self, cloud: Cloud, members: Vec<DemoMember>) {
        *locked(self.of(cloud)) = members;
    }
}
