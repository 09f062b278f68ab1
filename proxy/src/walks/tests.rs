use super::*;
use crate::accounts::tests::account;
use crate::ask::Limits;
use crate::ask::fake::{Cloud as Fake, counter, json};
use crate::clock::Ambient;
use futures_util::StreamExt;
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::Instant;

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
    sleep(Duration::from_secs(10)).await;
    // The targets, three pages that wait, and one in the hand of each walk.
    let before = cloud.requests().len();
    assert!(
        (3..=WAITING + 3).contains(&before),
        "{before} requests for what nobody has read"
    );
    for _ in 0..20 {
        walks.next().await.unwrap();
    }
    sleep(Duration::from_secs(10)).await;
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
    sleep(Duration::from_secs(1)).await;
    let before = cloud.requests().len();
    sleep(Duration::from_secs(1000)).await;
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

/// At which time each region was asked first, where `first` comes before the others, by a way with a cache or without one.
async fn begun(first: &str, settings: cache::Settings, slow: Duration) -> Vec<(String, u64)> {
    let start = Instant::now();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let cloud = Fake::new(move |request| {
        let mut asked = heard.lock().unwrap();
        asked.push((request.query("RegionId").unwrap(), start.elapsed().as_secs()));
        json(&json!({"InstancePatchStates": [{}]}))
    });
    let way = Way::new(client(&cloud.delay(slow)), Arc::default(), settings);
    let walks = Walks::read(&way, targets(&["r1", "r2", "r3"]), |target| target.region == first);
    let done = walks.filter(|event| std::future::ready(matches!(event, Event::Done(..))));
    assert_eq!(done.count().await, 3);
    let mut asked = asked.lock().unwrap().clone();
    asked.sort_by_key(|(region, time)| (*time, region.clone()));
    asked
}

#[tokio::test(start_paused = true)]
async fn what_comes_first_has_the_clouds_to_itself_but_not_for_ever() {
    let named = |all: [(&str, u64); 3]| all.map(|(region, time)| (region.to_owned(), time));
    let second = Duration::from_secs(1);
    for settings in [cache::Settings::OFF, cache::Settings::default()] {
        // It ends, and the others begin.
        assert_eq!(
            begun("r2", settings, second).await,
            named([("r2", 1), ("r1", 2), ("r3", 2)])
        );
        // It takes long, and the others begin all the same.
        let slow = begun("r2", settings, 10 * second).await;
        assert_eq!(slow, named([("r2", 10), ("r1", 12), ("r3", 12)]));
        // Nothing comes first.
        assert_eq!(
            begun("none", settings, second).await,
            named([("r1", 1), ("r2", 1), ("r3", 1)])
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_others_begin_when_what_came_first_has_been_taken() {
    for settings in [cache::Settings::OFF, cache::Settings::default()] {
        let cloud = Fake::new(|_| json(&json!({"InstancePatchStates": [{}]})));
        let way = Way::new(client(&cloud), Arc::default(), settings);
        let mut walks = Walks::read(&way, targets(&["r1", "r2", "r3"]), |target| target.region == "r2");
        sleep(Duration::from_secs(1)).await;
        for _ in ["targets", "page", "done"] {
            walks.next().await.unwrap();
        }
        assert_eq!(cloud.requests().len(), 1);
        let begun = Instant::now();
        assert!(matches!(walks.next().await, Some(Event::Page(0 | 2, _))));
        assert_eq!(cloud.requests().len(), 3);
        assert!(begun.elapsed() < 2 * ON_ITS_WAY, "they were waited for");
    }
}

#[tokio::test(start_paused = true)]
async fn hundreds_of_walks_begin_without_holding_up_what_else_goes_on() {
    let regions: Vec<String> = (0..400).map(|number| format!("r{number}")).collect();
    let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let take = move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<()>().boxed()
    };
    let targets = targets(&regions).into();
    let _walks = Walks::spawn(&client(&endless()), targets, WAITING, |_| true, take);
    let mut turns = Vec::new();
    while begun.load(Ordering::Relaxed) < 400 {
        yield_now().await;
        turns.push(begun.load(Ordering::Relaxed));
    }
    let most = turns.windows(2).map(|turns| turns[1] - turns[0]).max();
    assert!(most <= Some(2 * AT_A_TIME), "others had to wait: {turns:?}");
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
