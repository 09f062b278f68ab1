//! The ids that a list's requests must carry, looked up where they are not known.

use super::identity::Identity;
use super::list::{Found, List, Listing};
use crate::ask::request::Args;
use crate::error::TargetError;
use catalog::Discovery;

/// All that the requests for a list must carry.
///
/// # Errors
/// A fact cannot be looked up.
pub async fn look_up(listing: Listing<'_>) -> Result<Vec<String>, TargetError> {
    let Listing {
        account, call, args, ..
    } = listing;
    let mut facts = Vec::new();
    for fact in account.vendor.facts(call, args.region) {
        let look_up = async {
            let found = ids(listing, fact.discovery).await?;
            let Some(otherwise) = fact.otherwise.filter(|_| found.is_empty()) else {
                return (fact.choose)(args.region, found);
            };
            match ids(listing, otherwise).await {
                Ok(found) => (fact.choose)(args.region, found),
                Err(error) => (fact.choose)(args.region, found).map_err(|nothing| nothing.and(&error)),
            }
        };
        facts.push(account.facts.get(fact.key, look_up).await?);
    }
    Ok(facts)
}

/// What a list says when it is asked for itself.
async fn ids(listing: Listing<'_>, discovery: &'static Discovery) -> Result<Vec<String>, TargetError> {
    let args = Args {
        region: listing.args.region,
        ..Args::default()
    };
    let call = &discovery.call;
    // The vendor knows such a list without facts: a look-up never leads to another.
    let list = List::new(
        Listing { call, args, ..listing },
        Vec::new(),
        Identity::of_discovery(discovery),
    );
    let mut found = Found::default();
    found.crawl(list, discovery).await?;
    Ok(found.texts)
}
