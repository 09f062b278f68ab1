//! What replicas tell each other of sessions that were ended.

use super::Oidc;
use super::denied::{Denied, Ended};
use crate::store::Topic;
use serde::{Deserialize, Serialize};

/// That something was ended.
#[derive(Serialize, Deserialize)]
struct Notice {
    issuer: String,
    whom: Denied,
    ended: Ended,
}

impl Oidc {
    /// Tells other replicas what has been ended here. What cannot be told is told later ([`Self::untold`]).
    pub(super) async fn tell(&self) {
        let Some(store) = &self.store else { return };
        for said in self.untold() {
            if !store.tell(Topic::Revocations, &said).await {
                return;
            }
        }
    }

    /// Takes in a notice. Those of this replica come back too, and are known to lie there then.
    pub fn heard(&self, said: &[u8]) {
        let Ok(notice) = serde_json::from_slice::<Notice>(said) else {
            return;
        };
        if notice.issuer == self.settings.issuer {
            let life = self.settings.lives.absolute;
            self.denied
                .learn(notice.whom, notice.ended.told(), self.ambient.now(), life);
        }
    }

    /// The notices that are not known to lie in the store.
    #[must_use]
    pub fn untold(&self) -> Vec<Vec<u8>> {
        let notice = |(whom, ended)| {
            serde_json::to_vec(&Notice {
                issuer: self.settings.issuer.clone(),
                whom,
                ended,
            })
        };
        self.denied
            .untold()
            .into_iter()
            .filter_map(|ended| notice(ended).ok())
            .collect()
    }

    /// What was in the store is there no more.
    pub fn emptied(&self) {
        self.denied.emptied();
    }
}
