//! Behind a front that signs who asks.

use crate::forge::{P256_PUBLIC, Signer, published};
use crate::proxy::{Proxy, Setup};
use axum::Router;
use axum::routing::get;
use http::StatusCode;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use signalbox::config::{Environment, parse};
use signalbox::grants::{Grant, Holders, Pattern};
use signalbox::vendors::VENDORS;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a front has its keys, and how often it was asked.
struct Front {
    url: String,
    asked: Arc<AtomicU32>,
    document: Arc<Mutex<Option<String>>>,
}

impl Front {
    async fn with(document: String) -> Self {
        let asked = Arc::new(AtomicU32::new(0));
        let document = Arc::new(Mutex::new(Some(document)));
        let (counted, served) = (Arc::clone(&asked), Arc::clone(&document));
        let answer = async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let document = served.lock().unwrap().clone();
            document.ok_or(StatusCode::BAD_GATEWAY)
        };
        let router = Router::new().route("/keys/{kid}", get(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, asked, document }
    }
}

/// No configuration is without one; the proxy has those of its simulated clouds.
const ACCOUNT: &str = r#"
[[account]]
id = "a"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "env" }
"#;

/// A proxy with `[auth.jwt]` as a configuration has it, and a grant of everything for `sre`.
async fn behind(section: &str) -> Proxy {
    let text = format!("[auth]\nmode = \"jwt\"\n[auth.jwt]\n{section}\n{ACCOUNT}");
    let environment: Environment = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")]
        .into_iter()
        .collect();
    let read = parse(&text, Path::new(""), &environment, None, VENDORS).unwrap();
    let grant = Grant {
        holders: Holders::Named {
            groups: ["sre".to_owned()].into(),
            users: [].into(),
        },
        accounts: vec![Pattern::new("*")],
        tables: vec![Pattern::new("*")],
    };
    Proxy::start(Setup {
        sign_in: Box::new(|_| read.auth.sign_in),
        grants: vec![grant],
        rows: 100,
        ..Setup::default()
    })
    .await
}

fn generic(url: &str) -> String {
    format!(
        "preset = \"generic\"\nissuer = \"front.example.com\"\naudience = [\"ops\"]\njwks_url = \"{url}/set\"\nheader = \"X-Front-Assertion\"\n\
         algorithms = [\"RS256\", \"ES256\"]\nuser = \"email\"\ngroups = \"groups\"\n"
    )
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn claims() -> Value {
    json!({
        "iss": "front.example.com", "aud": ["ops", "other"], "sub": "s-1", "email": "ann@example.com", "name": "安",
        "groups": ["sre", "dev"], "iat": now(), "exp": now() + 300,
    })
}

async fn asked(proxy: &Proxy, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let request = headers.iter().fold(
        proxy.http.get(format!("{}{path}", proxy.url)),
        |request, (name, value)| request.header(*name, *value),
    );
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

const HEADER: &str = "X-Front-Assertion";

#[tokio::test]
async fn a_signed_token_opens_what_its_groups_are_granted_and_keys_are_fetched_once() {
    let signer = Signer::rsa("k", Algorithm::RS256);
    let front = Front::with(published(&[&signer]).to_string()).await;
    let proxy = behind(&generic(&front.url)).await;
    let token = signer.token(&claims());
    let (status, session) = asked(&proxy, "/api/v1/session", &[(HEADER, &token)]).await;
    let session: Value = serde_json::from_str(&session).unwrap();
    assert_eq!(status, 200, "{session}");
    assert_eq!(session["user"], "安");
    assert_eq!(session["mode"], "jwt");
    assert_eq!(
        session["groups"],
        json!(["sre"]),
        "groups that no grant names are not kept"
    );
    let (status, rows) = asked(&proxy, "/api/v1/rows/patches", &[(HEADER, &token)]).await;
    assert_eq!(status, 200);
    assert!(rows.contains("\"kind\":\"end\""));
    let mut stranger = claims();
    stranger["groups"] = json!(["dev"]);
    let stranger = signer.token(&stranger);
    assert_eq!(
        asked(&proxy, "/api/v1/rows/patches", &[(HEADER, &stranger)]).await.0,
        403
    );
    assert_eq!(
        asked(&proxy, "/healthz", &[]).await.0,
        200,
        "health is asked without a token"
    );
    assert_eq!(front.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn keys_of_every_kind_count_for_their_own_tokens() {
    let signers = [
        Signer::rsa("r", Algorithm::RS256),
        Signer::p256("e"),
        Signer::p384("f"),
        Signer::ed25519("g"),
        Signer::short_rsa("short"),
    ];
    let [rsa, p256, p384, ed25519, short] = &signers;
    let front = Front::with(published(&[rsa, p256, p384, ed25519, short]).to_string()).await;
    let algorithms = "[\"RS256\", \"ES256\", \"ES384\", \"EdDSA\"]";
    let proxy = behind(&generic(&front.url).replace("[\"RS256\", \"ES256\"]", algorithms)).await;
    let status = async |token: String| asked(&proxy, "/api/v1/session", &[(HEADER, &token)]).await.0;
    for signer in [rsa, p256, p384, ed25519] {
        assert_eq!(status(signer.token(&claims())).await, 200, "{}", signer.kid);
    }
    for wrong in [
        short.token(&claims()),
        Signer::other_p256("e").token(&claims()),
        p256.token_with(&json!({"kid": "f"}), &claims()),
        p256.token_with(&json!({"kid": "r"}), &claims()),
        rsa.token_with(&json!({"alg": "PS256"}), &claims()),
    ] {
        assert_eq!(status(wrong).await, 401);
    }
}

#[tokio::test]
async fn nobody_comes_in_with_anything_else_and_learns_why() {
    let signer = Signer::rsa("k", Algorithm::RS256);
    let front = Front::with(published(&[&signer]).to_string()).await;
    let proxy = behind(&generic(&front.url)).await;
    let with = |change: &Value| {
        let mut claims = claims();
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    };
    let public = signer.jwk()["n"].as_str().unwrap().to_owned();
    let fine = signer.token(&claims());
    let embedded = json!({"jwk": Signer::other_rsa("k").jwk(), "jku": format!("{}/evil", front.url)});
    let wrong = [
        signer.token(&with(&json!({"aud": "other"}))),
        signer.token(&with(&json!({"iss": "https://front.example.com"}))),
        signer.token(&with(&json!({"exp": now() - 120}))),
        signer.token(&with(&json!({"exp": null}))),
        signer.token(&with(&json!({"nbf": now() + 120}))),
        signer.token(&with(&json!({"email": ""}))),
        signer.token_with(&json!({"alg": "none"}), &claims()),
        signer.token_with(&json!({"kid": "random"}), &claims()),
        Signer::hmac("k", public.as_bytes()).token(&claims()),
        Signer::other_rsa("k").token_with(&embedded, &claims()),
        format!("{}.", fine.rsplit_once('.').unwrap().0),
        "x".to_owned(),
    ];
    for token in &wrong {
        for path in [
            "/api/v1/session",
            "/api/v1/catalog",
            "/api/v1/rows/patches",
            "/api/v1/export/patches.csv",
        ] {
            let (status, text) = asked(&proxy, path, &[(HEADER, token)]).await;
            assert_eq!(status, 401, "{path} {token}");
            for word in ["aud", "iss", "exp", "alg", "kid", "signature", "email", "key"] {
                let told: Value = serde_json::from_str(&text).unwrap();
                assert!(!told["detail"].as_str().unwrap().contains(word), "{text}");
            }
        }
    }
    for (headers, status) in [
        (vec![], 401),
        (vec![(HEADER, fine.as_str()), (HEADER, fine.as_str())], 400),
        (vec![(HEADER, fine.as_str()), ("X_Front_Assertion", "x")], 400),
        (vec![("X_Front_Assertion", fine.as_str())], 400),
        (
            vec![("X-Forwarded-User", "ann@example.com"), ("X-Forwarded-Groups", "sre")],
            401,
        ),
        (vec![("Authorization", "Bearer sbx_x")], 401),
    ] {
        assert_eq!(
            asked(&proxy, "/api/v1/catalog", &headers).await.0,
            status,
            "{headers:?}"
        );
    }
    assert_eq!(asked(&proxy, "/api/v1/catalog", &[(HEADER, &fine)]).await.0, 200);
    assert_eq!(
        front.asked.load(Ordering::SeqCst),
        1,
        "nothing of all this asks the issuer again"
    );
}

#[tokio::test]
async fn while_the_keys_cannot_be_had_the_answer_is_that_and_not_to_sign_in() {
    let signer = Signer::p256("k");
    let front = Front::with(String::new()).await;
    *front.document.lock().unwrap() = None;
    let proxy = behind(&generic(&front.url)).await;
    let token = signer.token(&claims());
    let (status, text) = asked(&proxy, "/api/v1/catalog", &[(HEADER, &token)]).await;
    assert_eq!(status, 503, "{text}");
    assert!(!text.contains(&front.url) && !text.contains("502"), "{text}");
    assert_eq!(asked(&proxy, "/api/v1/catalog", &[]).await.0, 401);
}

#[tokio::test]
async fn the_presets_read_what_their_fronts_send() {
    let rsa = Signer::rsa("k", Algorithm::RS256);
    let front = Front::with(published(&[&rsa]).to_string()).await;
    let team = "https://example.cloudflareaccess.com";
    let proxy = behind(&format!(
        "preset = \"cloudflare\"\nissuer = \"{team}\"\naudience = \"4714c1358e65fe4b\"\njwks_url = \"{}/certs\"\ngroups = [\"custom\", \"groups\"]\n",
        front.url
    ))
    .await;
    let sent = json!({
        "aud": ["4714c1358e65fe4b"], "email": "ann@example.com", "exp": now() + 60, "iat": now(), "nbf": now(), "iss": team, "type": "app",
        "identity_nonce": "6ei69kawdKzMIAPF", "sub": "7335d417-61da-459d-899c-0a01c76a2f94", "country": "CN", "custom": {"groups": ["sre"]},
    });
    let read = async |proxy: &Proxy, header: &str, token: String| {
        let (status, text) = asked(proxy, "/api/v1/session", &[(header, &token)]).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let session = read(&proxy, "Cf-Access-Jwt-Assertion", rsa.token(&sent)).await;
    assert_eq!(
        (&session["user"], &session["groups"]),
        (&json!("ann@example.com"), &json!(["sre"]))
    );
    let mut global = sent.clone();
    global["type"] = "org".into();
    let mut service = sent;
    service["sub"] = "".into();
    for refused in [global, service] {
        let token = rsa.token(&refused);
        assert_eq!(
            asked(&proxy, "/api/v1/session", &[("Cf-Access-Jwt-Assertion", &token)])
                .await
                .0,
            401
        );
    }

    let p256 = Signer::p256("k");
    let front = Front::with(published(&[&p256]).to_string()).await;
    let audience = "/projects/123456789/global/backendServices/987654321";
    let proxy = behind(&format!(
        "preset = \"iap\"\naudience = \"{audience}\"\njwks_url = \"{}/public_key-jwk\"\n",
        front.url
    ))
    .await;
    let sent = json!({
        "aud": audience, "email": "ann@example.com", "exp": now() + 600, "iat": now(), "iss": "https://cloud.google.com/iap",
        "sub": "accounts.google.com:1234567890", "hd": "example.com", "google": {"access_levels": []},
    });
    let session = read(&proxy, "X-Goog-IAP-JWT-Assertion", p256.token(&sent)).await;
    assert_eq!(session["user"], "ann@example.com");
    let rs256 = rsa.token(&sent);
    assert_eq!(
        asked(&proxy, "/api/v1/session", &[("X-Goog-IAP-JWT-Assertion", &rs256)])
            .await
            .0,
        401
    );

    let signer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/ops/50dc6c495c0c9188";
    let front = Front::with(P256_PUBLIC.to_owned()).await;
    let proxy = behind(&format!(
        "preset = \"alb\"\nissuer = \"https://idp.example.com\"\naudience = \"client-1\"\nsigner = \"{signer}\"\njwks_url = \"{}/{{kid}}\"\n",
        front.url
    ))
    .await;
    let padded = |signer: &str, client: &str| {
        let header = json!({
            "typ": "JWT", "kid": "12345678-1234-1234-1234-123456789012", "alg": "ES256", "iss": "https://idp.example.com", "client": client,
            "signer": signer, "exp": now() + 120,
        });
        p256.padded(
            &header,
            &json!({"sub": "1", "email": "ann@example.com", "exp": now() + 120, "iss": "https://idp.example.com"}),
        )
    };
    let session = read(&proxy, "X-Amzn-Oidc-Data", padded(signer, "client-1")).await;
    assert_eq!(session["user"], "ann@example.com");
    let foreign = signer.replace("app/ops", "app/other");
    for token in [padded(&foreign, "client-1"), padded(signer, "client-2")] {
        assert_eq!(
            asked(&proxy, "/api/v1/session", &[("X-Amzn-Oidc-Data", &token)])
                .await
                .0,
            401
        );
    }
    assert_eq!(front.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn it_is_ready_once_the_keys_of_the_front_are_there() {
    let signer = Signer::rsa("k", Algorithm::RS256);
    let front = Front::with(published(&[&signer]).to_string()).await;
    let ready = behind(&generic(&front.url)).await;
    for _ in 0..3 {
        assert_eq!(asked(&ready, "/readyz", &[]).await, (200, "ok".to_owned()));
    }
    assert_eq!(front.asked.load(Ordering::SeqCst), 1);
    // What is there stays.
    *front.document.lock().unwrap() = None;
    assert_eq!(asked(&ready, "/readyz", &[]).await.0, 200);

    let other = behind(&generic(&front.url)).await;
    for _ in 0..3 {
        let (status, text) = asked(&other, "/readyz", &[]).await;
        assert_eq!(status, 503);
        assert!(
            !text.contains("502") && !text.contains("127.0.0.1"),
            "the reason is for the log: {text}"
        );
    }
    assert_eq!(front.asked.load(Ordering::SeqCst), 2, "probes are no flood");
    assert_eq!(asked(&other, "/healthz", &[]).await.0, 200);
}

#[tokio::test]
async fn the_keys_of_the_front_are_asked_for_by_check() {
    let signer = Signer::rsa("k", Algorithm::RS256);
    let front = Front::with(published(&[&signer]).to_string()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalbox.toml");
    // Nobody is at the account's endpoints, so its reads fail.
    let nobody =
        "endpoints = { coc = \"http://127.0.0.1:1\", rfs = \"http://127.0.0.1:1\", iam = \"http://127.0.0.1:1\" }";
    let section = generic(&front.url);
    std::fs::write(
        &file,
        format!("[auth]\nmode = \"jwt\"\n[auth.jwt]\n{section}\n{ACCOUNT}{nobody}\n"),
    )
    .unwrap();
    let check = async || {
        let arguments = ["check", "--online", "--config", file.to_str().unwrap()];
        crate::binary::run(&arguments, &[("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")])
            .await
            .1
    };
    let out = check().await;
    assert!(out.contains("keys of the front: ok\n"), "{out}");
    *front.document.lock().unwrap() = None;
    let out = check().await;
    assert!(
        out.contains("keys of the front: ") && out.contains("502") && !out.contains("front: ok"),
        "{out}"
    );
}
