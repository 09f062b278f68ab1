//! Answering one target: each of its lists from the first page to the last.

pub mod cursor;
pub mod envelope;
pub mod fan_out;
pub mod list;

use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::error::TargetError;
use crate::target::Target;
use catalog::Paging;
use envelope::Items;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryFutureExt, stream};
use list::{List, Listing};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// The rows of one page of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// A JSON array on one line: the cloud's own objects.
    pub rows: String,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Takes the pages of a walk as they come. While it waits, the walk does.
pub trait Out: Sync {
    /// Takes one page that is not empty.
    fn page(&self, page: Page) -> impl Future<Output = Result<(), Gone>> + Send;
}

/// Walks a target from its first page to its last.
///
/// # Errors
/// What the cloud says, or what is wrong with what it says. Listing that came before have been handed out.
pub async fn walk(client: &Client, target: &Target, out: &impl Out) -> Result<Done, TargetError> {
    let budget = Budget::new(client.limits().target);
    let rows = AtomicU64::new(0);
    let (shares, mut failure) = fan_out::shares(client, target, &budget).await;
    let call = &target.source.call;
    // Boxed, since the compiler cannot tell that a stream of borrowing futures may be sent to another thread.
    let walks: Vec<BoxFuture<'_, Result<(), TargetError>>> = shares
        .iter()
        .map(|share| {
            let pages = Listing {
                client,
                account: &target.account,
                call,
                args: share.args(&target.region),
                budget: &budget,
            };
            let once = target.source.fan_out.is_none();
            let walked = share_of(pages, once, &rows, out);
            Box::pin(walked.map_err(|failure| share.locate(target.source.fan_out, failure))) as BoxFuture<'_, _>
        })
        .collect();
    let mut walks = stream::iter(walks).buffer_unordered(client.limits().target_walks);
    while let Some(walked) = walks.next().await {
        match walked {
            Ok(()) => {}
            // Only this stack set is gone or closed to us: the others are worth asking.
            Err(other) if matches!(other.status, Some(403 | 404)) => _ = failure.get_or_insert(other),
            Err(other) => return Err(other),
        }
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let rows = rows.load(Ordering::Relaxed);
    let capped = match call.paging {
        Paging::None { cap } => cap.filter(|&cap| rows >= u64::from(cap)),
        _ => None,
    };
    Ok(Done {
        as_of: client.ambient().now(),
        rows,
        capped,
    })
}

/// One of the lists that make up a target; `once` says that it is the only one.
async fn share_of(pages: Listing<'_>, once: bool, rows: &AtomicU64, out: &impl Out) -> Result<(), TargetError> {
    let call = pages.call;
    let most = pages.client.limits().items;
    let mut list = List::open(pages).await?;
    while let Some(answer) = list.next().await? {
        let envelope = list.read(&answer)?;
        let Items { json, count } = envelope.items(call).map_err(|failure| answer.locate(failure))?;
        if count > 0 {
            let total = match call.paging {
                Paging::Offset { total, .. } | Paging::Page { total, .. } if once => envelope.total(total)?,
                _ => None,
            };
            let page = Page {
                rows: json,
                count,
                total,
            };
            pages
                .budget
                .pause(out.page(page))
                .await
                .map_err(|Gone| TargetError::cancelled())?;
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
