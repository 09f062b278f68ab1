//! Behind a front that says in headers who asks.

use crate::proxy::{Proxy, Setup};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use signalbox::auth::Configured;
use signalbox::auth::header::TrustedHeader;
use signalbox::grants::{Grant, Holders, Pattern};

/// A proxy that trusts a network, with a grant for `sre`: the plans and patches of one account.
async fn behind(trusted: &str) -> Proxy {
    let sign_in = Configured::Header(TrustedHeader {
        trusted: vec![trusted.parse().unwrap()],
        user: "x-forwarded-user".parse().unwrap(),
        groups: Some("x-forwarded-groups".parse().unwrap()),
        groups_separator: ",".to_owned(),
    });
    let grant = Grant {
        holders: Holders::Named {
            groups: ["sre".to_owned()].into(),
            users: [].into(),
        },
        accounts: vec![Pattern::new("prod-cn*")],
        tables: vec![Pattern::new("p*s")],
    };
    Proxy::start(Setup {
        sign_in: Box::new(move |_| sign_in),
        grants: vec![grant],
        rows: 300,
        ..Setup::default()
    })
    .await
}

impl Proxy {
    fn asked_by(&self, path: &str, headers: &[(&'static str, &str)]) -> RequestBuilder {
        let request = self.http.request(Method::GET, format!("{}{path}", self.url));
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
    }

    async fn answer(&self, path: &str, headers: &[(&'static str, &str)]) -> (u16, String) {
        let response = self.asked_by(path, headers).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

const SRE: [(&str, &str); 2] = [
    ("X-Forwarded-User", "ann@example.com"),
    ("X-Forwarded-Groups", "dev,sre"),
];

#[tokio::test]
async fn somebody_sees_what_is_granted_and_learns_of_nothing_else() {
    let proxy = behind("127.0.0.0/8").await;
    let (status, session) = proxy.answer("/api/v1/session", &SRE).await;
    let session: Value = serde_json::from_str(&session).unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        (&session["user"], &session["mode"]),
        (&"ann@example.com".into(), &"header".into())
    );

    let (_, catalog) = proxy.answer("/api/v1/catalog", &SRE).await;
    let all = behind_nothing().await;
    let (_, everything) = all.answer("/api/v1/catalog", &[]).await;
    let seen: Value = serde_json::from_str(&catalog).unwrap();
    let everything: Value = serde_json::from_str(&everything).unwrap();
    let ids = |value: &Value, list: &str| {
        let list = value[list].as_array().unwrap().iter();
        list.map(|item| item["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&seen, "tables"), ["plans", "patches", "plugins"]);
    for account in ids(&everything, "accounts") {
        let granted = account.starts_with("prod-cn");
        assert_eq!(ids(&seen, "accounts").contains(&account), granted, "{account}");
        // Not in the catalogue, not in a stream, not when it is asked for by its name.
        for path in [
            "/api/v1/rows/patches",
            "/api/v1/export/patches.json",
            "/api/v1/rows/patches?account=*",
        ] {
            let (_, text) = proxy.answer(path, &SRE).await;
            assert!(
                granted || !text.contains(&format!("\"{account}\"")),
                "{path}: {account}"
            );
        }
        if !granted {
            let (_, foreign) = proxy
                .answer(&format!("/api/v1/rows/patches?account={account}"), &SRE)
                .await;
            let (_, invented) = proxy.answer("/api/v1/rows/patches?account=nobody", &SRE).await;
            assert_eq!(foreign, invented, "whether an account exists is not told");
        }
    }
    for path in ["/api/v1/rows/tickets", "/api/v1/export/operations.csv"] {
        let (status, text) = proxy.answer(path, &SRE).await;
        assert_eq!(status, 403, "{text}");
        assert!(text.contains("\"missing\""), "{text}");
    }
}

async fn behind_nothing() -> Proxy {
    Proxy::start(Setup {
        rows: 300,
        ..Setup::default()
    })
    .await
}

#[tokio::test]
async fn nobody_comes_in_without_a_name_and_without_a_grant_nothing_is_there() {
    let proxy = behind("127.0.0.0/8").await;
    let data = [
        "/api/v1/session",
        "/api/v1/catalog",
        "/api/v1/rows/patches",
        "/api/v1/export/patches.csv",
        "/api/v1/openapi.json",
    ];
    for path in data {
        let (status, text) = proxy.answer(path, &[]).await;
        assert_eq!(status, 401, "{path}");
        assert!(!text.contains("forwarded"), "the reason is not for the client: {text}");
    }
    for path in ["/healthz", "/readyz", "/patches"] {
        assert_ne!(proxy.answer(path, &[]).await.0, 401, "{path}");
    }
    let stranger = [("X-Forwarded-User", "eve")];
    let (_, catalog) = proxy.answer("/api/v1/catalog", &stranger).await;
    let catalog: Value = serde_json::from_str(&catalog).unwrap();
    for list in ["accounts", "tables"] {
        assert_eq!(catalog[list], Value::Array(Vec::new()));
    }
    assert_eq!(proxy.answer("/api/v1/rows/patches", &stranger).await.0, 403);
}

#[tokio::test]
async fn names_from_anyone_but_the_front_are_an_error() {
    let elsewhere = behind("10.0.0.0/8").await;
    let spoofed = [SRE[0], SRE[1], ("X-Forwarded-For", "10.0.0.1")];
    assert_eq!(elsewhere.answer("/api/v1/catalog", &spoofed).await.0, 400);
    let proxy = behind("127.0.0.0/8").await;
    for more in [("X_Forwarded_User", "eve"), ("X-Forwarded-User", "eve")] {
        assert_eq!(
            proxy.answer("/api/v1/catalog", &[SRE[0], more]).await.0,
            400,
            "{more:?}"
        );
    }
}
