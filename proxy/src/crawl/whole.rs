//! A whole list, item by item, for whoever wants more of it than ids.

use super::cursor::End;
use super::facts;
use super::identity::Identity;
use super::list::{List, Listing};
use crate::accounts::Account;
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use catalog::Discovery;

/// What came of a list.
#[derive(Debug, Default)]
pub struct Whole {
    /// The items that came: each a JSON object.
    pub items: Vec<String>,
    /// Why there may be others; none where these are all.
    pub gap: Option<TargetError>,
}

/// Crawls a list in a region with an account's keys, as long as a target may be walked.
pub async fn whole(client: &Client, account: &Account, discovery: &'static Discovery, region: &str) -> Whole {
    let budget = Budget::new(client.limits().target);
    let listing = Listing {
        client,
        account,
        call: &discovery.call,
        args: Args {
            region,
            ..Args::default()
        },
        budget: &budget,
    };
    let mut items = Vec::new();
    let crawled = async {
        let facts = facts::look_up(listing).await?;
        let mut list = List::new(listing, facts, Identity::of_discovery(discovery));
        while let Some(page) = list.next().await? {
            items.extend(page.items().map(str::to_owned));
            list.turn(&page)?;
        }
        list.end()
    };
    let gap = match crawled.await {
        Ok(End::Proven) => None,
        Ok(End::Unproven) => Some(TargetError::bad_answer(format!(
            "nothing proves that {} has told all",
            discovery.call.action
        ))),
        Err(error) => Some(error),
    };
    Whole { items, gap }
}
