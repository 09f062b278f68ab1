//! The directory, asked for all that it lists.

use super::discover::Discover;
use super::member::{self, Member};
use crate::accounts::Account;
use crate::ask::Client;
use crate::crawl::{Whole, whole};
use crate::error::TargetError;

/// What a directory has told.
#[derive(Debug)]
pub(super) struct Listed {
    /// The members that came.
    pub(super) members: Vec<Member>,
    /// Why there may be others, or their tags others; none where this is all.
    pub(super) gap: Option<TargetError>,
}

/// Asks for all members, and for their tags where those are in a list of their own.
pub(super) async fn ask(client: &Client, account: &Account, discover: &Discover) -> Listed {
    let directory = discover.kind.directory;
    let region = account.regions.first().map_or("", String::as_str);
    let Whole { items, gap } = whole(client, account, directory.accounts, region).await;
    // Keys that are refused here are refused there.
    let list = directory
        .tags
        .listed_by
        .filter(|_| discover.tags && !(items.is_empty() && gap.is_some()));
    let tagged = match list {
        Some(list) => Some(whole(client, account, list, region).await),
        None => None,
    };
    let (tags, untagged) = match tagged {
        Some(Whole { items, gap: None }) => (Some(member::tags_by_id(directory, &items)), None),
        Some(Whole { gap, .. }) => (None, gap),
        None => (None, None),
    };
    let (members, nameless) = member::read_all(directory, &items, tags.as_ref());
    let gap = gap.or(untagged).or_else(|| {
        let message = format!("{nameless} accounts without an id");
        (nameless > 0).then(|| TargetError::bad_answer(message))
    });
    Listed { members, gap }
}
