//! Addresses that open nothing, and who may make some.

use super::{ANN, EVE, VIEW, body, setup};
use crate::proxy::{Proxy, Setup, feeds};
use reqwest::Method;
use serde_json::json;
use signalbox::auth::api_token::{ApiToken, TokenHash, token};
use signalbox::auth::sealed::SealingKeys;
use signalbox::feeds::Settings;
use std::time::{Duration, SystemTime};

/// All that an answer tells, but for the time of day.
async fn answer(proxy: &Proxy, method: Method, path: &str) -> (u16, Vec<(String, String)>, String) {
    let answer = proxy.ask(method, path, &[], None).await;
    let status = answer.status().as_u16();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let headers = headers.filter(|(name, _)| name != "date").collect();
    (status, headers, answer.text().await.unwrap())
}

#[tokio::test]
async fn whatever_is_wrong_with_an_address_the_answer_is_the_same() {
    let proxy = Proxy::start(setup()).await;
    let (path, _) = proxy.made(&ANN, VIEW, "ics").await;
    let (revoked, id) = proxy.made(&ANN, VIEW, "ics").await;
    assert_eq!(proxy.revoke(&ANN, &id).await, 204);
    let elsewhere = Proxy::start(Setup {
        feeds: Some(Settings {
            keys: SealingKeys::new(&[vec![2; 64]]).unwrap(),
            ..feeds()
        }),
        ..setup()
    })
    .await;
    let (foreign, _) = elsewhere.made(&ANN, VIEW, "ics").await;
    let sealed = path.split('/').nth(2).unwrap();
    let other = |letter: &str| if letter == "A" { "B" } else { "A" };
    let changed = |at: usize| {
        let mut sealed = sealed.to_owned();
        sealed.replace_range(at..=at, other(&sealed[at..=at]));
        format!("/feed/{sealed}/plans.ics")
    };
    let expected = answer(&proxy, Method::GET, "/feed/AAAA/plans.ics").await;
    assert_eq!(expected.0, 404);
    assert_eq!(
        expected.2,
        r#"{"detail":"there is nothing at this address","status":404,"title":"Not Found"}"#
    );
    let header = |name: &str| {
        let found = expected.1.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(header("content-type"), Some("application/problem+json"));
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    let mut wrong = vec![
        revoked,
        foreign,
        format!("/feed/{}/plans.ics", &sealed[..sealed.len() - 1]),
        format!("/feed/{sealed}A/plans.ics"),
        format!("/feed/{sealed}=/plans.ics"),
        format!("/feed/{sealed}/plans.xlsx"),
        format!("/feed/{sealed}/plans.ndjson"),
        format!("/feed/{sealed}/plans"),
        format!("/feed/{sealed}/tickets.csv"),
        format!("/feed/{sealed}/..%2Fplans.ics"),
        format!("/feed/{}/plans.ics", "A".repeat(20_000)),
        "/feed/%FF/plans.ics".to_owned(),
    ];
    wrong.extend([0, 7, sealed.len() / 2, sealed.len() - 1].map(changed));
    for path in wrong {
        assert_eq!(answer(&proxy, Method::GET, &path).await, expected, "{path}");
    }
    assert_eq!(proxy.status(&path).await, 200);
    // Nor is there a page below, nor anything to send.
    let html = [("Accept", "text/html")];
    for below in ["/feed".to_owned(), format!("/feed/{sealed}"), format!("{path}/")] {
        let answer = proxy.ask(Method::GET, &below, &html, None).await;
        assert_eq!(answer.status(), 404, "{below}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{below}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(answer(&proxy, method, &path).await.0, 405);
    }
}

#[tokio::test]
async fn an_address_that_is_asked_for_without_a_pause_has_to_wait() {
    let proxy = Proxy::start(setup()).await;
    let (path, _) = proxy.made(&ANN, "/plans?account=nobody", "ics").await;
    let (other, _) = proxy.made(&ANN, "/plans?account=nobody", "ics").await;
    let mut asked = 0;
    let refused = loop {
        let answer = proxy.get(&path).await;
        if answer.status() != 200 {
            break answer;
        }
        asked += 1;
        // A minute may begin between two of them.
        assert!(asked <= 20);
    };
    assert!(asked >= 10, "{asked}");
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "60");
    assert_eq!(proxy.status(&other).await, 200);
}

#[tokio::test]
async fn only_people_make_and_see_feeds_and_only_from_the_page() {
    let text = token([1; 32]);
    let proxy = Proxy::start(Setup {
        tokens: vec![ApiToken {
            name: "nightly".to_owned(),
            owner: "ann@example.com".to_owned(),
            groups: vec!["sre".to_owned()],
            hash: TokenHash::of(text.expose()),
            expires: SystemTime::now() + Duration::from_secs(600),
        }],
        ..setup()
    })
    .await;
    let (_, id) = proxy.made(&ANN, VIEW, "ics").await;
    let bearer = format!("Bearer {}", text.expose());
    let revoke = format!("/api/v1/feeds/{id}");
    let wish = || Some(json!({"view": VIEW, "format": "ics"}));
    let with_token = [("Authorization", bearer.as_str())];
    let both = [ANN[0], ANN[1], with_token[0]];
    assert_eq!(
        proxy
            .ask(Method::GET, "/api/v1/catalog", &with_token, None)
            .await
            .status(),
        200
    );
    for (method, path, body) in [
        (Method::POST, "/api/v1/feeds", wish()),
        (Method::GET, "/api/v1/feeds", None),
        (Method::DELETE, revoke.as_str(), None),
    ] {
        let asked = async |headers: &[(&str, &str)]| {
            let answer = proxy.ask(method.clone(), path, headers, body.clone()).await;
            answer.status().as_u16()
        };
        assert_eq!(asked(&[]).await, 401, "{method}");
        assert_eq!(asked(&with_token).await, 401, "{method}");
        assert_eq!(asked(&both).await, 401, "{method}");
        for from in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://x"),
        ] {
            assert_eq!(asked(&[ANN[0], ANN[1], from]).await, 403, "{method} {from:?}");
        }
    }
    // As a form of another site would send it, where its browser does not say so.
    let form = [ANN[0], ANN[1], ("Content-Type", "text/plain")];
    let request = proxy.http.post(format!("{}/api/v1/feeds", proxy.url));
    let request = form
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = request.body(wish().unwrap().to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 415);
    assert_eq!(proxy.own(&ANN).await["feeds"].as_array().unwrap().len(), 1);
    assert_eq!(proxy.own(&EVE).await["feeds"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn what_is_no_wish_makes_nothing() {
    let proxy = Proxy::start(setup()).await;
    for (view, format) in [
        ("", "ics"),
        ("plans", "ics"),
        ("/", "ics"),
        ("/nothing", "csv"),
        ("/timeline", "ics"),
        ("/tickets", "ics"),
        ("/plans", "xlsx"),
        ("/plans", "ndjson"),
        ("/plans", ""),
        ("/plans/", "ics"),
        ("//plans", "ics"),
        ("https://ops.example.com/plans", "ics"),
    ] {
        let answer = proxy.make(&ANN, view, format).await;
        assert_eq!(answer.status(), 400, "{view} {format}");
        assert!(
            body(answer).await["detail"]
                .as_str()
                .unwrap()
                .contains("view must be a path")
        );
    }
    let long = format!("/plans?q={}", "a".repeat(5000));
    let answer = proxy.make(&ANN, &long, "ics").await;
    assert_eq!(answer.status(), 400);
    assert!(body(answer).await["detail"].as_str().unwrap().contains("too long"));
    for wish in [
        json!({}),
        json!([]),
        json!({"view": "/plans", "format": "ics", "maker": "eve"}),
    ] {
        let answer = proxy.ask(Method::POST, "/api/v1/feeds", &ANN, Some(wish.clone())).await;
        assert_eq!(answer.status(), 422, "{wish}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    let huge = json!({"view": "a".repeat(70_000), "format": "ics"});
    let answer = proxy.ask(Method::POST, "/api/v1/feeds", &ANN, Some(huge)).await;
    assert_eq!(answer.status(), 413);
    assert_eq!(proxy.own(&ANN).await["feeds"], json!([]));
}

#[tokio::test]
async fn without_the_section_there_are_no_feeds() {
    let with = Proxy::start(setup()).await;
    let (path, id) = with.made(&ANN, VIEW, "ics").await;
    let without = Proxy::start(Setup { feeds: None, ..setup() }).await;
    let session = without.ask(Method::GET, "/api/v1/session", &ANN, None).await;
    assert_eq!(body(session).await["feeds"], false);
    assert_eq!(without.make(&ANN, VIEW, "ics").await.status(), 404);
    assert_eq!(
        without.ask(Method::GET, "/api/v1/feeds", &ANN, None).await.status(),
        404
    );
    assert_eq!(without.revoke(&ANN, &id).await, 404);
    let (status, _, text) = answer(&without, Method::GET, &path).await;
    assert_eq!(status, 404);
    assert!(text.contains("there is nothing at this address"));
}
