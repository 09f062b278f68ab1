//! Huawei Cloud: the gateway's checks, error shapes and parameters.

use serde_json::Value;

use crate::client::{Bench, Keys, Sending, bench};

const SET: &str = "my_hello_world_stack_set";
const NORTH: Option<&str> = Some("cn-north-4");

async fn error(sending: &Sending) -> (u16, String) {
    let answer = sending.send().await.unwrap();
    let (status, code) = answer.error();
    (status, code.to_owned())
}

fn operations(bench: &Bench, set: &str, params: &[(&str, &str)]) -> Sending {
    bench.huawei(
        "prod-hw",
        "rfs",
        &format!("/v1/stack-sets/{set}/operations"),
        NORTH,
        params,
    )
}

fn executions(bench: &Bench, params: &[(&str, &str)]) -> Sending {
    bench.huawei("prod-hw", "coc", "/v1/executions", None, params)
}

#[tokio::test]
async fn signed_calls_of_every_account_are_answered() {
    let bench = bench(10, "").await;
    for (account, region) in [
        ("prod-hw", "cn-east-3"),
        ("intl-hw", "ap-southeast-3"),
        ("eu-hw", "eu-west-101"),
    ] {
        let tickets = bench
            .huawei(account, "coc", "/v1/executions", None, &[])
            .send()
            .await
            .unwrap();
        assert_eq!(tickets.rows("data").len(), 10, "ten by default");
        assert!(tickets.headers.contains_key("x-request-id"));
        let by_project = bench
            .huawei(account, "coc", "/v1/executions", Some(region), &[])
            .send()
            .await
            .unwrap();
        assert_eq!(by_project.json["data"], tickets.json["data"]);
        let sets = bench
            .huawei(account, "rfs", "/v1/stack-sets", Some(region), &[])
            .send()
            .await
            .unwrap();
        let name = sets.rows("stack_sets")[0]["stack_set_name"].as_str().unwrap();
        let path = format!("/v1/stack-sets/{name}/operations");
        let operations = bench
            .huawei(account, "rfs", &path, Some(region), &[])
            .send()
            .await
            .unwrap();
        assert!(!operations.rows("stack_set_operations").is_empty());
        let projects = bench
            .huawei(account, "iam", "/v3/projects", None, &[("name", region)])
            .send()
            .await
            .unwrap();
        assert_eq!(projects.rows("projects").len(), 1);
        assert_eq!(
            projects.json["projects"][0]["id"],
            bench.account(account).projects[region]
        );
        let domains = bench
            .huawei(account, "iam", "/v3/auth/domains", None, &[])
            .send()
            .await
            .unwrap();
        assert_eq!(domains.json["domains"][0]["id"], bench.account(account).domain_id);
    }
}

#[tokio::test]
async fn a_name_in_chinese_is_found() {
    let bench = bench(10, "").await;
    let answer = operations(&bench, "网络基线-生产", &[]).send().await.unwrap();
    assert_eq!(
        answer.rows("stack_set_operations")[0]["stack_set_name"],
        "网络基线-生产"
    );
}

type Spoil = fn(&mut Sending);

#[tokio::test]
async fn what_is_wrong_with_the_envelope_is_refused() {
    let bench = bench(10, "").await;
    let keys = bench.key("prod-hw");
    let project = bench.account("prod-hw").projects["cn-north-4"].clone();
    let cases: [(Spoil, Spoil); 10] = [
        (|_| {}, |s| s.unset("authorization")),
        (|_| {}, |s| s.set("authorization", "SDK-HMAC-SHA256 Access=x")),
        (|s| s.unset("x-sdk-date"), |_| {}),
        (|s| s.set("x-sdk-date", "20261122T054459Z"), |_| {}),
        (|s| s.set("x-sdk-date", "20261122T061501Z"), |_| {}),
        (|s| s.set("x-project-id", "foreign"), |_| {}),
        (|s| s.unset("x-project-id"), |_| {}),
        (|_| {}, |s| s.set("x-domain-id", "late")),
        (|_| {}, |s| s.query.push_str("limit=1")),
        (|s| s.set("x-security-token", "t"), |_| {}),
    ];
    for (number, (before, after)) in cases.into_iter().enumerate() {
        let mut sending = bench.sdk_hmac(&keys, "rfs", "GET", "/v1/stack-sets", &[]);
        sending.set("x-project-id", &project);
        before(&mut sending);
        sending.sign_sdk_hmac(&keys);
        after(&mut sending);
        assert_eq!(error(&sending).await, (401, "APIGW.0301".into()), "case {number}");
    }
    for (id, secret) in [("NOBODY", "x"), (keys.id.as_str(), "wrong")] {
        let mut sending = bench.sdk_hmac(&keys, "rfs", "GET", "/v1/stack-sets", &[]);
        sending.set("x-project-id", &project);
        sending.sign_sdk_hmac(&Keys {
            id: id.into(),
            secret: secret.into(),
            token: None,
        });
        assert_eq!(error(&sending).await, (401, "APIGW.0301".into()), "{id}");
    }
}

#[tokio::test]
async fn a_hash_of_the_body_must_be_its_hash() {
    let bench = bench(10, "").await;
    let keys = bench.key("prod-hw");
    let domain = bench.account("prod-hw").domain_id.clone();
    let send = async |hash: &str| {
        let mut sending = bench.sdk_hmac(&keys, "coc", "GET", "/v1/executions", &[]);
        sending.set("x-domain-id", &domain);
        sending.set("x-sdk-content-sha256", hash);
        sending.sign_sdk_hmac(&keys);
        sending.send().await.unwrap().status
    };
    assert_eq!(send(&crate::client::sha256(b"")).await, 200);
    assert_eq!(send(&crate::client::sha256(b"x")).await, 401);
}

#[tokio::test]
async fn what_is_not_an_api_is_refused() {
    let bench = bench(10, "").await;
    for (service, path) in [
        ("coc", "/v1/execution"),
        ("coc", "/v1/executions/"),
        ("rfs", "/v1/stack-sets/x"),
        ("rfs", "/v1/executions"),
    ] {
        let sending = bench.huawei("prod-hw", service, path, NORTH, &[]);
        assert_eq!(error(&sending).await, (404, "APIGW.0101".into()), "{service} {path}");
    }
    let keys = bench.key("prod-hw");
    let mut post = bench.sdk_hmac(&keys, "coc", "POST", "/v1/executions", &[]);
    post.sign_sdk_hmac(&keys);
    assert_eq!(error(&post).await, (404, "APIGW.0101".into()));
}

#[tokio::test]
async fn iam_nests_its_errors() {
    let bench = bench(10, "").await;
    let mut sending = bench.huawei("prod-hw", "iam", "/v3/projects", None, &[]);
    sending.unset("authorization");
    let answer = sending.send().await.unwrap();
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json["error"]["code"], 401);
    assert_eq!(answer.json["error"]["title"], "Unauthorized");
    assert!(answer.json["error"]["message"].is_string());
    assert_eq!(
        bench
            .huawei("prod-hw", "iam", "/v3/regions", None, &[])
            .send()
            .await
            .unwrap()
            .json["error"]["code"],
        404
    );
}

#[tokio::test]
async fn parameters_are_checked() {
    let bench = bench(10, "").await;
    let coc = |params: &[(&str, &str)]| (executions(&bench, params), 400, "COC.00010002");
    let rfs = |params: &[(&str, &str)]| (operations(&bench, SET, params), 400, "RFS.00000400");
    let cases = [
        coc(&[("limit", "101")]),
        coc(&[("limit", "0")]),
        coc(&[("offset", "-1")]),
        coc(&[("start_time", "yesterday")]),
        coc(&[("tags", "env")]),
        coc(&[("exclude_child_executions", "True")]),
        rfs(&[("limit", "101")]),
        rfs(&[("marker", "00000000-none")]),
        rfs(&[("marker", "网络")]),
        rfs(&[("filter", "status=OPERATION_FAILED")]),
        rfs(&[("filter", "name==x")]),
        rfs(&[("sort_key", "create_time")]),
        rfs(&[("sort_key", "update_time"), ("sort_dir", "asc")]),
        rfs(&[("stack_set_id", "another")]),
        rfs(&[("call_identity", "ME")]),
        (operations(&bench, "unknown", &[]), 404, "RFS.00000404"),
        // Stack sets belong to a region.
        (
            bench.huawei(
                "prod-hw",
                "rfs",
                "/v1/stack-sets/empty-set/operations",
                Some("cn-east-3"),
                &[],
            ),
            404,
            "RFS.00000404",
        ),
    ];
    for (sending, status, code) in cases {
        assert_eq!(
            error(&sending).await,
            (status, code.to_owned()),
            "{}?{}",
            sending.path,
            sending.query
        );
    }
    let keys = bench.key("prod-hw");
    for path in ["/v1/stack-sets", "/v1/stack-sets/empty-set/operations"] {
        let mut bare = bench.sdk_hmac(&keys, "rfs", "GET", path, &[]);
        bare.unset("client-request-id");
        bare.set("x-project-id", &bench.account("prod-hw").projects["cn-north-4"]);
        bare.sign_sdk_hmac(&keys);
        let answer = bare.send().await.unwrap();
        assert_eq!(answer.status, 400);
        assert!(answer.json["error_msg"].as_str().unwrap().contains("Client-Request-Id"));
    }
}

#[tokio::test]
async fn an_empty_stack_set_gives_an_empty_list() {
    let bench = bench(10, "").await;
    let answer = operations(&bench, "empty-set", &[]).send().await.unwrap();
    assert!(answer.rows("stack_set_operations").is_empty());
    assert_eq!(answer.json["page_info"]["next_marker"], Value::Null);
}

#[tokio::test]
async fn tickets_are_filtered() {
    let bench = bench(10, "").await;
    let ask = async |params: &[(&str, &str)]| {
        let mut params = params.to_vec();
        params.push(("limit", "100"));
        executions(&bench, &params).send().await.unwrap()
    };
    let all = ask(&[]).await;
    let total = |answer: &crate::client::Answer| answer.json["total"].as_u64().unwrap();
    let named = ask(&[("document_name", "DOCUMENT")]).await;
    assert!(total(&named) > 0 && total(&named) < total(&all));
    assert!(
        named
            .rows("data")
            .iter()
            .all(|row| row["document_name"] == "test_document")
    );
    let id = named.json["data"][0]["document_id"].as_str().unwrap();
    assert_eq!(total(&ask(&[("document_id", id)]).await), total(&named));
    let by = ask(&[("creator", "王")]).await;
    assert!(total(&by) > 0 && by.rows("data").iter().all(|row| row["creator"] == "王芳"));

    let bound = all.json["data"][50]["start_time"].as_i64().unwrap();
    let newer = ask(&[("start_time", &bound.to_string())]).await;
    assert!(
        newer
            .rows("data")
            .iter()
            .all(|row| row["start_time"].as_i64().unwrap() > bound)
    );
    assert_eq!(
        total(&newer),
        all.rows("data")
            .iter()
            .filter(|row| row["start_time"].as_i64().unwrap() > bound)
            .count() as u64
    );
    let older = ask(&[("end_time", &bound.to_string())]).await;
    assert!(
        total(&older) > 0
            && older
                .rows("data")
                .iter()
                .all(|row| row["end_time"].as_i64().unwrap() < bound)
    );

    let parents = ask(&[("exclude_child_executions", "true")]).await;
    assert!(
        total(&parents) < total(&all)
            && parents
                .rows("data")
                .iter()
                .all(|row| row["sys_tags"].as_array().unwrap().is_empty())
    );
    let tagged = ask(&[("tags", "env=prod,team=web")]).await;
    assert!(total(&tagged) > 0);
    for row in tagged.rows("data") {
        assert!(
            row["tags"]
                .as_array()
                .unwrap()
                .contains(&serde_json::json!({"key": "env", "value": "prod"}))
        );
    }
}

#[tokio::test]
async fn operations_are_filtered_and_sorted() {
    let bench = bench(10, "").await;
    let set = "网络基线-生产";
    let ask = async |params: &[(&str, &str)]| {
        let answer = operations(&bench, set, params).send().await.unwrap();
        answer.rows("stack_set_operations").clone()
    };
    let times = |rows: &[Value]| {
        rows.iter()
            .map(|row| row["create_time"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let newest = times(&ask(&[("limit", "5")]).await);
    assert!(newest.is_sorted_by(|a, b| a > b));
    let oldest = times(&ask(&[("limit", "5"), ("sort_key", "create_time"), ("sort_dir", "asc")]).await);
    assert!(oldest.is_sorted() && oldest[4] < newest[4]);
    let filter = "status==OPERATION_FAILED|status==STOP_FAILED,action==DEPLOY_STACK_SET";
    let failed = ask(&[("filter", filter)]).await;
    assert!(!failed.is_empty());
    for row in failed {
        assert!(row["status"].as_str().unwrap().ends_with("FAILED"));
        assert_eq!(row["action"], "DEPLOY_STACK_SET");
    }
}
