//! One list, page by page.

use super::cursor::{Cursor, End, Turn};
use super::envelope::Envelope;
use super::identity::Identity;
use crate::accounts::Account;
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::{ApiRequest, Args};
use crate::error::TargetError;
use catalog::{Call, Discovery};
use std::collections::HashSet;
use wire::ErrorCode;

/// One list to be crawled.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
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

/// A list that is being crawled: ask for a page with [`List::next`], look at it, and [`List::turn`] it.
#[derive(Debug)]
pub struct List<'a> {
    listing: Listing<'a>,
    facts: Vec<String>,
    cursor: Cursor,
    /// Requests so far.
    pages: u32,
    /// The cloud's id of the last one.
    request_id: Option<String>,
    end: Option<End>,
    /// What the cloud refused beside the items of the last page.
    refused: Option<TargetError>,
    /// Items that could not be taken.
    flaw: Option<TargetError>,
}

impl<'a> List<'a> {
    /// At the list's start. `facts` are what the vendor's requests must carry, `identity` tells its items apart.
    #[must_use]
    pub fn new(listing: Listing<'a>, facts: Vec<String>, identity: Identity) -> Self {
        Self {
            listing,
            facts,
            cursor: Cursor::start(listing.call.paging, identity),
            pages: 0,
            request_id: None,
            end: None,
            refused: None,
            flaw: None,
        }
    }

    /// Asks for the next page; none after the last.
    ///
    /// # Errors
    /// The cloud's, and `TooLarge` for a list that has too many pages.
    pub async fn next(&mut self) -> Result<Option<Envelope>, TargetError> {
        if self.end.is_some() {
            return Ok(None);
        }
        match self.ask().await {
            Ok(page) => Ok(Some(page)),
            Err(error) if error.public.code == ErrorCode::Cancelled => Err(error),
            Err(error) => {
                self.end = self.cursor.refused(self.is_bad_request(&error));
                if self.end.is_some() { Ok(None) } else { Err(error) }
            }
        }
    }

    /// The cloud's id of the last request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    async fn ask(&mut self) -> Result<Envelope, TargetError> {
        let Listing {
            client,
            account,
            call,
            args,
            budget,
        } = self.listing;
        let most = call.paging.max_pages().min(client.limits().pages);
        if self.pages >= most {
            let message = format!("{} has more than {most} pages", call.action);
            return Err(TargetError::too_large(message));
        }
        self.pages += 1;
        let request = ApiRequest::new(call, account, args, self.facts.clone(), self.cursor.parameters())?;
        let answer = client.ask(account, &request, budget).await?;
        let page = match (Envelope::of(call, &answer.body, answer.parts), answer.refused) {
            (Ok(page), refused) => {
                self.refused = refused;
                page
            }
            (Err(_), Some(refused)) => return Err(refused),
            (Err(error), None) => return Err(error.of_request(answer.request_id)),
        };
        self.request_id = answer.request_id;
        Ok(page)
    }

    /// Whether the cloud says that a question cannot be asked, as it may of a page behind the last.
    fn is_bad_request(&self, error: &TargetError) -> bool {
        let code = error.public.code.as_str();
        let status = error
            .public
            .status
            .and_then(|status| http::StatusCode::from_u16(status).ok());
        status.is_some_and(|status| {
            matches!(status.as_u16(), 200 | 400 | 404 | 416 | 422)
                && !self
                    .listing
                    .account
                    .vendor
                    .throttles(status, code, &error.public.message)
        })
    }

    /// Goes on by one page.
    ///
    /// # Errors
    /// A list that goes round in circles, ends before it should, or has a place that makes no sense; what the cloud refused beside the page's
    /// items; at its end, that items could not be taken.
    pub fn turn(&mut self, page: &Envelope) -> Result<(), TargetError> {
        if let Some(refused) = self.refused.take() {
            return Err(refused);
        }
        if let (None, Some(flaw)) = (&self.flaw, page.flaw()) {
            self.flaw = Some(self.locate(TargetError::bad_answer(flaw)));
        }
        match self.cursor.turn(page).map_err(|error| self.locate(error))? {
            Turn::More => {}
            Turn::End(end) => self.end = Some(end),
        }
        Ok(())
    }

    /// How the list has ended.
    ///
    /// # Errors
    /// Items could not be taken.
    pub fn end(self) -> Result<End, TargetError> {
        match self.flaw {
            Some(flaw) => Err(flaw),
            None => Ok(self.end.unwrap_or(End::Unproven)),
        }
    }

    fn locate(&self, error: TargetError) -> TargetError {
        match error.public.request_id {
            Some(_) => error,
            None => error.of_request(self.request_id.clone()),
        }
    }
}

/// What a discovery has found.
#[derive(Debug, Default)]
pub struct Found {
    /// Each text once, in the order found.
    pub texts: Vec<String>,
    /// The same.
    known: HashSet<String>,
    /// Items that have none.
    pub without: u64,
}

impl Found {
    /// Adds texts that are not there yet.
    pub fn add(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            if self.known.insert(text.clone()) {
                self.texts.push(text);
            }
        }
    }

    /// Crawls the whole list for the texts that are wanted.
    ///
    /// # Errors
    /// As for every list. What came before has been added.
    pub async fn crawl(&mut self, mut list: List<'_>, discovery: &Discovery) -> Result<End, TargetError> {
        while let Some(page) = list.next().await? {
            let (texts, without) = page.wanted(discovery, list.listing.args.region);
            self.without += without;
            self.add(texts);
            list.turn(&page)?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::Found;
    use std::time::{Duration, Instant};

    #[test]
    fn so_many_names_are_each_kept_once_without_a_look_at_all_of_them() {
        let begun = Instant::now();
        let mut found = Found::default();
        let names = || (0..100_000).map(|number| format!("a-name-of-some-length-{number:06}"));
        found.add(names());
        found.add(names());
        assert!(found.texts.iter().cloned().eq(names()));
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}
