//! One walk for all who want the same list at the same time.
//!
//! What came stays, so that whoever joins later gets it from the beginning, and whoever reads slowly keeps nobody waiting. A list for which
//! there is no room flows instead: its pages go once all who were there have read them, the walk waits for them, and nobody joins any more.

use super::page::KeptPage;
use super::room::{Room, Share};
use crate::crawl::{Done, GoneError};
use crate::error::TargetError;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use wire::Cache;

/// So long after its last reader has gone, a walk goes on: whoever loads the page anew comes back to it.
const GRACE: Duration = Duration::from_secs(10);

/// So many pages of a list that flows may wait to be read.
const WINDOW: usize = 8;

/// So long, all in all, the readers of a list that flows wait for slower ones.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a walk ended.
pub type Ending = Result<Done, TargetError>;

/// One walk, and what it has brought so far.
#[derive(Debug)]
pub struct SharedWalk {
    /// When it began.
    pub begun: Instant,
    state: Mutex<State>,
    /// Where its rows come from, if another replica had them already, and how long ago those ended.
    kept_elsewhere: OnceLock<(Cache, Duration)>,
    /// Told when there is a page or the end.
    came: Notify,
    /// Told when a reader has read a page, or gone.
    read: Notify,
}

#[derive(Debug)]
struct State {
    pages: VecDeque<Arc<KeptPage>>,
    /// How many pages were there before those.
    gone: usize,
    share: Share,
    form: Form,
    /// Goes on although nobody listens.
    for_the_cache: bool,
    /// How many pages each reader has read.
    readers: BTreeMap<u64, usize>,
    /// The number of the next reader.
    next: u64,
    /// Since when nobody listens.
    alone: Option<Instant>,
    /// How long readers may still be kept waiting.
    patience: Duration,
    end: Option<Ending>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Pages stay.
    Kept,
    /// Pages go once they are read.
    Flowing,
    /// It ends, because nobody wants it.
    Given,
}

/// Reads one walk from its first page to its end.
#[derive(Debug)]
pub struct Reader {
    walk: Arc<SharedWalk>,
    number: u64,
}

/// What a reader gets next.
#[derive(Clone, Debug)]
pub enum Next {
    /// A page.
    Page(Arc<KeptPage>),
    /// Nothing more.
    End(Ending),
}

impl SharedWalk {
    /// One that begins now, with pages in this room, and its first reader. One `for_the_cache` goes to its end whoever listens.
    #[must_use]
    pub fn begin(room: &Arc<Room>, for_the_cache: bool) -> (Arc<Self>, Reader) {
        let walk = Arc::new(Self {
            begun: Instant::now(),
            state: Mutex::new(State {
                pages: VecDeque::new(),
                gone: 0,
                share: Share::nothing(room),
                form: Form::Kept,
                for_the_cache,
                readers: BTreeMap::new(),
                next: 0,
                alone: None,
                patience: PATIENCE,
                end: None,
            }),
            kept_elsewhere: OnceLock::new(),
            came: Notify::new(),
            read: Notify::new(),
        });
        let number = walk.state().add_reader();
        let reader = Reader {
            walk: Arc::clone(&walk),
            number,
        };
        (walk, reader)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more reader, who gets everything from the first page on; none where that is gone.
    #[must_use]
    pub fn join(self: &Arc<Self>) -> Option<Reader> {
        let mut state = self.state();
        if state.form != Form::Kept {
            return None;
        }
        let number = state.add_reader();
        Some(Reader {
            walk: Arc::clone(self),
            number,
        })
    }

    /// Whether a page has come, or the end.
    #[must_use]
    pub fn has_come(&self) -> bool {
        let state = self.state();
        !state.pages.is_empty() || state.gone > 0 || state.end.is_some()
    }

    /// How many bytes its pages take; none where they do not stay.
    #[must_use]
    pub fn kept(&self) -> Option<usize> {
        let state = self.state();
        (state.form == Form::Kept).then(|| state.share.bytes())
    }

    /// Takes one page. With `room`, so many bytes have been taken for it; without, the list flows from here on.
    ///
    /// # Errors
    /// Nobody wants it any more.
    pub async fn page(&self, page: impl Into<Arc<KeptPage>>, room: Option<usize>) -> Result<(), GoneError> {
        {
            let mut state = self.state();
            state.share.add(room.unwrap_or_default());
            if room.is_none() && state.form == Form::Kept {
                state.form = Form::Flowing;
            }
            if state.is_abandoned() {
                state.form = Form::Given;
                return Err(GoneError);
            }
        }
        if room.is_none() {
            self.wait_for_readers().await?;
        }
        let mut state = self.state();
        state.pages.push_back(page.into());
        drop(state);
        self.came.notify_waiters();
        Ok(())
    }

    /// Waits until a list that flows may have one more page. Readers who keep others waiting for too long lose it.
    async fn wait_for_readers(&self) -> Result<(), GoneError> {
        loop {
            let read = self.read.notified();
            let (begun, end) = {
                let mut state = self.state();
                state.forget_what_was_read();
                if state.readers.is_empty() {
                    state.form = Form::Given;
                    return Err(GoneError);
                }
                if state.pages.len() < WINDOW {
                    return Ok(());
                }
                let now = Instant::now();
                let others_wait = state.readers.values().any(|&read| read > state.gone);
                (now, others_wait.then(|| now + state.patience))
            };
            let Some(end) = end else {
                read.await;
                continue;
            };
            let in_time = timeout_at(end, read).await.is_ok();
            let mut state = self.state();
            state.patience = state.patience.saturating_sub(begun.elapsed());
            if !in_time {
                let first = state.gone;
                state.readers.retain(|_, read| *read > first);
                drop(state);
                self.came.notify_waiters();
            }
        }
    }

    /// Others want it too, who do not read it here: it goes to its end whoever listens.
    pub fn go_on(&self) {
        self.state().for_the_cache = true;
    }

    /// Another replica had its rows already, for so long. Said before it ends.
    pub fn was_kept(&self, cache: Cache, age: Duration) {
        _ = self.kept_elsewhere.set((cache, age));
    }

    /// Where its rows come from, if another replica had them already, and how long ago those ended.
    #[must_use]
    pub fn kept_elsewhere(&self) -> Option<(Cache, Duration)> {
        self.kept_elsewhere.get().copied()
    }

    /// Ends it.
    pub fn end(&self, ending: Ending) {
        self.state().end = Some(ending);
        self.came.notify_waiters();
    }
}

impl State {
    fn add_reader(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        self.readers.insert(number, 0);
        self.alone = None;
        number
    }

    fn is_abandoned(&self) -> bool {
        !self.for_the_cache && self.alone.is_some_and(|since| since.elapsed() >= GRACE)
    }

    /// Lets go of the pages that all readers have read.
    fn forget_what_was_read(&mut self) {
        if self.form != Form::Flowing {
            return;
        }
        let read = self.readers.values().min().copied();
        let read = read.unwrap_or(self.gone + self.pages.len());
        while self.gone < read
            && let Some(page) = self.pages.pop_front()
        {
            self.gone += 1;
            self.share.give(page.bytes());
        }
    }

    /// What a reader gets next; none as long as nothing has come.
    fn next(&mut self, number: u64) -> Option<Next> {
        let Some(&read) = self.readers.get(&number) else {
            return Some(Next::End(Err(too_slow())));
        };
        if let Some(page) = self.pages.get(read - self.gone) {
            let page = Arc::clone(page);
            self.readers.insert(number, read + 1);
            self.forget_what_was_read();
            return Some(Next::Page(page));
        }
        self.end.clone().map(Next::End)
    }
}

fn too_slow() -> TargetError {
    TargetError::too_large("the list is too large to be kept, and others read it faster: ask again")
}

impl Reader {
    /// Where the rows come from, if another replica had them already. Known when they have ended.
    #[must_use]
    pub fn kept_elsewhere(&self) -> Option<Cache> {
        self.walk.kept_elsewhere().map(|(cache, _)| cache)
    }

    /// The next page, as soon as it is there, or the end.
    pub async fn next(&mut self) -> Next {
        loop {
            let came = self.walk.came.notified();
            let next = self.walk.state().next(self.number);
            if let Some(next) = next {
                self.walk.read.notify_one();
                return next;
            }
            came.await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.walk.state();
        state.readers.remove(&self.number);
        if state.readers.is_empty() {
            state.alone = Some(Instant::now());
        }
        state.forget_what_was_read();
        drop(state);
        self.walk.read.notify_one();
    }
}

#[cfg(test)]
mod tests;
