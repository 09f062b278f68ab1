//! Answering one target: each of its lists from the first page to the last.

mod cursor;
mod envelope;
mod facts;
mod fan_out;
mod list;

pub use envelope::PageRows;

use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use crate::target::Target;
use catalog::Paging;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryFutureExt, stream};
use list::Listing;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// The rows of one page of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The cloud's own objects.
    pub rows: PageRows,
    /// How many.
    pub count: u64,
    /// How many the target has in all, if the cloud says it.
    pub total: Option<u64>,
}

/// The end of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// When the walk ended.
    pub as_of: SystemTime,
    /// Rows in all pages.
    pub rows: u64,
    /// The cloud's limit, where exactly so many rows came: there may be more.
    pub capped: Option<u32>,
}

/// Nobody takes pages any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody takes pages any more")]
pub struct GoneError;

/// Takes the pages of a walk as they come. While it waits, the walk does.
pub trait PageSink: Sync {
    /// Takes one page that is not empty.
    fn page(&self, page: Page) -> impl Future<Output = Result<(), GoneError>> + Send;
}

/// Walks a target from its first page to its last.
///
/// # Errors
/// What the cloud says, or what is wrong with what it says. Pages that came before have been handed out.
pub async fn walk(client: &Client, target: &Target, out: &impl PageSink) -> Result<Done, TargetError> {
    let budget = Budget::new(client.limits().target);
    let rows = AtomicU64::new(0);
    let (lists, mut first) = fan_out::lists(client, target, &budget).await;
    let source = target.source;
    // Boxed, since the compiler cannot tell that a stream of borrowing futures may be sent to another thread.
    let crawls: Vec<BoxFuture<'_, Result<(), TargetError>>> = lists
        .iter()
        .map(|ids| {
            let listing = Listing {
                client,
                account: &target.account,
                call: &source.call,
                args: Args {
                    region: &target.region,
                    listed: ids,
                },
                budget: &budget,
            };
            let crawled = crawl(listing, source.fan_out.is_none(), &rows, out);
            Box::pin(crawled.map_err(|error| fan_out::locate(source.fan_out.as_ref(), ids, error))) as BoxFuture<'_, _>
        })
        .collect();
    let mut crawls = stream::iter(crawls).buffer_unordered(client.limits().target_crawls);
    while let Some(crawled) = crawls.next().await {
        match crawled {
            Ok(()) => {}
            // Only what this list is about is gone or closed to us: the others are worth asking.
            Err(error) if matches!(error.public.status, Some(403 | 404)) => _ = first.get_or_insert(error),
            Err(error) => return Err(error),
        }
    }
    if let Some(error) = first {
        return Err(error);
    }
    let rows = rows.load(Ordering::Relaxed);
    let capped = match source.call.paging {
        Paging::None { cap } => cap.filter(|&cap| rows >= u64::from(cap)),
        _ => None,
    };
    Ok(Done {
        as_of: client.ambient().now(),
        rows,
        capped,
    })
}

/// Crawls one of the lists that make up a target; `only` says that there is no other.
async fn crawl(listing: Listing<'_>, only: bool, rows: &AtomicU64, out: &impl PageSink) -> Result<(), TargetError> {
    let most = listing.client.limits().items;
    let mut list = facts::open(listing).await?;
    while let Some(answer) = list.next().await? {
        let envelope = list.read(&answer)?;
        let (text, count) = envelope.rows().map_err(|error| answer.locate(error))?;
        if count > 0 {
            let total = match listing.call.paging {
                Paging::Offset { total, .. } | Paging::Page { total, .. } if only => envelope.total(total)?,
                _ => None,
            };
            let page = Page {
                rows: text,
                count,
                total,
            };
            let taken = listing.budget.pause(out.page(page)).await;
            taken.map_err(|GoneError| TargetError::cancelled())?;
        }
        if rows.fetch_add(count, Ordering::Relaxed) + count > most {
            return Err(TargetError::too_large(format!("more than {most} rows")));
        }
        list.turn(&envelope, count, &answer)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
