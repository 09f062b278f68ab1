//! What one target must be asked about one by one: chunks of clusters, stack sets.

use super::list::{List, Listing};
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use crate::target::Target;
use catalog::{Discovery, Vary};

/// One walk's share of a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Cluster ids.
    pub clusters: Vec<String>,
    /// A stack set's name.
    pub stack_set: Option<String>,
}

impl Share {
    /// A failure of this walk, which names what it was about.
    #[must_use]
    pub fn locate(&self, failure: TargetError) -> TargetError {
        match &self.stack_set {
            Some(name) => TargetError {
                message: format!("stack set {name}: {}", failure.message),
                ..failure
            },
            None => failure,
        }
    }

    /// The arguments of the walk.
    #[must_use]
    pub fn args<'a>(&'a self, region: &'a str) -> Args<'a> {
        Args {
            region,
            clusters: &self.clusters,
            stack_set: self.stack_set.as_deref(),
        }
    }
}

/// The walks that a target takes. With a failure, they are those that could be found out in spite of it.
pub async fn shares(client: &Client, target: &Target, budget: &Budget) -> (Vec<Share>, Option<TargetError>) {
    match target.source.vary {
        Vary::Once => (vec![Share::default()], None),
        Vary::Clusters { chunk, discovery } => {
            let (ids, failure) = known(client, target, target.account.clusters.as_ref(), discovery, budget).await;
            let share = |ids: &[String]| Share {
                clusters: ids.to_vec(),
                stack_set: None,
            };
            (ids.chunks(chunk.max(1)).map(share).collect(), failure)
        }
        Vary::StackSets { discovery } => {
            let (names, failure) = known(client, target, target.account.stack_sets.as_ref(), discovery, budget).await;
            let share = |name| Share {
                clusters: Vec::new(),
                stack_set: Some(name),
            };
            (names.into_iter().map(share).collect(), failure)
        }
    }
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
