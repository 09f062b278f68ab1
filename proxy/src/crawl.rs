//! Answering one target: each of its lists from the first page to the last.

mod counted;
mod cursor;
mod envelope;
mod facts;
mod fan_out;
mod gaps;
mod identity;
mod list;
mod members;
mod whole;

pub use envelope::PageRows;
pub use identity::Identity;
pub use whole::{Whole, whole};

use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::Args;
use crate::error::TargetError;
use crate::target::Target;
use catalog::Paging;
use counted::Counted;
use cursor::End;
use http::StatusCode;
use list::{List, Listing};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;
use tracing::Instrument;
use wire::ErrorCode;

/// The rows of one page of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The cloud's own objects.
    pub rows: PageRows,
    /// How many.
    pub count: u64,
    /// How many the target has in all, if the cloud says it.
    pub total: Option<u64>,
    /// The cloud's id of the request that brought it.
    pub request_id: Option<String>,
}

/// The end of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// When the walk ended.
    pub as_of: SystemTime,
    /// Rows in all pages.
    pub rows: u64,
    /// There may be more than so many rows: the cloud's limit, or what came where nothing proves that it is all.
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
/// What the cloud says, or what is wrong with what it says; or that it has failed so often that it is not asked for a while. Pages that came before have
/// been handed out.
pub async fn walk(client: &Client, target: &Target, out: &impl PageSink) -> Result<Done, TargetError> {
    let mut counted = Counted::begin(target.source.id);
    let trial = target.account.breakers.begin(target.source.id, &target.region);
    let trial = trial.inspect_err(|_| counted.held_back())?;
    let mut rows = 0;
    let span = counted::span(target);
    let walking = to_the_end(client, target, out, &mut rows);
    let walked = walking.instrument(span.clone()).await;
    counted::ended(&span, rows, &walked);
    counted.end(&walked);
    match &walked {
        // Nothing was learned of the cloud.
        Err(error) if *error == TargetError::cancelled() => {}
        Err(error) if rows == 0 && is_down(target, error) => trial.ended(Some(error)),
        _ => trial.ended(None),
    }
    walked
}

/// Whether an error means that nobody would get an answer, whatever they ask.
fn is_down(target: &Target, error: &TargetError) -> bool {
    let wire::TargetError {
        status, code, message, ..
    } = &*error.public;
    let throttled = |status| target.account.vendor.throttles(status, code.as_str(), message);
    match code {
        ErrorCode::Timeout | ErrorCode::ConnectFailed | ErrorCode::BadAnswer => true,
        ErrorCode::Cloud(_) => {
            let status = status.and_then(|status| StatusCode::from_u16(status).ok());
            status.is_some_and(|status| status.is_server_error() || throttled(status))
        }
        _ => false,
    }
}

/// Walks a target, and counts its rows, also where it fails.
async fn to_the_end(
    client: &Client,
    target: &Target,
    out: &impl PageSink,
    count: &mut u64,
) -> Result<Done, TargetError> {
    let walk = Walk {
        client,
        target,
        budget: Budget::new(client.limits().target),
        rows: AtomicU64::new(0),
        out,
    };
    let end = match &target.source.fan_out {
        Some(fan_out) => members::crawl(&walk, fan_out).await,
        None => match walk.facts().await {
            Ok(facts) => walk.list(&facts, &[]).await,
            Err(error) => Err(error),
        },
    };
    let rows = walk.rows.into_inner();
    *count = rows;
    let end = end?;
    let most = match target.source.call.paging {
        Paging::None { cap: Some(cap) } => cap,
        _ => u32::try_from(rows).unwrap_or(u32::MAX),
    };
    Ok(Done {
        as_of: client.ambient().now(),
        rows,
        capped: (end == End::Unproven).then_some(most),
    })
}

/// A walk under way.
struct Walk<'a, S> {
    client: &'a Client,
    target: &'a Target,
    budget: Budget,
    /// Handed out so far.
    rows: AtomicU64,
    out: &'a S,
}

impl<S: PageSink> Walk<'_, S> {
    /// What the requests for the target's lists must carry.
    async fn facts(&self) -> Result<Vec<String>, TargetError> {
        facts::look_up(self.listing(&[])).await
    }

    /// Crawls the list about these members, or the only one, to its end.
    async fn list(&self, facts: &[String], members: &[String]) -> Result<End, TargetError> {
        let source = self.target.source;
        let mut list = List::new(self.listing(members), facts.to_vec(), Identity::of_source(source));
        while let Some(page) = list.next().await? {
            let (rows, count) = page.rows();
            Counted::page(source.id, count);
            let before = self.rows.fetch_add(count, Ordering::Relaxed);
            if count > 0 {
                let total = match source.call.paging {
                    Paging::Offset { total, .. } | Paging::Page { total, .. } if source.fan_out.is_none() => {
                        page.total(total)
                    }
                    _ => None,
                };
                let page = Page {
                    rows,
                    count,
                    total: total.filter(|&total| total >= before + count),
                    request_id: list.request_id().map(str::to_owned),
                };
                let taken = self.budget.pause(self.out.page(page)).await;
                taken.map_err(|GoneError| TargetError::cancelled())?;
            }
            self.check_rows()?;
            list.turn(&page)?;
        }
        list.end()
    }

    /// Fails where more rows came than a target may have.
    fn check_rows(&self) -> Result<(), TargetError> {
        let most = self.client.limits().items;
        if self.rows.load(Ordering::Relaxed) > most {
            return Err(TargetError::too_large(format!("more than {most} rows")));
        }
        Ok(())
    }

    fn listing<'b>(&'b self, members: &'b [String]) -> Listing<'b> {
        Listing {
            client: self.client,
            account: &self.target.account,
            call: &self.target.source.call,
            args: Args {
                region: &self.target.region,
                listed: members,
            },
            budget: &self.budget,
        }
    }
}

#[cfg(test)]
mod tests;
