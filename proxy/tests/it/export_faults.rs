//! Exports of clouds that fail: what is missing is named, the rest is there.

use crate::proxy::{Proxy, Setup};
use serde_json::{Value, json};
use signalbox::ask::Limits;
use std::time::Duration;

const STRUCK: &str = "prod-cn/cn-beijing/alibaba.oos.instance-patch-states";

async fn patches(proxy: &Proxy, query: &str) -> Value {
    let response = proxy.get(&format!("/api/v1/export/patches.json{query}")).await;
    assert_eq!(response.status(), 200);
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

fn target<'a>(whole: &'a Value, account: &str, region: &str) -> &'a Value {
    let targets = whole["targets"].as_array().unwrap();
    let named = |target: &&Value| target["account"] == account && target["region"] == region;
    targets.iter().find(named).unwrap()
}

/// The rows of one region, and of all others.
fn split(whole: &Value, account: &str, region: &str) -> (usize, Vec<Value>) {
    let rows = whole["rows"].as_array().unwrap().clone();
    let all = rows.len();
    let others: Vec<_> = rows
        .into_iter()
        .filter(|row| row["account"] != account || row["region"] != region)
        .collect();
    (all - others.len(), others)
}

#[tokio::test]
async fn a_denied_region_is_named_and_hides_nothing() {
    let well = patches(&Proxy::start(Setup::default()).await, "").await;
    let proxy = Proxy::with_faults("deny@oos/cn-beijing").await;
    let whole = patches(&proxy, "").await;
    let denied = target(&whole, "prod-cn", "cn-beijing");
    assert_eq!(
        (&denied["state"], &denied["as_of"], &denied["rows"]),
        (&json!("failed"), &Value::Null, &json!(0))
    );
    assert_eq!(denied["error"]["code"], "NoPermission");
    assert_eq!(denied["error"]["advice"], "needs oos:ListInstancePatchStates");
    assert!(denied["error"]["request_id"].is_string());
    let (mine, others) = split(&whole, "prod-cn", "cn-beijing");
    assert_eq!(mine, 0);
    assert_eq!(others.len(), split(&well, "prod-cn", "cn-beijing").1.len());
    let response = proxy.get("/api/v1/export/patches.csv").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-signalbox-targets"], "ok=5, capped=0, failed=1");
    assert_eq!(
        response.headers()["x-signalbox-gaps"],
        format!("\"{STRUCK}\";state=failed;code=\"NoPermission\"")
    );
    assert_eq!(response.text().await.unwrap().lines().count(), others.len() + 1);
}

#[tokio::test]
async fn rows_that_came_before_a_failure_are_exported() {
    let proxy = Proxy::with_faults("loop-token@oos/cn-beijing").await;
    let whole = patches(&proxy, "").await;
    let looped = target(&whole, "prod-cn", "cn-beijing");
    assert_eq!(
        (&looped["state"], &looped["error"]["code"]),
        (&json!("failed"), &json!("LoopingCursor"))
    );
    let (mine, _) = split(&whole, "prod-cn", "cn-beijing");
    assert!(mine > 0);
    assert_eq!(looped["rows"], mine, "the same page twice is counted once");
}

#[tokio::test]
async fn nonsense_is_a_gap_or_is_carried_on() {
    let proxy = Proxy::with_faults("not-json@oos/cn-beijing,wrong-types@oos/cn-shanghai").await;
    let whole = patches(&proxy, "?cols=account,region,instance,missing,start").await;
    let nonsense = target(&whole, "prod-cn", "cn-beijing");
    assert_eq!(nonsense["error"]["code"], "BadAnswer");
    let odd = target(&whole, "prod-cn", "cn-shanghai");
    assert_eq!(odd["state"], "ok");
    assert!(odd["rows"].as_u64() > Some(0));
    let rows = whole["rows"].as_array().unwrap();
    let odd: Vec<&Value> = rows.iter().filter(|row| row["region"] == "cn-shanghai").collect();
    assert!(!odd.is_empty());
    for cell in odd.iter().flat_map(|row| row.as_object().unwrap().values()) {
        assert!(!cell.is_object(), "{cell}");
    }
    let text = proxy.get("/api/v1/export/patches.csv").await.text().await.unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.records().map(Result::unwrap).count(), rows.len());
}

#[tokio::test]
async fn a_list_that_its_cloud_cuts_is_capped() {
    let proxy = Proxy::start(Setup::default()).await;
    let response = proxy.get("/api/v1/export/plans.json").await;
    let gap = "\"prod-cn/cn-hangzhou/alibaba.cs.operation-plans\";state=capped;cap=100";
    assert_eq!(response.headers()["x-signalbox-gaps"], gap);
    assert_eq!(response.headers()["x-signalbox-targets"], "ok=5, capped=1, failed=0");
    let whole: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let capped = target(&whole, "prod-cn", "cn-hangzhou");
    assert_eq!(
        (&capped["state"], &capped["capped"], &capped["rows"]),
        (&json!("capped"), &json!(100), &json!(100))
    );
    assert!(capped["as_of"].is_string() && capped["error"].is_null());
}

#[tokio::test]
async fn a_target_that_hangs_holds_the_export_up_only_so_long() {
    let limits = Limits {
        backoff: Duration::from_millis(5),
        request: Duration::from_secs(3),
        ..Limits::default()
    };
    let proxy = Proxy::start(Setup {
        faults: "hang@oos/cn-beijing",
        limits,
        ..Setup::default()
    })
    .await;
    let whole = patches(&proxy, "").await;
    assert_eq!(target(&whole, "prod-cn", "cn-beijing")["error"]["code"], "Timeout");
    assert!(!whole["rows"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_at_all_is_no_empty_file() {
    let proxy = Proxy::with_faults("deny@oos").await;
    for ending in ["json", "csv", "ndjson"] {
        let response = proxy.get(&format!("/api/v1/export/patches.{ending}")).await;
        assert_eq!(response.status(), 502, "{ending}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let targets = body["targets"].as_array().unwrap();
        assert_eq!(targets.len(), 6);
        assert!(targets.iter().all(|target| target["error"]["code"] == "NoPermission"));
        assert!(body["detail"].as_str().unwrap().contains("none of the 6 targets"));
    }
    // A table that this fault does not touch.
    assert_eq!(proxy.get("/api/v1/export/plans.json").await.status(), 200);
}
