//! A target of many members: one that cannot be had costs its own rows, and nobody else's.

use super::cursor::End;
use super::fan_out::{Members, members};
use super::gaps::Gaps;
use super::{PageSink, Walk};
use crate::error::TargetError;
use crate::vendors::remedy::Remedy;
use catalog::FanOut;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use http::StatusCode;
use std::collections::VecDeque;
use std::ops::Range;
use tokio::time::Instant;
use wire::ErrorCode;

/// After so many questions that came to nothing, and none that came to something, the fault is not one member's.
const HOPELESS: usize = 15;
/// The same for connections, each of which may take its time to fail.
const UNREACHABLE: usize = 4;

/// Crawls the lists about all members, some side by side. A list about several that fails is halved until the bad ones are found.
///
/// # Errors
/// What goes wrong for all; or the first reason why a member could not be had, once the others have been crawled.
pub async fn crawl<S: PageSink>(walk: &Walk<'_, S>, fan_out: &FanOut) -> Result<End, TargetError> {
    let Members { ids, error, end } = members(walk.client, walk.target, fan_out, &walk.budget).await;
    let facts = if ids.is_empty() {
        Vec::new()
    } else {
        walk.facts().await?
    };
    let chunk = fan_out.chunk.max(1);
    let starts = (0..ids.len()).step_by(chunk);
    let mut asking = Asking {
        waiting: starts.map(|start| start..ids.len().min(start + chunk)).collect(),
        end,
        answered: false,
        unanswered: 0,
        unreachable: 0,
        lost: Vec::new(),
    };
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < walk.client.limits().target_crawls.max(1)
            && let Some(place) = asking.waiting.pop_front()
        {
            let members = &ids[place.clone()];
            let facts = &facts;
            // Boxed, since the compiler cannot tell that borrowing futures may be sent to another thread.
            let list: BoxFuture<'_, _> = Box::pin(async move { (place, walk.list(facts, members).await) });
            running.push(list);
        }
        let Some((place, crawled)) = running.next().await else {
            break;
        };
        match crawled {
            Ok(end) => asking.came(end),
            Err(error) if concerns_all(walk, &error) => return Err(error),
            Err(error) => asking.failed(place, error),
        }
    }
    drop(running);
    let mut gaps = Gaps::default();
    asking.lost.sort_by_key(|(place, _)| place.start);
    for (place, error) in asking.lost {
        gaps.add(ids[place].iter().map(String::as_str), error);
    }
    match (error, gaps.into_error("", fan_out.what, ids.len())) {
        (None, None) => Ok(asking.end),
        (Some(error), None) | (None, Some(error)) => Err(error),
        (Some(first), Some(second)) => Err(first.and(&second)),
    }
}

/// What is still to be asked, and what came of the rest.
struct Asking {
    waiting: VecDeque<Range<usize>>,
    end: End,
    /// Whether any list has come to its end.
    answered: bool,
    /// Lists that did not, and those among them that could not even be asked about.
    unanswered: usize,
    unreachable: usize,
    lost: Vec<(Range<usize>, TargetError)>,
}

impl Asking {
    fn came(&mut self, end: End) {
        self.answered = true;
        self.end = self.end.and(end);
    }

    fn failed(&mut self, place: Range<usize>, error: TargetError) {
        self.unanswered += 1;
        self.unreachable += usize::from(matches!(
            error.public.code,
            ErrorCode::ConnectFailed | ErrorCode::Timeout | ErrorCode::Redirected
        ));
        let hopeless = !self.answered && self.unanswered >= HOPELESS;
        if !self.answered && self.unreachable >= UNREACHABLE {
            let waiting = self.waiting.drain(..).map(|place| (place, error.clone()));
            self.lost.extend(waiting);
            self.lost.push((place, error));
        } else if place.len() > 1 && !hopeless {
            let middle = place.start + place.len() / 2;
            self.waiting.extend([place.start..middle, middle..place.end]);
        } else {
            self.lost.push((place, error));
        }
    }
}

/// Whether an error would be the same for every member: it is the account's, the reader's, or that time or room is used up.
fn concerns_all<S: PageSink>(walk: &Walk<'_, S>, error: &TargetError) -> bool {
    let vendor = walk.target.account.vendor;
    let (code, message) = (error.public.code.as_str(), error.public.message.as_str());
    let status = error.public.status.and_then(|status| StatusCode::from_u16(status).ok());
    match error.public.code {
        ErrorCode::Cancelled | ErrorCode::Credentials => true,
        ErrorCode::Timeout => walk.budget.end() <= Instant::now(),
        ErrorCode::TooLarge => walk.check_rows().is_err(),
        _ => {
            status == Some(StatusCode::UNAUTHORIZED)
                || status.is_some_and(|status| vendor.throttles(status, code, message))
                || vendor.remedy(code, message).is_some_and(is_for_the_account)
        }
    }
}

/// Whether what can be done is to be done for the whole account.
fn is_for_the_account(remedy: Remedy) -> bool {
    !matches!(
        remedy,
        Remedy::Allow | Remedy::SendOnce | Remedy::CheckPath | Remedy::Wait
    )
}
