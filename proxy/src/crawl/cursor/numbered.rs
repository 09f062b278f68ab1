//! Lists that are asked for by counting: from a row, or by the number of a page.
//!
//! What the cloud says about the list's length, and how long a page is, are hints. The list has ended where two of them agree: a page that is
//! shorter than one before it and a total that has been reached, or a page without rows and nothing that speaks against it.

use super::{End, Turn};
use crate::crawl::envelope::Envelope;
use crate::crawl::identity::Identity;
use crate::error::TargetError;
use serde_json::Value;
use std::collections::HashSet;

/// A place in a list that is found by counting.
#[derive(Debug)]
pub struct Numbered {
    by: By,
    send: &'static str,
    size: (&'static str, u32),
    total: &'static [&'static str],
    identity: Identity,
    /// The next page's number, from 1.
    page: u64,
    /// Where it begins, by the rows before it.
    at: u64,
    /// Where the furthest page ended.
    reach: u64,
    /// The items of all pages: 8 bytes each, as many as a list may have pages and rows.
    seen: HashSet<u64>,
    /// How many of them came; one that a later page repeats counts once.
    fresh: u64,
    /// The most rows that a page had.
    longest: u64,
    /// The first total that could be read, and the greatest.
    totals: Option<(u64, u64)>,
    agreement: Agreement,
    /// Pages that brought nothing new.
    stills: u32,
    empty: Empty,
    /// A page came empty that should have had rows.
    gap: bool,
    /// Rows came twice, maybe in the place of others.
    doubt: bool,
}

#[derive(Clone, Copy, Debug)]
enum By {
    Offset,
    Page,
}

/// Whether the total says that everything has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    /// It does not.
    No,
    /// It does, behind a page as long as was asked for.
    Total,
    /// It does, behind a shorter page.
    TotalAndPage,
}

/// What has been done about an empty page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Empty {
    /// The last page had rows.
    None,
    /// It was asked for again.
    Again,
    /// The page behind it was asked for.
    Beyond,
}

impl Numbered {
    pub(super) fn by_offset(
        send: &'static str,
        size: (&'static str, u32),
        total: &'static [&'static str],
        identity: Identity,
    ) -> Self {
        Self::start(By::Offset, send, size, total, identity)
    }

    pub(super) fn by_page(
        send: &'static str,
        size: (&'static str, u32),
        total: &'static [&'static str],
        identity: Identity,
    ) -> Self {
        Self::start(By::Page, send, size, total, identity)
    }

    fn start(
        by: By,
        send: &'static str,
        size: (&'static str, u32),
        total: &'static [&'static str],
        identity: Identity,
    ) -> Self {
        Self {
            by,
            send,
            size,
            total,
            identity,
            page: 1,
            at: 0,
            reach: 0,
            seen: HashSet::new(),
            fresh: 0,
            longest: 0,
            totals: None,
            agreement: Agreement::No,
            stills: 0,
            empty: Empty::None,
            gap: false,
            doubt: false,
        }
    }

    pub(super) fn parameters(&self) -> Vec<(&'static str, Value)> {
        let place = match self.by {
            By::Offset => self.at,
            By::Page => self.page,
        };
        vec![(self.send, place.into()), (self.size.0, self.size.1.into())]
    }

    pub(super) fn turn(&mut self, page: &Envelope) -> Result<Turn, TargetError> {
        if let Some(total) = page.total(self.total) {
            let (first, most) = self.totals.unwrap_or((total, total));
            self.totals = Some((first, most.max(total)));
        }
        let count = page.len();
        if count == 0 {
            return self.turn_empty();
        }
        self.gap |= self.empty == Empty::Beyond;
        self.empty = Empty::None;
        self.reach = self.reach.max(self.at.saturating_add(count));
        let shorter = count < self.longest;
        self.longest = self.longest.max(count);
        let short = count < u64::from(self.size.1);
        let new = self.take(page);
        if new == 0 {
            return self.turn_still(count, short);
        }
        match self.by {
            // Behind a page that repeats some rows others may have been passed over: the next one begins by as much earlier.
            By::Offset => self.forward(new),
            By::Page => {
                self.doubt |= new < count;
                self.forward(count);
            }
        }
        let reached = self.reached();
        if reached && shorter && !self.counts() {
            return self.end(End::Proven);
        }
        self.agreement = match reached {
            false => Agreement::No,
            true if short => Agreement::TotalAndPage,
            true => Agreement::Total,
        };
        Ok(Turn::More)
    }

    /// The end, if the next question was refused as one that cannot be asked, or failed otherwise: it may have been one too many.
    pub(super) fn refused(&self, bad_request: bool) -> Option<End> {
        match (self.agreement, bad_request) {
            _ if self.gap => None,
            (Agreement::TotalAndPage, true) => Some(End::Proven),
            (Agreement::TotalAndPage, false) | (Agreement::Total, true) => Some(End::Unproven),
            _ => None,
        }
    }

    fn forward(&mut self, rows: u64) {
        self.at = self.at.saturating_add(rows);
        self.page += 1;
    }

    /// Notes the items of a page, and how many of them no earlier page had. What comes twice within a page are two rows that look alike.
    fn take(&mut self, page: &Envelope) -> u64 {
        let items: Vec<u64> = page.items().map(|item| self.identity.of(item)).collect();
        // Items that cannot be carried count as new: nothing tells them apart.
        let known = items.iter().filter(|item| self.seen.contains(item)).count() as u64;
        let new = page.len().saturating_sub(known);
        self.seen.extend(items);
        self.fresh += new;
        new
    }

    /// Whether exactly as much came as the cloud says that there is. Rows that arrive while the list is read raise its total and push others onto
    /// the next page: the first total is that of the rows, the greatest that of the places.
    fn reached(&self) -> bool {
        self.totals
            .is_some_and(|(first, most)| self.reach == most && self.fresh >= first)
    }

    /// Whether the total may only count what comes: the first was no more than a page's length.
    fn counts(&self) -> bool {
        self.totals.is_some_and(|(first, _)| first <= self.longest)
    }

    /// A page that brings nothing new: the place in the request is not heeded, or the last page comes for every place behind it.
    fn turn_still(&mut self, count: u64, short: bool) -> Result<Turn, TargetError> {
        if self.totals.is_some_and(|(_, most)| self.fresh == most) {
            return self.end(if short { End::Proven } else { End::Unproven });
        }
        self.doubt = true;
        self.forward(count);
        self.agreement = Agreement::No;
        self.stills += 1;
        // One page may come twice where the list moves while it is read.
        if self.stills > 1 {
            return Err(TargetError::looping(format!(
                "page {} brings nothing new",
                self.page - 1
            )));
        }
        Ok(Turn::More)
    }

    fn turn_empty(&mut self) -> Result<Turn, TargetError> {
        // A total that is less than what came says nothing.
        let most = self.totals.map(|(_, most)| most).filter(|most| *most >= self.reach);
        let reached = self.reached();
        let nothing = self.reach == 0 && most.unwrap_or(0) == 0;
        if nothing || reached && !(self.counts() && self.agreement == Agreement::Total) {
            return self.end(End::Proven);
        }
        if self.empty == Empty::None {
            self.empty = Empty::Again;
            return Ok(Turn::More);
        }
        if let Some(most) = most.filter(|_| !reached) {
            self.gap = true;
            if self.at.saturating_add(self.size.1.into()) >= most {
                return self.end(End::Proven);
            }
        }
        // Whether the page behind it has rows tells a hole from the end.
        if self.empty == Empty::Beyond {
            return self.end(End::Proven);
        }
        self.empty = Empty::Beyond;
        self.forward(self.size.1.into());
        Ok(Turn::More)
    }

    /// The list's end, unless there is a hole in it.
    fn end(&self, end: End) -> Result<Turn, TargetError> {
        if !self.gap {
            let all = self.totals.is_some_and(|(_, most)| self.fresh == most);
            return Ok(Turn::End(if self.doubt && !all { End::Unproven } else { end }));
        }
        let total = self.totals.map(|(_, most)| format!(" of {most}")).unwrap_or_default();
        Err(TargetError::bad_answer(format!(
            "a page came empty before the list's end: {}{total} rows came",
            self.fresh
        )))
    }
}
