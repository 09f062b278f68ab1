//! Headers, errors, compression, streaming, and visitors.

use crate::proxy::{Proxy, Setup, Stream};
use serde_json::Value;
use std::time::{Duration, Instant};

async fn problem(response: reqwest::Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string() && body["detail"].is_string());
    body
}

#[tokio::test]
async fn session_catalog_and_health_keep_the_contract() {
    let proxy = Proxy::start(Setup::default()).await;
    for path in ["/healthz", "/readyz"] {
        let response = proxy.get(path).await;
        assert_eq!(
            (response.status().as_u16(), response.text().await.unwrap().as_str()),
            (200, "ok")
        );
    }
    let session = proxy.get("/api/v1/session").await.text().await.unwrap();
    assert_eq!(
        session,
        r#"{"expires":null,"feeds":false,"groups":[],"id":null,"mode":"none","user":null}"#
    );
    let response = proxy.get("/api/v1/catalog").await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let shown: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let tables = shown["tables"].as_array().unwrap();
    let ids: Vec<_> = tables.iter().map(|table| table["id"].as_str().unwrap()).collect();
    assert_eq!(ids, catalog::tables().iter().map(|table| table.id).collect::<Vec<_>>());
    let patches = tables.iter().find(|table| table["id"] == "patches").unwrap();
    let columns = patches["columns"].as_array().unwrap();
    let column = |id: &str| columns.iter().find(|column| column["id"] == id).unwrap();
    assert_eq!(column("missing")["type"], "number");
    assert!(column("missing")["label"]["en"].is_string() && column("missing")["label"]["zh"].is_string());
    assert!(column("missing").get("values").is_none());
    assert_eq!(column("operation")["values"], serde_json::json!(["scan", "install"]));
    assert_eq!(
        patches["sources"],
        serde_json::json!(["alibaba.oos.instance-patch-states"])
    );
    let account = &shown["accounts"][0];
    assert_eq!(account["id"], "prod-cn");
    assert_eq!(
        (&account["cloud"], &account["regions"][0]),
        (&"alibaba".into(), &"cn-hangzhou".into())
    );
    let text = shown.to_string();
    for held in proxy.clouds.accounts() {
        assert!(!text.contains(&held.secret_key) && !text.contains(&held.access_key));
    }
}

#[tokio::test]
async fn errors_are_problems() {
    let proxy = Proxy::start(Setup::default()).await;
    let missing = problem(proxy.get("/api/v1/rows/nothing").await, 404).await;
    assert!(missing["detail"].as_str().unwrap().contains("patches"));
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/session",
        "/api/v1/rows",
        "/api/v1/rows/a/b",
    ] {
        problem(proxy.get(path).await, 404).await;
    }
    for path in ["/api/v1/session", "/api/v1/catalog", "/api/v1/rows/plans"] {
        let response = proxy.http.post(format!("{}{path}", proxy.url)).send().await.unwrap();
        assert_eq!(response.headers()["allow"], "GET,HEAD");
        problem(response, 405).await;
    }
}

#[tokio::test]
async fn large_bodies_are_not_taken() {
    let proxy = Proxy::start(Setup::default()).await;
    let body = vec![b'x'; 1 << 20];
    let sent = proxy
        .http
        .get(format!("{}/api/v1/session", proxy.url))
        .body(body)
        .send()
        .await;
    problem(sent.unwrap(), 413).await;
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let proxy = Proxy::start(Setup::default()).await;
    for path in [
        "/",
        "/healthz",
        "/api/v1/session",
        "/api/nothing",
        "/api/v1/rows/plans",
        "/assets/none.js",
        "/nowhere",
    ] {
        let response = proxy.get(path).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; ") && policy.ends_with("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert_eq!(policy.contains("script-src"), !path.starts_with("/api"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert!(header("permissions-policy").contains("camera=()"));
    }
    let stream = proxy.get("/api/v1/rows/plans").await;
    assert_eq!(stream.headers()["content-type"], "application/x-ndjson");
    assert_eq!(stream.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn other_names_and_other_sites_stay_out() {
    let proxy = Proxy::start(Setup::default()).await;
    let ask = |path: &str, name: &'static str, value: &'static str| {
        proxy
            .http
            .get(format!("{}{path}", proxy.url))
            .header(name, value)
            .send()
    };
    problem(ask("/api/v1/session", "host", "evil.example").await.unwrap(), 421).await;
    problem(ask("/", "host", "127.0.0.1.evil.example:80").await.unwrap(), 421).await;
    assert_eq!(
        ask("/api/v1/session", "host", "localhost:1").await.unwrap().status(),
        200
    );
    for site in ["cross-site", "same-site"] {
        problem(ask("/api/v1/rows/plans", "sec-fetch-site", site).await.unwrap(), 403).await;
        assert_ne!(
            ask("/plans", "sec-fetch-site", site).await.unwrap().status(),
            403,
            "a link may lead to the page"
        );
    }
    assert_eq!(proxy.clouds.requests(), 0);
    for site in ["same-origin", "none"] {
        assert_eq!(
            ask("/api/v1/session", "sec-fetch-site", site).await.unwrap().status(),
            200
        );
    }
}

#[tokio::test]
async fn the_first_page_comes_before_the_last_even_compressed() {
    for encoding in ["identity", "gzip", "zstd"] {
        let proxy = Proxy::with_faults("hang@oos/cn-beijing").await;
        let request = proxy
            .http
            .get(format!("{}/api/v1/rows/patches?account=prod-cn", proxy.url))
            .header("accept-encoding", encoding);
        let mut response = request.send().await.unwrap();
        let sent = response
            .headers()
            .get("content-encoding")
            .map_or("identity", |value| value.to_str().unwrap());
        // The client of the test decodes gzip by itself, and takes the header away.
        assert!(sent == encoding || encoding == "gzip", "{sent}");
        let mut bytes = Vec::new();
        let enough = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                bytes.extend_from_slice(&response.chunk().await.unwrap().unwrap());
                // One region never answers, so the stream cannot end: what is here has been flushed.
                if encoding != "identity" && encoding != "gzip"
                    || String::from_utf8_lossy(&bytes).contains(r#""kind":"done""#)
                {
                    break;
                }
            }
        });
        enough.await.unwrap();
        assert!(!bytes.is_empty(), "{encoding}");
    }
}

#[tokio::test]
async fn compressed_streams_are_whole_and_small() {
    let proxy = Proxy::start(Setup::default()).await;
    let plain = proxy
        .get("/api/v1/rows/patches?region=cn-hangzhou")
        .await
        .bytes()
        .await
        .unwrap();
    let request = proxy
        .http
        .get(format!("{}/api/v1/rows/patches?region=cn-hangzhou", proxy.url))
        .header("accept-encoding", "zstd");
    let packed = request.send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "zstd");
    let packed = packed.bytes().await.unwrap();
    let text = String::from_utf8(zstd::stream::decode_all(&*packed).unwrap()).unwrap();
    Stream::read(&text).is_sound();
    assert!(packed.len() * 4 < plain.len(), "{} of {}", packed.len(), plain.len());
}

#[tokio::test]
async fn a_reader_who_leaves_ends_the_walks() {
    let proxy = Proxy::start(Setup {
        rows: 1_000_000,
        ..Setup::default()
    })
    .await;
    let mut response = proxy.get("/api/v1/rows/patches").await;
    for _ in 0..20 {
        response.chunk().await.unwrap().unwrap();
    }
    drop(response);
    let start = Instant::now();
    loop {
        let before = proxy.clouds.requests();
        tokio::time::sleep(Duration::from_millis(300)).await;
        if proxy.clouds.requests() == before {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "still asking");
    }
    assert!(proxy.clouds.requests() < 10_000);
}
