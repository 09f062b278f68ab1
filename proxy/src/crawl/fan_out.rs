//! The members that one target is made of, where the cloud wants to be asked about some ids at a time.

use super::cursor::End;
use super::facts;
use super::gaps::Gaps;
use super::identity::Identity;
use super::list::{Found, List, Listing};
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use crate::target::Target;
use catalog::{Discovery, FanOut};
use futures_util::{FutureExt, StreamExt, stream};

/// What a target's rows are asked about.
#[derive(Debug)]
pub struct Members {
    /// Their ids, each once, in the order found.
    pub ids: Vec<String>,
    /// Why there may be others.
    pub error: Option<TargetError>,
    /// Whether it is known that there are no others.
    pub end: End,
}

/// From the configuration, else discovered in every region that the target stands for. What goes wrong in one region costs its own members.
pub async fn members(client: &Client, target: &Target, fan_out: &FanOut, budget: &Budget) -> Members {
    if let Some(configured) = target.account.listed.get(fan_out.key) {
        return Members {
            ids: configured.clone(),
            error: None,
            end: End::Proven,
        };
    }
    let discovery = fan_out.discovery;
    let regions: Vec<&str> = target.regions().collect();
    let listings = regions.iter().map(|region| Listing {
        client,
        account: &target.account,
        call: &discovery.call,
        args: Args {
            region,
            ..Args::default()
        },
        budget,
    });
    let discoveries: Vec<_> = listings.map(|listing| discover(listing, discovery).boxed()).collect();
    let discoveries: Vec<_> = stream::iter(discoveries)
        .buffered(client.limits().target_crawls)
        .collect()
        .await;

    let (mut all, mut end, mut gaps) = (Found::default(), End::Proven, Gaps::default());
    for (region, (found, crawled)) in regions.iter().zip(discoveries) {
        all.add(found.texts);
        match crawled {
            Ok(ended) => end = end.and(ended),
            Err(error) => gaps.add([*region], error),
        }
    }
    let error = gaps.into_error(&format!("{} in ", discovery.call.action), "region", regions.len());
    Members {
        ids: all.texts,
        error,
        end,
    }
}

/// Finds what there is in one region.
async fn discover(listing: Listing<'_>, discovery: &'static Discovery) -> (Found, Result<End, TargetError>) {
    let mut found = Found::default();
    let crawled = async {
        let facts = facts::look_up(listing).await?;
        let list = List::new(listing, facts, Identity::of_discovery(discovery));
        let end = found.crawl(list, discovery).await?;
        match found.without {
            0 => Ok(end),
            // What has no name cannot be asked about.
            count => Err(TargetError::bad_answer(format!(
                "items without `{}`: {count}",
                discovery.wanted
            ))),
        }
    };
    let crawled = crawled.await;
    (found, crawled)
}
