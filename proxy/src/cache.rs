//! Lists that several people read: walked once for all who ask at the same time, and kept for those who ask soon after.
//!
//! Nobody comes here but with a target, and a caller has targets of their own rights only: what is looked up has been allowed before.

mod key;
mod page;
mod passed;
mod replicas;
mod room;
mod walk;

pub use page::{KeptPage, frame, small_frame};
pub use walk::{Next, Reader};

use crate::ask::Client;
use crate::asker::Askers;
use crate::crawl::{self, GoneError, Page, PageSink};
use crate::error::TargetError;
use crate::store::Store;
use crate::target::Target;
use crate::telemetry::metrics;
use futures_util::FutureExt;
use key::Key;
use room::Room;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tracing::{Instrument, Span};
use walk::{Ending, SharedWalk};
use wire::Cache;

/// How long answers may be kept, from the end of their walk, and in how much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Age up to which an answer is served without asking. When zero, nothing is kept and nobody shares a walk.
    pub fresh: Duration,
    /// Age up to which an answer is served at once while a new one is fetched.
    pub stale: Duration,
    /// Bytes of compressed pages, all answers together.
    pub bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(30),
            stale: Duration::from_secs(600),
            bytes: 256 << 20,
        }
    }
}

impl Settings {
    /// Nothing is kept.
    pub const OFF: Self = Self {
        fresh: Duration::ZERO,
        stale: Duration::ZERO,
        bytes: 0,
    };

    /// Whether anything is kept.
    #[must_use]
    pub fn keeps(&self) -> bool {
        !self.fresh.is_zero()
    }

    /// How a list of this age is served; not at all where it is too old.
    fn serves(&self, age: Duration) -> Option<Cache> {
        match age {
            age if age <= self.fresh => Some(Cache::Fresh),
            age if age <= self.stale => Some(Cache::Stale),
            _ => None,
        }
    }

    /// Age up to which an answer is served at all.
    fn longest(&self) -> Duration {
        self.fresh.max(self.stale)
    }

    /// The most that one list may take: the others shall have room too.
    fn most_of_one(&self) -> usize {
        self.bytes / 4
    }
}

/// The lists that are walked now, and those that were not long ago.
///
/// Of our own, though there are crates for caches: what is walked right now is most of it, is read while it grows, takes room from the first page on, and
/// may turn out to be too large in the midst.
#[derive(Debug, Default)]
pub struct ListCache {
    lists: Mutex<HashMap<Key, Entry>>,
    room: Arc<Room>,
    /// That of pages of other replicas that are remembered although their lists are not kept.
    passed: Arc<Room>,
    /// What replicas share.
    store: Option<Store>,
}

/// What there is of one list.
#[derive(Debug, Default)]
struct Entry {
    /// The newest that came to its end.
    kept: Option<Kept>,
    /// The newest that is under way, and for whom.
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    walk: Arc<SharedWalk>,
    askers: Arc<Askers>,
    wish: Wish,
}

/// What somebody wants of what other replicas have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Whatever is kept and young enough.
    Any,
    /// What is newer than what is kept here, which is stale.
    Newer,
    /// Nothing: the cloud is to be asked.
    Past,
}

#[derive(Debug)]
struct Kept {
    walk: Arc<SharedWalk>,
    ended: Instant,
    used: Instant,
}

impl ListCache {
    /// One that shares with other replicas what is walked.
    #[must_use]
    pub fn sharing(store: Option<Store>) -> Self {
        Self {
            store,
            ..Self::default()
        }
    }

    /// A reader of a target's list, and where it comes from: what is kept and young enough, unless it is to be `past` that; else the walk that is under
    /// way; else one that begins now, on behalf of the client's asker.
    #[must_use]
    pub fn open(
        self: &Arc<Self>,
        client: &Arc<Client>,
        target: &Target,
        settings: Settings,
        past: bool,
    ) -> (Reader, Cache) {
        let key = Key::of(target);
        let mut lists = self.lists();
        let entry = lists.entry(key.clone()).or_default();
        let begin = |entry: &mut Entry, wish| self.begin(entry, client, target, settings, wish);
        if !past
            && let Some(kept) = &mut entry.kept
            && let Some(cache) = settings.serves(kept.ended.elapsed())
            && let Some(reader) = kept.walk.join()
        {
            kept.used = Instant::now();
            if cache == Cache::Stale && entry.under_way.is_none() {
                begin(entry, Wish::Newer);
            }
            metrics().cache_answers.of([cache.word()]).inc();
            return (reader, cache);
        }
        // What came before somebody asked past the cache is not what they want to know.
        let own = |wish| self.store.is_none() || wish == Wish::Past;
        let new_enough = |under_way: &&UnderWay| !past || (!under_way.walk.has_come() && own(under_way.wish));
        let reader = entry.under_way.as_ref().filter(new_enough).and_then(|under_way| {
            under_way.askers.join(client.asker());
            under_way.walk.join()
        });
        let what = if reader.is_some() { "joined" } else { "miss" };
        metrics().cache_answers.of([what]).inc();
        let wish = if past { Wish::Past } else { Wish::Any };
        (reader.unwrap_or_else(|| begin(entry, wish)), Cache::Miss)
    }

    /// Begins a walk for whoever wants this list, and its first reader. One that is to be newer than what is kept goes to its end whoever listens.
    fn begin(
        self: &Arc<Self>,
        entry: &mut Entry,
        client: &Client,
        target: &Target,
        settings: Settings,
        wish: Wish,
    ) -> Reader {
        // Read before anything can have come, so that nothing of it is gone.
        let (walk, reader) = SharedWalk::begin(&self.room, wish == Wish::Newer);
        let askers = Arc::new(Askers::new(client.asker().clone()));
        entry.under_way = Some(UnderWay {
            walk: Arc::clone(&walk),
            askers: Arc::clone(&askers),
            wish,
        });
        let walking = Walking {
            cache: Arc::clone(self),
            key: Key::of(target),
            walk,
            settings,
            wish,
        };
        tokio::spawn(walking.run(client.for_all(askers), target.clone(), Span::current()));
        reader
    }

    /// Begins to walk a list anew that came from another replica and is stale, unless that is under way.
    fn renew(self: &Arc<Self>, client: &Client, target: &Target, settings: Settings) {
        let mut lists = self.lists();
        let entry = lists.entry(Key::of(target)).or_default();
        if entry.under_way.is_none() {
            drop(self.begin(entry, client, target, settings, Wish::Newer));
        }
    }

    /// How many bytes kept pages take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.room.taken()
    }

    fn lists(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes so many bytes for a page. Lists that nobody reads give way, the one that was used longest ago first.
    fn make_room(&self, bytes: usize, most: usize) -> bool {
        while !self.room.take(bytes, most) {
            let mut lists = self.lists();
            let unread = lists.iter_mut().filter_map(|(key, entry)| {
                let kept = entry.kept.as_ref()?;
                (Arc::strong_count(&kept.walk) == 1).then(|| (kept.used, key.clone()))
            });
            let Some((_, key)) = unread.min_by_key(|(used, _)| *used) else {
                return false;
            };
            forget(&mut lists, &key, |_| true);
            metrics().cache_evictions.inc();
        }
        true
    }
}

/// Lets go of what is kept of a list, if it is the one that is meant.
#[expect(
    clippy::mutable_key_type,
    reason = "a key goes by where its account is, whatever changes in it"
)]
fn forget(lists: &mut HashMap<Key, Entry>, key: &Key, is_meant: impl FnOnce(&Kept) -> bool) {
    let Some(entry) = lists.get_mut(key) else { return };
    entry.kept.take_if(|kept| is_meant(kept));
    if entry.kept.is_none() && entry.under_way.is_none() {
        lists.remove(key);
    }
}

/// A walk under way, in a task of its own.
struct Walking {
    cache: Arc<ListCache>,
    key: Key,
    walk: Arc<SharedWalk>,
    settings: Settings,
    wish: Wish,
}

impl Walking {
    /// Walks in the trace of who began it, which does not last as long as the list is kept.
    async fn run(self, client: Client, target: Target, span: Span) {
        let walking = self.walked(&client, &target).instrument(span);
        // A panic on the way is a failure of this target alone.
        let walked = AssertUnwindSafe(walking).catch_unwind().await;
        let walked = walked.unwrap_or_else(|panic| Err(TargetError::panicked(&*panic)));
        if let Err(error) = &walked
            && *error != TargetError::cancelled()
        {
            target.log_failure(error);
        }
        let kept = self.end(walked);
        if let Some((Cache::Stale, _)) = self.walk.kept_elsewhere() {
            self.cache.renew(&client, &target, self.settings);
        }
        drop(client);
        if kept {
            self.keep().await;
        }
    }

    /// Walks it, unless another replica does, or has.
    async fn walked(&self, client: &Client, target: &Target) -> Ending {
        match replicas::Shared::of(self, target).await {
            Some(shared) => shared.walk(client, target).await,
            None => crawl::walk(client, target, self).await,
        }
    }

    /// Ends the walk for its readers; whether the list is kept. Failures are not.
    fn end(&self, walked: Ending) -> bool {
        let mut lists = self.cache.lists();
        let entry = lists.entry(self.key.clone()).or_default();
        entry
            .under_way
            .take_if(|under_way| Arc::ptr_eq(&under_way.walk, &self.walk));
        let newest = entry
            .kept
            .as_ref()
            .is_none_or(|kept| kept.walk.begun <= self.walk.begun);
        let keep = walked.is_ok() && newest && self.walk.kept().is_some();
        if keep {
            let now = Instant::now();
            entry.kept = Some(Kept {
                walk: Arc::clone(&self.walk),
                ended: now.checked_sub(self.age()).unwrap_or(now),
                used: now,
            });
        }
        forget(&mut lists, &self.key, |_| false);
        self.walk.end(walked);
        keep
    }

    /// How old the list is that has just come.
    fn age(&self) -> Duration {
        self.walk.kept_elsewhere().map_or(Duration::ZERO, |(_, age)| age)
    }

    /// Takes one page as it is kept.
    async fn take(&self, page: Arc<KeptPage>) -> Result<(), GoneError> {
        let bytes = page.bytes();
        let fits = self
            .walk
            .kept()
            .is_some_and(|kept| kept + bytes <= self.settings.most_of_one());
        let room = (fits && self.cache.make_room(bytes, self.settings.bytes)).then_some(bytes);
        self.walk.page(page, room).await
    }

    /// Forgets the list once it is too old to be served.
    async fn keep(self) {
        let left = self.settings.longest().saturating_sub(self.age());
        let Self { cache, key, walk, .. } = self;
        let (weak, meant) = (Arc::downgrade(&cache), Arc::downgrade(&walk));
        // Whether somebody reads it is told by how many have it.
        drop((cache, walk));
        sleep(left).await;
        if let Some(cache) = weak.upgrade() {
            let is_meant = |kept: &Kept| ptr::eq(Arc::as_ptr(&kept.walk), meant.as_ptr());
            forget(&mut cache.lists(), &key, is_meant);
        }
    }
}

impl PageSink for Walking {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        let page = KeptPage::new(&page).map_err(|error| {
            tracing::error!(%error, "a page could not be compressed");
            GoneError
        })?;
        self.take(Arc::new(page)).await
    }
}

#[cfg(test)]
mod tests;
