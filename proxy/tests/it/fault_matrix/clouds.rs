//! All that the simulated clouds can do wrong, at every service that lists and at the one that looks ids up.

use super::{Ending, judge, limits, read, setup, sources, struck};
use crate::proxy::{Proxy, Setup};
use catalog::SOURCES;
use demo_clouds::Faults;
use signalbox::ask::Limits;
use std::collections::BTreeSet;
use std::time::Duration;

/// The services that list, each with a test of its own.
const LISTS: [&str; 5] = ["cs", "sas", "oos", "coc", "rfs"];

/// How a list ends under a fault. A new kind of fault has to be put here.
fn ending(kind: &str, service: &str) -> Ending {
    let throttled = if ["coc", "rfs", "iam"].contains(&service) {
        429
    } else {
        400
    };
    match kind {
        "throttle" => Ending::Failed(Some(throttled), ""),
        "deny" => Ending::Failed(Some(403), ""),
        "error500" => Ending::Failed(Some(500), ""),
        "reset" => Ending::Failed(None, "ConnectFailed"),
        "truncate" => Ending::Broken(["BadAnswer", "ConnectFailed"]),
        "loop-token" => Ending::Failed(None, "LoopingCursor"),
        "not-json" => Ending::Failed(None, "BadAnswer"),
        "hang" => Ending::Failed(None, "Timeout"),
        "redirect" => Ending::Failed(None, "Redirected"),
        "huge" => Ending::Failed(None, "TooLarge"),
        // Slow, and odd inside the rows, which is for the page to show.
        "drip" | "wrong-types" => Ending::Done,
        other => panic!("nobody has said how a list ends under {other}"),
    }
}

/// Every kind of fault at a service, one after the other, and a good reading after each.
async fn every_fault_at(service: &'static str, tables: &'static str) {
    for source in sources(tables) {
        let setup = || Setup {
            limits: Limits {
                request: Duration::from_secs(4),
                ..limits()
            },
            // Enough for several pages.
            rows: 1_500,
            ..setup()
        };
        let proxy = Proxy::start(setup()).await;
        let well = read(&proxy, source).await;
        // A list about several members is asked for each of them where it fails for all.
        let members = proxy.clouds.accounts().iter().map(|account| account.clusters.len());
        let requests = proxy.clouds.calls().len() + members.sum::<usize>();
        let mut kinds = 0;
        for kind in Faults::kinds() {
            let spec = format!("{kind}@{}.{service}//{}", source.cloud().id, struck(source));
            // Where a fault cannot strike, the clouds say so.
            let Ok(faults) = Faults::parse(&spec) else {
                assert!(kind == "loop-token" && ["sas", "iam"].contains(&service), "{spec}");
                continue;
            };
            kinds += 1;
            // What a look-up has found is kept: each of its faults needs somebody who knows nothing.
            let fresh;
            let proxy = if service == tables {
                &proxy
            } else {
                fresh = Proxy::start(setup()).await;
                &fresh
            };
            proxy.clouds.strike_with(faults);
            proxy.clouds.forget_calls();
            let stream = read(proxy, source).await;
            let wanted = match (kind, service, source.table.id) {
                // Ids that are no texts are none. Whose keys they are is then asked of another. And the plans have no pages.
                ("wrong-types", "iam", "tickets") | ("loop-token", "cs", _) => Ending::Done,
                ("wrong-types", "iam", _) => Ending::Failed(None, "Credentials"),
                // Names of stack sets are such ids, and come from the same service.
                ("wrong-types", "rfs", _) => Ending::Failed(None, "BadAnswer"),
                _ => ending(kind, service),
            };
            judge(&stream, &well, source, wanted, &spec);
            let calls = proxy.clouds.calls();
            let struck = calls.iter().filter(|call| call.fault == Some(kind)).count();
            assert!(struck > 0, "{spec} struck nobody");
            // A request has four attempts at most, and none goes where a redirect points.
            assert!(struck <= 4 * requests, "{spec} struck {struck} times");
            assert!(calls.iter().all(|call| !call.path.starts_with("/redirected")), "{spec}");
            proxy.clouds.strike_with(Faults::default());
            judge(
                &read(proxy, source).await,
                &well,
                source,
                Ending::Done,
                &format!("after {spec}"),
            );
        }
        assert!(kinds + 1 >= Faults::kinds().count());
    }
}

#[tokio::test]
async fn every_fault_of_cs_ends_and_is_over() {
    every_fault_at(LISTS[0], LISTS[0]).await;
}

#[tokio::test]
async fn every_fault_of_sas_ends_and_is_over() {
    every_fault_at(LISTS[1], LISTS[1]).await;
}

#[tokio::test]
async fn every_fault_of_oos_ends_and_is_over() {
    every_fault_at(LISTS[2], LISTS[2]).await;
}

#[tokio::test]
async fn every_fault_of_coc_ends_and_is_over() {
    every_fault_at(LISTS[3], LISTS[3]).await;
}

#[tokio::test]
async fn every_fault_of_rfs_ends_and_is_over() {
    every_fault_at(LISTS[4], LISTS[4]).await;
}

#[tokio::test]
async fn every_fault_of_looking_ids_up_ends_and_is_over() {
    every_fault_at("iam", "coc").await;
    every_fault_at("iam", "rfs").await;
}

#[test]
fn every_service_that_lists_has_its_turn_above() {
    let listing: BTreeSet<_> = SOURCES.iter().map(|source| source.call.service.id).collect();
    assert_eq!(listing, BTreeSet::from(LISTS));
}
