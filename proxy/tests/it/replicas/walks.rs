//! One walk of a list for all replicas, whatever becomes of them and of the store.

use super::place::{PATIENCE, Place, Wanted};
use crate::proxy::Stream;
use demo_clouds::Cloud;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

const PATCHES: &str = "/api/v1/rows/patches?account=ali";

async fn text(asked: reqwest::RequestBuilder) -> String {
    let answer = asked.timeout(Duration::from_secs(120)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// The rows of each target, in an order of their own.
fn by_target(stream: &Stream) -> BTreeMap<String, Vec<String>> {
    let targets = stream.lines[0]["targets"].as_array().unwrap().iter().zip(0..);
    let rows = |(target, number): (&Value, u64)| {
        let mut rows: Vec<_> = stream.rows(Some(number)).into_iter().map(Value::to_string).collect();
        rows.sort_unstable();
        (target.to_string(), rows)
    };
    targets.map(rows).collect()
}

/// A whole answer without a row that comes twice.
fn whole(text: &str) -> BTreeMap<String, Vec<String>> {
    let stream = Stream::read(text);
    stream.is_sound();
    assert!(stream.kind("failed").is_empty(), "{:?}", stream.kind("failed"));
    let rows = by_target(&stream);
    for rows in rows.values() {
        let once: HashSet<_> = rows.iter().collect();
        assert_eq!(once.len(), rows.len(), "a row came twice");
    }
    rows
}

fn origins(text: &str) -> HashSet<String> {
    let stream = Stream::read(text);
    let cache = |done: &&Value| done["cache"].as_str().unwrap().to_owned();
    stream.kind("done").iter().map(cache).collect()
}

/// The requests for lists, each by all that it says.
fn lists(place: &Place) -> Vec<String> {
    let calls = place.clouds.calls();
    calls
        .iter()
        .map(|call| format!("{} {:?} {}", call.path, call.region, call.query))
        .collect()
}

/// A machine that does much else may keep the store from answering in time, and then each replica walks, as it should. So often it is tried again.
const ATTEMPTS: usize = 5;

const FALLBACKS: &str = "signalbox_store_fallbacks_total{use=\"lists\"}";

#[tokio::test]
async fn three_hundred_viewers_over_three_replicas_are_one_walk() {
    for _ in 0..ATTEMPTS {
        let Some(place) = Place::new(Wanted::default()).await else {
            return;
        };
        place.until_up(3.0).await;
        let url = format!("{}{PATCHES}", place.front);
        let all = join_all((0..300).map(|_| text(place.http.get(&url)))).await;
        let first = whole(&all[0]);
        assert!(all.iter().all(|text| whole(text) == first));
        // Each replica has it by now, and says how old it is.
        let mut later = HashSet::new();
        for replica in 0..3 {
            let text = text(place.ask(replica, PATCHES)).await;
            assert_eq!(whole(&text), first);
            later.extend(origins(&text));
        }
        if place.metrics(FALLBACKS).await == 0.0 {
            assert_eq!(later, ["fresh".to_owned()].into());
            return one_walk(&place, &first).await;
        }
    }
    panic!("the store never answered in time");
}

async fn one_walk(place: &Place, lists_of: &BTreeMap<String, Vec<String>>) {
    let asked = lists(place);
    let once: HashSet<_> = asked.iter().collect();
    assert_eq!(asked.len(), once.len(), "no page twice");
    let how = async |how: &str| {
        place
            .metrics(&format!("signalbox_store_lists_total{{how=\"{how}\"}}"))
            .await
    };
    assert!((how("led").await - lists_of.len() as f64).abs() < 0.1);
    assert!(how("followed").await + how("kept").await > 0.0);
    assert!(how("taken_over").await + how("alone").await == 0.0);

    // Nothing of the rows, the accounts or their keys can be read where they lie.
    let everything = place.redis.everything().await;
    assert!(everything.contains(":list:"));
    let credentials: Value = serde_json::from_str(&place.clouds.clouds_only_json()).unwrap();
    let credentials = &credentials["credentials"];
    let secrets = [
        &credentials["alibaba"]["access_key_id"],
        &credentials["alibaba"]["access_key_secret"],
        &credentials["huawei"]["ak"],
        &credentials["huawei"]["sk"],
    ];
    let secrets = secrets.into_iter().map(|secret| secret.as_str().unwrap());
    for text in secrets.chain(["cn-hangzhou", "InstanceId", "i-bp", "patch-states"]) {
        assert!(!everything.contains(text), "{text}");
    }
}

#[tokio::test]
async fn a_list_is_kept_for_a_replica_that_comes_later_and_can_be_asked_anew() {
    for _ in 0..ATTEMPTS {
        let Some(mut place) = Place::new(Wanted::default()).await else {
            return;
        };
        place.until_up(3.0).await;
        let first = text(place.ask(0, PATCHES)).await;
        assert_eq!(origins(&first), ["miss".to_owned()].into());
        let asked = lists(&place).len();
        // The end is laid down when the answer has been sent already.
        place.until_idle().await;
        let before = place.metrics(FALLBACKS).await;
        place.replicas[1].kill().await;
        place.start(1).await;
        let mut later = HashSet::new();
        for replica in [1, 2] {
            let text = text(place.ask(replica, PATCHES)).await;
            assert_eq!(whole(&text), whole(&first));
            later.extend(origins(&text));
        }
        let asked_later = lists(&place).len();
        // Whoever wants it new gets it new.
        let anew = text(place.ask(2, PATCHES).header("cache-control", "no-cache")).await;
        assert_eq!(origins(&anew), ["miss".to_owned()].into());
        assert_eq!(whole(&anew), whole(&first));
        assert_eq!(lists(&place).len(), asked_later + asked);
        if before + place.metrics(FALLBACKS).await == 0.0 {
            assert_eq!(later, ["fresh".to_owned()].into());
            assert_eq!(asked_later, asked);
            return;
        }
    }
    panic!("the store never answered in time");
}

#[tokio::test]
async fn replicas_that_do_not_mean_the_same_by_an_account_share_no_list_of_it() {
    let Some(mut place) = Place::new(Wanted::default()).await else {
        return;
    };
    place.replicas[2].kill().await;
    // The same clouds, and something more that is said of the account.
    place.replicas[2].say("id = \"ali\"", "id = \"ali\"\nclusters = [\"c-of-somebody-else\"]");
    place.start(2).await;
    place.until_up(3.0).await;
    let first = text(place.ask(0, PATCHES)).await;
    place.until_idle().await;
    let asked = lists(&place).len();
    let other = text(place.ask(2, PATCHES)).await;
    assert_eq!(origins(&other), ["miss".to_owned()].into());
    assert_eq!(whole(&other), whole(&first));
    assert_eq!(lists(&place).len(), 2 * asked);
    assert!(place.metric(2, "signalbox_store_lists_total{how=\"kept\"}").await < 0.1);
}

#[tokio::test]
async fn members_of_an_account_set_are_walked_once_for_all_replicas_too() {
    let members = "signalbox_account_set_members{set=\"corp\"}";
    let kept = "signalbox_store_lists_total{how=\"kept\"}";
    for _ in 0..ATTEMPTS {
        let wanted = Wanted {
            set: true,
            ..Wanted::default()
        };
        let Some(place) = Place::new(wanted).await else {
            return;
        };
        place.until_up(3.0).await;
        let start = Instant::now();
        for replica in 0..3 {
            while place.metric(replica, members).await < 1.0 {
                assert!(start.elapsed() < PATIENCE, "{}", place.logs());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        let entered = place.clouds.members(Cloud::Huawei);
        let entered = entered.iter().filter(|member| member.name == "prod-hw");
        let mut paths = entered.map(|member| format!("/api/v1/rows/operations?account=corp-{}", member.id));
        let path = paths.next_back().unwrap();
        let first = whole(&text(place.ask(0, &path)).await);
        assert!(first.values().any(|rows| !rows.is_empty()));
        place.until_idle().await;
        for replica in [1, 2] {
            assert_eq!(whole(&text(place.ask(replica, &path)).await), first);
        }
        if place.metrics(FALLBACKS).await == 0.0 {
            assert!((place.metrics(kept).await - 2.0 * first.len() as f64).abs() < 0.1);
            return;
        }
    }
    panic!("the store never answered in time");
}

#[tokio::test]
async fn what_lies_in_the_store_and_is_not_what_was_laid_down_is_not_shown() {
    for _ in 0..ATTEMPTS {
        let Some(mut place) = Place::new(Wanted::default()).await else {
            return;
        };
        place.until_up(3.0).await;
        let first = whole(&text(place.ask(0, PATCHES)).await);
        place.until_idle().await;
        if place.metrics(FALLBACKS).await > 0.0 {
            continue;
        }
        // Pages of one list in the place of another's; a page that is gone; one that somebody wrote.
        let names = place.redis.ask("KEYS *:walk:*").await.unwrap();
        let names: Vec<_> = names.lines().filter(|name| name.starts_with("signalbox:")).collect();
        assert_eq!(names.len(), first.len());
        for (at, name) in names.iter().enumerate() {
            let command = match at % 3 {
                0 => format!("COPY {} {name} REPLACE", names[(at + 1) % names.len()]),
                1 => format!("LPOP {name}"),
                _ => format!("LSET {name} 0 nonsense"),
            };
            place.redis.ask(&command).await.unwrap();
        }
        place.replicas[1].kill().await;
        place.start(1).await;
        place.until_up(3.0).await;
        let asked = lists(&place).len();
        assert_eq!(whole(&text(place.ask(1, PATCHES)).await), first);
        assert!(
            lists(&place).len() > asked,
            "the clouds were asked for what was missing"
        );
        return;
    }
    panic!("the store never answered in time");
}

/// Waits until a number of the first replica's is so large; whether that came without what the store did not answer.
async fn until(place: &Place, name: &str, least: f64) -> bool {
    let start = Instant::now();
    while place.metric(0, name).await < least {
        if place.metrics(FALLBACKS).await > 0.0 {
            return false;
        }
        assert!(start.elapsed() < PATIENCE, "{}", place.logs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}

#[tokio::test]
async fn whoever_follows_a_replica_that_is_killed_takes_over_and_nothing_is_missing_or_twice() {
    for _ in 0..ATTEMPTS {
        // Each page takes a while.
        let wanted = Wanted {
            rows: 6_000,
            faults: "drip@oos",
            ..Wanted::default()
        };
        let Some(mut place) = Place::new(wanted).await else {
            return;
        };
        place.until_up(3.0).await;
        // The first leads; the others follow, and many read there.
        let leader = tokio::spawn(place.ask(0, PATCHES).send());
        if !until(&place, "signalbox_store_lists_total{how=\"led\"}", 1.0).await {
            continue;
        }
        let readers = join_all((0..12).map(|number| text(place.ask(1 + number % 2, PATCHES))));
        let readers = tokio::spawn(readers);
        let pages = "signalbox_walk_pages_total{source=\"alibaba.oos.instance-patch-states\"}";
        if !until(&place, pages, 10.0).await {
            continue;
        }
        let killed = Instant::now();
        place.replicas[0].kill().await;
        let all = readers.await.unwrap();
        eprintln!("whole {:?} after the kill", killed.elapsed());
        let first = whole(&all[0]);
        assert!(all.iter().all(|text| whole(text) == first));
        drop(leader);
        // Nothing was missing.
        let anew = text(place.ask(2, PATCHES).header("cache-control", "no-cache")).await;
        assert_eq!(whole(&anew), first);
        let taken_over = place.metrics("signalbox_store_lists_total{how=\"taken_over\"}").await;
        if place.metrics(FALLBACKS).await == 0.0 {
            assert!(taken_over > 0.0, "{}", place.logs());
            return;
        }
    }
    panic!("the store never answered in time");
}

#[tokio::test]
async fn a_store_that_is_slow_or_breaks_costs_no_row_and_little_time() {
    let wanted = Wanted {
        timeout: None,
        ..Wanted::default()
    };
    let Some(mut place) = Place::new(wanted).await else {
        return;
    };
    place.until_up(3.0).await;
    let anew = async |place: &Place| {
        let start = Instant::now();
        let asked = (0..3).map(|replica| text(place.ask(replica, PATCHES).header("cache-control", "no-cache")));
        let all: Vec<_> = join_all(asked).await.iter().map(|text| whole(text)).collect();
        assert!(all.iter().all(|rows| *rows == all[0]));
        (all[0].clone(), start.elapsed())
    };
    let (first, quick) = anew(&place).await;
    // Later than anybody waits for.
    place.way.is_late(Duration::from_secs(2));
    let (rows, slow) = anew(&place).await;
    assert_eq!(rows, first);
    assert!(slow < quick + Duration::from_secs(10), "{slow:?}, {quick:?} before");
    place.until_up(0.0).await;
    assert!(place.metrics(FALLBACKS).await > 0.0);
    place.way.is_late(Duration::ZERO);
    place.until_up(3.0).await;
    // As slow as may be, again and again cut off, emptied, and full.
    place.way.is_late(Duration::from_millis(40));
    assert_eq!(anew(&place).await.0, first);
    place.way.is_late(Duration::ZERO);
    for _ in 0..3 {
        let (now, ()) = tokio::join!(anew(&place), async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            place.way.cut();
            place.redis.ask("FLUSHALL").await.unwrap();
        });
        assert_eq!(now.0, first);
    }
    place.until_up(3.0).await;
    place.redis.ask("CONFIG SET maxmemory 1").await.unwrap();
    let before = place.metrics(FALLBACKS).await;
    assert_eq!(anew(&place).await.0, first);
    assert!(place.metrics(FALLBACKS).await > before);
    // It answers, though it refuses.
    place.until_up(3.0).await;
    place.redis.stop().await;
    assert_eq!(anew(&place).await.0, first);
}
