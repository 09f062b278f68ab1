//! What the program goes by, made of a configuration; what is kept of it from one configuration to the next.

use crate::account_sets::AccountSet;
use crate::accounts::Account;
use crate::ask::transport::Transport;
use crate::audit::Audit;
use crate::auth::SignIn;
use crate::clock::Ambient;
use crate::config::{Configuration, Said};
use crate::feeds::Feeds;
use crate::http::state::Settings;
use crate::store::Store;
use std::sync::Arc;

/// What was said of that which is made once and kept while the same is said of it.
pub(super) struct Kept {
    audit: Arc<Audit>,
    transport: Arc<dyn Transport>,
    store: Option<Store>,
    auth: Said,
    feeds: Said,
}

impl Kept {
    /// Nothing yet. Issuers are asked through `transport`, what is ended is shared by `store`.
    pub(super) fn new(audit: &Arc<Audit>, transport: &Arc<dyn Transport>, store: Option<&Store>) -> Self {
        Self {
            audit: Arc::clone(audit),
            transport: Arc::clone(transport),
            store: store.cloned(),
            auth: Said::default(),
            feeds: Said::default(),
        }
    }

    /// The settings of a configuration. Of those `before`, accounts and account sets of which the same is said stay, with all that is known of them; so do the way to sign in with
    /// the sessions that it has ended, and the feeds.
    pub(super) fn settings(&mut self, config: Configuration, before: Option<&Settings>) -> Settings {
        if let (Some(store), Some(settings)) = (&self.store, &config.store) {
            store.take_keys(settings);
        }
        let same = |account: Account| {
            let said = |known: &&Arc<Account>| known.id == account.id && known.said == account.said;
            let known = before.and_then(|before| before.accounts.iter().find(said));
            known.map_or_else(|| Arc::new(account), Arc::clone)
        };
        let same_set = |set: AccountSet| {
            let mut known = before.into_iter().flat_map(|before| &before.sets);
            let known = known.find(|known| known.is_same(&set));
            known.map_or_else(|| Arc::new(set), Arc::clone)
        };
        let local = config.listen.ip().is_loopback();
        let sign_in = match before {
            Some(before) if self.auth == config.auth.said => Arc::clone(&before.sign_in),
            before => {
                let made = SignIn::new(config.auth.sign_in, Arc::clone(&self.transport), Ambient::real())
                    .sharing(self.store.as_ref());
                Arc::new(match before {
                    Some(before) => made.after(&before.sign_in),
                    None => made,
                })
            }
        };
        let feeds = match before.map(|before| before.feeds.clone()) {
            Some(known) if self.feeds == config.feeds_said => known,
            _ => config.feeds.map(|feeds| {
                let made = Feeds::new(feeds, Ambient::real());
                Arc::new(made.sharing(self.store.as_ref()))
            }),
        };
        (self.auth, self.feeds) = (config.auth.said, config.feeds_said);
        Settings {
            accounts: config.accounts.into_iter().map(same).collect(),
            sets: config.sets.into_iter().map(same_set).collect(),
            audit: Arc::clone(&self.audit),
            cache: config.cache,
            contact: config.auth.contact,
            feeds,
            grants: config.grants,
            sign_in,
            local,
            public_url: config.public_url,
            saved_views: config.views,
            tokens: config.tokens,
            ..Settings::default()
        }
    }
}

/// Tells the log what is in order and may still be meant otherwise.
pub(super) fn tell(config: &Configuration, remarks: impl IntoIterator<Item = String>) {
    let shares = config.store.as_ref().is_some_and(|store| store.shares);
    if !shares && config.feeds.as_ref().is_some_and(|feeds| feeds.file.is_none()) {
        tracing::warn!("feeds end with this process, and other replicas do not know them: [feeds] has no file");
    }
    for remark in remarks {
        tracing::warn!("{remark}");
    }
}
