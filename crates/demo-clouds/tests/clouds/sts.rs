//! Temporary keys of Alibaba Cloud.

use crate::alibaba::error;
use crate::client::{Keys, bench};

#[tokio::test]
async fn an_assumed_role_gives_a_key_that_expires() {
    let bench = bench(500, "").await;
    let keys = bench.key("prod-cn");
    let role = bench.account("prod-intl").role_arn.clone().unwrap();
    let params = [
        ("RoleArn", role.as_str()),
        ("RoleSessionName", "signalbox"),
        ("DurationSeconds", "900"),
    ];
    let answer = bench.rpc(&keys, "sts", "AssumeRole", &params).send().await.unwrap();
    let issued = &answer.json["Credentials"];
    let text = |name: &str| issued[name].as_str().unwrap().to_owned();
    assert_eq!(text("Expiration"), "2026-11-22T06:15:00Z");
    let temporary = Keys {
        id: text("AccessKeyId"),
        secret: text("AccessKeySecret"),
        token: Some(text("SecurityToken")),
    };

    let caller = bench
        .rpc(&temporary, "sts", "GetCallerIdentity", &[])
        .send()
        .await
        .unwrap();
    assert_eq!(caller.json["IdentityType"], "AssumedRoleUser");
    assert_eq!(caller.json["AccountId"], bench.account("prod-intl").domain_id);
    let own = [("RegionId", "eu-central-1")];
    let states = bench
        .rpc(&temporary, "oos", "ListInstancePatchStates", &own)
        .send()
        .await
        .unwrap();
    assert!(!states.rows("InstancePatchStates").is_empty());

    let bare = Keys {
        token: None,
        id: temporary.id.clone(),
        secret: temporary.secret.clone(),
    };
    assert_eq!(
        error(&bench.rpc(&bare, "oos", "ListInstancePatchStates", &own)).await,
        (400, "MissingSecurityToken".into())
    );
    let other = Keys {
        token: Some("x".into()),
        id: temporary.id.clone(),
        secret: temporary.secret.clone(),
    };
    assert_eq!(
        error(&bench.rpc(&other, "oos", "ListInstancePatchStates", &own)).await,
        (400, "InvalidSecurityToken.Malformed".into())
    );
    bench.pass(900);
    assert_eq!(
        error(&bench.rpc(&temporary, "oos", "ListInstancePatchStates", &own)).await,
        (400, "InvalidSecurityToken.Expired".into())
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_role_is_named() {
    let bench = bench(100, "").await;
    let keys = bench.key("prod-cn");
    let role = bench.account("prod-cn").role_arn.clone().unwrap();
    let assume = |params: &[(&str, &str)]| bench.rpc(&keys, "sts", "AssumeRole", params);
    let (arn, name) = (("RoleArn", role.as_str()), ("RoleSessionName", "signalbox"));
    let cases = [
        (assume(&[name]), 400, "MissingRoleArn"),
        (assume(&[arn]), 400, "MissingRoleSessionName"),
        (
            assume(&[arn, ("RoleSessionName", "a b")]),
            400,
            "InvalidParameter.RoleSessionName",
        ),
        (
            assume(&[arn, name, ("DurationSeconds", "60")]),
            400,
            "InvalidParameter.DurationSeconds",
        ),
        (
            assume(&[("RoleArn", "acs:ram::1:role/none"), name]),
            404,
            "EntityNotExist.Role",
        ),
    ];
    for (sending, status, code) in cases {
        assert_eq!(error(&sending).await, (status, code.to_owned()), "{}", sending.query);
    }
}
