//! The made-up fleet: accounts, and what their services list. The same seed and the same "now" give the same rows.

mod accounts;
mod clusters;
mod operations;
mod patches;
mod plans;
mod plugins;
mod tickets;
mod words;

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::Value;

use crate::dice::Dice;
use crate::service::Cloud;

pub use accounts::DemoAccount;
pub(crate) use accounts::{AGENCY, names};
pub(crate) use clusters::{Cluster, Instance};
pub(crate) use operations::StackSet;
pub(crate) use patches::{PatchState, Patches};
pub(crate) use plugins::ClusterPlugins;
pub(crate) use tickets::Ticket;

/// Regions of Alibaba Cloud in which no account has anything.
const EMPTY_REGIONS: [&str; 5] = [
    "cn-shenzhen",
    "cn-hongkong",
    "cn-chengdu",
    "us-west-1",
    "ap-northeast-1",
];

/// Everything the clouds know. Patch states are made on demand from their index; the rest is a few thousand rows.
pub(crate) struct Fleet {
    pub(crate) accounts: Vec<DemoAccount>,
    /// What each account holds, in the order of the accounts.
    pub(crate) holdings: Vec<Holding>,
    pub(crate) patches: Patches,
}

/// What one account's services list.
#[derive(Default)]
pub(crate) struct Holding {
    /// Plans with their region, newest first.
    pub(crate) plans: Vec<(String, Value)>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) plugins: Vec<ClusterPlugins>,
    /// Tickets, newest first.
    pub(crate) tickets: Vec<Ticket>,
    pub(crate) stack_sets: Vec<StackSet>,
}

/// What makes a fleet: its seed and the time around which everything happens.
#[derive(Clone, Copy)]
pub(crate) struct Era {
    pub(crate) seed: u64,
    pub(crate) now: DateTime<Utc>,
}

impl Era {
    /// Dice for one place in the fleet.
    pub(crate) fn dice(&self, place: &[u64]) -> Dice {
        Dice::new(self.seed, place)
    }
}

/// Places in the fleet, so that no two tables share their chance.
pub(crate) mod place {
    pub(crate) const ACCOUNT: u64 = 1;
    pub(crate) const CLUSTER: u64 = 2;
    pub(crate) const INSTANCE: u64 = 3;
    pub(crate) const PLAN: u64 = 4;
    pub(crate) const PLUGIN: u64 = 5;
    pub(crate) const PATCH: u64 = 6;
    pub(crate) const BASELINE: u64 = 7;
    pub(crate) const TICKET: u64 = 8;
    pub(crate) const DOCUMENT: u64 = 9;
    pub(crate) const STACK_SET: u64 = 10;
    pub(crate) const OPERATION: u64 = 11;
    pub(crate) const REQUEST: u64 = 12;
    pub(crate) const SESSION: u64 = 13;
    pub(crate) const SEAL: u64 = 14;
    pub(crate) const DIRECTORY: u64 = 15;
}

impl Fleet {
    /// Makes the fleet; `patch_rows` patch states are spread over all accounts.
    pub(crate) fn new(seed: u64, now: DateTime<Utc>, patch_rows: usize) -> Self {
        let era = Era {
            seed,
            now: now.trunc_subsecs(0),
        };
        let mut accounts = accounts::all(&era);
        let holdings: Vec<Holding> = accounts
            .iter()
            .enumerate()
            .map(|(index, account)| Holding::new(&era, index, account))
            .collect();
        for (account, holding) in accounts.iter_mut().zip(&holdings) {
            account.clusters = holding.clusters.iter().map(|cluster| cluster.id.clone()).collect();
            account.stack_sets = holding.stack_sets.iter().map(|set| set.name.clone()).collect();
        }
        let patches = Patches::new(era, &accounts, patch_rows);
        Self {
            accounts,
            holdings,
            patches,
        }
    }

    /// True for an Alibaba Cloud region in which an account has something, or that is there and empty.
    pub(crate) fn knows_alibaba_region(&self, region: &str) -> bool {
        let alibaba = self.accounts.iter().filter(|account| account.cloud == Cloud::Alibaba);
        EMPTY_REGIONS.contains(&region)
            || alibaba
                .flat_map(|account| &account.regions)
                .any(|known| known == region)
    }
}

impl Holding {
    fn new(era: &Era, index: usize, account: &DemoAccount) -> Self {
        match account.cloud {
            Cloud::Alibaba => {
                let clusters = clusters::all(era, index, account);
                Self {
                    plans: plans::all(era, index, account, &clusters),
                    plugins: plugins::all(era, index, &clusters),
                    clusters,
                    ..Self::default()
                }
            }
            Cloud::Huawei => Self {
                tickets: tickets::all(era, index, account),
                stack_sets: operations::all(era, index, account),
                ..Self::default()
            },
        }
    }
}
