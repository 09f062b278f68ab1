//! Keys of Alibaba Cloud without a key: for machines, for pods, from a broker.

use chrono::TimeDelta;
use demo_clouds::{MachineMetadata, Options};
use serde_json::Value;

use crate::alibaba::error;
use crate::client::{Answer, Bench, Keys, Sending, bench, bench_with};

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";

fn machine(bench: &Bench, method: &str, path: &str, header: Option<(&str, &str)>) -> Sending {
    let mut sending = Sending::new(bench.clouds.endpoint("alibaba.metadata"), method, path, &[]);
    if let Some((name, value)) = header {
        sending.set(name, value);
    }
    sending
}

async fn of_machine(bench: &Bench, path: &str, token: Option<&str>) -> Answer {
    let token = token.map(|token| (TOKEN, token));
    machine(bench, "GET", path, token).send().await.unwrap()
}

async fn token(bench: &Bench, seconds: &str) -> Answer {
    let ttl = Some(("x-aliyun-ecs-metadata-token-ttl-seconds", seconds));
    machine(bench, "PUT", "/latest/api/token", ttl).send().await.unwrap()
}

fn keys(document: &Value) -> Keys {
    let text = |name: &str| {
        document[name]
            .as_str()
            .unwrap_or_else(|| panic!("{document}"))
            .to_owned()
    };
    Keys {
        id: text("AccessKeyId"),
        secret: text("AccessKeySecret"),
        token: Some(text("SecurityToken")),
    }
}

async fn whose(bench: &Bench, keys: &Keys) -> Value {
    let answer = bench.rpc(keys, "sts", "GetCallerIdentity", &[]).send().await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json["AccountId"].clone()
}

#[tokio::test]
async fn a_machine_is_asked_with_a_token_without_one_or_either_way() {
    let first = |bench: &Bench| bench.account("prod-cn").domain_id.clone();
    for (manner, with, without) in [
        (MachineMetadata::Either, 200, 200),
        (MachineMetadata::TokenOnly, 200, 403),
        (MachineMetadata::WithoutToken, 404, 200),
    ] {
        let bench = bench_with(Options {
            metadata: manner,
            ..Options::default()
        })
        .await;
        let session = token(&bench, "60").await;
        assert_eq!(session.status, with, "{manner:?}");
        assert_eq!(of_machine(&bench, ROLES, None).await.status, without, "{manner:?}");
        let session = (with == 200).then_some(session.text.as_str());
        let role = of_machine(&bench, ROLES, session).await.text;
        let answer = of_machine(&bench, &format!("{ROLES}{role}"), session).await;
        assert_eq!(answer.json["Code"], "Success");
        assert_eq!(whose(&bench, &keys(&answer.json)).await, first(&bench));
        assert_eq!(of_machine(&bench, &format!("{ROLES}other"), session).await.status, 404);
        if let Some(session) = session {
            bench.pass(61);
            assert_eq!(of_machine(&bench, ROLES, Some(session)).await.status, 401, "{manner:?}");
        }
    }
    let bench = bench(10, "").await;
    for wrong in ["0", "21601", "x"] {
        assert_eq!(token(&bench, wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_machines_keys_are_the_same_until_they_are_old() {
    let bench = bench_with(Options {
        key_life: TimeDelta::seconds(4000),
        ..Options::default()
    })
    .await;
    let path = format!("{ROLES}signalbox-machine");
    let id = async || of_machine(&bench, &path, None).await.json["AccessKeyId"].clone();
    let first = id().await;
    bench.pass(2900);
    assert_eq!(id().await, first);
    bench.pass(200);
    let answer = of_machine(&bench, &path, None).await.json;
    assert_ne!(answer["AccessKeyId"], first);
    bench.pass(4000);
    let sending = bench.rpc(&keys(&answer), "sts", "GetCallerIdentity", &[]);
    assert_eq!(error(&sending).await, (400, "InvalidSecurityToken.Expired".into()));
    let none = bench_with(Options {
        metadata: MachineMetadata::NoAgency,
        ..Options::default()
    })
    .await;
    assert_eq!(of_machine(&none, ROLES, None).await.status, 404);
}

#[tokio::test]
async fn a_pod_gets_the_role_that_trusts_it() {
    let bench = bench(10, "").await;
    let account = bench.account("prod-cn");
    let provider = bench.clouds.oidc_provider_arn(account);
    let token = bench.clouds.service_account_token("prod-cn", TimeDelta::hours(1));
    let role = account.role_arn.clone().unwrap();
    let assume = |token: &str, provider: &str, role: &str| {
        let query = [
            ("Action", "AssumeRoleWithOIDC"),
            ("Version", "2015-04-01"),
            ("RoleArn", role),
            ("OIDCProviderArn", provider),
            ("OIDCToken", token),
            ("RoleSessionName", "pod"),
        ];
        Sending::new(bench.clouds.endpoint("alibaba.sts"), "POST", "/", &query)
    };
    let answer = assume(&token, &provider, &role).send().await.unwrap();
    assert_eq!(
        whose(&bench, &keys(&answer.json["Credentials"])).await,
        account.domain_id
    );
    let other = bench.account("prod-intl");
    for (sending, expected) in [
        (
            assume("x.y.z", &provider, &role),
            (400, "AuthenticationFail.OIDCToken.Invalid"),
        ),
        (assume("", &provider, &role), (400, "MissingOIDCToken")),
        (
            assume(&token, &bench.clouds.oidc_provider_arn(other), &role),
            (403, "AuthenticationFail.NoPermission"),
        ),
        (
            assume(&token, &provider, other.role_arn.as_deref().unwrap()),
            (403, "AuthenticationFail.NoPermission"),
        ),
    ] {
        assert_eq!(error(&sending).await, (expected.0, expected.1.to_owned()));
    }
    bench.pass(3601);
    let late = error(&assume(&token, &provider, &role)).await;
    assert_eq!(late, (400, "AuthenticationFail.OIDCToken.Expired".into()));
}

#[tokio::test]
async fn a_guarded_role_wants_to_be_told_the_external_id() {
    let bench = bench(10, "").await;
    let account = bench.account("prod-intl");
    let role = format!("{}-guarded", account.role_arn.as_deref().unwrap());
    let keys_of_ours = bench.key("prod-cn");
    let assume = |id: Option<&str>| {
        let mut params = vec![("RoleArn", role.as_str()), ("RoleSessionName", "signalbox")];
        params.extend(id.map(|id| ("ExternalId", id)));
        bench.rpc(&keys_of_ours, "sts", "AssumeRole", &params)
    };
    for wrong in [None, Some("external-prod-cn")] {
        assert_eq!(error(&assume(wrong)).await, (403, "NoPermission".into()));
    }
    let answer = assume(Some("external-prod-intl")).send().await.unwrap();
    assert_eq!(
        whose(&bench, &keys(&answer.json["Credentials"])).await,
        account.domain_id
    );
}

#[tokio::test]
async fn a_broker_gives_keys_to_who_knows_its_address() {
    let bench = bench(10, "").await;
    let ask = async |query: &[(&str, &str)]| {
        let sending = Sending::new(bench.clouds.endpoint("alibaba.broker"), "GET", "/credentials", query);
        sending.send().await.unwrap()
    };
    assert_eq!(ask(&[]).await.status, 404);
    let answer = ask(&[("pass", "open-sesame")]).await;
    assert_eq!(answer.json["Code"], "Success");
    assert_eq!(
        whose(&bench, &keys(&answer.json)).await,
        bench.account("prod-cn").domain_id
    );
}
