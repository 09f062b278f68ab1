//! What is ended at one replica is ended at all.

use super::place::{PATIENCE, Place, Wanted};
use crate::oidc::Browser;
use std::time::Duration;

async fn place(timeout: Option<&'static str>) -> Option<Place> {
    Place::new(Wanted {
        people: true,
        rows: 60,
        timeout,
        ..Wanted::default()
    })
    .await
}

async fn signed_in(place: &Place, who: &str) -> Browser {
    let mut browser = Browser::with(&place.front, place.http.clone());
    browser.sign_in(who, "/").await;
    assert_eq!(place.statuses(&browser).await, [200; 3]);
    browser
}

#[tokio::test]
async fn who_signs_out_at_one_replica_is_signed_out_at_all() {
    let Some(place) = place(Some("10s")).await else { return };
    // Each step of signing in is at another replica.
    let mut lin = signed_in(&place, "lin").await;
    let marta = signed_in(&place, "marta").await;
    let stolen = lin.copy();
    assert_eq!(lin.ask("POST", "/auth/logout", &[]).await.status(), 303);
    place.until(&stolen, 401, PATIENCE).await;
    assert_eq!(place.statuses(&marta).await, [200; 3]);

    // And by the word of the provider, which tells one of them.
    let lin = signed_in(&place, "lin").await;
    let told = place.provider.as_ref().unwrap().sign_out("lin").await;
    assert!(!told.is_empty() && told.iter().all(|told| told.status == 200));
    place.until(&lin, 401, PATIENCE).await;
    assert_eq!(place.statuses(&marta).await, [200; 3]);
    let back = signed_in(&place, "lin").await;
    assert_eq!(place.statuses(&back).await, [200; 3]);

    // Nobody's name lies in the store, nor a password of it in a log.
    let everything = place.redis.everything().await;
    assert!(everything.contains("revocations"), "{everything}");
    assert!(
        ["lin@", "marta@", &place.front]
            .iter()
            .all(|name| !everything.contains(name)),
        "{everything}"
    );
    assert!(!place.logs().contains("an-odd-password"));
}

#[tokio::test]
async fn what_ends_while_the_store_is_away_is_told_when_it_is_back() {
    let Some(mut place) = place(Some("10s")).await else {
        return;
    };
    let (lin, marta) = (signed_in(&place, "lin").await, signed_in(&place, "marta").await);
    place.until_up(3.0).await;
    place.redis.stop().await;
    place.until_up(0.0).await;
    let fallbacks = "signalbox_store_fallbacks_total{use=\"revocations\"}";
    let before = place.metrics(fallbacks).await;
    let mut out = lin.copy();
    assert_eq!(out.ask("POST", "/auth/logout", &[]).await.status(), 303);
    // One replica knows it, and all say that they go by what they know alone.
    let mut said = place.statuses(&lin).await;
    said.sort_unstable();
    assert_eq!(said, [200, 200, 401]);
    assert_eq!(place.statuses(&marta).await, [200; 3]);
    assert!(place.metrics(fallbacks).await >= before + 3.0);

    // The store is back with nothing in it.
    place.redis.start().await;
    place.until(&lin, 401, PATIENCE).await;
    place.until_up(3.0).await;
    assert_eq!(place.statuses(&marta).await, [200; 3]);

    // It loses everything once more, and the replicas have it still: one that begins now hears it from them.
    place.redis.stop().await;
    place.redis.start().await;
    place.until_up(3.0).await;
    place.replicas[0].kill().await;
    let told = std::time::Instant::now();
    while place.redis.ask("XLEN nothing").await.is_none() || !place.redis.everything().await.contains("revocations") {
        assert!(told.elapsed() < PATIENCE, "nobody has told it anew");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    place.start(0).await;
    place.until(&lin, 401, PATIENCE).await;
    assert_eq!(place.statuses(&marta).await, [200; 3]);
}

#[tokio::test]
async fn a_store_that_swallows_or_forges_holds_nobody_up() {
    let Some(place) = place(None).await else { return };
    let lin = signed_in(&place, "lin").await;
    place.until_up(3.0).await;
    place.way.swallows(true);
    let start = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(place.statuses(&lin).await, [200; 3]);
    }
    // Sixty requests; none of them has waited for the store.
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    place.until_up(0.0).await;
    place.way.swallows(false);
    place.until_up(3.0).await;
    // What somebody else writes there says nothing.
    let start = std::time::Instant::now();
    let stream = loop {
        let names = place.redis.ask("KEYS *").await.unwrap();
        assert!(!names.contains("revocations"), "{names}");
        if let Some(mark) = names.lines().find(|name| name.ends_with(":mark")) {
            break mark.replace("mark", "revocations");
        }
        assert!(start.elapsed() < PATIENCE, "{names}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let forged = place.redis.ask(&format!("XADD {stream} * n forged")).await;
    assert!(forged.unwrap().starts_with('$'));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(place.statuses(&lin).await, [200; 3]);
    let mut out = lin.copy();
    assert_eq!(out.ask("POST", "/auth/logout", &[]).await.status(), 303);
    place.until(&lin, 401, PATIENCE).await;
    assert_eq!(place.statuses(&lin).await, [401; 3]);
}
