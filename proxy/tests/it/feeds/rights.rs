//! What a feed may read is said by the grants at the moment when it is read.

use super::{ANN, front, grant, lines, setup};
use crate::proxy::{Proxy, Setup, feeds};
use reqwest::Method;
use signalbox::auth::Configured;
use signalbox::feeds::Settings;
use signalbox::grants::{Grant, Holders};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

fn shared(file: &Path) -> Settings {
    Settings {
        file: Some(file.to_owned()),
        ..feeds()
    }
}

/// Another replica, or the same after its configuration has changed.
async fn replica(file: &Path, grants: Vec<Grant>) -> Proxy {
    Proxy::start(Setup {
        feeds: Some(shared(file)),
        grants,
        ..setup()
    })
    .await
}

/// The accounts of a calendar's events; none where there is no calendar.
async fn accounts(proxy: &Proxy, path: &str) -> Option<BTreeSet<String>> {
    let answer = proxy.get(path).await;
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    if status == 404 {
        assert!(text.contains("there is nothing at this address"), "{text}");
        return None;
    }
    assert_eq!(status, 200, "{text}");
    let account = |uid: &String| uid.split('/').nth(1).unwrap().to_owned();
    Some(lines(&text, "UID").iter().map(account).collect())
}

#[tokio::test]
async fn grants_that_changed_count_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.json");
    let own = |accounts| vec![grant(&["sre"], &[], accounts, "plans")];
    let first = replica(&file, own("prod-cn")).await;
    let (path, id) = first.made(&ANN, "/plans", "ics").await;
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(accounts(&first, &path).await, Some(names(&["prod-cn"])));

    // More for the same group, or other accounts.
    let wider = replica(&file, own("prod-*")).await;
    let seen = accounts(&wider, &path).await.unwrap();
    assert!(seen.len() > 1 && seen.contains("prod-cn"), "{seen:?}");
    let elsewhere = accounts(&replica(&file, own("staging-cn")).await, &path).await.unwrap();
    assert_eq!(elsewhere, names(&["staging-cn"]));
    // A grant that names the maker.
    let by_name = vec![grant(&[], &["ann@example.com"], "prod-cn", "plans")];
    assert!(accounts(&replica(&file, by_name).await, &path).await.is_some());
    // Of everyone who has signed in, the maker was one.
    let everyone = Grant {
        holders: Holders::Everyone,
        ..grant(&[], &[], "prod-cn", "plans")
    };
    assert!(accounts(&replica(&file, vec![everyone]).await, &path).await.is_some());

    // None any more: for another table, for a group that was not the maker's or that no grant named when the address was made, or for nobody.
    for grants in [
        vec![grant(&["sre"], &[], "prod-cn", "patches")],
        vec![grant(&["dba"], &[], "prod-cn", "plans")],
        vec![grant(&["dev"], &[], "prod-cn", "plans")],
        vec![grant(&[], &["sre"], "prod-cn", "plans")],
        Vec::new(),
    ] {
        let none = replica(&file, grants.clone()).await;
        assert_eq!(accounts(&none, &path).await, None, "{grants:?}");
    }
    // Everywhere at once.
    assert_eq!(wider.revoke(&ANN, &id).await, 204);
    assert_eq!(accounts(&first, &path).await, None);
}

#[tokio::test]
async fn whoever_came_in_by_another_way_is_not_believed_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.json");
    let grants = || vec![grant(&["sre"], &[], "*", "plans")];
    let behind = replica(&file, grants()).await;
    let (path, _) = behind.made(&ANN, "/plans", "ics").await;
    let open = Proxy::start(Setup {
        sign_in: Box::new(|_| Configured::None),
        feeds: Some(shared(&file)),
        ..setup()
    })
    .await;
    let (of_everyone, _) = open.made(&[], "/plans", "ics").await;
    assert_eq!(open.status(&of_everyone).await, 200);
    assert_eq!(open.status(&path).await, 404);
    assert_eq!(
        behind.status(&of_everyone).await,
        404,
        "everything was for everyone, and is no more"
    );
    assert_eq!(behind.status(&path).await, 200);
}

#[tokio::test]
async fn a_feed_ends_and_a_restart_does_not_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.json");
    let start = async |ahead: &Arc<AtomicU64>| {
        Proxy::start(Setup {
            feeds: Some(shared(&file)),
            sign_in: Box::new(|_| front()),
            ahead: Arc::clone(ahead),
            ..setup()
        })
        .await
    };
    let ahead: Arc<AtomicU64> = Arc::default();
    let before = start(&ahead).await;
    let (path, _) = before.made(&ANN, "/plans", "ics").await;
    assert_eq!(before.own(&ANN).await["lasting"], true);
    let after = start(&ahead).await;
    let days = |days: u64| ahead.store(Duration::from_secs(days * 24 * 3600).as_secs(), Ordering::Relaxed);
    days(89);
    for proxy in [&before, &after] {
        assert_eq!(proxy.status(&path).await, 200);
    }
    days(90);
    for proxy in [&before, &after] {
        assert_eq!(proxy.status(&path).await, 404);
        assert_eq!(proxy.own(&ANN).await["feeds"].as_array().unwrap().len(), 0);
    }
}

#[tokio::test]
async fn nothing_is_made_for_what_its_maker_may_not_see() {
    let proxy = Proxy::start(setup()).await;
    let denied = proxy.make(&ANN, "/patches", "csv").await;
    assert_eq!(denied.status(), 403);
    assert_eq!(super::body(denied).await["missing"], "patches");
    let stranger = [("X-Forwarded-User", "guo@example.com")];
    assert_eq!(proxy.make(&stranger, "/plans", "ics").await.status(), 403);
    // An account that is not the maker's chooses nothing, as in the page.
    let (path, _) = proxy.made(&ANN, "/plans?account=prod-intl", "json").await;
    let empty = super::body(proxy.ask(Method::GET, &path, &[], None).await).await;
    assert_eq!(
        (&empty["rows"], &empty["targets"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
}
