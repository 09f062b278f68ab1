//! The lists that one target is made of, where the cloud wants to be asked about some ids at a time.

use super::facts;
use super::list::Listing;
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use crate::target::Target;
use catalog::FanOut;

/// The ids that each list of the target is about; a single list about none where the target is not fanned out. With an error, they are those
/// that could be found out in spite of it.
pub async fn lists(client: &Client, target: &Target, budget: &Budget) -> (Vec<Vec<String>>, Option<TargetError>) {
    let Some(fan_out) = &target.source.fan_out else {
        return (vec![Vec::new()], None);
    };
    let (ids, error) = ids(client, target, fan_out, budget).await;
    let lists = ids.chunks(fan_out.chunk.max(1)).map(<[String]>::to_vec);
    (lists.collect(), error)
}

/// An error of one of the lists, which names what the list was about.
#[must_use]
pub fn locate(fan_out: Option<&FanOut>, ids: &[String], error: TargetError) -> TargetError {
    match (fan_out, ids) {
        (Some(FanOut { what, chunk: 1, .. }), [id]) => error.within(&format!("{what} {id}")),
        _ => error,
    }
}

/// From the configuration, else discovered in every region that the target stands for. Each id once, in the order found.
async fn ids(
    client: &Client,
    target: &Target,
    fan_out: &FanOut,
    budget: &Budget,
) -> (Vec<String>, Option<TargetError>) {
    if let Some(configured) = target.account.listed.get(fan_out.key) {
        return (configured.clone(), None);
    }
    let discovery = fan_out.discovery;
    let mut found = Vec::new();
    let mut first = None;
    for region in target.regions() {
        let listing = Listing {
            client,
            account: &target.account,
            call: &discovery.call,
            args: Args {
                region,
                ..Args::default()
            },
            budget,
        };
        let collected = async { facts::open(listing).await?.collect(discovery.wanted, &mut found).await };
        if let Err(error) = collected.await {
            first.get_or_insert(error.within(&format!("{} in {region}", discovery.call.action)));
        }
    }
    (found, first)
}
