//! Two people who ask for the same at the same time each get their own.

use super::*;
use crate::accounts::Account;
use crate::ask::fake::{Cloud as Fake, error, json};
use crate::ask::{Client, Limits};
use crate::auth::SignIn;
use crate::auth::header::TrustedHeader;
use crate::clock::Ambient;
use crate::credentials::{FixedKeys, Keys};
use crate::http::routes::router;
use crate::vendors::vendor;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::Request;
use http::header::HeaderName;
use serde_json::json;
use sign::Secret;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// An account of somebody, with a key that says whose it is.
fn account_of(name: &str) -> Arc<Account> {
    let keys = Keys {
        id: format!("key-of-{name}"),
        secret: Secret::new("hunter2"),
        token: None,
    };
    let regions = ["cn-hangzhou", "cn-beijing", "cn-shenzhen"].map(str::to_owned).into();
    let vendor = vendor(Cloud::ALIBABA.id).unwrap();
    Arc::new(Account::new(
        format!("account-of-{name}"),
        vendor,
        regions,
        FixedKeys::new(keys),
    ))
}

/// A cloud whose rows and errors say with whose key it was asked.
fn cloud() -> Fake {
    let cloud = Fake::new(|request| {
        let signed = request.header("authorization").unwrap_or_default();
        let name = if signed.contains("key-of-anja") { "anja" } else { "bodo" };
        if request.host().contains("cn-beijing") {
            return error(
                403,
                &json!({"Code": "NoPermission", "Message": format!("not for {name}-key")}).to_string(),
            );
        }
        let row = |number: u32| json!({"InstanceId": format!("i-{number}-of-{name}"), "BaselineId": "pb"});
        match request.query("NextToken") {
            None => json(&json!({"InstancePatchStates": [row(1)], "NextToken": "2"})),
            Some(_) => json(&json!({"InstancePatchStates": [row(2)]})),
        }
    });
    cloud.delay(Duration::from_millis(7))
}

#[tokio::test(start_paused = true)]
async fn two_people_side_by_side_never_see_what_is_the_others() {
    let settings = Settings {
        accounts: ["anja", "bodo"].map(account_of).into(),
        grants: ["anja", "bodo"]
            .map(|name| grant(name, &format!("account-of-{name}"), "patches"))
            .into_iter()
            .collect(),
        sign_in: Arc::new(SignIn::Header(TrustedHeader {
            trusted: vec!["127.0.0.1/32".parse().unwrap()],
            user: HeaderName::from_static("x-user"),
            groups: Some(HeaderName::from_static("x-groups")),
            groups_separator: ",".to_owned(),
        })),
        ..Settings::default()
    };
    let client = Client::new(Arc::new(cloud()), Limits::default(), Ambient::real());
    let router = router(Arc::new(App::new(settings, client)));
    // Each also asks for what is the other's, by its name.
    let paths = [
        ("rows/patches", true),
        ("rows/patches?account=account-of-anja,account-of-bodo", true),
        ("rows/tickets", false),
        ("export/patches.csv", true),
        ("export/patches.json?instance=has.of", true),
        ("export/patches.ndjson", true),
        ("export/tickets.csv", false),
        ("catalog", true),
        ("session", true),
    ];
    let mut asked = JoinSet::new();
    for round in 0..4 {
        for (path, brings) in paths {
            for name in ["anja", "bodo"] {
                let request = Request::builder()
                    .uri(format!("/api/v1/{path}"))
                    .header("x-user", name)
                    .header("x-groups", name)
                    .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))))
                    .body(Body::empty())
                    .unwrap();
                let router = router.clone();
                asked.spawn(async move {
                    tokio::time::sleep(Duration::from_millis(round * 3)).await;
                    let (head, body) = router.oneshot(request).await.unwrap().into_parts();
                    let body = to_bytes(body, usize::MAX).await.unwrap();
                    let text = format!("{:?}\n{}", head.headers, String::from_utf8(body.into()).unwrap());
                    (name, path, brings, head.status, text)
                });
            }
        }
    }
    while let Some(answer) = asked.join_next().await {
        let (name, path, brings, status, text) = answer.unwrap();
        let other = if name == "anja" { "bodo" } else { "anja" };
        assert_eq!(status.is_success(), brings, "{name} {path}: {text}");
        assert_eq!(text.contains(name), brings, "{name} {path}: {text}");
        assert!(!text.contains(other), "{name} {path}: {text}");
        if path.starts_with("rows/patches") {
            assert!(text.contains(&format!("not for {name}-key")), "{text}");
        }
    }
}
