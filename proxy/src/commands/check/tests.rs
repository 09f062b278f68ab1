//! What `check --online` and the walks say of clouds that refuse, each in a way of its own.

use super::*;
use crate::accounts::tests::account;
use crate::ask::Limits;
use crate::ask::fake::{Asked, Cloud as Fake, Reply, error, json};
use crate::clock::Ambient;
use crate::vendors::FactKey;
use bytes::Bytes;
use catalog::Cloud;
use http::Response;
use serde_json::json;
use std::collections::{HashSet, VecDeque};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// The settings of one account, whose facts are known.
fn settings(cloud: Cloud, change: impl FnOnce(&mut Account)) -> Arc<Settings> {
    let mut account = account(cloud);
    for (name, region) in [("domain", None), ("project", Some("cn-north-4".to_owned()))] {
        account.facts.tell(FactKey { name, region }, "known".into());
    }
    change(&mut account);
    Arc::new(Settings {
        accounts: vec![Arc::new(account)],
        ..Settings::default()
    })
}

fn client(cloud: &Fake) -> Client {
    Client::new(Arc::new(cloud.clone()), Limits::default(), Ambient::real())
}

/// What a table's walks come to: rows, and failures.
async fn walked(cloud: &Fake, settings: &Arc<Settings>, table: &str) -> (u64, Vec<wire::TargetError>) {
    let caller = Caller::everyone(Arc::clone(settings));
    let table = catalog::tables().into_iter().find(|known| known.id == table).unwrap();
    let targets = caller.targets(table, &Choice::default());
    let (mut rows, mut failures, mut ended, count) = (0, vec![], 0, targets.len());
    let mut walks = Walks::open(&Arc::new(client(cloud)), targets);
    while let Some(event) = walks.next().await {
        match event {
            Event::Targets(_) => {}
            Event::Page(_, page) => rows += page.count(),
            Event::Done(..) => ended += 1,
            Event::Failed(_, error) => {
                ended += 1;
                failures.push(*error.public);
            }
        }
    }
    assert_eq!(ended, count, "every target has an end");
    (rows, failures)
}

/// What `check --online` says.
async fn checked(cloud: &Fake, settings: &Arc<Settings>) -> Vec<Read> {
    online(client(cloud), &Caller::everyone(Arc::clone(settings)))
        .collect()
        .await
}

fn clusters(account: &mut Account) {
    account.listed.insert("clusters", vec!["c1".into()]);
}

#[tokio::test]
async fn every_account_and_table_has_one_read_and_a_line() {
    let cloud = Fake::new(|request| {
        if request.host().starts_with("oos.") {
            json(&json!({"InstancePatchStates": [{}, {}], "NextToken": "more"}))
        } else if request.path() == "/api/v1/operation/plans" || request.host().starts_with("cs.") {
            json(&json!({}))
        } else {
            error(403, r#"{"Code": "NoPermission", "Message": "no"}"#)
        }
    });
    let settings = settings(Cloud::ALIBABA, |account| {
        account.regions = ["cn-hangzhou", "cn-beijing"].map(Into::into).into();
        clusters(account);
    });
    let reads = checked(&cloud, &settings).await;
    let mut lines: Vec<String> = reads.iter().map(ToString::to_string).collect();
    let failed = lines.pop().unwrap();
    assert_eq!(
        lines,
        [
            "alibaba-test plans cn-hangzhou alibaba.cs.operation-plans: ok, no rows",
            "alibaba-test patches cn-hangzhou alibaba.oos.instance-patch-states: ok, 2 rows on the first page",
        ]
    );
    let start = "alibaba-test plugins cn-shanghai alibaba.sas.cluster-plugins: failed: 403 NoPermission: cluster c1: no (needs yundun-sas:ListClusterPluginInfo) [request R";
    assert!(failed.starts_with(start), "{failed}");
    assert_eq!(cloud.requests().len(), 3, "one request each");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_status_200_is_no_empty_table() {
    for refusal in [
        json!({"RequestId": "R", "Success": false, "Code": "NoPermission", "Message": "m"}),
        json!({"code": "NoPermission", "message": "m", "requestId": "R"}),
        json!({"error": {"code": "NoPermission", "message": "m"}}),
        json!({"Data": [], "plans": [], "InstancePatchStates": [], "ErrorCode": "NoPermission", "Message": "m"}),
    ] {
        let shape = refusal.to_string();
        let cloud = Fake::new(move |_| json(&refusal));
        let settings = settings(Cloud::ALIBABA, clusters);
        for table in ["plugins", "patches", "plans"] {
            let (rows, failures) = walked(&cloud, &settings, table).await;
            let [failure] = &failures[..] else {
                panic!("{table}: {shape}: {failures:?}")
            };
            let message = failure.message.as_str();
            assert_eq!(
                (rows, failure.code.as_str(), message.ends_with('m')),
                (0, "NoPermission", true),
                "{table}: {shape}"
            );
            assert!(
                failure
                    .advice
                    .as_ref()
                    .is_some_and(|advice| advice.starts_with("needs ")),
                "{table}"
            );
        }
        let reads = checked(&cloud, &settings).await;
        assert!(
            reads.len() == 3 && reads.iter().all(|read| read.first_page.is_err()),
            "{shape}: {reads:?}"
        );
    }
    // Discoveries are read by the same road.
    let cloud = Fake::new(|_| json(&json!({"error_code": "IAM.1", "error_msg": "m"})));
    let settings = settings(Cloud::HUAWEI, |account| {
        account.facts = crate::accounts::Facts::default();
    });
    for table in ["tickets", "operations"] {
        let (_, failures) = walked(&cloud, &settings, table).await;
        assert_eq!(
            failures.iter().map(|failure| failure.code.as_str()).collect::<Vec<_>>(),
            ["IAM.1"],
            "{table}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn rows_beside_an_error_are_shown_and_their_list_has_failed() {
    let cloud = Fake::new(|_| {
        json(&json!({"InstancePatchStates": [{}, {}], "Code": "Odd.Thing", "Message": "m", "NextToken": "t"}))
    });
    let (rows, failures) = walked(&cloud, &settings(Cloud::ALIBABA, |_| {}), "patches").await;
    assert_eq!((rows, failures.len(), failures[0].code.as_str()), (2, 1, "Odd.Thing"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_its_list_is_none() {
    let cloud = Fake::new(|_| json(&json!({"RequestId": "R"})));
    let settings = settings(Cloud::ALIBABA, clusters);
    for (table, fails) in [("plugins", true), ("patches", true), ("plans", false)] {
        let (rows, failures) = walked(&cloud, &settings, table).await;
        assert_eq!((rows, failures.len()), (0, usize::from(fails)), "{table}: {failures:?}");
        assert!(
            failures.iter().all(|failure| failure.code.as_str() == "BadAnswer"),
            "{table}"
        );
    }
}

/// RFS with so many stack sets of one operation each, behind a gateway that lets `limit` calls a minute through. It counts those that it refuses, or not.
fn behind_a_gateway(sets: usize, limit: usize, counts_refused: bool) -> Fake {
    let passed = Mutex::new(VecDeque::<Instant>::new());
    Fake::new(move |request: &Asked| {
        let now = Instant::now();
        let mut passed = passed.lock().unwrap();
        passed.retain(|&then| now - then < Duration::from_secs(60));
        let refused = passed.len() >= limit;
        if !refused || counts_refused {
            passed.push_back(now);
        }
        if refused {
            return error(
                429,
                r#"{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute"}"#,
            );
        }
        match request.path().as_str() {
            "/v1/stack-sets" => json(
                &json!({"stack_sets": (0..sets).map(|n| json!({"stack_set_name": format!("set{n}")})).collect::<Vec<_>>()}),
            ),
            _ => json(&json!({"stack_set_operations": [{}]})),
        }
    })
}

#[tokio::test(start_paused = true)]
async fn twenty_calls_a_minute_are_enough_for_thirty_stack_sets() {
    for counts_refused in [false, true] {
        let cloud = behind_a_gateway(30, 20, counts_refused);
        let start = Instant::now();
        let (rows, failures) = walked(&cloud, &settings(Cloud::HUAWEI, |_| {}), "operations").await;
        assert_eq!(
            (rows, &failures[..]),
            (30, &[][..]),
            "refused ones count: {counts_refused}"
        );
        assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    }
    // What the target's time does not allow is told, and what came is shown.
    let cloud = behind_a_gateway(90, 20, false);
    let (rows, failures) = walked(&cloud, &settings(Cloud::HUAWEI, |_| {}), "operations").await;
    assert!(rows >= 19 && !failures.is_empty(), "{rows} {failures:?}");
    assert_eq!(failures[0].code.as_str(), "APIGW.0308");
    assert!(
        failures[0]
            .advice
            .as_ref()
            .is_some_and(|advice| advice.starts_with("more after")),
        "{failures:?}"
    );
    // Asked again within the minute, the very first call is refused.
    let (rows, failures) = walked(&cloud, &settings(Cloud::HUAWEI, |_| {}), "operations").await;
    assert!(rows >= 19, "{rows} {failures:?}");
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as a transport gives it")]
fn with(status: u16, body: &[u8], header: Option<(&'static str, &str)>) -> Reply {
    let mut reply = Response::new(Bytes::copy_from_slice(body));
    *reply.status_mut() = status.try_into().unwrap();
    if let Some((name, value)) = header {
        reply.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(reply)
}

#[tokio::test(start_paused = true)]
async fn no_wait_that_a_cloud_names_ends_a_walk_or_the_check() {
    for (cloud, table, value) in [
        (Cloud::HUAWEI, "tickets", "9223372036854775807"),
        (Cloud::HUAWEI, "operations", "18446744073709551615"),
        (Cloud::ALIBABA, "patches", "18446744073709551615"),
        (Cloud::ALIBABA, "plugins", "99999999999"),
        (Cloud::ALIBABA, "plans", "1e999"),
    ] {
        let body = br#"{"error_code":"APIGW.0308","Code":"Throttling.User","error_msg":"later","Message":"later"}"#;
        let fake = Fake::new(move |_| with(429, body, Some(("retry-after", value))));
        let settings = settings(cloud, clusters);
        let (_, failures) = walked(&fake, &settings, table).await;
        assert!(
            failures.iter().all(|failure| failure.status == Some(429)) && !failures.is_empty(),
            "{value}: {failures:?}"
        );
        assert!(
            failures.iter().all(|failure| failure
                .advice
                .as_ref()
                .is_some_and(|advice| advice.starts_with("more after"))),
            "{failures:?}"
        );
        let reads = checked(&fake, &settings).await;
        assert!(
            !reads.is_empty() && reads.iter().all(|read| read.to_string().contains("failed: 429")),
            "{reads:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn odd_bytes_cost_neither_the_retry_nor_the_reason() {
    for message in [
        &b"\xc7\xeb\xc7\xf3\xb1\xbb\xc1\xf7\xbf\xd8"[..],
        b"slow down \\ud83d",
        b"slow\ndown",
        b"\xff\xfe",
        b"a \"quoted\" word",
        b"<html>no</html>",
    ] {
        let body = move |code: &str| {
            [
                b"{\"RequestId\":\"R1\",\"Code\":\"",
                code.as_bytes(),
                b"\",\"Message\":\"",
                message,
                b"\"}",
            ]
            .concat()
        };
        let first = Mutex::new(true);
        let throttled = Fake::new(move |_| {
            if std::mem::take(&mut *first.lock().unwrap()) {
                return with(400, &body("Throttling.User"), None);
            }
            json(&json!({"InstancePatchStates": [{}]}))
        });
        let settings = settings(Cloud::ALIBABA, |_| {});
        let (rows, failures) = walked(&throttled, &settings, "patches").await;
        assert_eq!((rows, failures.len()), (1, 0), "{message:?}: {failures:?}");
        for status in [200, 403] {
            let denied = Fake::new(move |_| with(status, &body("NoPermission"), None));
            let (_, failures) = walked(&denied, &settings, "patches").await;
            assert_eq!(failures[0].code.as_str(), "NoPermission", "{message:?}");
            assert!(
                !failures[0].message.contains("RequestId") && !failures[0].message.contains('<'),
                "{failures:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_edition_that_lacks_the_list_is_no_lack_of_a_permission() {
    let cloud = Fake::new(|_| {
        error(
            403,
            r#"{"Code":"FreeVersionNotPermit","Message":"Free version does not support this operation."}"#,
        )
    });
    let settings = settings(Cloud::ALIBABA, clusters);
    let (_, failures) = walked(&cloud, &settings, "plugins").await;
    let advice = failures[0].advice.as_deref().unwrap();
    assert!(advice.contains("edition") && !advice.contains("needs "), "{advice}");
    assert!(
        failures[0]
            .advice_zh
            .as_ref()
            .is_some_and(|advice| advice.contains("版本"))
    );
    let reads = checked(&cloud, &settings).await;
    assert!(
        reads.iter().any(|read| read.to_string().contains("edition")),
        "{reads:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_misspelt_stack_set_is_corrected_in_the_configuration() {
    let cloud = Fake::new(|request| match request.path().as_str() {
        "/v1/stack-sets/good/operations" => json(&json!({"stack_set_operations": [{}]})),
        _ => error(
            404,
            r#"{"error_code":"RFS.00011302","error_msg":"The stack set does not exist"}"#,
        ),
    });
    let settings = settings(Cloud::HUAWEI, |account| {
        account
            .listed
            .insert("stack_sets", ["good", "tpyo"].map(Into::into).into());
    });
    let (rows, failures) = walked(&cloud, &settings, "operations").await;
    assert_eq!(rows, 1);
    let advice = failures[0].advice.as_deref().unwrap();
    assert!(
        failures[0].message.contains("tpyo") && advice.contains("tpyo") && advice.contains("stack_sets"),
        "{failures:?}"
    );
    assert!(!advice.contains("regions and endpoints"), "{advice}");
}

#[tokio::test(start_paused = true)]
async fn regions_of_other_clouds_are_asked_by_their_names() {
    let regions = [
        "cn-beijing-finance-1",
        "cn-beijing-finance-1-pub",
        "cn-hzjbp",
        "cn-shanghai-cloudspe",
        "cn-north-2-gov-1",
        "me-central-1",
    ];
    let cloud = Fake::new(|_| json(&json!({"InstancePatchStates": [{}]})));
    let settings = settings(Cloud::ALIBABA, |account| {
        account.regions = regions.map(Into::into).into();
    });
    let (rows, failures) = walked(&cloud, &settings, "patches").await;
    assert_eq!((rows, failures.len()), (6, 0));
    let asked: HashSet<_> = cloud
        .requests()
        .iter()
        .map(|request| request.query("RegionId").unwrap())
        .collect();
    assert_eq!(asked, regions.map(str::to_owned).into());
}
