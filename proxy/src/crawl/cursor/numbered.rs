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
    /// Where it begins: the rows before it.
    at: u64,
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
}

#[derive(Clone, Copy, Debug)]
enum By {
    Offset,
    Page,
}

/// Whether the hints so far say that everything has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    /// They do not.
    No,
    /// The total does, behind a page as long as was asked for.
    Total,
    /// The total does, behind a shorter page.
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
            seen: HashSet::new(),
            fresh: 0,
            longest: 0,
            totals: None,
            agreement: Agreement::No,
            stills: 0,
            empty: Empty::None,
            gap: false,
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
        self.forward(count);
        let shorter = count < self.longest;
        self.longest = self.longest.max(count);
        if self.take(page) == 0 {
            return self.turn_still();
        }
        let reached = self.reached();
        if reached && shorter {
            return self.end(End::Proven);
        }
        self.agreement = match reached {
            false => Agreement::No,
            true if count < u64::from(self.size.1) => Agreement::TotalAndPage,
            true => Agreement::Total,
        };
        Ok(Turn::More)
    }

    /// The end, if the next question was refused as one that cannot be asked, or failed otherwise: it may have been one too many.
    pub(super) fn refused(&self, bad_request: bool) -> Option<End> {
        match self.agreement {
            Agreement::TotalAndPage if !self.gap => Some(End::Proven),
            Agreement::Total if !self.gap && bad_request => Some(End::Unproven),
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
            .is_some_and(|(first, most)| self.at == most && self.fresh >= first)
    }

    /// A page that brings nothing new: the place in the request is not heeded, or the last page comes for every place behind it.
    fn turn_still(&mut self) -> Result<Turn, TargetError> {
        if self.totals.is_some_and(|(_, most)| self.fresh == most) {
            let short = self.agreement == Agreement::TotalAndPage;
            return self.end(if short { End::Proven } else { End::Unproven });
        }
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
        let total = self.totals.filter(|(_, most)| *most >= self.at);
        let more = match total {
            None if self.at == 0 => return self.end(End::Proven),
            None => false,
            Some(_) if self.reached() => return self.end(End::Proven),
            Some((_, most)) => {
                if self.empty == Empty::None {
                    self.empty = Empty::Again;
                    return Ok(Turn::More);
                }
                self.gap = true;
                self.at.saturating_add(self.size.1.into()) < most
            }
        };
        // Whether the page behind it has rows tells a hole from the end.
        if self.empty != Empty::Beyond && (more || total.is_none()) {
            self.empty = Empty::Beyond;
            self.forward(self.size.1.into());
            return Ok(Turn::More);
        }
        self.end(End::Proven)
    }

    fn end(&self, end: End) -> Result<Turn, TargetError> {
        if !self.gap {
            return Ok(Turn::End(end));
        }
        let total = self.totals.map(|(_, most)| format!(" of {most}")).unwrap_or_default();
        Err(TargetError::bad_answer(format!(
            "a page came empty before the list's end: {}{total} rows came",
            self.fresh
        )))
    }
}
