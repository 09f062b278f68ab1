//! Sessions that have been signed out before their end. A sealed session cannot be taken back, so what was ended is remembered until it would have
//! ended by itself.

use super::session::{Session, milliseconds};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

/// In seconds: some providers date their word back, so that clocks that are a little apart do not refuse it.
const SET_BACK: u64 = 2;

/// Which sessions an entry ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// What has been ended, for one issuer. It is of this process: replicas do not share it yet.
#[derive(Debug, Default)]
pub struct DenyList(Mutex<HashMap<Denied, Ended>>);

#[derive(Clone, Copy, Debug)]
struct Ended {
    /// When that was said, in seconds since 1970 by the clock of who said it.
    issued: u64,
    /// Sessions that began before are over, in milliseconds since 1970.
    before: u64,
}

impl DenyList {
    /// Ends what has begun until now, by a word of that second. The same word once more, or an older one, ends nothing that began since.
    pub fn end(&self, denied: Denied, issued: u64, now: SystemTime, life: Duration) {
        let Ok(mut entries) = self.0.lock() else { return };
        let now = milliseconds(now);
        // What no session can be old enough for any more is forgotten.
        let oldest = now.saturating_sub(life.as_millis() as u64);
        entries.retain(|_, ended| ended.before > oldest);
        let said = issued.saturating_add(SET_BACK).saturating_add(1).saturating_mul(1000);
        let before = now.saturating_add(1).min(said);
        let ended = entries.entry(denied).or_insert(Ended { issued, before });
        if issued > ended.issued {
            *ended = Ended { issued, before };
        }
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
    fn what_nobody_can_hold_any_more_is_forgotten() {
        let list = DenyList::default();
        list.end(Denied::Subject("ann".into()), 500, at(500_000), LIFE);
        list.end(Denied::Subject("bob".into()), 1501, at(1_501_000), LIFE);
        assert_eq!(list.0.lock().unwrap().len(), 1);
    }
}
