//! What the real program takes of memory and time, with the bounds that it really has, while everything is as large as it can be.

use super::server::{Server, bomb, endless, json};
use crate::binary::{code, first_line, signal, signalbox};
use crate::proxy::{Stream, browser};
use nix::sys::signal::Signal;
use std::time::{Duration, Instant};
use tokio::process::Child;

/// The most that the program may have taken at any time, in KiB: a page may be 64 MiB, and what it grows out of is beside it for a moment.
const MOST: u64 = 256 << 10;

/// How long the longest walk may take: ten thousand pages, and a busy machine.
const LONGEST: Duration = Duration::from_secs(120);

/// The most memory that a process has had at any time, in KiB.
fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn bombs_and_endless_lists_end_within_bounds() {
    let packed = bomb(1024);
    assert!(packed.len() < 2 << 20, "a bomb is small until it is unpacked");
    let bombs = Server::answering(move |_, _| packed.clone()).await;
    let lists = Server::answering(|number, _| endless("oos", number)).await;
    let good = Server::answering(|_, _| {
        json(r#"{"InstancePatchStates":[{"InstanceId":"i-1","BaselineId":"b"}],"NextToken":""}"#)
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("signalbox.toml");
    let accounts = [("bombs", &bombs), ("endless", &lists), ("good", &good)].map(|(id, server)| {
        format!(
            "[[account]]\nid = '{id}'\ncloud = 'alibaba'\nregions = ['cn-beijing']\nendpoints = {{ oos = '{}' }}\n\
             credentials = {{ from = 'static', access_key_id = {{ env = 'ID' }}, access_key_secret = {{ env = 'SECRET' }} }}\n",
            server.url
        )
    });
    let text = format!(
        "listen = '127.0.0.1:0'\n[cache]\nfresh = '0s'\n[auth]\nmode = 'none'\n{}",
        accounts.concat()
    );
    std::fs::write(&config, text).unwrap();
    let mut child = signalbox(&["serve", "--config", config.to_str().unwrap()])
        .envs([("ID", "id"), ("SECRET", "secret")])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let url = first_line(&mut child).await.replace("signalbox listening on ", "");
    let before = peak(&child);
    let read = async |query: &str| {
        let begun = Instant::now();
        let answer = browser()
            .get(format!("{url}/api/v1/rows/patches{query}"))
            .send()
            .await
            .unwrap();
        let stream = Stream::read(&answer.text().await.unwrap());
        assert!(begun.elapsed() < LONGEST, "{query} took {:?}", begun.elapsed());
        stream
    };
    let stream = read("").await;
    stream.is_sound();
    for account in ["bombs", "endless"] {
        assert_eq!(
            stream.error(&format!("{account}/cn-beijing"))["code"],
            "TooLarge",
            "{account}"
        );
    }
    let endless = stream.target("endless/cn-beijing");
    assert_eq!(
        stream.rows(Some(endless)).len(),
        10_000,
        "as many pages as OOS may have"
    );
    assert_eq!(stream.done("good/cn-beijing")["rows"], 1);
    for _ in 0..3 {
        let again = read("?account=bombs,good").await;
        assert_eq!(again.error("bombs/cn-beijing")["code"], "TooLarge");
        assert_eq!(again.done("good/cn-beijing")["rows"], 1);
    }
    let after = peak(&child);
    eprintln!("peak of the program's memory: {before} KiB before, {after} KiB after");
    assert!(after < MOST, "{after} KiB");
    signal(&child, Signal::SIGTERM);
    assert_eq!(code(&mut child).await, Some(0));
}
