//! One list, page by page.

use super::cursor::Cursor;
use super::envelope::Envelope;
use crate::accounts::Account;
use crate::ask::Client;
use crate::ask::answer::{Answer, advise};
use crate::ask::limits::Budget;
use crate::ask::request::{ApiRequest, Args};
use crate::error::TargetError;
use catalog::Call;

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
    ended: bool,
}

impl<'a> List<'a> {
    /// At the list's start. `facts` are what the vendor's requests must carry.
    #[must_use]
    pub fn new(listing: Listing<'a>, facts: Vec<String>) -> Self {
        Self {
            listing,
            facts,
            cursor: Cursor::start(listing.call.paging),
            ended: false,
        }
    }

    /// Asks for the next page; none after the last.
    ///
    /// # Errors
    /// The cloud's, and `TooLarge` for a list that has too many pages.
    pub async fn next(&mut self) -> Result<Option<Answer>, TargetError> {
        let Listing {
            client,
            account,
            call,
            args,
            budget,
        } = self.listing;
        if self.ended {
            return Ok(None);
        }
        let most = call.paging.max_pages().min(client.limits().pages);
        if self.cursor.page > u64::from(most) {
            return Err(TargetError::too_large(format!(
                "{} has more than {most} pages",
                call.action
            )));
        }
        let request = ApiRequest::new(call, account, args, self.facts.clone(), self.cursor.parameters())?;
        client.ask(account, &request, budget).await.map(Some)
    }

    /// Reads a page.
    ///
    /// # Errors
    /// As [`Envelope::read`].
    pub fn read<'b>(&self, answer: &'b Answer) -> Result<Envelope<'b>, TargetError> {
        let Listing { account, call, .. } = self.listing;
        Envelope::read(account.vendor, call, &answer.body)
            .map_err(|error| advise(account.vendor, answer.locate(error), call.permission, &answer.host))
    }

    /// Goes on by one page, which held `count` items.
    ///
    /// # Errors
    /// A list that goes round in circles, or a place in it that makes no sense.
    pub fn turn(&mut self, envelope: &Envelope<'_>, count: u64, answer: &Answer) -> Result<(), TargetError> {
        let more = self
            .cursor
            .advance(envelope, count, &answer.body)
            .map_err(|error| answer.locate(error))?;
        self.ended = !more;
        Ok(())
    }

    /// Crawls the whole list for the texts of one field, and adds those that have not been found before.
    ///
    /// # Errors
    /// As for every list. What came before has been added.
    pub async fn collect(mut self, wanted: &str, found: &mut Vec<String>) -> Result<(), TargetError> {
        while let Some(answer) = self.next().await? {
            let envelope = self.read(&answer)?;
            let locate = |error| answer.locate(error);
            for text in envelope.wanted(wanted).map_err(locate)? {
                if !found.contains(&text) {
                    found.push(text);
                }
            }
            let count = envelope.count().map_err(locate)?;
            self.turn(&envelope, count, &answer)?;
        }
        Ok(())
    }
}
