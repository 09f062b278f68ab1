//! From page to page, to the end of a list.

use super::advice::{About, advise};
use super::answer::{Items, Sheet};
use super::client::Answer;
use super::limits::Budget;
use super::request::{Args, Ask, Scope, acs3};
use super::{Client, Failure, identity, vary};
use crate::accounts::Account;
use crate::targets::Target;
use catalog::{Call, Paging, Signing, Vary};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, TryFutureExt, stream};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
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
/// What the cloud says, or what is wrong with what it says. Pages that came before have been handed out.
pub async fn walk(client: &Client, target: &Target, out: &impl Out) -> Result<Done, Failure> {
    let budget = Budget::new(client.limits().target);
    let rows = AtomicU64::new(0);
    let (shares, mut failure) = vary::shares(client, target, &budget).await;
    let call = &target.source.call;
    // Boxed, since the compiler cannot tell that a stream of borrowing futures may be sent to another thread.
    let walks: Vec<BoxFuture<'_, Result<(), Failure>>> = shares
        .iter()
        .map(|share| {
            let pages = Pages {
                client,
                account: &target.account,
                call,
                args: share.args(&target.region),
                budget: &budget,
            };
            let once = matches!(target.source.vary, Vary::Once);
            let walked = share_of(pages, once, &rows, out);
            Box::pin(walked.map_err(|failure| share.locate(failure))) as BoxFuture<'_, _>
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
        as_of: client.world().now(),
        rows,
        capped,
    })
}

/// One of the lists that make up a target; `once` says that it is the only one.
async fn share_of(pages: Pages<'_>, once: bool, rows: &AtomicU64, out: &impl Out) -> Result<(), Failure> {
    let call = pages.call;
    let most = pages.client.limits().items;
    let mut list = List::open(pages).await?;
    while let Some(answer) = list.next().await? {
        let sheet = list.read(&answer)?;
        let Items { json, count } = sheet.items(call).map_err(|failure| answer.locate(failure))?;
        if count > 0 {
            let total = match call.paging {
                Paging::Offset { total, .. } | Paging::Page { total, .. } if once => sheet.total(total)?,
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
                .map_err(|Gone| Failure::cancelled())?;
        }
        if rows.fetch_add(count, Ordering::Relaxed) + count > most {
            return Err(Failure::too_large(format!("more than {most} rows")));
        }
        list.turn(&sheet, count, &answer)?;
    }
    Ok(())
}

/// One list to be walked.
#[derive(Clone, Copy, Debug)]
pub struct Pages<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// With whose keys.
    pub account: &'a Account,
    /// What.
    pub call: &'static Call,
    /// About what.
    pub args: Args<'a>,
    /// For how long.
    pub budget: &'a Budget,
}

/// A list that is being walked: ask for a page with [`List::next`], look at it, and [`List::turn`] it.
#[derive(Debug)]
pub struct List<'a> {
    pages: Pages<'a>,
    scope: Scope,
    place: Place,
    ended: bool,
}

impl<'a> List<'a> {
    /// At the list's start.
    ///
    /// # Errors
    /// The ids that its requests need cannot be looked up.
    pub async fn open(pages: Pages<'a>) -> Result<Self, Failure> {
        Ok(Self {
            pages,
            scope: scope(pages).await?,
            place: Place::start(pages.call.paging),
            ended: false,
        })
    }

    /// Asks for the next page; none after the last.
    ///
    /// # Errors
    /// The cloud's, and `TooLarge` for a list that has too many pages.
    pub async fn next(&mut self) -> Result<Option<Answer>, Failure> {
        let Pages {
            client,
            account,
            call,
            args,
            budget,
        } = self.pages;
        if self.ended {
            return Ok(None);
        }
        let most = call.paging.max_pages().min(client.limits().pages);
        if self.place.page > u64::from(most) {
            return Err(Failure::too_large(format!(
                "{} has more than {most} pages",
                call.action
            )));
        }
        let ask = Ask::new(call, account, args, self.scope.clone(), self.place.query())?;
        client.ask(account, &ask, budget).await.map(Some)
    }

    /// Reads a page.
    ///
    /// # Errors
    /// As [`Sheet::read`].
    pub fn read<'b>(&self, answer: &'b Answer) -> Result<Sheet<'b>, Failure> {
        Sheet::read(self.pages.account.cloud, &answer.body).map_err(|failure| {
            let host = answer.host.as_str();
            let about = About {
                permission: self.pages.call.permission,
                host,
            };
            advise(answer.locate(failure), about)
        })
    }

    /// Goes on by one page, which held `count` items.
    ///
    /// # Errors
    /// A list that goes round in circles, or a place in it that makes no sense.
    pub fn turn(&mut self, sheet: &Sheet<'_>, count: u64, answer: &Answer) -> Result<(), Failure> {
        let more = self
            .place
            .advance(sheet, count, &answer.body)
            .map_err(|failure| answer.locate(failure))?;
        self.ended = !more;
        Ok(())
    }
}

/// The ids that the signature covers, looked up where they are not configured.
async fn scope(pages: Pages<'_>) -> Result<Scope, Failure> {
    let Pages {
        client,
        account,
        call,
        args,
        budget,
    } = pages;
    if let Some(scope) = acs3(call) {
        return Ok(scope);
    }
    match call.signing {
        Signing::HuaweiDomain => identity::domain(client, account, args.region, budget)
            .await
            .map(Scope::Domain),
        _ => identity::project(client, account, args.region, budget)
            .await
            .map(Scope::Project),
    }
}

/// Where in the list the next page begins.
#[derive(Debug)]
struct Place {
    paging: Paging,
    cursor: Option<String>,
    seen: HashSet<String>,
    rows: u64,
    page: u64,
    last: Option<u64>,
}

/// No honest cursor is longer than a request's first line may be.
const LONGEST_CURSOR: usize = 8 << 10;

impl Place {
    fn start(paging: Paging) -> Self {
        Self {
            paging,
            cursor: None,
            seen: HashSet::new(),
            rows: 0,
            page: 1,
            last: None,
        }
    }

    /// The paging parameters of the next request.
    fn query(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        match self.paging {
            Paging::None { .. } => vec![],
            Paging::Cursor {
                send,
                size: (name, size),
                ..
            } => {
                let cursor = self.cursor.clone().map(|cursor| pair(send, cursor));
                std::iter::once(pair(name, size.to_string())).chain(cursor).collect()
            }
            Paging::Offset {
                send,
                size: (name, size),
                ..
            } => {
                vec![pair(send, self.rows.to_string()), pair(name, size.to_string())]
            }
            Paging::Page {
                send,
                size: (name, size),
                ..
            } => {
                vec![pair(send, self.page.to_string()), pair(name, size.to_string())]
            }
        }
    }

    /// Goes on by one page of `count` items; false at the end of the list.
    fn advance(&mut self, sheet: &Sheet<'_>, count: u64, body: &[u8]) -> Result<bool, Failure> {
        self.rows += count;
        self.page += 1;
        match self.paging {
            Paging::None { .. } => Ok(false),
            Paging::Cursor { read, .. } => {
                let Some(cursor) = sheet.cursor(read)? else {
                    return Ok(false);
                };
                if cursor.len() > LONGEST_CURSOR {
                    return Err(Failure::bad_answer(format!("a cursor of {} bytes", cursor.len())));
                }
                if !self.seen.insert(cursor.clone()) {
                    return Err(Failure::looping(format!(
                        "the cursor of page {} has come before",
                        self.page - 1
                    )));
                }
                self.cursor = Some(cursor);
                Ok(true)
            }
            Paging::Offset { total, .. } | Paging::Page { total, .. } => {
                if count == 0 || sheet.total(total)?.is_some_and(|total| self.rows >= total) {
                    return Ok(false);
                }
                let mut hasher = DefaultHasher::new();
                body.hash(&mut hasher);
                let last = self.last.replace(hasher.finish());
                if last.is_some() && last == self.last {
                    return Err(Failure::looping(format!(
                        "page {} is the one before it again",
                        self.page - 1
                    )));
                }
                Ok(true)
            }
        }
    }
}

#[cfg(test)]
mod tests;
