//! Simulated Alibaba Cloud and Huawei Cloud: real HTTP servers on loopback that verify every signature by code of their
//! own, page and fail exactly as the vendors do, and hold a believable, seeded fleet.
//!
//! [`start`] opens one listener for each service and gives a [`DemoClouds`], which serves until it is dropped. Where the
//! simulation is known to differ from the real clouds stands in the crate's README.

mod acs3;
mod alibaba;
mod canonical;
mod dice;
mod directory;
mod faults;
mod fleet;
mod gateway;
mod huawei;
mod journal;
mod keyring;
mod lock;
mod machine;
mod message;
mod samples;
mod sdk_hmac;
mod server;
mod service;
mod twist;
#[cfg(test)]
mod vectors;
mod world;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::service::Service;
use crate::world::World;

pub use crate::directory::DemoMember;
pub use crate::faults::{FaultError, Faults};
pub use crate::fleet::DemoAccount;
pub use crate::journal::Call;
pub use crate::machine::MachineMetadata;
pub use crate::samples::{SAMPLES, Sample};
pub use crate::service::Cloud;

/// Tells the time.
pub type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;

/// What to simulate.
#[derive(Clone)]
pub struct Options {
    /// Seed of the fleet, the keys and the ids: the same seed at the same time gives the same clouds.
    pub seed: u64,
    /// Number of patch-state rows over all accounts.
    pub rows: usize,
    /// What goes wrong.
    pub faults: Faults,
    /// The time: the fleet is built around it at the start, and dates of requests are checked against it.
    pub clock: Arc<Clock>,
    /// Pause before each of the 32 pieces of a dripping body.
    pub pause: Duration,
    /// How the metadata services of machines want to be asked.
    pub metadata: MachineMetadata,
    /// How long the keys live that machines and pods are given.
    pub key_life: TimeDelta,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            rows: 2000,
            faults: Faults::default(),
            clock: Arc::new(Utc::now),
            pause: Duration::from_millis(250),
            metadata: MachineMetadata::default(),
            key_life: TimeDelta::hours(6),
        }
    }
}

/// The running clouds. Dropping it closes all listeners and connections.
pub struct DemoClouds {
    world: Arc<World>,
    /// Addresses in the order of [`Service::ALL`].
    endpoints: Vec<String>,
    _serving: JoinSet<()>,
}

/// Binds one listener on 127.0.0.1 for each service and serves in tasks of the current Tokio runtime.
///
/// # Errors
/// When a listener cannot be bound.
pub async fn start(options: Options) -> io::Result<DemoClouds> {
    let world = Arc::new(World::new(options));
    let mut endpoints = Vec::new();
    let mut serving = JoinSet::new();
    for service in Service::ALL {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        endpoints.push(format!("http://{}", listener.local_addr()?));
        serving.spawn(server::serve(listener, service, Arc::clone(&world)));
    }
    Ok(DemoClouds {
        world,
        endpoints,
        _serving: serving,
    })
}

impl DemoClouds {
    /// The accounts with their keys; the rows that a call gets depend on the key that signed it.
    #[must_use]
    pub fn accounts(&self) -> &[DemoAccount] {
        &self.world.fleet.accounts
    }

    /// Address of a service, for example `http://127.0.0.1:41234` for `alibaba.oos`; empty for a service that is not
    /// simulated. There are alibaba.cs, alibaba.sas, alibaba.oos, alibaba.sts, alibaba.resourcedirectory, alibaba.metadata, alibaba.broker, huawei.coc, huawei.rfs, huawei.iam,
    /// huawei.sts, huawei.organizations, huawei.metadata and huawei.pods.
    #[must_use]
    pub fn endpoint(&self, service: &str) -> &str {
        self.endpoints()
            .find(|(name, _)| *name == service)
            .map_or("", |(_, address)| address)
    }

    /// All services with their addresses.
    pub fn endpoints(&self) -> impl Iterator<Item = (&'static str, &str)> {
        Service::ALL
            .iter()
            .map(|service| service.name())
            .zip(self.endpoints.iter().map(String::as_str))
    }

    /// The one line that `signalbox demo --clouds-only` prints: addresses, and keys, regions, clusters and stack sets of
    /// the first account of each cloud. The project and the stack sets are those of the first Huawei region; with the
    /// agency and the token temporary keys are had.
    #[must_use]
    pub fn clouds_only_json(&self) -> String {
        let first = |cloud| {
            self.world
                .fleet
                .accounts
                .iter()
                .zip(&self.world.fleet.holdings)
                .find(|(account, _)| account.cloud == cloud)
        };
        let (Some((alibaba, _)), Some((huawei, holding))) = (first(Cloud::Alibaba), first(Cloud::Huawei)) else {
            return "{}".to_owned();
        };
        let region = huawei.regions.first().map_or("", String::as_str);
        let stack_sets: Vec<&str> = holding
            .stack_sets
            .iter()
            .filter(|set| set.region == region)
            .map(|set| set.name.as_str())
            .collect();
        let endpoints: serde_json::Map<String, serde_json::Value> = self
            .endpoints()
            .map(|(service, address)| (service.to_owned(), json!(address)))
            .collect();
        json!({
            "endpoints": endpoints,
            "credentials": {
                "alibaba": {"access_key_id": alibaba.access_key, "access_key_secret": alibaba.secret_key},
                "huawei": {
                    "ak": huawei.access_key, "sk": huawei.secret_key,
                    "project_id": huawei.projects.get(region), "domain_id": huawei.domain_id,
                    "agency_urn": huawei.agency_urn, "identity_token": self.identity_token(&huawei.id, TimeDelta::days(7)),
                },
            },
            "roles": {"alibaba": {
                "role_arn": alibaba.role_arn, "provider_arn": self.oidc_provider_arn(alibaba),
                "token": self.service_account_token(&alibaba.id, TimeDelta::days(7)),
            }},
            "regions": {"alibaba": alibaba.regions, "huawei": huawei.regions},
            "clusters": alibaba.clusters,
            "stack_sets": stack_sets,
        })
        .to_string()
    }

    /// A token with which somebody of a Huawei account comes for keys: to STS, to IAM as one of an identity provider, or to the pods' service.
    #[must_use]
    pub fn identity_token(&self, account: &str, life: TimeDelta) -> String {
        huawei::identity_token(&self.world, account, life)
    }

    /// A token with which a pod of an Alibaba account comes for the keys of the account's role.
    #[must_use]
    pub fn service_account_token(&self, account: &str, life: TimeDelta) -> String {
        alibaba::service_account_token(&self.world, account, life)
    }

    /// The OIDC provider that an Alibaba account trusts.
    #[must_use]
    pub fn oidc_provider_arn(&self, account: &DemoAccount) -> String {
        alibaba::provider_arn(account)
    }

    /// Who belongs to the directory of a cloud. Its first account manages it.
    #[must_use]
    pub fn members(&self, cloud: Cloud) -> Vec<DemoMember> {
        self.world.directories.members(cloud)
    }

    /// From now on these belong to the directory of a cloud, in this order, and nobody else.
    pub fn enrol(&self, cloud: Cloud, members: Vec<DemoMember>) {
        self.world.directories.replace(cloud, members);
    }

    /// From now on these faults strike, and no others.
    pub fn strike_with(&self, faults: Faults) {
        self.world.striker.replace(faults);
    }

    /// How many requests came in all.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.world.journal.total()
    }

    /// The calls since the start or the last [`DemoClouds::forget_calls`], oldest first; at most the last 100,000.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.world.journal.calls()
    }

    /// Empties the list of calls; the count of [`DemoClouds::requests`] goes on.
    pub fn forget_calls(&self) {
        self.world.journal.clear();
    }
}
