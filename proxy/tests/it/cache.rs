//! Walks that viewers share, and answers that are kept, before the simulated clouds.

use crate::proxy::{Proxy, Setup, Stream};
use futures_util::future::join_all;
use serde_json::Value;
use signalbox::auth::Configured;
use signalbox::auth::header::TrustedHeader;
use signalbox::cache::Settings;
use signalbox::grants::{Grant, Holders, Pattern};
use std::collections::{BTreeMap, HashSet};

async fn start() -> Proxy {
    Proxy::start(Setup {
        cache: Settings::default(),
        ..Setup::default()
    })
    .await
}

/// The rows of each target, in their order, whatever the order of the targets.
fn by_target(stream: &Stream) -> BTreeMap<String, Vec<Value>> {
    let targets = stream.lines[0]["targets"].as_array().unwrap().iter().zip(0..);
    let rows = |(target, number): (&Value, u64)| {
        let rows = stream.rows(Some(number)).into_iter().cloned().collect();
        (target.to_string(), rows)
    };
    targets.map(rows).collect()
}

fn origins(stream: &Stream) -> HashSet<String> {
    let cache = |done: &&Value| done["cache"].as_str().unwrap().to_owned();
    stream.kind("done").iter().map(cache).collect()
}

/// The lines with rows, in an order of their own.
fn pages(text: &str) -> Vec<&str> {
    assert!(text.ends_with("{\"kind\":\"end\"}\n"), "{text}");
    assert!(!text.contains("\"kind\":\"failed\""), "{text}");
    let mut pages: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("{\"kind\":\"rows\""))
        .collect();
    pages.sort_unstable();
    pages
}

#[tokio::test]
async fn three_hundred_viewers_at_once_are_one_walk_of_every_table() {
    let small = |cache| Setup {
        cache,
        rows: 200,
        ..Setup::default()
    };
    let alone = Proxy::start(small(Settings::OFF)).await;
    let proxy = Proxy::start(small(Settings::default())).await;
    for (table, viewers) in [
        ("patches", 300),
        ("plans", 30),
        ("plugins", 30),
        ("tickets", 30),
        ("operations", 30),
    ] {
        let path = format!("/api/v1/rows/{table}");
        let text = async |proxy: &Proxy| proxy.get(&path).await.text().await.unwrap();
        let one = text(&alone).await;
        let all = join_all((0..viewers).map(|_| text(&proxy))).await;
        assert_eq!(
            proxy.clouds.requests(),
            alone.clouds.requests(),
            "{table}: no page and no look-up twice"
        );
        let first = pages(&all[0]);
        assert_eq!(first.len(), pages(&one).len(), "{table}");
        assert!(all.iter().all(|text| pages(text) == first), "{table}");
        let again = proxy.rows(table, "").await;
        again.is_sound();
        assert_eq!(origins(&again), ["fresh".to_owned()].into());
        assert_eq!(proxy.clouds.requests(), alone.clouds.requests());
    }
}

#[tokio::test]
async fn what_is_kept_says_when_it_was_walked_in_streams_and_in_exports() {
    let proxy = start().await;
    let first = proxy.rows("patches", "").await;
    assert_eq!(origins(&first), ["miss".to_owned()].into());
    let requests = proxy.clouds.requests();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let second = proxy.rows("patches", "").await;
    let ends = |stream: &Stream| -> BTreeMap<u64, String> {
        let end = |done: &&Value| (done["target"].as_u64().unwrap(), done["as_of"].to_string());
        stream.kind("done").iter().map(end).collect()
    };
    assert_eq!(ends(&first), ends(&second));
    let export = proxy.get("/api/v1/export/patches.json").await.text().await.unwrap();
    let export: Value = serde_json::from_str(&export).unwrap();
    let oldest = ends(&first).into_values().min().unwrap();
    assert_eq!(export["as_of"].to_string(), oldest);
    assert_eq!(export["rows"].as_array().unwrap().len(), second.rows(None).len());
    assert_eq!(proxy.clouds.requests(), requests);
}

#[tokio::test]
async fn whoever_wishes_for_new_rows_gets_them_and_others_too() {
    let proxy = start().await;
    let path = "/api/v1/rows/patches?account=staging-cn";
    proxy.rows("patches", "?account=staging-cn").await;
    let requests = proxy.clouds.requests();
    let anew = |path: &str| {
        let request = proxy.http.get(format!("{}{path}", proxy.url));
        async {
            request
                .header("cache-control", "no-cache")
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap()
        }
    };
    let new = Stream::read(&anew(path).await);
    assert_eq!(origins(&new), ["miss".to_owned()].into());
    let asked = proxy.clouds.requests() - requests;
    assert!(asked > 0);
    assert_eq!(
        origins(&proxy.rows("patches", "?account=staging-cn").await),
        ["fresh".to_owned()].into()
    );
    assert_eq!(proxy.clouds.requests(), requests + asked);
    anew("/api/v1/export/patches.json?account=staging-cn").await;
    assert_eq!(proxy.clouds.requests(), requests + 2 * asked);
}

#[tokio::test]
async fn every_way_of_compression_brings_the_same_lines() {
    let proxy = start().await;
    let plain = proxy.rows("patches", "").await;
    let http = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    for (accepted, sent) in [
        ("gzip, deflate, br, zstd", Some("zstd")),
        ("zstd", Some("zstd")),
        ("gzip", Some("gzip")),
        ("br;q=1, zstd;q=0.5", Some("zstd")),
        ("br", None),
        ("identity", None),
    ] {
        for round in ["kept", "anew"] {
            let mut request = http.get(format!("{}/api/v1/rows/patches", proxy.url));
            request = request.header("accept-encoding", accepted);
            if round == "anew" {
                request = request.header("cache-control", "no-cache");
            }
            let answer = request.send().await.unwrap();
            let coding = answer
                .headers()
                .get("content-encoding")
                .map(|coding| coding.to_str().unwrap().to_owned());
            assert_eq!(coding.as_deref(), sent, "{accepted}");
            assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
            if sent.is_some() {
                assert_eq!(answer.headers()["vary"], "accept-encoding");
            }
            let bytes = answer.bytes().await.unwrap();
            let text = match coding.as_deref() {
                Some("zstd") => zstd::stream::decode_all(&*bytes).unwrap(),
                Some("gzip") => {
                    let mut text = Vec::new();
                    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*bytes), &mut text).unwrap();
                    text
                }
                Some(other) => panic!("{other} is not sent"),
                None => bytes.to_vec(),
            };
            let stream = Stream::read(&String::from_utf8(text).unwrap());
            stream.is_sound();
            assert_eq!(by_target(&stream), by_target(&plain), "{accepted} {round}");
        }
    }
}

/// Three people behind a front: one may read everything, one the patches of one account, one nothing.
#[tokio::test]
async fn what_is_kept_is_for_those_alone_who_may_read_it() {
    let grant = |group: &str, accounts: &str, tables: &str| Grant {
        holders: Holders::Named {
            groups: [group.to_owned()].into(),
            users: [].into(),
        },
        accounts: vec![Pattern::new(accounts)],
        tables: vec![Pattern::new(tables)],
    };
    let sign_in = Configured::Header(TrustedHeader {
        trusted: vec!["127.0.0.0/8".parse().unwrap()],
        user: "x-forwarded-user".parse().unwrap(),
        groups: Some("x-forwarded-groups".parse().unwrap()),
        groups_separator: ",".to_owned(),
    });
    let proxy = Proxy::start(Setup {
        cache: Settings::default(),
        sign_in: Box::new(move |_| sign_in),
        grants: vec![grant("all", "*", "*"), grant("some", "staging-cn", "patches")],
        rows: 600,
        ..Setup::default()
    })
    .await;
    let ask = |group: &'static str, path: &'static str| {
        let request = proxy.http.get(format!("{}/api/v1/{path}", proxy.url));
        let request = request
            .header("x-forwarded-user", group)
            .header("x-forwarded-groups", group);
        async move {
            let answer = request.send().await.unwrap();
            (group, path, answer.status().as_u16(), answer.text().await.unwrap())
        }
    };
    let paths = [
        "rows/patches",
        "rows/patches?account=prod-cn",
        "rows/plans",
        "export/patches.ndjson",
        "export/plans.json",
    ];
    // At the same time, while the walks are under way; and once more, when everything is kept.
    for _ in 0..2 {
        let all = (0..6).flat_map(|_| paths.map(|path| ["all", "some", "none"].map(|group| ask(group, path))));
        for (group, path, status, text) in join_all(all.flatten()).await {
            let expected = match (group, path.contains("plans")) {
                ("all", _) | ("some", false) => 200,
                _ => 403,
            };
            assert_eq!(status, expected, "{group} {path}: {text}");
            let theirs = text.contains("prod-cn");
            assert_eq!(theirs, group == "all", "{group} {path}: {text}");
        }
    }
}
