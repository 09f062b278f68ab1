//! The ids that a list's requests must carry, looked up where they are not known.

use super::identity::Identity;
use super::list::{Found, List, Listing};
use crate::ask::request::Args;
use crate::error::TargetError;

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
            let listing = Listing {
                call: &fact.discovery.call,
                args: Args {
                    region: args.region,
                    ..Args::default()
                },
                ..listing
            };
            // The vendor knows such a list without facts: a look-up never leads to another.
            let list = List::new(listing, Vec::new(), Identity::of_discovery(fact.discovery));
            let mut found = Found::default();
            found.crawl(list, fact.discovery).await?;
            (fact.choose)(args.region, found.texts)
        };
        facts.push(account.facts.get(fact.key, look_up).await?);
    }
    Ok(facts)
}
