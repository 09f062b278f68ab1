//! Sessions that have been signed out before their end. A sealed session cannot be taken back, so what was ended is remembered until it would have
//! ended by itself.

use super::session::Session;
use crate::clock::unix_millis;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

/// In seconds: some providers date their word back, so that clocks that are a little apart do not refuse it.
const SET_BACK: u64 = 2;

/// Which sessions an entry ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Denied {
    /// One of ours.
    Session(String),
    /// All that belong to a session at the identity provider.
    ProviderSession(String),
    /// All of a subject.
    Subject(String),
    /// Those of a subject of which it is not known to which session at the identity provider they belong.
    SubjectUnnamed(String),
}

/// What has been ended, for one issuer. Each replica has a list of its own; where there is a store, they tell each other what is on theirs
/// ([`super::notice`]).
#[derive(Debug, Default)]
pub struct DenyList(Mutex<HashMap<Denied, Ended>>);

/// What is on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When that was said, in seconds since 1970 by the clock of who said it.
    issued: u64,
    /// Sessions that began before are over, in milliseconds since 1970.
    before: u64,
    /// Whether it is known to lie in the store.
    #[serde(skip)]
    told: bool,
}

impl Ended {
    /// The same, which lies in the store.
    #[must_use]
    pub fn told(self) -> Self {
        Self { told: true, ..self }
    }
}

impl DenyList {
    /// Ends what has begun until now, by a word of that second. The same word once more, or an older one, ends nothing that began since.
    pub fn end(&self, denied: Denied, issued: u64, now: SystemTime, life: Duration) {
        let said = issued.saturating_add(SET_BACK).saturating_add(1).saturating_mul(1000);
        let before = unix_millis(now).saturating_add(1).min(said);
        let ended = Ended {
            issued,
            before,
            told: false,
        };
        self.learn(denied, ended, now, life);
    }

    /// Takes in what a replica has on its list.
    pub fn learn(&self, denied: Denied, ended: Ended, now: SystemTime, life: Duration) {
        let Ok(mut entries) = self.0.lock() else { return };
        // What no session can be old enough for any more is forgotten.
        let oldest = unix_millis(now).saturating_sub(life.as_millis() as u64);
        entries.retain(|_, ended| ended.before > oldest);
        if ended.before <= oldest {
            return;
        }
        let known = entries.entry(denied).or_insert(ended);
        if ended.issued > known.issued {
            *known = ended;
        } else if (ended.issued, ended.before) == (known.issued, known.before) {
            known.told |= ended.told;
        }
    }

    /// What is not known to lie in the store.
    #[must_use]
    pub fn untold(&self) -> Vec<(Denied, Ended)> {
        let Ok(entries) = self.0.lock() else { return Vec::new() };
        let untold = entries.iter().filter(|(_, ended)| !ended.told);
        untold.map(|(denied, ended)| (denied.clone(), *ended)).collect()
    }

    /// What was in the store is there no more.
    pub fn emptied(&self) {
        let Ok(mut entries) = self.0.lock() else { return };
        entries.values_mut().for_each(|ended| ended.told = false);
    }

    /// Whether a session has been ended. A list that cannot be read ends all.
    #[must_use]
    pub fn has(&self, session: &Session) -> bool {
        let Ok(entries) = self.0.lock() else { return true };
        let subject = session.subject.clone();
        let names = [
            Denied::Session(session.id.clone()),
            Denied::Subject(subject.clone()),
            match session.provider_session.clone() {
                Some(named) => Denied::ProviderSession(named),
                None => Denied::SubjectUnnamed(subject),
            },
        ];
        names
            .iter()
            .any(|name| entries.get(name).is_some_and(|ended| session.begun < ended.before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    const LIFE: Duration = Duration::from_secs(1000);

    fn session(id: &str, subject: &str, provider_session: Option<&str>, begun: u64) -> Session {
        Session {
            id: id.into(),
            issuer: String::new(),
            subject: subject.into(),
            name: String::new(),
            users: Vec::new(),
            groups: Vec::new(),
            provider_session: provider_session.map(str::to_owned),
            begun,
            renewed: begun / 1000,
            seen: begun / 1000,
            asks: false,
        }
    }

    fn at(millisecond: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millisecond)
    }

    #[test]
    fn what_began_before_is_over_and_what_began_since_lives() {
        let list = DenyList::default();
        list.end(Denied::Subject("ann".into()), 500, at(500_600), LIFE);
        assert!(
            list.has(&session("1", "ann", None, 500_300)),
            "within the second of the word"
        );
        assert!(!list.has(&session("2", "ann", None, 500_700)));
        assert!(!list.has(&session("3", "bob", None, 100_000)));
        list.end(Denied::ProviderSession("s".into()), 500, at(500_600), LIFE);
        assert!(list.has(&session("4", "bob", Some("s"), 499_000)));
        assert!(!list.has(&session("5", "bob", Some("t"), 499_000)));
        list.end(Denied::SubjectUnnamed("bob".into()), 500, at(500_600), LIFE);
        assert!(!list.has(&session("5", "bob", Some("t"), 499_000)));
        assert!(list.has(&session("6", "bob", None, 499_000)));
        list.end(Denied::Session("7".into()), 500, at(500_600), LIFE);
        assert!(list.has(&session("7", "eve", None, 500_600)));
        assert!(
            !list.has(&session("7", "eve", None, 500_601)),
            "the next millisecond is another time"
        );
    }

    #[test]
    fn the_same_word_again_ends_nothing_that_began_since() {
        let list = DenyList::default();
        for now in [500_600, 500_900, 530_000] {
            list.end(Denied::Subject("ann".into()), 500, at(now), LIFE);
        }
        assert!(!list.has(&session("2", "ann", None, 500_700)));
        list.end(Denied::Subject("ann".into()), 499, at(531_000), LIFE);
        assert!(list.has(&session("1", "ann", None, 500_300)));
        list.end(Denied::Subject("ann".into()), 532, at(532_000), LIFE);
        assert!(list.has(&session("2", "ann", None, 500_700)));
        // A word that was long under way ends nothing that began after it was said.
        list.end(Denied::Subject("bob".into()), 540, at(560_000), LIFE);
        assert!(!list.has(&session("3", "bob", None, 543_000)));
    }

    #[test]
    fn what_another_replica_ended_is_ended_here_and_each_is_told_once() {
        let (one, other) = (DenyList::default(), DenyList::default());
        one.end(Denied::Subject("ann".into()), 500, at(500_600), LIFE);
        let session = session("1", "ann", None, 500_300);
        assert!(!other.has(&session));
        let untold = one.untold();
        assert_eq!(untold.len(), 1);
        for (denied, ended) in untold {
            for list in [&one, &other] {
                list.learn(denied.clone(), ended.told(), at(500_700), LIFE);
            }
        }
        assert!(other.has(&session));
        assert_eq!((one.untold(), other.untold()), (vec![], vec![]));
        // It comes again and again, and by the way of others: known to lie there is known.
        let again = *one.0.lock().unwrap().get(&Denied::Subject("ann".into())).unwrap();
        for again in [again, Ended { told: false, ..again }] {
            one.learn(Denied::Subject("ann".into()), again, at(500_800), LIFE);
            assert_eq!(one.untold(), []);
        }
        // Whoever ends it anew tells it anew; an older word says nothing.
        other.end(Denied::Subject("ann".into()), 510, at(510_000), LIFE);
        other.end(Denied::Subject("ann".into()), 505, at(511_000), LIFE);
        assert_eq!(other.untold().len(), 1);
        one.emptied();
        assert_eq!(one.untold().len(), 1);
        // What has come too late to count is not taken in.
        let (denied, ended) = one.untold().remove(0);
        let late = DenyList::default();
        late.learn(denied, ended, at(500_601 + 1_000_000), LIFE);
        assert_eq!(late.untold(), []);
    }

    #[test]
    fn what_nobody_can_hold_any_more_is_forgotten() {
        let list = DenyList::default();
        list.end(Denied::Subject("ann".into()), 500, at(500_000), LIFE);
        // To the millisecond.
        list.end(Denied::Subject("bob".into()), 1500, at(1_500_000), LIFE);
        assert_eq!(list.0.lock().unwrap().len(), 2);
        list.end(Denied::Subject("bob".into()), 1500, at(1_500_001), LIFE);
        assert_eq!(list.0.lock().unwrap().len(), 1);
    }
}
