//! What the handlers share.

use crate::account_sets::{self, AccountSet};
use crate::accounts::Account;
use crate::ask::Client;
use crate::asker::Readings;
use crate::audit::Audit;
use crate::auth::SignIn;
use crate::auth::api_token::ApiTokens;
use crate::cache::{self, ListCache};
use crate::draining::Draining;
use crate::feeds::Feeds;
use crate::grants::Grants;
use crate::memory::Memory;
use crate::saved_views::SavedView;
use crate::store::Store;
use catalog::Source;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use std::sync::{Arc, PoisonError, RwLock};

/// What the configuration says. It never changes: other settings are another value. An account, a way to sign in or the feeds of which the same is said as before
/// are the same as before, though: what is kept with them stays.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The accounts, in the configuration's order.
    pub accounts: Vec<Arc<Account>>,
    /// Many accounts each, which directories list. No id of a member is one of the accounts'.
    pub sets: Vec<Arc<AccountSet>>,
    /// The list APIs that are asked; all of the catalogue, unless a test brings one of its own.
    pub sources: Vec<&'static Source>,
    /// How long answers are kept.
    pub cache: cache::Settings,
    /// Where it is written down who was let in and what they read.
    pub audit: Arc<Audit>,
    /// Whom people ask for more rights.
    pub contact: Option<String>,
    /// Addresses for programs that cannot sign in; none where the configuration has no `[feeds]`.
    pub feeds: Option<Arc<Feeds>>,
    /// Who may read what, once they have signed in.
    pub grants: Grants,
    /// How people sign in.
    pub sign_in: Arc<SignIn>,
    /// Whether only this host may come in: then names that merely resolve to it may not.
    pub local: bool,
    /// Under which address people reach the page, without a slash at the end; none where that is the listener's own.
    pub public_url: Option<String>,
    /// The team's views, in the configuration's order.
    pub saved_views: Vec<SavedView>,
    /// Scripts that may come in.
    pub tokens: ApiTokens,
}

impl Default for Settings {
    /// No account, no sign-in, a listener for everybody, all sources of the catalogue, nothing kept.
    fn default() -> Self {
        Self {
            accounts: Vec::new(),
            sets: Vec::new(),
            cache: cache::Settings::OFF,
            audit: Arc::default(),
            contact: None,
            feeds: None,
            grants: Grants::default(),
            sign_in: Arc::default(),
            sources: catalog::SOURCES.to_vec(),
            local: false,
            public_url: None,
            saved_views: Vec::new(),
            tokens: ApiTokens::default(),
        }
    }
}

impl Settings {
    /// Scheme and host of the page, without a slash at the end: the configured address, or what the request itself was sent to.
    #[must_use]
    pub fn origin(&self, request: &Parts) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        // Without a configured address only this host comes in, without TLS.
        let named = || Authority::try_from(request.headers.get(HOST)?.as_bytes()).ok();
        let host = request.uri.authority().cloned().or_else(named);
        format!("http://{}", host.as_ref().map_or("localhost", Authority::as_str))
    }
}

/// The running application.
#[derive(Debug)]
pub struct App {
    settings: RwLock<Arc<Settings>>,
    client: Arc<Client>,
    draining: Arc<Draining>,
    export_memory: Memory,
    lists: Arc<ListCache>,
    readings: Arc<Readings>,
    /// What replicas share.
    store: Option<Store>,
}

impl App {
    /// An application with these settings that asks the clouds through `client`.
    #[must_use]
    pub fn new(settings: Settings, client: Client) -> Self {
        let client = Arc::new(client);
        account_sets::follow(&settings.sets, &client);
        Self {
            settings: RwLock::new(Arc::new(settings)),
            draining: Arc::default(),
            export_memory: Memory::new(client.limits().export_bytes),
            lists: Arc::default(),
            readings: Arc::default(),
            store: None,
            client,
        }
    }

    /// The same, which shares with other replicas what is walked.
    #[must_use]
    pub fn sharing(self, store: Option<&Store>) -> Self {
        Self {
            lists: Arc::new(ListCache::sharing(store.cloned())),
            store: store.cloned(),
            ..self
        }
    }

    /// What replicas share; none where each is for itself.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// The settings that hold now. One request keeps to those that it found first, so that it never sees half of a change.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on other settings hold. What has begun goes on by those that it found.
    pub fn replace(&self, settings: Settings) {
        account_sets::follow(&settings.sets, &self.client);
        let before = self.settings();
        let goes_on = |id: &str| settings.sets.iter().any(|set| set.id() == id);
        let gone = before.sets.iter().filter(|set| !goes_on(set.id()));
        gone.for_each(|set| account_sets::forget(set.id()));
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// What is being answered, and whether more may be.
    #[must_use]
    pub fn draining(&self) -> &Arc<Draining> {
        &self.draining
    }

    /// The way to the clouds.
    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// The lists that are walked or kept for all.
    #[must_use]
    pub fn lists(&self) -> &Arc<ListCache> {
        &self.lists
    }

    /// What people are reading.
    #[must_use]
    pub fn readings(&self) -> &Arc<Readings> {
        &self.readings
    }

    /// The memory that all exports share.
    #[must_use]
    pub fn export_memory(&self) -> &Memory {
        &self.export_memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    #[test]
    fn the_configured_address_wins_over_the_requests_own() {
        let origin = |settings: &Settings, uri: &str, host: Option<&str>| {
            let request = host
                .into_iter()
                .fold(Request::builder().uri(uri), |request, host| request.header(HOST, host));
            settings.origin(&request.body(()).unwrap().into_parts().0)
        };
        let own = Settings::default();
        assert_eq!(origin(&own, "/plans", Some("localhost:81")), "http://localhost:81");
        assert_eq!(origin(&own, "http://[::1]:8080/plans", None), "http://[::1]:8080");
        assert_eq!(origin(&own, "/plans", None), "http://localhost");
        let public = Settings {
            public_url: Some("https://ops.example.com".into()),
            ..Settings::default()
        };
        assert_eq!(
            origin(&public, "/plans", Some("localhost:81")),
            "https://ops.example.com"
        );
    }
}
