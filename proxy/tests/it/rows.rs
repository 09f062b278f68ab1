//! All five tables come through whole.

use crate::proxy::{Proxy, Setup, Stream};
use serde_json::Value;
use std::collections::HashSet;

fn distinct(rows: &[&Value], keys: &[&str]) -> usize {
    rows.iter()
        .map(|row| keys.iter().map(|key| row[*key].to_string()).collect::<Vec<_>>())
        .collect::<HashSet<_>>()
        .len()
}

#[tokio::test]
async fn patches_are_all_there() {
    let proxy = Proxy::start(Setup {
        rows: 1_234,
        ..Setup::default()
    })
    .await;
    let stream = proxy.rows("patches", "").await;
    stream.is_sound();
    let rows = stream.rows(None);
    assert_eq!(rows.len(), 1_234);
    assert_eq!(distinct(&rows, &["InstanceId", "BaselineId"]), 1_234);
    assert!(stream.kind("rows").iter().all(|line| line["total"].is_null()));
    assert!(
        stream
            .kind("done")
            .iter()
            .all(|line| line["cache"] == "miss" && line["capped"].is_null())
    );
}

#[tokio::test]
async fn plans_say_where_the_cloud_cuts_them() {
    let proxy = Proxy::start(Setup::default()).await;
    let stream = proxy.rows("plans", "").await;
    stream.is_sound();
    assert_eq!(stream.done("prod-cn/cn-hangzhou")["rows"], 100);
    assert_eq!(stream.done("prod-cn/cn-hangzhou")["capped"], 100);
    assert!(stream.done("staging-cn/cn-hangzhou")["rows"].as_u64() > Some(0));
    assert!(stream.done("staging-cn/cn-hangzhou")["capped"].is_null());
    let rows = stream.rows(None);
    assert_eq!(distinct(&rows, &["plan_id"]), rows.len());
}

#[tokio::test]
async fn tickets_come_once_a_site_with_their_total() {
    let proxy = Proxy::start(Setup::default()).await;
    let stream = proxy.rows("tickets", "").await;
    stream.is_sound();
    assert_eq!(stream.kind("done").len(), 3);
    let target = stream.target("prod-hw/cn-north-4");
    let rows = stream.rows(Some(target));
    assert_eq!((rows.len(), distinct(&rows, &["execution_id"])), (487, 487));
    let pages: Vec<_> = stream
        .kind("rows")
        .into_iter()
        .filter(|line| line["target"] == target)
        .collect();
    assert_eq!(pages.len(), 5);
    assert!(pages.iter().all(|page| page["total"] == 487));
    assert!(
        stream.done("eu-hw/eu-west-101")["rows"].as_u64() > Some(0),
        "a temporary key with a security token"
    );
}

#[tokio::test]
async fn plugins_cover_every_cluster() {
    let proxy = Proxy::start(Setup::default()).await;
    let stream = proxy.rows("plugins", "").await;
    stream.is_sound();
    for (account, region) in [
        ("prod-cn", "cn-shanghai"),
        ("prod-intl", "ap-southeast-1"),
        ("staging-cn", "cn-shanghai"),
    ] {
        let held = proxy.clouds.accounts().iter().find(|held| held.id == account).unwrap();
        let held: HashSet<&str> = held.clusters.iter().map(String::as_str).collect();
        let rows = stream.rows(Some(stream.target(&format!("{account}/{region}"))));
        let came: HashSet<&str> = rows.iter().map(|row| row["ClusterId"].as_str().unwrap()).collect();
        assert_eq!((&came, rows.len()), (&held, held.len()), "{account}");
    }
}

#[tokio::test]
async fn operations_of_every_stack_set() {
    let proxy = Proxy::start(Setup::default()).await;
    let stream = proxy.rows("operations", "").await;
    stream.is_sound();
    assert_eq!(stream.kind("done").len(), 5);
    let rows = stream.rows(None);
    assert_eq!(distinct(&rows, &["operation_id"]), rows.len());
    let came: HashSet<&str> = rows.iter().map(|row| row["stack_set_name"].as_str().unwrap()).collect();
    let held: HashSet<&str> = proxy
        .clouds
        .accounts()
        .iter()
        .flat_map(|account| &account.stack_sets)
        .map(String::as_str)
        .collect();
    assert!(
        came.is_subset(&held) && came.iter().any(|name| !name.is_ascii()),
        "Chinese names too"
    );
    let most = held
        .iter()
        .map(|name| rows.iter().filter(|row| row["stack_set_name"] == *name).count())
        .max();
    assert_eq!(most, Some(112), "more than a page");
}

#[tokio::test]
async fn configured_clusters_and_stack_sets_are_not_looked_up() {
    let change = Box::new(|accounts: &mut Vec<signalbox::accounts::Account>| {
        for account in accounts.iter_mut() {
            let clusters = vec!["c00000000000000000000000000000000".into()];
            account.listed.insert("clusters", clusters);
            account.listed.insert("stack_sets", vec!["nobody-knows-it".into()]);
        }
    });
    let proxy = Proxy::start(Setup {
        change,
        ..Setup::default()
    })
    .await;
    let plugins = proxy.rows("plugins", "").await;
    plugins.is_sound();
    let operations = proxy.rows("operations", "").await;
    assert_eq!(
        operations.kind("failed").len(),
        5,
        "the cloud says that there is no such stack set"
    );
    let calls = proxy.clouds.calls();
    assert!(
        calls
            .iter()
            .all(|call| call.service != "alibaba.cs" && call.path != "/v1/stack-sets")
    );
}

#[tokio::test]
async fn account_and_region_choose_targets() {
    let proxy = Proxy::start(Setup::default()).await;
    let names = |stream: &Stream| {
        let targets = stream.lines[0]["targets"].as_array().unwrap();
        let name = |target: &Value| {
            format!(
                "{}/{}",
                target["account"].as_str().unwrap(),
                target["region"].as_str().unwrap()
            )
        };
        targets.iter().map(name).collect::<Vec<_>>()
    };
    let chosen = proxy
        .rows("patches", "?account=prod-cn,staging-cn&region=cn-hangzhou")
        .await;
    assert_eq!(names(&chosen), ["prod-cn/cn-hangzhou", "staging-cn/cn-hangzhou"]);
    let by_site = proxy.rows("plugins", "?region=ap-southeast-1").await;
    assert_eq!(names(&by_site), ["prod-intl/ap-southeast-1"]);
    for nothing in [
        "?account=nobody",
        "?region=mars-1",
        "?account=prod-hw",
        "?account=..%2F..&region=%00",
    ] {
        let stream = proxy.rows("patches", nothing).await;
        assert_eq!((names(&stream).len(), stream.lines.len()), (0, 2), "{nothing}");
    }
    assert_eq!(names(&proxy.rows("tickets", "?account=&region=").await).len(), 3);
    let target = &chosen.lines[0]["targets"][0];
    assert_eq!(target["cloud"], "alibaba");
    assert_eq!(target["source"], "alibaba.oos.instance-patch-states");
}

#[tokio::test]
async fn targets_are_asked_side_by_side() {
    let proxy = Proxy::with_faults("drip@oos").await;
    let stream = proxy.rows("patches", "").await;
    stream.is_sound();
    let order: Vec<_> = stream
        .kind("rows")
        .iter()
        .map(|line| line["target"].as_u64().unwrap())
        .collect();
    let switches = order.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(switches >= 6, "one after the other: {order:?}");
}
