//! Many targets side by side: what is asked, what comes of it, and how each target ends.
//!
//! This is the one place where targets become events. Rows prints them, exports gather them, `check` takes the first page of each. Whether a
//! target is walked for one reader alone, or for all who ask at the same time and soon after ([`cache`]), is known in this file only.

mod followed;

pub use followed::followed;

use crate::ask::Client;
use crate::cache::{self, KeptPage, ListCache, Next, Reader};
use crate::crawl::{Done, GoneError, Page, PageSink, walk};
use crate::error::TargetError;
use crate::target::Target;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Stream};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{sleep, timeout};
use tracing::Instrument;
use wire::Cache;

/// Events that may wait for a slow reader; with as many there, walks for this reader alone wait too.
pub const WAITING: usize = 4;

/// The same where pages are kept, and cost nothing while they wait: so many can be sent at a time.
const WAITING_KEPT: usize = 64;

/// So long targets that come first have the clouds to themselves, unless they have ended before and their reader has taken all of it.
const HEAD_START: Duration = Duration::from_secs(2);

/// What has been taken last is sent meanwhile, and read if the reader is near: before the machine is busy with the others.
const ON_ITS_WAY: Duration = Duration::from_millis(10);

/// Walks that begin without a pause between them.
const AT_A_TIME: usize = 16;

/// What happens while targets are walked. A target is named by its place in [`Event::Targets`].
#[derive(Clone, Debug)]
pub enum Event {
    /// What is asked: always the first event.
    Targets(Arc<[Target]>),
    /// Rows of a target.
    Page(u32, Rows),
    /// A target came to its end, and where its rows come from. Nothing follows of it.
    Done(u32, Done, Cache),
    /// A target failed; its pages so far stay. Nothing follows of it.
    Failed(u32, TargetError),
}

/// A page of rows.
#[derive(Clone, Debug)]
pub enum Rows {
    /// As it came.
    Came(Page),
    /// As it is kept.
    Kept(Arc<KeptPage>),
}

impl Rows {
    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::Came(page) => page.count,
            Self::Kept(page) => page.count,
        }
    }

    /// The cloud's id of the request that brought them.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Came(page) => page.request_id.as_deref(),
            Self::Kept(page) => page.request_id.as_deref(),
        }
    }

    /// How many bytes of text they are.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Self::Came(page) => page.rows.len(),
            Self::Kept(page) => page.length,
        }
    }

    /// The page as it came; none where what is kept cannot be read any more.
    #[must_use]
    pub fn page(&self) -> Option<Page> {
        match self {
            Self::Came(page) => Some(page.clone()),
            Self::Kept(page) => page.page().ok(),
        }
    }
}

/// The way to the rows of targets for one reading: through whom the clouds are asked, and what may be taken from the cache.
#[derive(Clone, Debug)]
pub struct Way {
    client: Arc<Client>,
    cache: Arc<ListCache>,
    settings: cache::Settings,
    past: bool,
}

impl Way {
    /// By what is kept, as long as these settings say.
    #[must_use]
    pub fn new(client: Arc<Client>, cache: Arc<ListCache>, settings: cache::Settings) -> Self {
        Self {
            client,
            cache,
            settings,
            past: false,
        }
    }

    /// The same, but the clouds are asked whatever is kept.
    #[must_use]
    pub fn past_the_cache(self, past: bool) -> Self {
        Self { past, ..self }
    }

    /// Through whom the clouds are asked.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether walks are shared and kept.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.settings.keeps()
    }

    fn open(&self, target: &Target) -> (Reader, Cache) {
        self.cache.open(&self.client, target, self.settings, self.past)
    }
}

/// The events of some targets, in the order in which they happen. It ends when all targets have; dropping it ends the walks that are for nobody else.
#[derive(Debug)]
pub struct Walks {
    events: Receiver<Event>,
    /// Told whenever the reader has taken all that there is and waits for more.
    taken: Arc<Notify>,
    /// Tasks that are aborted when they are dropped.
    _tasks: JoinSet<()>,
    /// The reading is under way until this is dropped.
    _client: Arc<Client>,
}

impl Walks {
    /// Reads all targets to their ends, walked for this reader or for others too. Those that come `first` are asked first.
    #[must_use]
    pub fn read(way: &Way, targets: impl Into<Arc<[Target]>>, first: impl Fn(&Target) -> bool) -> Self {
        let targets = targets.into();
        if !way.keeps() {
            let client = Arc::clone(&way.client);
            let take = move |target, pages| alone(&client, target, pages);
            return Self::spawn(&way.client, targets, WAITING, first, take);
        }
        let shared = way.clone();
        let take = move |target: Target, pages: Pages| {
            let way = shared.clone();
            let follow = async move {
                let (reader, cache) = way.open(&target);
                pages.follow(reader, cache).await;
            };
            follow.boxed()
        };
        Self::spawn(&way.client, targets, WAITING_KEPT, first, take)
    }

    /// Walks all targets to their ends for this reader alone. The walks wait for the reader, so that no more is in memory than [`WAITING`] events and a page in
    /// the hand of each walk.
    #[must_use]
    pub fn open(client: &Arc<Client>, targets: Vec<Target>) -> Self {
        let asks = Arc::clone(client);
        let take = move |target, pages| alone(&asks, target, pages);
        Self::spawn(client, targets.into(), WAITING, |_| true, take)
    }

    /// The same, but a walk ends with its first page, without another event.
    #[must_use]
    pub fn open_first_pages(client: &Arc<Client>, targets: Vec<Target>) -> Self {
        let asks = Arc::clone(client);
        let take = move |target, pages| {
            let first_only = true;
            alone(&asks, target, Pages { first_only, ..pages })
        };
        Self::spawn(client, targets.into(), WAITING, |_| true, take)
    }

    fn spawn(
        client: &Arc<Client>,
        targets: Arc<[Target]>,
        waiting: usize,
        first: impl Fn(&Target) -> bool,
        take: impl Fn(Target, Pages) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        let (sender, events) = mpsc::channel(waiting);
        // There is room for the first, and a reader.
        _ = sender.try_send(Event::Targets(Arc::clone(&targets)));
        let taken = Arc::new(Notify::new());
        let all_taken = all_taken(sender.clone(), Arc::clone(&taken));
        let numbers = 0..targets.len() as u32;
        let (ahead, behind): (Vec<_>, Vec<_>) = numbers.partition(|number| first(&targets[*number as usize]));
        let walk = move |number: u32| {
            let pages = Pages {
                number,
                first_only: false,
                events: sender.clone(),
            };
            take(targets[number as usize].clone(), pages).in_current_span()
        };
        let walks = async move {
            let mut walks = JoinSet::new();
            begin(&mut walks, ahead, &walk).await;
            if !behind.is_empty() {
                // With hundreds of targets, beginning the others is work that the first rows would wait behind.
                let head_start = async {
                    while walks.join_next().await.is_some() {}
                    all_taken.await;
                    sleep(ON_ITS_WAY).await;
                };
                _ = timeout(HEAD_START, head_start).await;
                begin(&mut walks, behind, &walk).await;
            }
            // One that panics has told so, and ends nobody else's.
            while walks.join_next().await.is_some() {}
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(walks.in_current_span());
        Self {
            events,
            taken,
            _tasks: tasks,
            _client: Arc::clone(client),
        }
    }
}

/// Begins walks, with pauses in which what else the program does goes on: other readers do not wait until hundreds have begun.
async fn begin<W: Future<Output = ()> + Send + 'static>(
    walks: &mut JoinSet<()>,
    numbers: Vec<u32>,
    walk: impl Fn(u32) -> W,
) {
    for some in numbers.chunks(AT_A_TIME) {
        for number in some {
            walks.spawn(walk(*number));
        }
        yield_now().await;
    }
}

/// Comes back when a reader, who tells so each time that there is nothing more for them, has taken all events.
async fn all_taken(events: Sender<Event>, taken: Arc<Notify>) {
    loop {
        let told = taken.notified();
        if events.capacity() == events.max_capacity() {
            return;
        }
        told.await;
    }
}

/// Walks a target for one reader.
fn alone(client: &Arc<Client>, target: Target, pages: Pages) -> BoxFuture<'static, ()> {
    let client = Arc::clone(client);
    async move { pages.take(&client, &target).await }.boxed()
}

impl Stream for Walks {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let event = self.events.poll_recv(context);
        if event.is_pending() {
            self.taken.notify_waiters();
        }
        event
    }
}

/// The pages of one target, as events with its number.
struct Pages {
    number: u32,
    first_only: bool,
    events: Sender<Event>,
}

impl Pages {
    /// Walks the target and says how it ended. Whether anybody still hears it is nobody's business any more.
    async fn take(self, client: &Client, target: &Target) {
        // A panic on the way is a failure of this target alone.
        let walked = AssertUnwindSafe(walk(client, target, &self)).catch_unwind().await;
        let walked = walked.unwrap_or_else(|panic| Err(TargetError::panicked(&*panic)));
        match &walked {
            // Whoever took the pages has had enough.
            Err(error) if *error == TargetError::cancelled() => return,
            Err(error) => target.log_failure(error),
            Ok(_) => {}
        }
        self.end(walked, Cache::Miss).await;
    }

    /// Hands on what somebody else's walk brings, or has brought.
    async fn follow(self, mut reader: Reader, cache: Cache) {
        loop {
            match reader.next().await {
                Next::Page(page) => {
                    let page = Event::Page(self.number, Rows::Kept(page));
                    if self.events.send(page).await.is_err() {
                        return;
                    }
                }
                Next::End(walked) => {
                    let cache = reader.kept_elsewhere().unwrap_or(cache);
                    return self.end(walked, cache).await;
                }
            }
        }
    }

    async fn end(self, walked: Result<Done, TargetError>, cache: Cache) {
        let event = match walked {
            Ok(done) => Event::Done(self.number, done, cache),
            Err(error) => Event::Failed(self.number, error),
        };
        _ = self.events.send(event).await;
    }
}

impl PageSink for Pages {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        let sent = self.events.send(Event::Page(self.number, Rows::Came(page))).await;
        if self.first_only {
            Err(GoneError)
        } else {
            sent.map_err(|_| GoneError)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
