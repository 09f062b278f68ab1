//! Alibaba Cloud: the gateway's checks and error shapes.

use serde_json::Value;

use crate::client::{Bench, Keys, Sending, bench};

pub const PLANS: &str = "/regions/cn-hangzhou/operation/plans";

pub async fn error(sending: &Sending) -> (u16, String) {
    let answer = sending.send().await.unwrap();
    let (status, code) = answer.error();
    (status, code.to_owned())
}

pub fn patches(bench: &Bench, keys: &Keys) -> Sending {
    bench.rpc(
        keys,
        "oos",
        "ListInstancePatchStates",
        &[("RegionId", "cn-hangzhou"), ("MaxResults", "5")],
    )
}

#[tokio::test]
async fn signed_calls_of_every_account_are_answered() {
    let bench = bench(500, "").await;
    for (account, region) in [
        ("prod-cn", "cn-hangzhou"),
        ("prod-intl", "eu-central-1"),
        ("staging-cn", "cn-hangzhou"),
    ] {
        let keys = bench.key(account);
        let plans = bench
            .roa(
                &keys,
                &format!("/regions/{region}/operation/plans"),
                "ListOperationPlansForRegion",
                &[],
            )
            .send()
            .await
            .unwrap();
        assert!(!plans.rows("plans").is_empty());
        assert!(plans.headers.contains_key("x-acs-request-id"));
        let clusters = bench
            .roa(&keys, "/api/v1/clusters", "DescribeClustersV1", &[])
            .send()
            .await
            .unwrap();
        assert!(!clusters.rows("clusters").is_empty());
        let cluster = &bench.account(account).clusters[0];
        let plugins = bench
            .rpc(&keys, "sas", "ListClusterPluginInfo", &[("ClusterIds.1", cluster)])
            .send()
            .await
            .unwrap();
        assert_eq!(plugins.rows("Data").len(), 1);
        let states = bench
            .rpc(&keys, "oos", "ListInstancePatchStates", &[("RegionId", region)])
            .send()
            .await
            .unwrap();
        assert!(!states.rows("InstancePatchStates").is_empty());
        let caller = bench.rpc(&keys, "sts", "GetCallerIdentity", &[]).send().await.unwrap();
        assert_eq!(caller.json["AccountId"], bench.account(account).domain_id);
        assert_eq!(
            caller.json["RequestId"],
            caller.headers["x-acs-request-id"].to_str().unwrap()
        );
    }
}

#[tokio::test]
async fn one_account_does_not_see_another() {
    let bench = bench(500, "").await;
    let foreign = &bench.account("prod-intl").clusters[0];
    let keys = bench.key("prod-cn");
    let plugins = bench
        .rpc(&keys, "sas", "ListClusterPluginInfo", &[("ClusterIds.1", foreign)])
        .send()
        .await
        .unwrap();
    assert!(plugins.rows("Data").is_empty());
    let plans = bench
        .roa(
            &keys,
            "/regions/eu-central-1/operation/plans",
            "ListOperationPlansForRegion",
            &[],
        )
        .send()
        .await
        .unwrap();
    assert!(plans.rows("plans").is_empty());
}

#[tokio::test]
async fn what_the_signature_does_not_change_is_admitted() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let mut spaced = patches(&bench, &keys);
    let authorization = spaced.get("authorization").replace(',', ", ");
    spaced.set("authorization", &authorization);
    assert_eq!(spaced.send().await.unwrap().status, 200);

    let params = [("RegionId", "cn-hangzhou"), ("InstanceIds", r#"["i-a", "i-b"]"#)];
    let mut plus = bench.rpc(&keys, "oos", "ListInstancePatchStates", &params);
    plus.query = plus
        .query
        .replace("%20", "+")
        .split('&')
        .rev()
        .collect::<Vec<_>>()
        .join("&");
    assert!(plus.query.contains('+') && plus.query.starts_with("RegionId"));
    assert_eq!(plus.send().await.unwrap().status, 200);

    let mut get = bench.acs3(
        &keys,
        "oos",
        "GET",
        "/",
        "ListInstancePatchStates",
        &[("RegionId", "cn-hangzhou")],
    );
    get.set("accept", "application/json");
    get.set("user-agent", "test");
    get.sign_acs3(&keys);
    get.set("x-forwarded-for", "10.0.0.1");
    assert_eq!(get.send().await.unwrap().status, 200);

    let mut form = bench.acs3(&keys, "oos", "POST", "/", "ListInstancePatchStates", &[]);
    form.body = "RegionId=cn-hangzhou&MaxResults=3".into();
    form.set("content-type", "application/x-www-form-urlencoded");
    form.set("x-acs-content-sha256", &crate::client::sha256(form.body.as_bytes()));
    form.sign_acs3(&keys);
    assert_eq!(form.send().await.unwrap().rows("InstancePatchStates").len(), 3);
}

type Spoil = fn(&mut Sending);

#[tokio::test]
async fn what_is_wrong_with_the_envelope_is_named() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let other = |id: &str, secret: &str| Keys {
        id: id.into(),
        secret: secret.into(),
        token: None,
    };
    // Spoilt before signing, spoilt after signing, status, code.
    let cases: [(Spoil, Spoil, u16, &str); 17] = [
        (|_| {}, |s| s.unset("authorization"), 400, "MissingAuthorization"),
        (
            |_| {},
            |s| s.set("authorization", "ACS3-HMAC-SHA256 nonsense"),
            400,
            "IncompleteSignature",
        ),
        (
            |_| {},
            |s| s.set("authorization", "Bearer abc"),
            400,
            "IncompleteSignature",
        ),
        (|s| s.unset("x-acs-date"), |_| {}, 400, "MissingTimestamp"),
        (
            |s| s.set("x-acs-date", "20261122T060000Z"),
            |_| {},
            400,
            "InvalidTimeStamp.Format",
        ),
        (
            |s| s.set("x-acs-date", "2026-11-22T05:44:59Z"),
            |_| {},
            400,
            "InvalidTimeStamp.Expired",
        ),
        (
            |s| s.set("x-acs-date", "2026-11-22T06:15:01Z"),
            |_| {},
            400,
            "InvalidTimeStamp.Expired",
        ),
        (
            |s| s.unset("x-acs-signature-nonce"),
            |_| {},
            400,
            "MissingSignatureNonce",
        ),
        (|s| s.unset("x-acs-content-sha256"), |_| {}, 400, "IncompleteSignature"),
        (
            |s| s.set("x-acs-content-sha256", "00"),
            |_| {},
            400,
            "SignatureDoesNotMatch",
        ),
        (|_| {}, |s| s.set("x-acs-extra", "1"), 400, "IncompleteSignature"),
        (
            |_| {},
            |s| s.set("content-type", "text/plain"),
            400,
            "IncompleteSignature",
        ),
        (|_| {}, |s| s.query.push_str("&Lang=en"), 400, "SignatureDoesNotMatch"),
        (
            |_| {},
            |s| s.set("x-acs-signature-nonce", "changed"),
            400,
            "SignatureDoesNotMatch",
        ),
        (|s| s.unset("x-acs-action"), |_| {}, 400, "MissingAction"),
        (|s| s.unset("x-acs-version"), |_| {}, 400, "MissingVersion"),
        (
            |s| s.set("x-acs-security-token", "t"),
            |_| {},
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
    ];
    for (number, (before, after, status, code)) in cases.into_iter().enumerate() {
        let mut sending = bench.acs3(
            &keys,
            "oos",
            "POST",
            "/",
            "ListInstancePatchStates",
            &[("RegionId", "cn-hangzhou")],
        );
        before(&mut sending);
        sending.sign_acs3(&keys);
        after(&mut sending);
        assert_eq!(error(&sending).await, (status, code.to_owned()), "case {number}");
    }
    assert_eq!(
        error(&patches(&bench, &other("LTAI5tNobody", "x"))).await,
        (404, "InvalidAccessKeyId.NotFound".into())
    );
    assert_eq!(
        error(&patches(&bench, &other(&keys.id, "wrong"))).await,
        (400, "SignatureDoesNotMatch".into())
    );
}

#[tokio::test]
async fn dates_up_to_the_window_are_admitted() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    for date in ["2026-11-22T05:45:00Z", "2026-11-22T06:15:00Z"] {
        let mut sending = bench.acs3(&keys, "sts", "POST", "/", "GetCallerIdentity", &[]);
        sending.set("x-acs-date", date);
        sending.sign_acs3(&keys);
        assert_eq!(sending.send().await.unwrap().status, 200, "{date}");
    }
}

#[tokio::test]
async fn a_request_counts_once() {
    let bench = bench(100, "").await;
    let sending = patches(&bench, &bench.key("prod-cn"));
    assert_eq!(sending.send().await.unwrap().status, 200);
    assert_eq!(error(&sending).await, (400, "SignatureNonceUsed".into()));
}

#[tokio::test]
async fn errors_have_the_gateways_shape_and_acks_own_are_in_lower_case() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let mut sending = patches(&bench, &keys);
    sending.unset("authorization");
    let answer = sending.send().await.unwrap();
    for field in ["RequestId", "HostId", "Code", "Message", "Recommend"] {
        assert!(answer.json[field].is_string(), "{field}");
    }
    assert_eq!(
        answer.json["RequestId"],
        answer.headers["x-acs-request-id"].to_str().unwrap()
    );

    let own = bench
        .roa(&keys, "/api/v1/clusters", "DescribeClustersV1", &[("page_size", "51")])
        .send()
        .await
        .unwrap();
    assert_eq!(own.status, 400);
    assert_eq!(own.json["code"], "InvalidParameter");
    assert_eq!(own.json["status"], 400);
    assert_eq!(own.json["requestId"], own.headers["x-acs-request-id"].to_str().unwrap());
    assert_eq!(own.json["Code"], Value::Null);
}

#[tokio::test]
async fn what_is_not_an_operation_is_refused() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let plans = "ListOperationPlansForRegion";
    let cases = [
        (
            bench.rpc(&keys, "oos", "ListExecutions", &[]),
            404,
            "InvalidAction.NotFound",
        ),
        (
            bench.rpc(&keys, "sas", "ListInstancePatchStates", &[]),
            404,
            "InvalidAction.NotFound",
        ),
        (
            bench.roa(&keys, "/regions/cn-hangzhou/operation/plan", plans, &[]),
            404,
            "InvalidAction.NotFound",
        ),
        (
            bench.roa(&keys, "/regions/cn-hangzhou/operation/plans/", plans, &[]),
            404,
            "InvalidAction.NotFound",
        ),
        (
            bench.roa(&keys, PLANS, "DescribeClustersV1", &[]),
            404,
            "InvalidAction.NotFound",
        ),
    ];
    for (sending, status, code) in cases {
        assert_eq!(
            error(&sending).await,
            (status, code.to_owned()),
            "{} {}",
            sending.path,
            sending.get("x-acs-action")
        );
    }
    let mut version = bench.acs3(&keys, "cs", "GET", PLANS, plans, &[]);
    version.set("x-acs-version", "2015-12-16");
    version.sign_acs3(&keys);
    assert_eq!(error(&version).await, (400, "InvalidVersion".into()));
    let mut method = bench.acs3(&keys, "cs", "POST", PLANS, plans, &[]);
    method.sign_acs3(&keys);
    assert_eq!(error(&method).await, (405, "UnsupportedHTTPMethod".into()));
    let mut root = bench.acs3(&keys, "oos", "POST", "/v1", "ListInstancePatchStates", &[]);
    root.sign_acs3(&keys);
    assert_eq!(error(&root).await, (404, "InvalidAction.NotFound".into()));
}
