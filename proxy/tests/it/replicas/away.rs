//! A store that is not there when replicas begin, or that is not the one that is meant.

use super::place::{PATIENCE, Place, Wanted};
use super::store::PASSWORD;
use crate::oidc::Browser;
use reqwest::Method;
use signalbox::auth::oidc::session::COOKIE;
use std::collections::HashSet;
use std::time::Duration;

async fn place(encrypted: bool) -> Option<Place> {
    let place = Place::new(Wanted {
        people: true,
        rows: 60,
        encrypted,
        ..Wanted::default()
    });
    let place = place.await?;
    place.until_up(3.0).await;
    Some(place)
}

async fn signed_in(place: &Place, who: &str) -> Browser {
    let mut browser = Browser::with(&place.front, place.http.clone());
    browser.sign_in(who, "/").await;
    assert_eq!(place.statuses(&browser).await, [200; 3]);
    browser
}

/// Signs somebody out at one replica.
async fn sign_out(place: &Place, replica: usize, browser: &Browser) {
    let cookie = format!("{COOKIE}={}", browser.cookie(COOKIE).unwrap());
    let asked = place.request(replica, Method::POST, "/auth/logout");
    let answer = asked.header("cookie", cookie).send().await.unwrap();
    assert_eq!(answer.status(), 303);
}

async fn ready(place: &Place, replica: usize) -> (u16, String) {
    let answer = place.ask(replica, "/readyz").send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn replicas_that_begin_without_the_store_go_on_by_themselves_and_find_it() {
    let Some(mut place) = place(false).await else { return };
    let (lin, other) = (signed_in(&place, "lin").await, signed_in(&place, "lin").await);
    assert_eq!(ready(&place, 0).await, (200, "ok".to_owned()));
    place.redis.stop().await;
    let mut begun = Vec::new();
    for replica in 0..3 {
        place.replicas[replica].kill().await;
        begun.push(place.log(replica).len());
        place.start(replica).await;
    }
    for replica in 0..3 {
        let (status, text) = ready(&place, replica).await;
        assert_eq!(status, 200);
        assert!(text.starts_with("ok, without the store"), "{text}");
        place.until_said(replica, "the store cannot be reached").await;
    }
    // Each is by itself: what it has been told counts there, and the lists come.
    assert_eq!(place.statuses(&lin).await, [200; 3]);
    sign_out(&place, 1, &lin).await;
    assert_eq!(place.statuses(&lin).await, [200, 401, 200]);
    for replica in 0..3 {
        let cookie = format!("{COOKIE}={}", other.cookie(COOKIE).unwrap());
        let rows = place.ask(replica, "/api/v1/rows/patches").header("cookie", cookie);
        let rows = rows.send().await.unwrap().text().await.unwrap();
        assert!(
            rows.ends_with("{\"kind\":\"end\"}\n") && !rows.contains("\"failed\""),
            "{rows}"
        );
    }
    // They have tried again and again, and said each reason once.
    tokio::time::sleep(Duration::from_secs(3)).await;
    for (replica, before) in begun.into_iter().enumerate() {
        let log = place.log(replica);
        let said = log[before..]
            .lines()
            .filter(|line| line.contains("the store cannot be reached"));
        let reasons: Vec<_> = said.filter_map(|line| line.split_once("why=")).collect();
        let once: HashSet<_> = reasons.iter().map(|(_, why)| why).collect();
        assert!(!once.is_empty() && once.len() == reasons.len(), "{log}");
    }

    place.redis.start().await;
    place.until_up(3.0).await;
    place.until(&lin, 401, PATIENCE).await;
    assert_eq!(place.statuses(&other).await, [200; 3]);
    assert_eq!(ready(&place, 2).await, (200, "ok".to_owned()));
}

#[tokio::test]
async fn the_way_to_the_store_is_encrypted_and_who_is_at_its_end_is_verified() {
    let Some(mut place) = place(true).await else { return };
    let (lin, marta) = (signed_in(&place, "lin").await, signed_in(&place, "marta").await);
    sign_out(&place, 0, &lin).await;
    place.until(&lin, 401, PATIENCE).await;
    assert!(place.check(0).await.contains("\nstore: ok\n"));
    // Somebody else with the same name, whom nobody vouches for.
    place.redis.stop().await;
    place.until_up(0.0).await;
    place.redis.certify();
    place.redis.start().await;
    for replica in 0..3 {
        place.until_said(replica, "invalid peer certificate").await;
    }
    assert!(place.metrics("signalbox_store_up").await < 0.1);
    let checked = place.check(0).await;
    assert!(
        checked.contains("\nstore: ") && checked.contains("invalid peer certificate"),
        "{checked}"
    );
    assert_eq!(place.statuses(&marta).await, [200; 3]);
    assert_eq!(
        place.redis.ask("KEYS *").await.as_deref(),
        Some("*0\r\n"),
        "nothing is said to it"
    );
    assert!(!place.logs().contains(PASSWORD));
}

#[tokio::test]
async fn a_password_that_is_refused_is_told_without_it() {
    let Some(place) = place(false).await else { return };
    let lin = signed_in(&place, "lin").await;
    place
        .redis
        .ask("ACL SETUSER signalbox resetpass >another")
        .await
        .unwrap();
    place.way.cut();
    for replica in 0..3 {
        place.until_said(replica, "the store cannot be reached").await;
        assert!(
            place.log(replica).to_lowercase().contains("password"),
            "{}",
            place.log(replica)
        );
    }
    assert_eq!(place.statuses(&lin).await, [200; 3]);
    place
        .redis
        .ask(&format!("ACL SETUSER signalbox resetpass >{PASSWORD}"))
        .await
        .unwrap();
    place.until_up(3.0).await;
    assert!(!place.logs().contains(PASSWORD));
}
