//! Feeds: addresses by which a program that cannot sign in, such as a calendar, reads one view with the rights of whoever made the address.
//!
//! An address is sealed: it holds the view, its maker with the groups that they had then, and its end, and without the key nobody makes or changes
//! one. It counts only while its id stands in the list. What does not stand there opens nothing, whether it was revoked or the list was lost.

pub mod address;
pub mod entry;
pub mod list;
mod pace;
mod shared;

use crate::auth::principal::Principal;
use crate::auth::sealed::SealingKeys;
use crate::clock::Ambient;
use crate::store::{Purpose, Store};
use address::Feed;
use entry::Entry;
use list::List;
use pace::Pace;
use shared::SharedList;
use sign::Secret;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;

/// The longest that a feed may live, whatever the configuration says.
pub const LONGEST_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);

/// How many feeds somebody may have at a time.
pub const MOST: usize = 20;

/// `[feeds]`, as the configuration says it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a feed lives.
    pub max_age: Duration,
    /// What addresses are sealed with.
    pub keys: SealingKeys,
    /// Where the list of feeds is kept; without one in the store, or without that in the memory of this process.
    pub file: Option<PathBuf>,
}

/// `[feeds]`, ready to be made and asked.
#[derive(Debug)]
pub struct Feeds {
    max_age: Duration,
    keys: SealingKeys,
    list: List,
    pace: Pace,
    /// What replicas share.
    store: Option<Store>,
    ambient: Ambient,
}

/// A feed that has just been made.
#[derive(Debug)]
pub struct Made {
    /// How it stands in the list.
    pub entry: Entry,
    /// The sealed part of its address, which is told this once and kept nowhere.
    pub sealed: Secret,
}

/// Why a feed was not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// Its maker has as many as they may.
    #[error("somebody may have {MOST} feeds at a time")]
    Full,
    /// Its view, or the names and groups of its maker, are too long for an address.
    #[error("it is too long for an address")]
    TooLong,
    /// The list cannot be changed.
    #[error("the list of feeds cannot be changed: {0}")]
    List(#[from] io::Error),
}

/// Why an address opens nothing. For the log alone.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It was not sealed by a key of ours, or not whole.
    #[error("none of the keys has sealed this address, or it is not whole")]
    Foreign,
    /// Its time is over. With its id.
    #[error("the feed has come to its end")]
    Over(String),
    /// It does not stand in the list. With its id.
    #[error("the feed is not in the list: it was revoked, or the list was lost")]
    Unlisted(String),
    /// It was asked for too often within a minute.
    #[error("the feed is asked for more than {} times a minute", pace::MOST)]
    TooOften,
    /// The list cannot be read.
    #[error("the list of feeds cannot be read: {0}")]
    List(#[from] io::Error),
}

impl Feeds {
    /// As the configuration says.
    #[must_use]
    pub fn new(settings: Settings, ambient: Ambient) -> Self {
        Self {
            max_age: settings.max_age.min(LONGEST_LIFE),
            keys: settings.keys,
            list: List::new(settings.file),
            pace: Pace::default(),
            store: None,
            ambient,
        }
    }

    /// In the memory of this process, with a key of its own: they end with it.
    #[must_use]
    pub fn of_this_process(ambient: Ambient) -> Self {
        let settings = Settings {
            max_age: LONGEST_LIFE,
            keys: SealingKeys::of_this_process(),
            file: None,
        };
        Self::new(settings, ambient)
    }

    /// The same, with a pace that replicas share; and the list too, unless that is in a file.
    #[must_use]
    pub fn sharing(self, store: Option<&Store>) -> Self {
        let list = match (self.list, store) {
            (List::Memory(_), Some(store)) => List::Shared(SharedList::new(store.clone())),
            (list, _) => list,
        };
        Self {
            list,
            store: store.cloned(),
            ..self
        }
    }

    /// Whether something was revoked that still stands in the store.
    #[must_use]
    pub fn has_untold(&self) -> bool {
        matches!(&self.list, List::Shared(list) if list.has_untold())
    }

    /// Takes that out of the store, if it answers. Waits for it, in a thread that may.
    pub fn tell(&self) {
        _ = self.list.entries();
    }

    /// Whether a feed still keeps to its pace, over all replicas where that is known.
    fn keeps_pace(&self, id: &str, now: SystemTime) -> bool {
        let here = self.pace.keeps(id, now);
        let Some(store) = &self.store else { return here };
        let minute = pace::minute(now);
        let count = Handle::current().block_on(store.count(Purpose::Feeds, id, minute));
        count.map_or(here, |count| count <= pace::MOST.into())
    }

    /// Whether feeds outlive this process.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.list.is_lasting()
    }

    /// Makes a feed of a table's export. May wait for a file.
    ///
    /// # Errors
    /// See [`MakeError`].
    pub fn make(&self, maker: Option<&Principal>, table: &str, query: &str, format: &str) -> Result<Made, MakeError> {
        let now = self.ambient.now();
        let id = hex::encode(&self.ambient.secret_bytes()[..8]);
        let feed = Feed::new(id, maker, table, query, now, now + self.max_age);
        let sealed = feed.seal(&self.keys).ok_or(MakeError::TooLong)?;
        let entry = Entry::new(&feed, format);
        let listed = self.list.change(|entries| {
            entries.retain(|entry| entry.lives(now));
            let own = entries.iter().filter(|other| other.maker == entry.maker);
            let room = own.count() < MOST;
            if room {
                entries.push(entry.clone());
            }
            room
        })?;
        if listed {
            Ok(Made { entry, sealed })
        } else {
            Err(MakeError::Full)
        }
    }

    /// Somebody's own feeds that still live, the newest first. May wait for a file.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn of(&self, maker: Option<&Principal>) -> io::Result<Vec<Entry>> {
        let (maker, now) = (address::id(maker), self.ambient.now());
        let mut own = self.list.entries()?;
        own.retain(|entry| entry.maker == maker && entry.lives(now));
        own.reverse();
        Ok(own)
    }

    /// Ends a feed of somebody's own; false where they have none of this id. May wait for a file.
    ///
    /// # Errors
    /// The list cannot be changed.
    pub fn revoke(&self, maker: Option<&Principal>, id: &str) -> io::Result<bool> {
        let (maker, now) = (address::id(maker), self.ambient.now());
        self.list.change(|entries| {
            let is_it = |entry: &Entry| entry.id == id && entry.maker == maker && entry.lives(now);
            let found = entries.iter().any(is_it);
            entries.retain(|entry| !is_it(entry) && entry.lives(now));
            found
        })
    }

    /// The feed of a sealed address, if it counts. May wait for a file.
    ///
    /// # Errors
    /// See [`FeedError`].
    pub fn open(&self, sealed: &str) -> Result<Feed, FeedError> {
        let feed = Feed::open(&self.keys, sealed).ok_or(FeedError::Foreign)?;
        let now = self.ambient.now();
        // A shorter life in the configuration counts for those that have been made before, too.
        if now >= feed.end().min(feed.made() + self.max_age) {
            return Err(FeedError::Over(feed.id));
        }
        let listed = |entry: &Entry| entry.id == feed.id && entry.maker == feed.maker_id();
        if !self.list.entries()?.iter().any(listed) {
            return Err(FeedError::Unlisted(feed.id));
        }
        if self.keeps_pace(&feed.id, now) {
            Ok(feed)
        } else {
            Err(FeedError::TooOften)
        }
    }
}

#[cfg(test)]
mod tests;
