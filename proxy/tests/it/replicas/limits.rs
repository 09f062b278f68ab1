//! What people may do in all, and which feeds count, over all replicas.

use super::place::{PATIENCE, Place, Wanted};
use crate::oidc::Browser;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use signalbox::asker::MOST;
use signalbox::auth::oidc::session::COOKIE;
use std::time::{Duration, Instant};

async fn place(faults: &'static str, more: &str) -> Option<(Place, String)> {
    let wanted = Wanted {
        people: true,
        rows: 60,
        faults,
        more: more.to_owned(),
        ..Wanted::default()
    };
    let place = Place::new(wanted).await?;
    let mut browser = Browser::with(&place.front, place.http.clone());
    browser.sign_in("lin", "/").await;
    let session = browser.cookie(COOKIE).unwrap();
    let cookie = format!("{COOKIE}={session}");
    place.until_up(3.0).await;
    Some((place, cookie))
}

/// Waits until a replica answers so.
async fn until(place: &Place, replica: usize, path: &str, cookie: &str, status: u16) -> Response {
    let start = Instant::now();
    loop {
        let answer = place.ask(replica, path).header("cookie", cookie).send().await.unwrap();
        if answer.status() == status {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "{}", answer.status());
        drop(answer);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn nobody_reads_more_by_asking_several_replicas() {
    let Some((mut place, cookie)) = place("hang@oos", "").await else {
        return;
    };
    let rows = "/api/v1/rows/patches";
    let mut open = Vec::new();
    for _ in 0..MOST {
        let asked = place.ask(0, rows).header("cookie", &cookie).send();
        open.push(asked.await.unwrap());
    }
    assert!(open.iter().all(|answer| answer.status() == 200));
    for replica in [1, 2] {
        until(&place, replica, rows, &cookie, 429).await;
    }
    // What a replica had under way that is gone is under way no more.
    place.replicas[0].kill().await;
    for replica in [1, 2] {
        until(&place, replica, rows, &cookie, 200).await;
    }
    // Without a store each goes by what it knows.
    place.start(0).await;
    let mut open = Vec::new();
    for _ in 0..MOST {
        open.push(until(&place, 0, rows, &cookie, 200).await);
    }
    until(&place, 1, rows, &cookie, 429).await;
    place.redis.stop().await;
    until(&place, 1, rows, &cookie, 200).await;
    assert_eq!(until(&place, 0, rows, &cookie, 429).await.status(), 429);
    assert!(place.metrics("signalbox_store_fallbacks_total{use=\"limits\"}").await > 0.0);
}

#[tokio::test]
async fn what_a_cloud_throttles_at_one_replica_is_told_to_the_others() {
    // It is told once: a machine that does much else may keep the store from hearing it in time.
    for _ in 0..5 {
        let Some((place, cookie)) = place("throttle@oos:2", "").await else {
            return;
        };
        let rows = place.ask(0, "/api/v1/rows/patches").header("cookie", &cookie);
        let rows = rows.send().await.unwrap().text().await.unwrap();
        assert!(rows.contains("\"kind\":\"end\""));
        let start = Instant::now();
        let mut told = false;
        while !told && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(50)).await;
            told = place.redis.ask("KEYS *").await.unwrap().contains(":paces");
            if place.metrics("signalbox_store_fallbacks_total{use=\"limits\"}").await > 0.0 {
                break;
            }
        }
        let everything = place.redis.everything().await;
        assert!(
            !everything.contains("ListInstancePatchStates") && !everything.contains("lin@"),
            "{everything}"
        );
        if told {
            return;
        }
    }
    panic!("nothing is told");
}

/// A request of somebody to one replica.
async fn asked(
    place: &Place,
    replica: usize,
    method: Method,
    path: &str,
    cookie: &str,
    body: Option<Value>,
) -> Response {
    let request = place.request(replica, method, path).header("cookie", cookie);
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_string()),
        None => request,
    };
    request.send().await.unwrap()
}

async fn json(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn make(place: &Place, replica: usize, cookie: &str) -> Response {
    let wish = json!({"view": "/plans", "format": "ics"});
    asked(place, replica, Method::POST, "/api/v1/feeds", cookie, Some(wish)).await
}

/// A feed that was made. Where the machine does much else the store may not answer in time, and then none is.
async fn made(place: &Place, replica: usize, cookie: &str) -> Value {
    let start = Instant::now();
    loop {
        let made = make(place, replica, cookie).await;
        if made.status() == 201 {
            return json(made).await;
        }
        assert!(start.elapsed() < PATIENCE, "{}", made.status());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_feed_that_is_made_or_revoked_at_one_replica_is_so_at_all() {
    let Some((mut place, cookie)) = place("", "[feeds]\n").await else {
        return;
    };
    let cookie = cookie.as_str();
    let made_at = async |place: &Place, replica: usize| made(place, replica, cookie).await;
    let read = async |place: &Place, replica: usize, path: &str| {
        let answer = place.ask(replica, path).send().await.unwrap();
        answer.status().as_u16()
    };
    let path_of = |made: &Value, place: &Place| {
        let address = made["address"].as_str().unwrap();
        address.strip_prefix(&place.front).unwrap().to_owned()
    };
    let made = made_at(&place, 0).await;
    let path = path_of(&made, &place);
    let id = made["id"].as_str().unwrap();
    for replica in 0..3 {
        until(&place, replica, &path, "", 200).await;
        let own = asked(&place, replica, Method::GET, "/api/v1/feeds", cookie, None).await;
        assert!(json(own).await.to_string().contains(id));
    }
    let everything = place.redis.everything().await;
    assert!(everything.contains(":feeds") && !everything.contains("/plans") && !everything.contains("lin@"));
    let revoked = asked(&place, 1, Method::DELETE, &format!("/api/v1/feeds/{id}"), cookie, None).await;
    assert_eq!(revoked.status(), 204);
    for replica in 0..3 {
        until(&place, replica, &path, "", 404).await;
    }

    // While the store is away what was read last counts, nothing is made, and what is revoked is told when it is back.
    let made = made_at(&place, 2).await;
    let (path, id) = (path_of(&made, &place), made["id"].as_str().unwrap());
    for replica in 0..3 {
        until(&place, replica, &path, "", 200).await;
    }
    place.way.swallows(true);
    place.way.cut();
    place.until_up(0.0).await;
    for replica in 0..3 {
        assert_eq!(read(&place, replica, &path).await, 200);
    }
    assert!(place.metrics("signalbox_store_fallbacks_total{use=\"feeds\"}").await > 0.0);
    assert_eq!(make(&place, 0, cookie).await.status(), 500);
    let revoked = asked(&place, 0, Method::DELETE, &format!("/api/v1/feeds/{id}"), cookie, None).await;
    assert_eq!(revoked.status(), 204);
    assert_eq!((read(&place, 0, &path).await, read(&place, 1, &path).await), (404, 200));
    place.way.swallows(false);
    place.until_up(3.0).await;
    for replica in [1, 2] {
        until(&place, replica, &path, "", 404).await;
    }

    // A list that is lost ends all feeds, and brings none back.
    let made = made_at(&place, 0).await;
    let path = path_of(&made, &place);
    until(&place, 1, &path, "", 200).await;
    place.redis.stop().await;
    place.until_up(0.0).await;
    place.redis.start().await;
    place.until_up(3.0).await;
    for replica in 0..3 {
        until(&place, replica, &path, "", 404).await;
    }
}

#[tokio::test]
async fn a_feed_has_one_pace_whichever_replica_is_asked() {
    let Some((place, cookie)) = place("", "[feeds]\n").await else {
        return;
    };
    let made = made(&place, 0, &cookie).await;
    let address = made["address"].as_str().unwrap();
    let start = Instant::now();
    let mut refused = 0;
    for number in 0..25 {
        let answer = place.http.get(address).send().await.unwrap();
        let is_refused = answer.status() == 429;
        assert!(number >= 10 || !is_refused, "{number}");
        refused += usize::from(is_refused);
    }
    // Ten in a minute of the clock, which may end meanwhile; each replica by itself would let ten pass.
    if start.elapsed() < Duration::from_secs(60)
        && place.metrics("signalbox_store_fallbacks_total{use=\"feeds\"}").await == 0.0
    {
        assert!(refused >= 5, "{refused}");
    }
}
