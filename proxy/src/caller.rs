//! Who asks, and what they may see. There is no other way to a target.

mod targets;

pub use targets::{Choice, admits};

use crate::account_sets::AccountSet;
use crate::accounts::Account;
use crate::asker::{Asker, MOST};
use crate::audit::{Answer, Asked, Audit, What, Who};
use crate::auth::Mode;
use crate::auth::principal::Principal;
use crate::clock::rfc3339;
use crate::feeds::Feeds;
use crate::grants::Rights;
use crate::http::problem::ApiError;
use crate::http::state::{App, Settings};
use crate::saved_views::SavedView;
use crate::target::Target;
use crate::telemetry::metrics;
use crate::walks::Way;
use axum::extract::FromRequestParts;
use catalog::{Source, Table};
use http::StatusCode;
use http::request::Parts;
use serde::Serialize;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Seconds after which one who asks too much at once may try again.
const RETRY_AFTER: u16 = 5;

/// Who asks. Handlers take it as an argument; it keeps to the settings that held when the request came.
///
/// It is made where the request comes in, by the access that the route states. On a route that lets anybody in there is none.
#[derive(Clone, Debug)]
pub struct Caller {
    settings: Arc<Settings>,
    /// The members of the account sets, as they were when the request came.
    members: Vec<Arc<Vec<Arc<Account>>>>,
    /// What stands for those that are not known, each with the set that it is of.
    unlisted: Vec<(Arc<AccountSet>, Arc<Account>)>,
    principal: Option<Arc<Principal>>,
    rights: Rights,
    peer: Option<IpAddr>,
}

/// What a caller is told about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Whom to ask for more rights, as the configuration says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// When the session ends, in RFC 3339.
    pub expires: Option<String>,
    /// Whether feeds can be made.
    pub feeds: bool,
    /// The groups that grants may name.
    pub groups: Vec<String>,
    /// Tells them from all others: what a browser keeps for them is theirs alone, and names are no good for that.
    pub id: Option<String>,
    /// How people sign in.
    pub mode: Mode,
    /// The name that is shown.
    pub user: Option<String>,
}

impl Caller {
    /// Whom nothing is kept from: everyone under `auth.mode = "none"`, and who runs the program.
    #[must_use]
    pub fn everyone(settings: Arc<Settings>) -> Self {
        Self::with(settings, None, Rights::Everything)
    }

    fn with(settings: Arc<Settings>, principal: Option<Arc<Principal>>, rights: Rights) -> Self {
        let unlisted = |set: &Arc<AccountSet>| {
            let stands = set.unlisted()?;
            Some((Arc::clone(set), Arc::clone(stands)))
        };
        Self {
            members: settings.sets.iter().map(|set| set.accounts()).collect(),
            unlisted: settings.sets.iter().filter_map(unlisted).collect(),
            settings,
            principal,
            rights,
            peer: None,
        }
    }

    /// All accounts that there are, whoever may see them: the configuration's, then those of its sets.
    fn all(&self) -> impl Iterator<Item = &Arc<Account>> {
        let members = self.members.iter().flat_map(|members| members.iter());
        self.settings.accounts.iter().chain(members)
    }

    /// Somebody who has been identified, with the rights that the grants give them.
    #[must_use]
    pub fn identified(settings: Arc<Settings>, mut principal: Principal) -> Self {
        principal.groups = settings.grants.known_groups(principal.groups);
        let rights = settings.grants.of(&principal.users, &principal.groups);
        Self::with(settings, Some(Arc::new(principal)), rights)
    }

    /// The same, by a connection from this address.
    #[must_use]
    pub fn at(self, peer: Option<IpAddr>) -> Self {
        Self { peer, ..self }
    }

    /// By whose connection they came, if that is known.
    #[must_use]
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    /// Writes down what the caller did.
    pub fn note(&self, what: &What) {
        self.settings.audit.record(self.peer, self.who().as_ref(), what);
    }

    /// Where it is written down what the caller does.
    #[must_use]
    pub fn audit(&self) -> &Audit {
        &self.settings.audit
    }

    /// Begins to write down an answer to the caller: of a table's rows of these targets, `of` rows, an export or a feed, with its id.
    ///
    /// # Errors
    /// 503 where it cannot be written down, and nothing may be answered without.
    pub async fn answer(
        &self,
        of: &'static str,
        feed: Option<String>,
        table: &'static Table,
        targets: &Arc<[Target]>,
    ) -> Result<Answer, ApiError> {
        let asked = Asked {
            of,
            table: table.id,
            feed,
            targets: Arc::clone(targets),
        };
        let answer = self.settings.audit.answer(self.peer, self.who(), asked).await;
        answer.map_err(|unwritable| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, unwritable.to_string()))
    }

    fn who(&self) -> Option<Who> {
        self.principal().map(Who::from)
    }

    /// The targets of a table that the caller may see, account by account. Names in the choice that nobody has choose nothing, and neither do those
    /// that are not for the caller.
    #[must_use]
    pub fn targets(&self, table: &'static Table, choice: &Choice) -> Vec<Target> {
        let accounts = self.all().filter(|account| self.rights.cover(&account.id, table.id));
        let may_be = |set: &AccountSet| self.rights.cover_some(set.prefix(), table.id);
        let unlisted = self.unlisted.iter().filter(|(set, _)| may_be(set));
        let accounts = accounts.chain(unlisted.map(|(_, stands)| stands));
        targets::targets(accounts, &self.settings.sources, table, choice)
    }

    /// The way to rows for one reading of the caller, which is under way until it is dropped.
    ///
    /// # Errors
    /// 429 where so many of theirs are under way that others would suffer.
    pub fn ask(&self, app: &App) -> Result<Way, ApiError> {
        let client = match &self.principal {
            None => Arc::clone(app.client()),
            Some(principal) => {
                let Some(reading) = app.readings().begin(Asker::of(&principal.id())) else {
                    metrics().limit_refusals.of(["readings"]).inc();
                    tracing::warn!(name = principal.name, "somebody asks too much at once");
                    let detail = format!(
                        "you are reading {MOST} tables or exports at once already: close other windows or wait until exports are done, then try again"
                    );
                    return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(RETRY_AFTER));
                };
                Arc::new(app.client().on_behalf_of(reading))
            }
        };
        Ok(Way::new(client, Arc::clone(app.lists()), self.settings.cache))
    }

    /// The accounts of which the caller may see some table, in the configuration's order.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let seen = |account: &&Account| {
            let mut tables = catalog::tables().into_iter();
            tables.any(|table| self.rights.cover(&account.id, table.id))
        };
        self.all().map(AsRef::as_ref).filter(seen)
    }

    /// The tables that the caller may see, of whatever account.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> {
        catalog::tables().into_iter().filter(|table| self.may_see(table))
    }

    fn may_see(&self, table: &Table) -> bool {
        let mut unlisted = self.unlisted.iter();
        self.rights == Rights::Everything
            || self.all().any(|account| self.rights.cover(&account.id, table.id))
            || unlisted.any(|(set, _)| self.rights.cover_some(set.prefix(), table.id))
    }

    /// The table with an id.
    ///
    /// # Errors
    /// 404 where there is none; 403 where the caller may see it of no account, with the right that is missing and whom to ask.
    pub fn table(&self, id: &str) -> Result<&'static Table, ApiError> {
        let table = catalog::table(id).ok_or_else(|| {
            let ids: Vec<_> = self.tables().map(|table| table.id).collect();
            let detail = format!("there is no such table; there are {}", ids.join(", "));
            ApiError::new(StatusCode::NOT_FOUND, detail)
        })?;
        if self.may_see(table) {
            return Ok(table);
        }
        metrics().refused.of(["denied"]).inc();
        self.note(&What::Denied { table: table.id });
        let ask = self.settings.contact.as_deref();
        let detail = format!(
            "no grant lets you read {}. {}",
            table.id,
            ask.map_or_else(
                || "Ask those who run Signalbox for a [[grant]] with this table.".to_owned(),
                |contact| format!("Ask {contact} for a grant with this table.")
            )
        );
        Err(ApiError::new(StatusCode::FORBIDDEN, detail)
            .with("missing", table.id.into())
            .with("contact", ask.into()))
    }

    /// The sources that fill a table.
    pub fn sources(&self, table: &'static Table) -> impl Iterator<Item = &'static Source> {
        let sources = self.settings.sources.iter().copied();
        sources.filter(move |source| source.table.id == table.id)
    }

    /// The team's views, in the configuration's order, but for those of tables that the caller may not see, or that name accounts that are not for them.
    pub fn saved_views(&self) -> impl Iterator<Item = &SavedView> {
        let seen = |id: &str| {
            let mut tables = catalog::tables().into_iter();
            tables.any(|table| self.rights.cover(id, table.id))
        };
        let listed: HashSet<&str> = self.all().map(|account| account.id.as_str()).collect();
        // A member that is not known may be one all the same.
        let is_one =
            move |id: &str| listed.contains(id) || self.settings.sets.iter().any(|set| id.starts_with(set.prefix()));
        let of_table = |view: &&SavedView| catalog::table(&view.table).is_none_or(|table| self.may_see(table));
        let views = self.settings.saved_views.iter().filter(of_table);
        views.filter(move |view| !view.accounts().iter().any(|id| is_one(id) && !seen(id)))
    }

    /// Scheme and host under which the caller reaches the page, without a slash at the end.
    #[must_use]
    pub fn origin(&self, request: &Parts) -> String {
        self.settings.origin(request)
    }

    /// Who has been identified; none where nobody signs in.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.principal.as_deref()
    }

    /// The feeds, where there are any.
    #[must_use]
    pub fn feeds(&self) -> Option<&Arc<Feeds>> {
        self.settings.feeds.as_ref()
    }

    /// Who the caller is.
    #[must_use]
    pub fn session(&self) -> Session {
        let principal = self.principal.as_deref();
        Session {
            contact: self.settings.contact.clone(),
            expires: principal.and_then(|principal| principal.expires).map(rfc3339),
            feeds: self.settings.feeds.is_some(),
            groups: principal.map(|principal| principal.groups.clone()).unwrap_or_default(),
            id: principal.map(Principal::id),
            mode: self.settings.sign_in.mode(),
            user: principal.map(|principal| principal.name.clone()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    /// What the layer of the route has found out. A route that states no access of its own has no caller, and a handler that asks for one there
    /// answers with an error: doors are closed where somebody forgot them.
    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| ApiError::internal("a route that lets anybody in has asked for the caller"))
    }
}

#[cfg(test)]
mod tests;
