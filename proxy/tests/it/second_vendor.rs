//! The dry run: a vendor that Signalbox does not know fills a table of its own next to the others, by POST with a JSON body, a signature of its
//! own, times as fractions of seconds, and ids that are discovered and asked about in chunks.
//!
//! The modules of this test stand for what a real vendor would touch: [`catalogue`] for `crates/catalog/src/clouds.rs`, `services.rs`,
//! `discovery.rs`, `discovery/aws_ssm_instances.rs`, `sources.rs` and `sources/aws_ssm_instance_patch_states.rs`; [`vendor`] for
//! `proxy/src/vendors.rs` and `proxy/src/vendors/aws.rs`. These are eight files, three of them new and five of them lists.

mod catalogue;
mod fake;
mod vendor;

use crate::proxy::{Proxy, Setup};
use serde_json::{Value, json};
use signalbox::accounts::Account;
use signalbox::config::{Environment, parse};
use std::path::Path;
use vendor::Aws;

/// An account as the configuration would have it.
fn account(endpoint: &str, secret: &str) -> Account {
    let text = format!(
        r#"
[[account]]
id = "second"
cloud = "aws"
regions = ["us-east-1"]
credentials = {{ from = "static", access_key_id = {{ env = "ID" }}, secret_access_key = {{ env = "KEY" }} }}
endpoints = {{ ssm = "{endpoint}" }}
"#
    );
    let environment = Environment::from_iter([("ID", "AKIA"), ("KEY", secret)]);
    let mut settings = parse(&text, Path::new(""), &environment, None, &[&Aws]).unwrap();
    settings.accounts.remove(0)
}

async fn start(secret: &str) -> (Proxy, fake::Asked) {
    let (url, asked) = fake::start().await;
    let account = account(&url, secret);
    let proxy = Proxy::start(Setup {
        change: Box::new(|accounts| accounts.push(account)),
        more_sources: vec![&catalogue::SOURCE],
        ..Setup::default()
    })
    .await;
    (proxy, asked)
}

#[tokio::test]
async fn rows_of_a_second_vendor_stand_beside_those_of_the_first() {
    let (proxy, asked) = start(fake::SECRET).await;
    let stream = proxy.rows("patches", "").await;
    stream.is_sound();
    let targets = stream.lines[0]["targets"].as_array().unwrap();
    let second = targets.iter().find(|target| target["account"] == "second").unwrap();
    assert_eq!(second["cloud"], "aws");
    assert_eq!(second["source"], "aws.ssm.instance-patch-states");
    assert_eq!(stream.done("second/us-east-1")["rows"], fake::INSTANCES);
    assert!(stream.done("prod-cn/cn-hangzhou")["rows"].as_u64() > Some(0));

    let asked = asked.lock().unwrap();
    let mut sizes: Vec<usize> = asked
        .iter()
        .filter(|(_, body)| body["NextToken"].is_null())
        .filter_map(|(_, body)| Some(body["InstanceIds"].as_array()?.len()))
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [20, 50, 50]);
    let discoveries = asked.iter().filter(|(operation, _)| operation.ends_with("Information"));
    assert_eq!(
        discoveries.count(),
        4,
        "three pages, one of them twice: the service was busy"
    );
}

#[tokio::test]
async fn the_export_reads_its_cells_like_any_other() {
    let (proxy, _) = start(fake::SECRET).await;
    let query = "sort=-cloud,instance&cols=cloud,account,instance,missing,phase,start,end";
    let response = proxy.get(&format!("/api/v1/export/patches.json?{query}")).await;
    let exported: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let rows = exported["rows"].as_array().unwrap();
    let count = |cloud: &str| rows.iter().filter(|row| row["cloud"] == cloud).count();
    assert_eq!((count("aws"), count("alibaba")), (fake::INSTANCES, 1_500));
    let second = rows.iter().find(|row| row["cloud"] == "aws").unwrap();
    assert_eq!(
        *second,
        json!({
            "cloud": "aws", "account": "second", "instance": "i-000", "missing": 2, "phase": "action",
            "start": "2025-11-29T12:00:00.123Z", "end": "2025-11-29T12:01:00.500Z",
        })
    );
}

#[tokio::test]
async fn a_refusal_is_told_in_its_own_words() {
    let (proxy, _) = start("another-secret").await;
    let stream = proxy.rows("patches", "?account=second").await;
    let error = stream.error("second/us-east-1");
    assert_eq!(
        (&error["status"], &error["code"]),
        (&403.into(), &"InvalidSignatureException".into())
    );
    assert_eq!(error["request_id"], "R-1");
    assert!(
        error["advice"].as_str().is_some_and(|advice| advice.contains("secret")),
        "{error}"
    );
    assert_eq!(error["message"], "DescribeInstanceInformation in region us-east-1: no");
}
