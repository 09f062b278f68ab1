//! Many targets side by side: what is asked, what comes of it, and how each target ends.
//!
//! This is the one place where targets become events. Rows prints them, exports gather them, `check` takes the first page of each. What will
//! spare the clouds, one walk for all who ask at the same time and a cache of its pages, replaces the inside of this file and nothing else.

use crate::ask::Client;
use crate::crawl::{Done, GoneError, Page, PageSink, walk};
use crate::error::TargetError;
use crate::target::Target;
use futures_util::{FutureExt, Stream};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

/// Events that may wait for a slow reader; with as many there, the walks wait too.
pub const WAITING: usize = 4;

/// What happens while targets are walked. A target is named by its place in [`Event::Targets`].
#[derive(Clone, Debug)]
pub enum Event {
    /// What is asked: always the first event.
    Targets(Vec<Target>),
    /// Rows of a target.
    Page(u32, Page),
    /// A target came to its end. Nothing follows of it.
    Done(u32, Done),
    /// A target failed; its pages so far stay. Nothing follows of it.
    Failed(u32, TargetError),
}

/// The events of some targets, in the order in which they happen. It ends when all targets have; dropping it ends the walks.
#[derive(Debug)]
pub struct Walks {
    events: Receiver<Event>,
    /// Tasks that are aborted when they are dropped.
    _tasks: JoinSet<()>,
}

impl Walks {
    /// Walks all targets to their ends. They wait for the one reader, so that no more is in memory than [`WAITING`] events and a page in
    /// the hand of each walk.
    #[must_use]
    pub fn open(client: &Arc<Client>, targets: Vec<Target>) -> Self {
        Self::spawn(client, targets, false)
    }

    /// The same, but a walk ends with its first page, without another event.
    #[must_use]
    pub fn open_first_pages(client: &Arc<Client>, targets: Vec<Target>) -> Self {
        Self::spawn(client, targets, true)
    }

    fn spawn(client: &Arc<Client>, targets: Vec<Target>, first_page_only: bool) -> Self {
        let (sender, events) = mpsc::channel(WAITING);
        // There is room for the first, and a reader.
        _ = sender.try_send(Event::Targets(targets.clone()));
        let mut tasks = JoinSet::new();
        for (number, target) in (0..).zip(targets) {
            let client = Arc::clone(client);
            let pages = Pages {
                number,
                first_only: first_page_only,
                events: sender.clone(),
            };
            tasks.spawn(async move { pages.take(&client, &target).await });
        }
        Self { events, _tasks: tasks }
    }
}

impl Stream for Walks {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.events.poll_recv(context)
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
        let Target {
            account,
            source,
            region,
        } = target;
        // A panic on the way is a failure of this target alone.
        let walked = AssertUnwindSafe(walk(client, target, &self)).catch_unwind().await;
        let walked = walked.unwrap_or_else(|panic| Err(TargetError::panicked(&*panic)));
        let event = match walked {
            Ok(done) => Event::Done(self.number, done),
            // Whoever took the pages has had enough.
            Err(error) if error == TargetError::cancelled() => return,
            Err(error) => {
                tracing::warn!(account = account.id, source = source.id, region, %error, "a target failed");
                Event::Failed(self.number, error)
            }
        };
        _ = self.events.send(event).await;
    }
}

impl PageSink for Pages {
    async fn page(&self, page: Page) -> Result<(), GoneError> {
        let sent = self.events.send(Event::Page(self.number, page)).await;
        if self.first_only {
            Err(GoneError)
        } else {
            sent.map_err(|_| GoneError)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use crate::ask::Limits;
    use crate::ask::fake::{Cloud as Fake, counter, json};
    use crate::clock::Ambient;
    use futures_util::StreamExt;
    use serde_json::json;
    use std::time::Duration;

    /// A client of a cloud.
    pub(crate) fn client(cloud: &Fake) -> Arc<Client> {
        Arc::new(Client::new(Arc::new(cloud.clone()), Limits::default(), Ambient::real()))
    }

    /// Patch states of an account in these regions.
    pub(crate) fn targets(regions: &[&str]) -> Vec<Target> {
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let account = Arc::new(account(source.cloud()));
        let target = |region: &&str| Target {
            account: Arc::clone(&account),
            source,
            region: (*region).into(),
        };
        regions.iter().map(target).collect()
    }

    /// A cloud whose lists never end.
    fn endless() -> Fake {
        let next = counter();
        let page = move |_: &_| {
            let number = next().to_string();
            json(&json!({"InstancePatchStates": [{"n": number}], "NextToken": number}))
        };
        Fake::new(page).delay(Duration::from_millis(10))
    }

    #[tokio::test(start_paused = true)]
    async fn walks_wait_for_a_reader_who_does_not_read() {
        let cloud = endless();
        let mut walks = Walks::open(&client(&cloud), targets(&["r1", "r2", "r3"]));
        tokio::time::sleep(Duration::from_secs(10)).await;
        // The targets, three pages that wait, and one in the hand of each walk.
        let before = cloud.requests().len();
        assert!(
            (3..=WAITING + 3).contains(&before),
            "{before} requests for what nobody has read"
        );
        for _ in 0..20 {
            walks.next().await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(cloud.requests().len(), before + 20);
    }

    #[tokio::test(start_paused = true)]
    async fn walks_end_with_their_reader() {
        let cloud = endless();
        let mut walks = Walks::open(&client(&cloud), targets(&["r1", "r2", "r3"]));
        for _ in 0..20 {
            walks.next().await.unwrap();
        }
        drop(walks);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = cloud.requests().len();
        tokio::time::sleep(Duration::from_secs(1000)).await;
        assert_eq!(cloud.requests().len(), before);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_page_costs_one_request() {
        let cloud = endless();
        let walks = Walks::open_first_pages(&client(&cloud), targets(&["r1", "r2"]));
        let events: Vec<Event> = walks.collect().await;
        assert!(
            matches!(&events[..], [Event::Targets(_), Event::Page(..), Event::Page(..)]),
            "{events:?}"
        );
        assert_eq!(cloud.requests().len(), 2);
    }

    #[tokio::test]
    async fn an_ended_stream_stays_ended() {
        let mut walks = Walks::open(&client(&endless()), vec![]);
        assert!(matches!(walks.next().await, Some(Event::Targets(targets)) if targets.is_empty()));
        assert!(walks.next().await.is_none());
        assert!(walks.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_a_failure_of_its_target_alone() {
        let cloud = Fake::new(|request| {
            assert!(!request.host().contains("r2"), "this one cannot be coped with");
            json(&json!({"InstancePatchStates": [{}]}))
        });
        let events: Vec<Event> = Walks::open(&client(&cloud), targets(&["r1", "r2", "r3"]))
            .collect()
            .await;
        let failed = |event: &Event| match event {
            Event::Failed(number, error) => Some((*number, error.public.code.to_string())),
            _ => None,
        };
        let failed: Vec<_> = events.iter().filter_map(failed).collect();
        assert_eq!(failed, [(1, "BadAnswer".to_owned())]);
        let done = events.iter().filter(|event| matches!(event, Event::Done(..))).count();
        assert_eq!(done, 2);
    }
}
