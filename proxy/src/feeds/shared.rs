//! The list of feeds in the store that replicas share.
//!
//! While the store is away the last list that was read counts, no feed is made, and one that is revoked is so here at once, and in the store when it is back.

use super::entry::Entry;
use crate::store::{Fields, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;

/// The list, with what this replica knows of it.
#[derive(Debug)]
pub struct SharedList {
    store: Store,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// As it was read last.
    entries: BTreeMap<String, Entry>,
    /// What was taken out here, and may still stand there.
    away: BTreeSet<String>,
}

impl SharedList {
    /// That of a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of it, the oldest first; as it was read last, where the store does not answer. Waits for the store, in a thread that may.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.exchange(&[]);
        let known = self.known();
        let mut entries: Vec<_> = known.entries.values().cloned().collect();
        drop(known);
        entries.sort_by(|one, other| (&one.made, &one.id).cmp(&(&other.made, &other.id)));
        entries
    }

    /// Whether something was taken out here that may still stand there.
    #[must_use]
    pub fn has_untold(&self) -> bool {
        !self.known().away.is_empty()
    }

    /// Changes it. Two replicas may at the same time; each changes what it means to and nothing else.
    ///
    /// # Errors
    /// The store does not answer, and something was to be added.
    pub fn change<T>(&self, change: impl FnOnce(&mut Vec<Entry>) -> T) -> io::Result<T> {
        let before = self.entries();
        let mut entries = before.clone();
        let changed = change(&mut entries);
        let away = before.iter().filter(|entry| !entries.contains(entry));
        let away: Vec<String> = away.map(|entry| entry.id.clone()).collect();
        let added: Vec<_> = entries.into_iter().filter(|entry| !before.contains(entry)).collect();
        {
            let mut known = self.known();
            for id in away {
                known.entries.remove(&id);
                known.away.insert(id);
            }
        }
        if !self.exchange(&added) && !added.is_empty() {
            return Err(io::Error::other("the store that replicas share does not answer"));
        }
        Ok(changed)
    }

    /// Takes away there what was taken away here, lays down what was added, and reads what is there; whether the store has answered.
    fn exchange(&self, added: &[Entry]) -> bool {
        let away: Vec<String> = self.known().away.iter().cloned().collect();
        let new = |entry: &Entry| Some((entry.id.clone(), serde_json::to_vec(entry).ok()?));
        let new: Vec<_> = added.iter().filter_map(new).collect();
        let fields = Handle::current().block_on(self.store.fields(Fields::Feeds, &away, &new));
        let Some(fields) = fields else { return false };
        let entry = |(id, text): (String, Vec<u8>)| {
            let entry: Entry = serde_json::from_slice(&text).ok()?;
            (entry.id == id).then_some((id, entry))
        };
        let mut known = self.known();
        known.entries = fields.into_iter().filter_map(entry).collect();
        for id in &away {
            known.away.remove(id);
        }
        // What was taken away while this was asked.
        let left: Vec<_> = known.away.iter().cloned().collect();
        for id in left {
            known.entries.remove(&id);
        }
        true
    }
}
