//! What this replica shares with others while it runs.

use super::presence;
use crate::accounts::{Account, Throttled};
use crate::auth::oidc::Oidc;
use crate::clock::Ambient;
use crate::http::state::App;
use crate::store::{Listener, Store, Topic};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// So long the program waits at its start to hear what has been signed out. Where the store does not say it in time, people are let in all the same, which is counted.
const PATIENCE: Duration = Duration::from_secs(1);

/// Connects to the store, and keeps to it for good.
pub(super) async fn begin(store: Store, app: &Arc<App>) -> io::Result<()> {
    let listener = Arc::new(Sharing(Arc::clone(app)));
    store.clone().follow(listener)?;
    tokio::spawn(presence::follow(store.clone(), Arc::clone(app)));
    if !store.heard_once(PATIENCE).await {
        tracing::warn!("the store does not answer: this replica begins without what others have told");
    }
    Ok(())
}

/// Hears for the program what others tell.
#[derive(Debug)]
struct Sharing(Arc<App>);

impl Listener for Sharing {
    fn heard(&self, topic: Topic, said: &[u8]) {
        let settings = self.0.settings();
        match topic {
            Topic::Revocations => {
                if let Some(oidc) = settings.sign_in.oidc() {
                    oidc.heard(said);
                }
            }
            Topic::Paces => {
                if let Some(throttled) = Throttled::heard(said) {
                    let ambient = Ambient::real();
                    let count = |account: &Arc<Account>| throttled.count(account, &ambient);
                    settings.accounts.iter().for_each(count);
                    let members = settings.sets.iter().map(|set| set.accounts());
                    members.for_each(|members| members.iter().for_each(count));
                }
            }
        }
    }

    fn emptied(&self) {
        if let Some(oidc) = self.0.settings().sign_in.oidc() {
            oidc.emptied();
        }
    }

    fn untold(&self) -> Vec<(Topic, Vec<u8>)> {
        let settings = self.0.settings();
        let of_sessions = settings.sign_in.oidc().map(Oidc::untold);
        let of_sessions = of_sessions.unwrap_or_default().into_iter();
        of_sessions.map(|said| (Topic::Revocations, said)).collect()
    }
}
