//! One list, page by page.

use super::cursor::Cursor;
use super::envelope::Envelope;
use crate::accounts::Account;
use crate::ask::advice::{About, advise};
use crate::ask::client::Answer;
use crate::ask::limits::Budget;
use crate::ask::request::{ApiRequest, Args, Scope, acs3};
use crate::ask::{Client, identity};
use crate::error::TargetError;
use catalog::{Call, Signing};

/// One list to be walked.
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

/// A list that is being walked: ask for a page with [`List::next`], look at it, and [`List::turn`] it.
#[derive(Debug)]
pub struct List<'a> {
    pages: Listing<'a>,
    scope: Scope,
    cursor: Cursor,
    ended: bool,
}

impl<'a> List<'a> {
    /// At the list's start.
    ///
    /// # Errors
    /// The ids that its requests need cannot be looked up.
    pub async fn open(pages: Listing<'a>) -> Result<Self, TargetError> {
        Ok(Self {
            pages,
            scope: scope(pages).await?,
            cursor: Cursor::start(pages.call.paging),
            ended: false,
        })
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
        } = self.pages;
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
        let ask = ApiRequest::new(call, account, args, self.scope.clone(), self.cursor.query())?;
        client.ask(account, &ask, budget).await.map(Some)
    }

    /// Reads a page.
    ///
    /// # Errors
    /// As [`Envelope::read`].
    pub fn read<'b>(&self, answer: &'b Answer) -> Result<Envelope<'b>, TargetError> {
        Envelope::read(self.pages.account.cloud, &answer.body).map_err(|failure| {
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
    pub fn turn(&mut self, envelope: &Envelope<'_>, count: u64, answer: &Answer) -> Result<(), TargetError> {
        let more = self
            .cursor
            .advance(envelope, count, &answer.body)
            .map_err(|failure| answer.locate(failure))?;
        self.ended = !more;
        Ok(())
    }
}

/// The ids that the signature covers, looked up where they are not configured.
async fn scope(pages: Listing<'_>) -> Result<Scope, TargetError> {
    let Listing {
        client,
        account,
        call,
        args,
        budget,
    } = pages;
    if let Some(scope) = acs3(call) {
        return Ok(scope);
    }
    match call.service.signing {
        Signing::KeysOnly => Ok(Scope::Plain),
        Signing::AccountDomain => identity::domain(client, account, args.region, budget)
            .await
            .map(Scope::Domain),
        Signing::RegionProject => identity::project(client, account, args.region, budget)
            .await
            .map(Scope::Project),
    }
}
