//! One walk of a list for all replicas. One of them leads: it asks the cloud, and lays its pages down in the store. The others follow: they hand on what
//! lies there as it comes. Whoever follows a replica that has gone, or a store that answers no more, walks the list itself, and hands on what its readers do not have yet.

mod desk;
mod laid;

use super::passed::Passed;
use super::walk::Ending;
use super::{KeptPage, Walking, Wish};
use crate::ask::Client;
use crate::crawl::{self, GoneError, Identity, Page, PageSink};
use crate::error::TargetError;
use crate::store::{Lease, ListName, Purpose, Standing, Store};
use crate::target::Target;
use crate::telemetry::metrics;
use desk::Desk;
use laid::Laid;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use wire::Cache;

/// So long keys are waited for that tell one list from another. Whoever walks waits for them anyway.
const KEYS: Duration = Duration::from_secs(10);

/// Between two looks whether there is a new page, at first and at most.
const LOOKS: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(200));

/// So often whoever leads is told that others follow.
const WANT: Duration = Duration::from_secs(2);

/// So many walks of others that broke off are followed; then this replica walks alone.
const MOST_ANEW: usize = 8;

/// A walk whose list replicas share.
pub struct Shared<'a> {
    walking: &'a Walking,
    store: Store,
    list: ListName,
    passed: Mutex<Passed>,
}

/// What came of following.
enum Followed {
    /// It came to its end.
    Ended(Ending),
    /// It broke off.
    Lost,
    /// Nobody wants it here any more.
    Gone,
}

impl<'a> Shared<'a> {
    /// None where there is no store, or nothing by which replicas could know that they mean the same list.
    pub async fn of(walking: &'a Walking, target: &Target) -> Option<Self> {
        let store = walking.cache.store.clone()?;
        Some(Self {
            list: name(&store, target).await?,
            walking,
            store,
            passed: Mutex::new(Passed::nothing(
                Identity::of_source(target.source),
                &walking.cache.passed,
            )),
        })
    }

    fn passed(&self) -> MutexGuard<'_, Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How old what is kept may be; none where nothing of others is wanted.
    fn most(&self) -> Option<Duration> {
        let settings = &self.walking.settings;
        match self.walking.wish {
            Wish::Any => Some(settings.longest()),
            Wish::Newer => Some(settings.fresh),
            Wish::Past => None,
        }
    }

    /// Walks it, or hands on what others walk.
    pub async fn walk(self, client: &Client, target: &Target) -> Ending {
        let mut most = self.most();
        for _ in 0..MOST_ANEW {
            let (walk, age) = match self.store.standing(&self.list, most).await {
                Some(Standing::Kept(walk, age)) => (walk, Some(age)),
                Some(Standing::UnderWay(walk)) => (walk, None),
                Some(Standing::Mine(lease)) => return self.lead(lease, client, target).await,
                Some(Standing::Alone) | None => break,
            };
            match self.follow(&walk, age.is_some()).await {
                Followed::Ended(ending) => {
                    count(if age.is_some() { "kept" } else { "followed" });
                    if let Some(age) = age {
                        let fresh = age <= self.walking.settings.fresh;
                        let cache = if fresh { Cache::Fresh } else { Cache::Stale };
                        self.walking.walk.was_kept(cache, age);
                    }
                    return self.counted(ending);
                }
                Followed::Gone => return Err(TargetError::cancelled()),
                Followed::Lost => {
                    if self.passed().begin_anew().is_err() {
                        return Err(unreadable());
                    }
                    if age.is_some() {
                        // What lies there is not whole: another is to take its place.
                        most = None;
                    }
                }
            }
        }
        count("alone");
        let ending = crawl::walk(client, target, &Leading::alone(&self)).await;
        self.counted(ending)
    }

    /// Hands on what another replica lays down, or has laid down.
    async fn follow(&self, walk: &str, whole: bool) -> Followed {
        let (mut at, mut look) = (0, LOOKS.0);
        let mut told = None::<Instant>;
        loop {
            if !whole && told.is_none_or(|told| told.elapsed() >= WANT) {
                self.store.want(&self.list, walk).await;
                told = Some(Instant::now());
            }
            let Some(news) = self.store.pages(&self.list, walk, at).await else {
                return Followed::Lost;
            };
            if news.pages.is_empty() {
                if whole || !news.alive {
                    return Followed::Lost;
                }
                sleep(look).await;
                look = (look * 2).min(LOOKS.1);
                continue;
            }
            look = LOOKS.0;
            at += news.pages.len();
            for bytes in news.pages {
                match Laid::from_bytes(&bytes) {
                    Some(Laid::Page(page)) => {
                        if self.hand_on(page, true).await.is_err() {
                            return Followed::Gone;
                        }
                        if !self.has_room() {
                            return Followed::Ended(Err(no_room()));
                        }
                    }
                    Some(Laid::End(ending)) => return Followed::Ended(ending),
                    None => {
                        Purpose::Lists.fell_back();
                        return Followed::Lost;
                    }
                }
            }
        }
    }

    /// Whether the pages that were handed out can be remembered, in case the walk breaks off.
    fn has_room(&self) -> bool {
        let Walking {
            cache, walk, settings, ..
        } = self.walking;
        walk.kept().is_some() || self.passed().take_room(&cache.passed, settings.bytes)
    }

    /// Walks it for all.
    async fn lead(&self, lease: Lease, client: &Client, target: &Target) -> Ending {
        let settings = &self.walking.settings;
        let first: Vec<_> = self.passed().pages().iter().cloned().map(Laid::Page).collect();
        count(if first.is_empty() { "led" } else { "taken_over" });
        let (most, stays) = (settings.most_of_one(), settings.longest());
        let desk = Desk::open(lease, &self.walking.walk, first, most, stays);
        let leading = Leading {
            shared: self,
            desk: Some(desk),
        };
        let ending = self.counted(crawl::walk(client, target, &leading).await);
        if let Some(desk) = leading.desk
            && !matches!(&ending, Err(error) if *error == TargetError::cancelled())
        {
            desk.lay(Laid::End(ending.clone()));
        }
        ending
    }

    /// Hands a page on to the readers here, or what is new of it; none where nothing is.
    async fn hand_on(&self, page: Arc<KeptPage>, may_break_off: bool) -> Result<Option<Arc<KeptPage>>, GoneError> {
        let new = {
            let mut passed = self.passed();
            let new = passed.new_of(page).map_err(|error| {
                tracing::error!(%error, "a page could not be read or compressed");
                GoneError
            })?;
            if let Some(new) = &new {
                passed.pass(new, may_break_off);
            }
            new
        };
        if let Some(new) = &new {
            self.walking.take(Arc::clone(new)).await?;
        }
        Ok(new)
    }

    /// The same end with the number of rows that readers have.
    fn counted(&self, mut ending: Ending) -> Ending {
        if let Ok(done) = &mut ending
            && let Some(rows) = self.passed().rows()
        {
            done.rows = rows;
        }
        ending
    }
}

/// Takes the pages of a walk of one's own.
struct Leading<'a> {
    shared: &'a Shared<'a>,
    /// None where it is for the readers here only.
    desk: Option<Desk>,
}

impl<'a> Leading<'a> {
    fn alone(shared: &'a Shared<'a>) -> Self {
        Self { shared, desk: None }
    }
}

impl PageSink for Leading<'_> {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        let page = KeptPage::new(&page).map_err(|error| {
            tracing::error!(%error, "a page could not be compressed");
            GoneError
        })?;
        let new = self.shared.hand_on(Arc::new(page), false).await?;
        if let (Some(desk), Some(new)) = (&self.desk, new) {
            desk.lay(Laid::Page(new));
        }
        Ok(())
    }
}

/// What tells a target's list from all others, and from those of replicas that do not mean the same by its name: the version, all that is said of the account,
/// with its secrets, and the id of keys that are for good.
async fn name(store: &Store, target: &Target) -> Option<ListName> {
    // No field of a target may be left out.
    let Target {
        account,
        source,
        region,
    } = target;
    let said = account.said?;
    let keys = timeout(KEYS, account.credentials.current()).await.ok()?.ok()?;
    // Those that are not are others at each replica, and what they are got by is said.
    let lasting = if keys.token.is_none() { keys.id.as_str() } else { "" };
    Some(store.list_name(&[
        env!("CARGO_PKG_VERSION").as_bytes(),
        account.id.as_bytes(),
        &said,
        lasting.as_bytes(),
        source.id.as_bytes(),
        region.as_bytes(),
    ]))
}

fn count(how: &str) {
    metrics().store_lists.of([how]).inc();
}

fn no_room() -> TargetError {
    TargetError::too_large("too many large lists come from other replicas at once: ask again")
}

fn unreadable() -> TargetError {
    TargetError::bad_answer("rows that had come already cannot be read any more: ask again")
}
