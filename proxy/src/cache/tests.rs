use super::*;
use crate::accounts::tests::account;
use crate::ask::Limits;
use crate::ask::fake::{Cloud as Fake, error, json};
use crate::clock::Ambient;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tokio::task::JoinSet;

const KEPT: Settings = Settings {
    fresh: Duration::from_secs(30),
    stale: Duration::from_secs(600),
    bytes: 1 << 20,
};

/// A cache before a cloud.
struct Before {
    cache: Arc<ListCache>,
    client: Arc<Client>,
    cloud: Fake,
    settings: Settings,
}

impl Before {
    fn new(cloud: Fake) -> Self {
        Self {
            cache: Arc::default(),
            client: Arc::new(Client::new(Arc::new(cloud.clone()), Limits::default(), Ambient::real())),
            cloud,
            settings: KEPT,
        }
    }

    fn open(&self, target: &Target) -> (Reader, Cache) {
        self.cache.open(&self.client, target, self.settings, false)
    }

    fn past(&self, target: &Target) -> Reader {
        self.cache.open(&self.client, target, self.settings, true).0
    }

    async fn read(&self, target: &Target) -> (Cache, Result<String, String>) {
        let (reader, cache) = self.open(target);
        (cache, rest(reader).await)
    }

    fn asked(&self) -> usize {
        self.cloud.requests().len()
    }
}

/// What a reader still gets: its rows, or why there are no more.
async fn rest(mut reader: Reader) -> Result<String, String> {
    let mut rows = String::new();
    loop {
        match reader.next().await {
            Next::Page(page) => rows += &page.page().unwrap().rows,
            Next::End(Ok(_)) => return Ok(rows),
            Next::End(Err(error)) => return Err(error.public.code.to_string()),
        }
    }
}

fn target(region: &str) -> Target {
    let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
    Target {
        account: Arc::new(account(source.cloud())),
        source,
        region: region.into(),
    }
}

/// A target of the same account.
fn beside(target: &Target, region: &str) -> Target {
    Target {
        region: region.into(),
        ..target.clone()
    }
}

/// A cloud whose lists have so many pages of so many bytes. Each takes a second, and says which walk of all it belongs to.
fn cloud(pages: u32, bytes: usize) -> Fake {
    let walks = AtomicU32::new(0);
    let answer = move |request: &crate::ask::fake::Asked| {
        let token = request.query("NextToken").unwrap_or_default();
        let (walk, page) = match token.split_once('-') {
            Some((walk, page)) => (walk.parse().unwrap(), page.parse().unwrap()),
            None => (walks.fetch_add(1, Ordering::Relaxed), 0),
        };
        let filling: String = (0..bytes).map(|_| fastrand::alphanumeric()).collect();
        let row = json!({"walk": walk, "page": page, "x": filling});
        let next = if page + 1 < pages {
            format!("{walk}-{}", page + 1)
        } else {
            String::new()
        };
        json(&json!({"InstancePatchStates": [row], "NextToken": next}))
    };
    Fake::new(answer).delay(Duration::from_secs(1))
}

async fn pass(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_at_the_same_time_share_one_walk_from_its_first_page_on() {
    let before = Before::new(cloud(5, 10));
    let target = target("r");
    let (mut first, _) = before.open(&target);
    let mut readers = JoinSet::new();
    for late in 0..300_u64 {
        let (before, target) = (before.open(&target), late);
        readers.spawn(async move {
            pass(target % 5).await;
            rest(before.0).await
        });
    }
    // Whoever asked first goes away in the midst.
    assert!(matches!(first.next().await, Next::Page(_)));
    drop(first);
    pass(3).await;
    let (cache, late) = before.read(&target).await;
    assert_eq!(cache, Cache::Miss);
    let whole = late.unwrap();
    assert_eq!(whole.matches("\"walk\":0").count(), 5);
    while let Some(read) = readers.join_next().await {
        assert_eq!(read.unwrap().as_ref(), Ok(&whole));
    }
    assert_eq!(before.asked(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_fresh_then_stale_then_gone() {
    let before = Before::new(cloud(2, 10));
    let target = target("r");
    let (cache, first) = before.read(&target).await;
    assert_eq!((cache, before.asked()), (Cache::Miss, 2));
    pass(30).await;
    assert_eq!(before.read(&target).await, (Cache::Fresh, first.clone()));
    assert_eq!(before.asked(), 2);

    pass(1).await;
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(before.read(&target).await, (Cache::Stale, first.clone()), "at once");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    pass(5).await;
    assert_eq!(
        before.asked(),
        4,
        "a new one was fetched, once, though nobody waited for it"
    );
    let (cache, second) = before.read(&target).await;
    assert_eq!(cache, Cache::Fresh);
    assert!(second.as_ref().unwrap().contains("\"walk\":1"), "{second:?}");

    pass(600).await;
    let (cache, third) = before.read(&target).await;
    assert_eq!(cache, Cache::Miss);
    assert!(third.unwrap().contains("\"walk\":2"));
}

#[tokio::test(start_paused = true)]
async fn nothing_stays_in_memory_beyond_its_time() {
    let before = Before::new(cloud(2, 10));
    let target = target("r");
    before.read(&target).await.1.unwrap();
    assert!(before.cache.bytes() > 0);
    pass(601).await;
    assert_eq!(before.cache.bytes(), 0);
    assert!(before.cache.lists().is_empty());
    assert_eq!(Arc::strong_count(&target.account), 1, "nor does the account");
}

#[tokio::test(start_paused = true)]
async fn failures_are_not_kept_and_do_not_end_what_is() {
    let fails = Arc::new(AtomicBool::new(false));
    let failing = Arc::clone(&fails);
    let before = Before::new(Fake::new(move |_| {
        if failing.load(Ordering::Relaxed) {
            return error(403, r#"{"Code":"NoPermission","Message":"no"}"#);
        }
        json(&json!({"InstancePatchStates": [{"a": 1}]}))
    }));
    let target = target("r");
    fails.store(true, Ordering::Relaxed);
    for asked in 1..4 {
        let failed = Err("NoPermission".to_owned());
        assert_eq!(before.read(&target).await, (Cache::Miss, failed));
        assert_eq!(before.asked(), asked, "asked again each time");
        assert!(before.cache.lists().is_empty());
    }
    fails.store(false, Ordering::Relaxed);
    let rows = before.read(&target).await.1;
    assert!(rows.is_ok());
    fails.store(true, Ordering::Relaxed);
    pass(31).await;
    assert_eq!(before.read(&target).await, (Cache::Stale, rows.clone()));
    pass(1).await;
    assert_eq!(
        before.read(&target).await,
        (Cache::Stale, rows),
        "the cloud refuses, and what was kept is still so old"
    );
    pass(1).await;
    assert_eq!(before.asked(), 6);
}

#[tokio::test(start_paused = true)]
async fn past_the_cache_the_cloud_is_asked_and_what_it_brings_is_kept() {
    let before = Before::new(cloud(3, 10));
    let target = target("r");
    before.read(&target).await.1.unwrap();
    let (one, other) = (before.past(&target), before.past(&target));
    let new = rest(one).await.unwrap();
    assert!(new.contains("\"walk\":1"), "{new}");
    assert_eq!(
        rest(other).await.as_ref(),
        Ok(&new),
        "two who ask for it at once share it"
    );
    assert_eq!(before.read(&target).await, (Cache::Fresh, Ok(new)));
    assert_eq!(before.asked(), 6);

    // Of a walk under way, what came before is not new.
    let mut under_way = before.past(&target);
    assert!(matches!(under_way.next().await, Next::Page(_)));
    let newest = rest(before.past(&target)).await.unwrap();
    assert!(newest.contains("\"walk\":3"), "{newest}");
    assert!(rest(under_way).await.unwrap().contains("\"walk\":2"));
    pass(5).await;
    assert_eq!(
        before.read(&target).await,
        (Cache::Fresh, Ok(newest)),
        "what began last is the newest"
    );
}

#[tokio::test(start_paused = true)]
async fn other_lists_are_walks_of_their_own() {
    let before = Before::new(cloud(1, 10));
    let one = target("r");
    let others = [beside(&one, "s"), beside(&one, "r "), target("r")];
    let first = before.read(&one).await.1;
    for other in others {
        let (cache, rows) = before.read(&other).await;
        assert_eq!(cache, Cache::Miss, "another region, or an account of the same name");
        assert_ne!(rows, first);
    }
    assert_eq!(before.read(&beside(&one, "r")).await, (Cache::Fresh, first));
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_nobody_wants_ends_unless_somebody_comes_back_in_time() {
    let before = Before::new(cloud(1000, 10));
    let target = target("r");
    drop(before.open(&target));
    pass(5).await;
    let (back, _) = before.open(&target);
    pass(20).await;
    assert!((24..=26).contains(&before.asked()), "{}", before.asked());
    drop(back);
    pass(60).await;
    let asked = before.asked();
    assert!((34..=37).contains(&asked), "{asked}");
    pass(60).await;
    assert_eq!(before.asked(), asked);
    assert_eq!(before.cache.bytes(), 0);
    // Whoever comes then begins anew.
    let (mut new, _) = before.open(&target);
    let Next::Page(page) = new.next().await else {
        panic!("no page")
    };
    assert!(page.page().unwrap().rows.contains("\"walk\":1"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_for_all_readers_and_no_end_of_the_list() {
    let first = AtomicBool::new(true);
    let before = Before::new(Fake::new(move |_| {
        assert!(!first.swap(false, Ordering::Relaxed), "this one cannot be coped with");
        json(&json!({"InstancePatchStates": [{}]}))
    }));
    let target = target("r");
    let (one, other) = (before.open(&target).0, before.open(&target).0);
    for reader in [one, other] {
        assert_eq!(rest(reader).await, Err("BadAnswer".to_owned()));
    }
    assert!(before.read(&target).await.1.is_ok());
}

#[tokio::test(start_paused = true)]
async fn lists_that_nobody_reads_give_way_the_longest_unused_first() {
    let mut before = Before::new(cloud(2, 8_000));
    // Room for four of them.
    before.settings.bytes = 55_000;
    let one = target("r0");
    let targets: Vec<Target> = (0..6).map(|number| beside(&one, &format!("r{number}"))).collect();
    for target in &targets[..4] {
        before.read(target).await.1.unwrap();
        pass(1).await;
    }
    assert_eq!(before.read(&targets[0]).await.0, Cache::Fresh);
    let (reading, _) = before.open(&targets[1]);
    before.read(&targets[4]).await.1.unwrap();
    assert!(before.cache.bytes() <= 55_000);
    let kept = |target: &Target| {
        let lists = before.cache.lists();
        lists.get(&Key::of(target)).is_some_and(|entry| entry.kept.is_some())
    };
    let all: Vec<bool> = targets.iter().map(kept).collect();
    assert_eq!(
        all,
        [true, true, false, true, true, false],
        "used just now, read just now, the oldest, the newest"
    );
    drop(reading);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_too_large_flows_and_is_not_kept() {
    let mut before = Before::new(cloud(60, 8_000));
    before.settings.bytes = 100_000;
    let target = target("r");
    let mut reader = before.open(&target).0;
    let (mut pages, mut most) = (0, 0);
    while let Next::Page(_) = reader.next().await {
        pages += 1;
        most = most.max(before.cache.bytes());
    }
    assert_eq!(pages, 60);
    assert!(most <= 25_000, "{most} bytes");
    drop(reader);
    pass(1).await;
    assert_eq!((before.cache.bytes(), before.cache.lists().len()), (0, 0));
    // It waits for whoever reads it, once it flows.
    let asked = before.asked();
    let slow = before.open(&target).0;
    pass(1000).await;
    assert!(before.asked() - asked < 20, "{}", before.asked() - asked);
    // Nobody joins in the midst.
    let second = before.open(&target).0;
    pass(1000).await;
    let rows = rest(second);
    let (slow, second) = tokio::join!(rest(slow), rows);
    assert!(slow.unwrap().contains("\"walk\":1") && second.unwrap().contains("\"walk\":2"));
}
