//! Who asks, and what they may see. There is no other way to a target.

mod targets;

pub use targets::Choice;

use crate::accounts::Account;
use crate::http::state::{App, Settings};
use crate::saved_views::SavedView;
use crate::target::Target;
use axum::extract::FromRequestParts;
use catalog::{Source, Table};
use http::request::Parts;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;

/// Who asks. Handlers take it as an argument; it keeps to the settings that held when the request came.
///
/// Nobody signs in yet (`auth.mode = "none"`), so every caller is everyone, and everyone may see everything.
#[derive(Clone, Debug)]
pub struct Caller {
    settings: Arc<Settings>,
}

/// What a caller is told about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// When the session ends, in RFC 3339.
    pub expires: Option<String>,
    /// The groups that grants may name.
    pub groups: Vec<String>,
    /// How people sign in.
    pub mode: Mode,
    /// The name that is shown.
    pub user: Option<String>,
}

/// How people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not at all.
    None,
}

impl Caller {
    /// Whom nothing is kept from: everyone under `auth.mode = "none"`, and who runs the program.
    #[must_use]
    pub fn everyone(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    /// The targets of a table that the caller may see, account by account. Names in the choice that nobody has choose nothing.
    #[must_use]
    pub fn targets(&self, table: &'static Table, choice: &Choice) -> Vec<Target> {
        targets::targets(&self.settings.accounts, &self.settings.sources, table, choice)
    }

    /// The accounts that the caller may see, in the configuration's order.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.settings.accounts.iter().map(AsRef::as_ref)
    }

    /// The sources that fill a table.
    pub fn sources(&self, table: &'static Table) -> impl Iterator<Item = &'static Source> {
        let sources = self.settings.sources.iter().copied();
        sources.filter(move |source| source.table.id == table.id)
    }

    /// The team's views, in the configuration's order.
    #[must_use]
    pub fn saved_views(&self) -> &[SavedView] {
        &self.settings.saved_views
    }

    /// Scheme and host under which the caller reaches the page, without a slash at the end.
    #[must_use]
    pub fn origin(&self, request: &Parts) -> String {
        self.settings.origin(request)
    }

    /// Who the caller is.
    #[must_use]
    pub fn session(&self) -> Session {
        Session {
            expires: None,
            groups: Vec::new(),
            mode: Mode::None,
            user: None,
        }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self::everyone(app.settings()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use catalog::Cloud;

    #[test]
    fn everyone_sees_every_account_and_every_source_of_a_table() {
        let plans = catalog::table("plans").unwrap();
        let settings = Settings {
            accounts: [Cloud::ALIBABA, Cloud::HUAWEI].map(account).map(Arc::new).into(),
            ..Settings::default()
        };
        let caller = Caller::everyone(Arc::new(settings.clone()));
        assert_eq!(caller.accounts().count(), 2);
        let names = |caller: &Caller| {
            let targets = caller.targets(plans, &Choice::default());
            let name = |target: &Target| [&target.account.id, target.source.id].join(" ");
            targets.iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(&caller), ["alibaba-test alibaba.cs.operation-plans"]);

        // The settings say which sources there are, not the catalogue.
        let mut sources = settings.sources.clone();
        sources.extend(caller.sources(plans));
        let more = Caller::everyone(Arc::new(Settings { sources, ..settings }));
        assert_eq!(more.sources(plans).count(), 2);
        assert_eq!(names(&more).len(), 2);
    }
}
