//! The fleet: determinism, the vendors' sample shapes, all states, and what the documents do not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use demo_clouds::{Cloud, Options, SAMPLES};
use serde_json::Value;

use crate::client::{Bench, begin, bench};

/// Every row of the five lists over all accounts, by service; plug-ins as objects of `Data`.
async fn rows(bench: &Bench) -> BTreeMap<&'static str, Vec<Value>> {
    let mut all: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    let mut take = |service: &'static str, rows: &[Value]| all.entry(service).or_default().extend_from_slice(rows);
    for account in bench.clouds.accounts() {
        let keys = bench.key(&account.id);
        if account.cloud == Cloud::Huawei {
            for offset in ["0", "100", "200", "300", "400"] {
                let page = bench.huawei(
                    &account.id,
                    "coc",
                    "/v1/executions",
                    None,
                    &[("limit", "100"), ("offset", offset)],
                );
                take("huawei.coc", page.send().await.unwrap().rows("data"));
            }
            for region in &account.regions {
                for set in &account.stack_sets {
                    let page = bench
                        .huawei(
                            &account.id,
                            "rfs",
                            &format!("/v1/stack-sets/{set}/operations"),
                            Some(region),
                            &[],
                        )
                        .send()
                        .await
                        .unwrap();
                    take(
                        "huawei.rfs",
                        if page.status == 404 {
                            &[]
                        } else {
                            page.rows("stack_set_operations")
                        },
                    );
                }
            }
            continue;
        }
        for region in &account.regions {
            for state in [
                "Scheduled",
                "Failed",
                "ValidatingFailed",
                "Executing",
                "Canceled",
                "Executed",
                "Paused",
            ] {
                let path = format!("/regions/{region}/operation/plans");
                let plans = bench
                    .roa(&keys, &path, "ListOperationPlansForRegion", &[("state", state)])
                    .send()
                    .await
                    .unwrap();
                take("alibaba.cs", plans.rows("plans"));
            }
            let params = [("RegionId", region.as_str()), ("MaxResults", "100")];
            let states = bench
                .rpc(&keys, "oos", "ListInstancePatchStates", &params)
                .send()
                .await
                .unwrap();
            take("alibaba.oos", states.rows("InstancePatchStates"));
        }
        let ids: Vec<(String, &str)> = account
            .clusters
            .iter()
            .zip(1..)
            .map(|(id, n): (_, u32)| (format!("ClusterIds.{n}"), id.as_str()))
            .collect();
        let params: Vec<(&str, &str)> = ids.iter().map(|(name, id)| (name.as_str(), *id)).collect();
        take(
            "alibaba.sas",
            bench
                .rpc(&keys, "sas", "ListClusterPluginInfo", &params)
                .send()
                .await
                .unwrap()
                .rows("Data"),
        );
    }
    all
}

/// The words of a field, numbers in quotes marked with `#`.
fn words(rows: &[Value], field: &str) -> BTreeSet<String> {
    let word = |value: &Value| value.as_str().map_or_else(|| format!("#{value}"), str::to_owned);
    rows.iter().filter_map(|row| row.get(field)).map(word).collect()
}

/// The names and types of an object, and the odd texts that stand for "nothing".
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.iter().take(1).map(shape).collect(),
        Value::String(text) if ["null", "“”", "-"].contains(&text.as_str()) => value.clone(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        other => other.clone(),
    }
}

fn has(all: &BTreeSet<String>, wanted: &[&str]) -> bool {
    wanted.iter().all(|word| all.contains(*word))
}

#[tokio::test]
async fn the_vendors_samples_have_rows_of_their_shape() {
    let bench = bench(600, "").await;
    let fleet = rows(&bench).await;
    for sample in SAMPLES {
        let answer: Value = serde_json::from_str(sample.json).unwrap();
        let shapes: Vec<Value> = fleet[sample.service].iter().map(shape).collect();
        for row in answer[sample.list].as_array().unwrap() {
            assert!(shapes.contains(&shape(row)), "{}: {}", sample.operation, shape(row));
        }
    }
}

#[tokio::test]
async fn every_documented_value_is_there_and_one_that_is_not_documented() {
    let bench = bench(20_000, "").await;
    let fleet = rows(&bench).await;
    let plans = &fleet["alibaba.cs"];
    assert!(has(
        &words(plans, "state"),
        &[
            "Scheduled",
            "Failed",
            "ValidatingFailed",
            "Executing",
            "Canceled",
            "Executed",
            "Paused"
        ]
    ));
    assert_eq!(words(plans, "type").len(), 8);
    assert_eq!(words(plans, "target_type").len(), 2);
    let tickets = &fleet["huawei.coc"];
    assert!(has(
        &words(tickets, "status"),
        &[
            "Pending",
            "Running",
            "Succeed",
            "Succeeded",
            "Canceling",
            "Canceled",
            "Failed",
            "Timeout",
            "WaitingApproval"
        ]
    ));
    assert!(has(&words(tickets, "type"), &["BATCH", "RATE_CONTROL", "NORMAL"]));
    let clusters = &fleet["alibaba.sas"];
    assert!(has(
        &words(clusters, "ClusterStatus"),
        &["1", "2", "3", "#1", "NORMAL", "ABNORMAL", "OFFLINE", "UPGRADING"]
    ));
    let operations = &fleet["huawei.rfs"];
    let documented = [
        "QUEUE_IN_PROGRESS",
        "OPERATION_IN_PROGRESS",
        "OPERATION_COMPLETE",
        "OPERATION_FAILED",
        "STOP_IN_PROGRESS",
        "STOP_COMPLETE",
        "STOP_FAILED",
    ];
    assert!(has(&words(operations, "status"), &documented) && has(&words(operations, "status"), &["OPERATION_PAUSED"]));
    assert_eq!(words(operations, "action").len(), 5);
    let patches = &fleet["alibaba.oos"];
    assert!(has(
        &words(patches, "OperationType"),
        &["scan", "install", "Install", "rollback"]
    ));
    for (service, field) in [
        ("alibaba.cs", "risk_level"),
        ("huawei.coc", "agency_name"),
        ("huawei.rfs", "failure_tolerance_count"),
        ("alibaba.oos", "ComplianceLevel"),
    ] {
        assert!(fleet[service].iter().any(|row| row.get(field).is_some()), "{field}");
    }
    let nodes: Vec<Value> = clusters
        .iter()
        .flat_map(|row| row["NodePluginInfoList"].as_array().unwrap().clone())
        .collect();
    assert!(nodes.iter().any(|node| node.get("PluginStatus").is_some()));
    assert!(has(&words(&nodes, "MachineType"), &["#0", "#1", "ecs"]));
}

#[tokio::test]
async fn tables_have_lively_sizes_and_belong_together() {
    let bench = bench(2000, "").await;
    let fleet = rows(&bench).await;
    let nodes: Vec<&Value> = fleet["alibaba.sas"]
        .iter()
        .flat_map(|row| row["NodePluginInfoList"].as_array().unwrap())
        .collect();
    assert!((250..500).contains(&nodes.len()), "{}", nodes.len());
    assert_eq!(fleet["huawei.coc"].len(), 718);
    assert!((150..250).contains(&fleet["huawei.rfs"].len()));
    let clusters: BTreeSet<&str> = bench
        .clouds
        .accounts()
        .iter()
        .flat_map(|account| account.clusters.iter().map(String::as_str))
        .collect();
    assert!(
        fleet["alibaba.cs"]
            .iter()
            .all(|plan| clusters.contains(plan["cluster_id"].as_str().unwrap()))
    );
    // The nodes with plug-ins are among the instances with patch states.
    let keys = bench.key("prod-cn");
    let node = nodes[0]["instanceId"].as_str().unwrap();
    let params = [("RegionId", "cn-hangzhou"), ("InstanceIds", &format!("[\"{node}\"]"))];
    let states = bench
        .rpc(&keys, "oos", "ListInstancePatchStates", &params)
        .send()
        .await
        .unwrap();
    assert_eq!(states.rows("InstancePatchStates").len(), 2);
}

#[tokio::test]
async fn times_are_around_now_in_each_vendors_form() {
    let bench = bench(2000, "").await;
    let fleet = rows(&bench).await;
    let now = begin();
    for plan in &fleet["alibaba.cs"] {
        let start = chrono::DateTime::parse_from_rfc3339(plan["start_time"].as_str().unwrap()).unwrap();
        assert_eq!(start.offset().local_minus_utc(), 8 * 3600);
        assert!(plan["state"] != "Scheduled" || (start > now && start < now + chrono::TimeDelta::days(8)));
        assert!(start > now - chrono::TimeDelta::days(30));
    }
    for row in &fleet["alibaba.oos"] {
        let start =
            chrono::NaiveDateTime::parse_from_str(row["OperationStartTime"].as_str().unwrap(), "%Y-%m-%dT%H:%M:%SZ")
                .unwrap();
        assert!(start.and_utc() < now);
    }
    for row in &fleet["huawei.rfs"] {
        let text = row["create_time"].as_str().unwrap();
        assert!(
            text.len() == 24 && text.ends_with('Z') && text < "2026-11-22T06:00:00.000Z",
            "{text}"
        );
    }
    assert!(
        fleet["huawei.coc"]
            .iter()
            .all(|row| row["start_time"].as_i64().unwrap() < now.timestamp_millis())
    );
    assert!(fleet["huawei.coc"].iter().any(|row| row["end_time"].is_null()));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_clouds_and_another_does_not() {
    let start = async |seed| {
        let options = Options {
            seed,
            rows: 300,
            clock: Arc::new(begin),
            ..Options::default()
        };
        demo_clouds::start(options).await.unwrap()
    };
    let (one, same, other) = (start(7).await, start(7).await, start(8).await);
    let keys = |clouds: &demo_clouds::DemoClouds| {
        clouds
            .accounts()
            .iter()
            .map(|account| account.secret_key.clone())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(&one), keys(&same));
    assert_eq!(keys(&one).len(), 6, "every account has a key of its own");
    assert!(keys(&one).is_disjoint(&keys(&other)));
    let (first, second) = (bench(300, "").await, bench(300, "").await);
    assert_eq!(rows(&first).await, rows(&second).await);
}

#[tokio::test]
async fn an_account_does_not_tell_its_secrets_by_debug() {
    let bench = bench(1, "").await;
    for account in bench.clouds.accounts() {
        let text = format!("{account:?}");
        assert!(!text.contains(&account.secret_key));
        assert!(
            account
                .security_token
                .as_ref()
                .is_none_or(|token| !text.contains(token))
        );
    }
}

#[tokio::test]
async fn the_one_line_for_others_is_what_the_contract_says() {
    let bench = bench(1, "").await;
    let line = bench.clouds.clouds_only_json();
    assert!(!line.contains('\n'));
    let line: Value = serde_json::from_str(&line).unwrap();
    let names = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&line),
        ["clusters", "credentials", "endpoints", "regions", "roles", "stack_sets"]
    );
    assert_eq!(
        names(&line["endpoints"]),
        [
            "alibaba.broker",
            "alibaba.cs",
            "alibaba.metadata",
            "alibaba.oos",
            "alibaba.resourcedirectory",
            "alibaba.sas",
            "alibaba.sts",
            "huawei.coc",
            "huawei.iam",
            "huawei.metadata",
            "huawei.organizations",
            "huawei.pods",
            "huawei.rfs",
            "huawei.sts"
        ]
    );
    assert_eq!(
        names(&line["credentials"]["alibaba"]),
        ["access_key_id", "access_key_secret"]
    );
    assert_eq!(
        names(&line["credentials"]["huawei"]),
        ["agency_urn", "ak", "domain_id", "identity_token", "project_id", "sk"]
    );
    assert_eq!(line["regions"]["alibaba"][0], "cn-hangzhou");
    assert_eq!(line["endpoints"]["alibaba.cs"], bench.clouds.endpoint("alibaba.cs"));
    assert_eq!(bench.clouds.endpoint("alibaba.ecs"), "");
    let account = bench.account("prod-hw");
    assert_eq!(
        line["credentials"]["huawei"]["project_id"],
        account.projects["cn-north-4"]
    );
    for set in line["stack_sets"].as_array().unwrap() {
        let path = format!("/v1/stack-sets/{}/operations", set.as_str().unwrap());
        assert_eq!(
            bench
                .huawei("prod-hw", "rfs", &path, Some("cn-north-4"), &[])
                .send()
                .await
                .unwrap()
                .status,
            200
        );
    }
}

#[tokio::test]
async fn dropping_the_clouds_closes_them() {
    let bench = bench(1, "").await;
    let sending = bench.huawei("prod-hw", "iam", "/v3/projects", None, &[]);
    assert_eq!(sending.send().await.unwrap().status, 200);
    drop(bench);
    // Tasks end when the runtime comes to them.
    for _ in 0..100 {
        if sending.send().await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("still open");
}
