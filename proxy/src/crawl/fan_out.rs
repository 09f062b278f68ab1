//! What one target must be asked about one by one: chunks of clusters, stack sets.

use super::list::{List, Listing};
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use crate::target::Target;
use catalog::{Discovery, FanOut};

/// One walk's share of a target: the ids that its list is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share(Vec<String>);

impl Share {
    /// A failure of this walk, which names what it was about where that is one thing.
    #[must_use]
    pub fn locate(&self, fan_out: Option<FanOut>, failure: TargetError) -> TargetError {
        match (fan_out, self.0.as_slice()) {
            (Some(FanOut { chunk: 1, what, .. }), [id]) => TargetError {
                message: format!("{what} {id}: {}", failure.message),
                ..failure
            },
            _ => failure,
        }
    }

    /// The arguments of the walk.
    #[must_use]
    pub fn args<'a>(&'a self, region: &'a str) -> Args<'a> {
        Args {
            region,
            listed: &self.0,
        }
    }
}

/// The walks that a target takes. With a failure, they are those that could be found out in spite of it.
pub async fn shares(client: &Client, target: &Target, budget: &Budget) -> (Vec<Share>, Option<TargetError>) {
    let Some(FanOut {
        key, chunk, discovery, ..
    }) = target.source.fan_out
    else {
        return (vec![Share::default()], None);
    };
    let (ids, failure) = known(client, target, target.account.listed.get(key), discovery, budget).await;
    let share = |ids: &[String]| Share(ids.to_vec());
    (ids.chunks(chunk.max(1)).map(share).collect(), failure)
}

/// From the configuration, else discovered in every region that the target stands for. Each name once, in the order found.
async fn known(
    client: &Client,
    target: &Target,
    configured: Option<&Vec<String>>,
    discovery: &'static Discovery,
    budget: &Budget,
) -> (Vec<String>, Option<TargetError>) {
    if let Some(configured) = configured {
        return (configured.clone(), None);
    }
    let mut found: Vec<String> = Vec::new();
    let mut failure = None;
    for region in target.regions() {
        let pages = Listing {
            client,
            account: &target.account,
            call: &discovery.call,
            args: Args {
                region,
                ..Args::default()
            },
            budget,
        };
        if let Err(other) = collect(pages, discovery.wanted, &mut found).await {
            let what = format!("{} in {region}: {}", discovery.call.action, other.message);
            failure.get_or_insert(TargetError { message: what, ..other });
        }
    }
    (found, failure)
}

/// Adds the texts of one field of a whole list to those found so far.
async fn collect(pages: Listing<'_>, wanted: &str, found: &mut Vec<String>) -> Result<(), TargetError> {
    let mut list = List::open(pages).await?;
    while let Some(answer) = list.next().await? {
        let envelope = list.read(&answer)?;
        for name in envelope
            .wanted(pages.call, wanted)
            .map_err(|failure| answer.locate(failure))?
        {
            if !found.contains(&name) {
                found.push(name);
            }
        }
        let count = envelope.items(pages.call)?.count;
        list.turn(&envelope, count, &answer)?;
    }
    Ok(())
}
