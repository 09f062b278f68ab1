//! The ids that a list's requests must carry, looked up where they are not known.

use super::list::{List, Listing};
use crate::ask::request::Args;
use crate::error::TargetError;

/// Opens a list, with all that its requests must carry.
///
/// # Errors
/// A fact cannot be looked up.
pub async fn open(listing: Listing<'_>) -> Result<List<'_>, TargetError> {
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
            let mut found = Vec::new();
            // The vendor knows such a list without facts: a look-up never leads to another.
            List::new(listing, Vec::new())
                .collect(fact.discovery.wanted, &mut found)
                .await?;
            (fact.choose)(args.region, found)
        };
        facts.push(account.facts.get(fact.key, look_up).await?);
    }
    Ok(List::new(listing, facts))
}
