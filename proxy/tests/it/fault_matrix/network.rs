//! All that can be wrong on the way to a cloud, at every list.

use super::server::{Manner, Server, bomb, endless, json, nobody};
use super::{Ending, judge, limits, read, setup, struck};
use crate::proxy::{Proxy, Setup};
use catalog::{SOURCES, Source};
use signalbox::accounts::Account;
use signalbox::ask::Limits;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A proxy in which the struck account's service is somewhere else.
async fn elsewhere(source: &'static Source, url: String, limits: Limits) -> Proxy {
    let account = struck(source);
    let change = Box::new(move |accounts: &mut Vec<Account>| {
        let account = accounts.iter_mut().find(|known| known.id == account).unwrap();
        account.endpoints.insert(source.call.service.id.to_owned(), url);
        // What is asked about is said, so that the list itself meets the fault and not what it is found by.
        if let Some(fan_out) = source.fan_out {
            account.listed.insert(fan_out.key, vec!["one".to_owned()]);
        }
    });
    Proxy::start(Setup {
        limits,
        change,
        ..setup()
    })
    .await
}

/// Each list with this in the place of one account's service.
async fn at_every_list(url: String, ending: Ending, what: &str) {
    for source in SOURCES {
        let well = read(&Proxy::start(setup()).await, source).await;
        let proxy = elsewhere(source, url.clone(), limits()).await;
        let stream = read(&proxy, source).await;
        judge(&stream, &well, source, ending, what);
        // The same proxy goes on: what did not go through there reads as ever.
        for other in SOURCES
            .iter()
            .filter(|other| other.call.service.id != source.call.service.id)
        {
            let stream = read(&proxy, other).await;
            assert!(!stream.kind("done").is_empty(), "{what}: {}", other.id);
        }
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist() {
    at_every_list(
        "http://nowhere.invalid".to_owned(),
        Ending::Failed(None, "ConnectFailed"),
        "no such name",
    )
    .await;
}

#[tokio::test]
async fn nobody_who_listens() {
    at_every_list(nobody(), Ending::Failed(None, "ConnectFailed"), "refused").await;
}

#[tokio::test]
async fn connections_that_are_reset_at_once() {
    let server = Server::start(Manner::Resets).await;
    at_every_list(server.url, Ending::Failed(None, "ConnectFailed"), "reset").await;
}

#[tokio::test]
async fn connections_that_are_reset_within_an_answer() {
    let server = Server::start(Manner::ResetsWithin).await;
    let broken = Ending::Broken(["BadAnswer", "ConnectFailed"]);
    at_every_list(server.url, broken, "reset within").await;
}

#[tokio::test]
async fn silence() {
    let source = SOURCES[0];
    let server = Server::start(Manner::Silent).await;
    let limits = Limits {
        request: Duration::from_secs(3),
        ..limits()
    };
    let well = read(&Proxy::start(setup()).await, source).await;
    let proxy = elsewhere(source, server.url, limits).await;
    judge(
        &read(&proxy, source).await,
        &well,
        source,
        Ending::Failed(None, "Timeout"),
        "silence",
    );
}

#[tokio::test]
async fn a_gzip_bomb() {
    let bomb = bomb(64);
    let server = Server::answering(move |_, _| bomb.clone()).await;
    at_every_list(server.url, Ending::Failed(None, "TooLarge"), "bomb").await;
}

#[tokio::test]
async fn redirects_to_where_machines_keys_are() {
    let source = SOURCES[0];
    let well = read(&Proxy::start(setup()).await, source).await;
    for place in [
        "http://169.254.169.254/openstack/latest/securitykey",
        "http://100.100.100.200/latest/meta-data/ram/security-credentials/",
        "//169.254.169.254/",
    ] {
        for status in [
            "301 Moved Permanently",
            "302 Found",
            "307 Temporary Redirect",
            "308 Permanent Redirect",
        ] {
            let answer = format!("HTTP/1.1 {status}\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n");
            let server = Server::answering(move |_, _| answer.clone().into_bytes()).await;
            let proxy = elsewhere(source, server.url, limits()).await;
            judge(
                &read(&proxy, source).await,
                &well,
                source,
                Ending::Failed(None, "Redirected"),
                place,
            );
        }
    }
    // Whether one is followed can be seen where the place is one that counts.
    for source in SOURCES {
        let trap = Server::answering(|_, _| json("{}")).await;
        let answer = format!(
            "HTTP/1.1 302 Found\r\nlocation: {}/latest\r\ncontent-length: 0\r\n\r\n",
            trap.url
        );
        let server = Server::answering(move |_, _| answer.clone().into_bytes()).await;
        let proxy = elsewhere(source, server.url, limits()).await;
        let stream = read(&proxy, source).await;
        assert!(
            stream
                .kind("failed")
                .iter()
                .any(|line| line["error"]["code"] == "Redirected"),
            "{}",
            source.id
        );
        assert!(server.asked.load(Ordering::Relaxed) > 0);
        assert_eq!(trap.asked.load(Ordering::Relaxed), 0, "{} was led away", source.id);
    }
}

#[tokio::test]
async fn lists_without_an_end() {
    for source in SOURCES
        .iter()
        .filter(|source| ["oos", "coc", "rfs"].contains(&source.call.service.id))
    {
        let service = source.call.service.id;
        let server = Server::answering(move |number, _| endless(service, number)).await;
        let limits = Limits { pages: 40, ..limits() };
        let proxy = elsewhere(source, server.url, limits).await;
        let stream = read(&proxy, source).await;
        let failed = stream.kind("failed");
        assert!(!failed.is_empty(), "{service}");
        for line in failed {
            assert_eq!(line["error"]["code"], "TooLarge", "{service}: {line}");
            let rows = stream.rows(line["target"].as_u64());
            assert_eq!(rows.len(), 40, "{service}: what came until then stays");
        }
        assert!(!stream.kind("done").is_empty(), "{service}");
    }
}
