//! Every fault, seen from outside.

use demo_clouds::Faults;
use serde_json::Value;

use crate::client::{Answer, Bench, Sending, bench};

fn patches(bench: &Bench, region: &str) -> Sending {
    bench.rpc(
        &bench.key("prod-cn"),
        "oos",
        "ListInstancePatchStates",
        &[("RegionId", region), ("MaxResults", "10")],
    )
}

fn plans(bench: &Bench) -> Sending {
    bench.roa(
        &bench.key("prod-cn"),
        "/regions/cn-hangzhou/operation/plans",
        "ListOperationPlansForRegion",
        &[],
    )
}

fn plugins(bench: &Bench) -> Sending {
    let cluster = bench.account("prod-cn").clusters[0].clone();
    bench.rpc(
        &bench.key("prod-cn"),
        "sas",
        "ListClusterPluginInfo",
        &[("ClusterIds.1", &cluster)],
    )
}

fn tickets(bench: &Bench) -> Sending {
    bench.huawei("prod-hw", "coc", "/v1/executions", None, &[("limit", "20")])
}

fn operations(bench: &Bench) -> Sending {
    bench.huawei(
        "prod-hw",
        "rfs",
        "/v1/stack-sets/my_hello_world_stack_set/operations",
        Some("cn-north-4"),
        &[],
    )
}

/// One call of each of the five list APIs.
async fn all(bench: &Bench) -> Vec<std::io::Result<Answer>> {
    let mut answers = Vec::new();
    for sending in [
        plans(bench),
        plugins(bench),
        patches(bench, "cn-hangzhou"),
        tickets(bench),
        operations(bench),
    ] {
        answers.push(sending.send().await);
    }
    answers
}

async fn errors(bench: &Bench) -> Vec<(u16, String)> {
    let answers = all(bench).await;
    answers
        .iter()
        .map(|answer| answer.as_ref().unwrap().error())
        .map(|(status, code)| (status, code.to_owned()))
        .collect()
}

fn own(codes: [(u16, &str); 5]) -> Vec<(u16, String)> {
    codes.map(|(status, code)| (status, code.to_owned())).to_vec()
}

#[tokio::test]
async fn throttling_has_each_vendors_words_and_ends_after_its_count() {
    let bench = bench(100, "throttle@*:2").await;
    for _ in 0..2 {
        let (alibaba, huawei) = ((400, "Throttling.User"), (429, "APIGW.0308"));
        assert_eq!(errors(&bench).await, own([alibaba, alibaba, alibaba, huawei, huawei]));
    }
    assert!(
        all(&bench)
            .await
            .iter()
            .all(|answer| answer.as_ref().unwrap().status == 200)
    );
}

#[tokio::test]
async fn throttling_says_how_many_milliseconds_to_wait() {
    let bench = bench(100, "throttle@oos/cn-hangzhou:6,throttle@oos/cn-hangzhou:always").await;
    for wait in ["200"; 6].into_iter().chain(["3600000"; 2]) {
        let answer = patches(&bench, "cn-hangzhou").send().await.unwrap();
        assert_eq!(answer.error(), (400, "Throttling.User"));
        assert_eq!(answer.headers["x-acs-retry-after"], wait);
    }
    let other = patches(&bench, "cn-beijing").send().await.unwrap();
    assert_eq!(other.status, 200);
    assert!(!other.headers.contains_key("x-acs-retry-after"));
}

#[tokio::test]
async fn a_denial_names_the_permission() {
    let bench = bench(100, "deny@*").await;
    let denied = own([
        (403, "Forbidden.RAM"),
        (403, "NoPermission"),
        (403, "NoPermission"),
        (403, "APIGW.0302"),
        (403, "APIGW.0302"),
    ]);
    assert_eq!(errors(&bench).await, denied);
    let oos = patches(&bench, "cn-hangzhou").send().await.unwrap();
    assert_eq!(
        oos.json["AccessDeniedDetail"]["AuthAction"],
        "oos:ListInstancePatchStates"
    );
    let ack = plans(&bench).send().await.unwrap();
    assert_eq!(
        ack.json["accessDeniedDetail"]["AuthAction"],
        "cs:ListOperationPlansForRegion"
    );
    assert_eq!(ack.json["status"], 403);
    let rfs = operations(&bench).send().await.unwrap();
    assert!(rfs.json["encoded_authorization_message"].is_string() && rfs.json["details"][0]["error_msg"].is_string());
}

#[tokio::test]
async fn a_denied_region_leaves_the_others_alone() {
    let bench = bench(100, "demo").await;
    assert_eq!(
        patches(&bench, "cn-beijing").send().await.unwrap().error(),
        (403, "NoPermission")
    );
    assert_eq!(
        patches(&bench, "cn-shanghai").send().await.unwrap().error(),
        (400, "Throttling.User")
    );
    assert_eq!(patches(&bench, "cn-hangzhou").send().await.unwrap().status, 200);
    assert_eq!(plans(&bench).send().await.unwrap().status, 200);
}

#[tokio::test]
async fn a_fault_of_the_server_has_each_vendors_shape() {
    let bench = bench(100, "error500@*").await;
    let want = own([
        (500, "InternalError"),
        (500, "ServerError"),
        (500, "InternalError"),
        (500, "COC.00000500"),
        (500, "RFS.00000500"),
    ]);
    assert_eq!(errors(&bench).await, want);
    let iam = bench
        .huawei("prod-hw", "iam", "/v3/projects", None, &[])
        .send()
        .await
        .unwrap();
    assert_eq!((iam.status, &iam.json["error"]["code"]), (500, &Value::from(500)));
}

#[tokio::test]
async fn a_cut_connection_gives_nothing() {
    let bench = bench(100, "reset@*:1").await;
    assert!(all(&bench).await.iter().all(Result::is_err));
    assert!(all(&bench).await.iter().all(Result::is_ok));
    assert!(
        bench.clouds.calls()[..5]
            .iter()
            .all(|call| call.status == 0 && call.fault == Some("reset"))
    );
}

#[tokio::test]
async fn a_truncated_answer_ends_too_early() {
    let bench = bench(100, "truncate@*:1").await;
    assert!(all(&bench).await.iter().all(Result::is_err));
    assert!(all(&bench).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_dripping_answer_comes_whole_and_late() {
    let bench = bench(100, "drip@*:1").await;
    let begin = std::time::Instant::now();
    for answer in all(&bench).await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200);
        assert!(answer.json.is_object());
    }
    // Five answers in pieces with a pause of 5 ms; how many pieces depends on the length.
    assert!(begin.elapsed().as_millis() >= 5 * 20 * 5, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn nothing_comes_from_a_hanging_service() {
    let bench = bench(100, "hang@oos").await;
    let sending = patches(&bench, "cn-hangzhou");
    let waited = tokio::time::timeout(std::time::Duration::from_millis(200), sending.send()).await;
    assert!(waited.is_err());
    assert_eq!(plans(&bench).send().await.unwrap().status, 200);
}

#[tokio::test]
async fn a_redirect_leads_to_where_it_would_be_noticed() {
    let bench = bench(100, "redirect@*").await;
    for answer in all(&bench).await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 302);
        assert!(answer.headers["location"].to_str().unwrap().ends_with("/redirected"));
    }
    assert!(bench.clouds.calls().iter().all(|call| call.path != "/redirected"));
    let mut followed = plans(&bench);
    followed.path = "/redirected".into();
    followed.send().await.unwrap();
    assert_eq!(bench.clouds.calls().last().unwrap().path, "/redirected");
}

#[tokio::test]
async fn a_looping_cursor_never_ends() {
    let bench = bench(1000, "loop-token@*").await;
    let keys = bench.key("prod-cn");
    let mut tokens = Vec::new();
    for _ in 0..4 {
        let mut params = vec![("RegionId", "cn-hangzhou")];
        params.extend(tokens.last().map(|token: &String| ("NextToken", token.as_str())));
        let answer = bench
            .rpc(&keys, "oos", "ListInstancePatchStates", &params)
            .send()
            .await
            .unwrap();
        tokens.push(answer.json["NextToken"].as_str().unwrap().to_owned());
    }
    assert!(tokens.windows(2).all(|pair| pair[0] == pair[1]));

    let path = "/v1/stack-sets/my_hello_world_stack_set/operations";
    let first = operations(&bench).send().await.unwrap();
    let marker = first.json["page_info"]["next_marker"].as_str().unwrap();
    let again = bench
        .huawei("prod-hw", "rfs", path, Some("cn-north-4"), &[("marker", marker)])
        .send()
        .await
        .unwrap();
    assert_eq!(again.json, first.json);

    let page = async |offset: &str| {
        bench
            .huawei("prod-hw", "coc", "/v1/executions", None, &[("offset", offset)])
            .send()
            .await
            .unwrap()
    };
    assert_eq!(page("0").await.json, page("5000").await.json);
    let clusters = async |number: &str| {
        bench
            .roa(
                &keys,
                "/api/v1/clusters",
                "DescribeClustersV1",
                &[("page_number", number)],
            )
            .send()
            .await
            .unwrap()
    };
    assert_eq!(
        clusters("1").await.json["clusters"],
        clusters("900").await.json["clusters"]
    );
}

#[tokio::test]
async fn wrong_types_are_in_the_rows_and_not_in_the_envelope() {
    let bench = bench(1000, "wrong-types@*").await;
    let patches = patches(&bench, "cn-hangzhou").send().await.unwrap();
    assert!(patches.json["NextToken"].is_string());
    let row = &patches.rows("InstancePatchStates")[0];
    assert!(
        !row["InstanceId"].is_string() && row["MissingCount"].is_array(),
        "{row}"
    );
    let tickets = tickets(&bench).send().await.unwrap();
    assert!(tickets.json["total"].is_number());
    let row = &tickets.rows("data")[0];
    assert!(row["start_time"].is_string() && row["description"].is_object(), "{row}");
    let plugins = plugins(&bench).send().await.unwrap();
    assert!(plugins.rows("Data")[0]["NodePluginInfoList"][0]["Installed"].is_string());
}

#[tokio::test]
async fn a_page_of_html_comes_as_if_all_were_well() {
    let bench = bench(100, "not-json@*").await;
    for answer in all(&bench).await {
        let answer = answer.unwrap();
        assert_eq!(
            (answer.status, answer.headers["content-type"].to_str().unwrap()),
            (200, "text/html")
        );
        assert!(answer.json.is_null() && answer.text.starts_with("<!DOCTYPE html>"));
    }
}

#[tokio::test]
async fn a_huge_answer_is_more_than_anyone_should_take() {
    let bench = bench(100, "huge@oos").await;
    let answer = patches(&bench, "cn-hangzhou").send().await.unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.text.len() > 128 << 20);
    assert!(!answer.rows("InstancePatchStates").is_empty(), "still valid");
}

#[tokio::test]
async fn faults_strike_only_what_is_signed_rightly() {
    let bench = bench(100, "error500@oos").await;
    let mut sending = patches(&bench, "cn-hangzhou");
    sending.unset("authorization");
    assert_eq!(sending.send().await.unwrap().error(), (400, "MissingAuthorization"));
}

#[tokio::test]
async fn every_call_is_noted() {
    let bench = bench(100, "throttle@oos:1").await;
    all(&bench).await;
    assert_eq!(bench.clouds.requests(), 5);
    let calls = bench.clouds.calls();
    let oos = calls.iter().find(|call| call.service == "alibaba.oos").unwrap();
    assert_eq!(
        (oos.account.as_deref(), oos.region.as_deref()),
        (Some("prod-cn"), Some("cn-hangzhou"))
    );
    assert_eq!(
        (oos.method.as_str(), oos.path.as_str(), oos.status, oos.fault),
        ("POST", "/", 400, Some("throttle"))
    );
    assert!(oos.query.contains("MaxResults=10"));
    let sites: Vec<_> = calls.iter().filter_map(|call| call.region.as_deref()).collect();
    assert_eq!(
        sites,
        ["cn-hangzhou", "cn-shanghai", "cn-hangzhou", "cn-north-4", "cn-north-4"]
    );
    bench.clouds.forget_calls();
    assert_eq!((bench.clouds.calls().len(), bench.clouds.requests()), (0, 5));
}

#[tokio::test]
async fn faults_can_begin_and_end_while_the_clouds_run() {
    let bench = bench(10, "").await;
    let asking = || bench.huawei("prod-hw", "coc", "/v1/executions", None, &[]);
    assert_eq!(asking().send().await.unwrap().status, 200);
    bench.clouds.strike_with(Faults::parse("deny@coc:1").unwrap());
    for status in [403, 200] {
        assert_eq!(asking().send().await.unwrap().status, status);
    }
    bench.clouds.strike_with(Faults::parse("deny@coc:1").unwrap());
    assert_eq!(asking().send().await.unwrap().status, 403, "counted anew");
    bench.clouds.strike_with(Faults::default());
    assert_eq!(asking().send().await.unwrap().status, 200);
    for kind in Faults::kinds() {
        assert!(Faults::parse(&format!("{kind}@coc")).is_ok(), "{kind}");
    }
}
