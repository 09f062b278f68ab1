//! Scripts that come with a token.

use crate::proxy::{Proxy, Setup};
use reqwest::Method;
use serde_json::Value;
use signalbox::auth::Configured;
use signalbox::auth::api_token::{ApiToken, TokenHash, token};
use signalbox::auth::header::TrustedHeader;
use signalbox::grants::{Grant, Holders, Pattern};
use std::time::{Duration, SystemTime};

const GROUP: [u8; 32] = [1; 32];
const OWNER: [u8; 32] = [2; 32];
const ENDED: [u8; 32] = [3; 32];
const STRANGER: [u8; 32] = [4; 32];
const UNKNOWN: [u8; 32] = [5; 32];

fn api_token(name: &str, random: [u8; 32], owner: &str, groups: &[&str], expires: SystemTime) -> ApiToken {
    ApiToken {
        name: name.to_owned(),
        owner: owner.to_owned(),
        groups: groups.iter().map(|&group| group.to_owned()).collect(),
        hash: TokenHash::of(token(random).expose()),
        expires,
    }
}

fn grant(groups: &[&str], users: &[&str], tables: &str) -> Grant {
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Grant {
        holders: Holders::Named {
            groups: set(groups),
            users: set(users),
        },
        accounts: vec![Pattern::new("prod-cn*")],
        tables: vec![Pattern::new(tables)],
    }
}

/// Behind a front, where people are called by headers.
async fn proxy() -> Proxy {
    let later = SystemTime::now() + Duration::from_secs(600);
    let front = TrustedHeader {
        trusted: vec!["127.0.0.1/32".parse().unwrap()],
        user: "x-forwarded-user".parse().unwrap(),
        groups: Some("x-forwarded-groups".parse().unwrap()),
        groups_separator: ",".to_owned(),
    };
    Proxy::start(Setup {
        rows: 100,
        sign_in: Box::new(|_| Configured::Header(front)),
        grants: vec![
            grant(&["sre"], &[], "patches"),
            grant(&[], &["ann@example.com"], "plans"),
        ],
        tokens: vec![
            api_token("group", GROUP, "ann@example.com", &["sre", "unheard-of"], later),
            api_token("owner", OWNER, "ann@example.com", &[], later),
            api_token("ended", ENDED, "ann@example.com", &["sre"], SystemTime::now()),
            api_token("stranger", STRANGER, "eve@example.com", &["dev"], later),
        ],
        ..Setup::default()
    })
    .await
}

async fn ask(proxy: &Proxy, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let request = proxy.http.request(Method::GET, format!("{}{path}", proxy.url));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn with(proxy: &Proxy, path: &str, random: [u8; 32]) -> (u16, String) {
    let bearer = format!("Bearer {}", token(random).expose());
    ask(proxy, path, &[("Authorization", &bearer)]).await
}

#[tokio::test]
async fn a_token_reads_what_its_groups_or_its_owner_may_and_nothing_else() {
    let proxy = proxy().await;
    for (random, patches, plans) in [(GROUP, 200, 403), (OWNER, 403, 200), (STRANGER, 403, 403)] {
        for (path, expected) in [
            ("/api/v1/rows/patches", patches),
            ("/api/v1/export/patches.csv", patches),
            ("/api/v1/rows/plans", plans),
            ("/api/v1/export/plans.ics", plans),
            ("/api/v1/catalog", 200),
            ("/api/v1/openapi.json", 200),
        ] {
            assert_eq!(with(&proxy, path, random).await.0, expected, "{path} {random:?}");
        }
    }
    let (_, session) = with(&proxy, "/api/v1/session", GROUP).await;
    let session: Value = serde_json::from_str(&session).unwrap();
    assert_eq!(session["user"], "ann@example.com");
    assert_eq!(session["groups"], serde_json::json!(["sre"]));
    assert!(session["expires"].is_string());
    let (_, catalog) = with(&proxy, "/api/v1/catalog", STRANGER).await;
    let catalog: Value = serde_json::from_str(&catalog).unwrap();
    assert_eq!(catalog["accounts"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_401_everywhere_and_the_reason_stays_here() {
    let proxy = proxy().await;
    let cut = token(GROUP);
    let cut = &cut.expose()[..52];
    let ended = with(&proxy, "/api/v1/catalog", ENDED).await;
    let unknown = with(&proxy, "/api/v1/catalog", UNKNOWN).await;
    let mistyped = ask(
        &proxy,
        "/api/v1/catalog",
        &[("Authorization", &format!("Bearer {cut}"))],
    )
    .await;
    assert_eq!(ended.0, 401);
    assert_eq!(
        (&ended, &ended),
        (&unknown, &mistyped),
        "nobody learns whether a token was one"
    );
    // A token that is not taken is not helped by what else comes along.
    let bearer = format!("Bearer {}", token(UNKNOWN).expose());
    let both = [
        ("Authorization", bearer.as_str()),
        ("X-Forwarded-User", "ann@example.com"),
    ];
    assert_eq!(ask(&proxy, "/api/v1/catalog", &both).await.0, 401);
    // What fronts and browsers send in the same header is no token.
    for foreign in ["Basic YW5uOnNlY3JldA==", "Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA"] {
        let named = [("Authorization", foreign), ("X-Forwarded-User", "ann@example.com")];
        assert_eq!(ask(&proxy, "/api/v1/rows/plans", &named).await.0, 200, "{foreign}");
        assert_eq!(
            ask(&proxy, "/api/v1/rows/plans", &[("Authorization", foreign)]).await.0,
            401
        );
    }
    // Not by another way than the header.
    let text = token(GROUP);
    for path in [
        format!("/api/v1/catalog?access_token={}", text.expose()),
        format!("/api/v1/catalog?token={}", text.expose()),
    ] {
        assert_eq!(ask(&proxy, &path, &[]).await.0, 401);
    }
    let cookie = format!("token={}", text.expose());
    assert_eq!(ask(&proxy, "/api/v1/catalog", &[("Cookie", &cookie)]).await.0, 401);
    // A page of another site that knows a token is still one.
    let cross = format!("Bearer {}", text.expose());
    let headers = [("Authorization", cross.as_str()), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(ask(&proxy, "/api/v1/catalog", &headers).await.0, 403);
}
