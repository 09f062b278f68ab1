//! Each kind with its requests.

use super::*;
use crate::credentials::{Credentials, FixedKeys, Keys};
use sign::Secret;

const ROLE: (&str, &str) = ("role_arn", "acs:ram::1234:role/reader");

pub(super) fn source() -> Arc<dyn Credentials> {
    let keys = Keys {
        id: "LTAI".to_owned(),
        secret: Secret::new("CANARY-secret"),
        token: Some(Secret::new("CANARY-token")),
    };
    FixedKeys::new(keys)
}

#[tokio::test]
async fn a_machine_is_asked_with_the_token_of_a_session() {
    let host = Host::whole();
    let issued = host.issue("ram-role", &[]).await.unwrap();
    let keys = &issued.keys;
    assert_eq!((keys.id.as_str(), keys.secret.expose()), ("STS.machine", "hunter2"));
    assert_eq!(keys.token.as_ref().map(Secret::expose), Some("token-secret"));
    assert_eq!(issued.expires.unwrap().timestamp(), NOW as i64 + 3600);
    let asked = host.cloud.requests();
    assert_eq!(
        asked[0].header("x-aliyun-ecs-metadata-token-ttl-seconds"),
        Some("21600")
    );
    for request in &asked[1..] {
        assert_eq!(request.header("x-aliyun-ecs-metadata-token"), Some("session"));
    }
    assert_eq!(asked.len(), 3);
    // A role that is named is not asked for, whoever names it.
    assert_eq!(host.told("ram-role", &[("role", "reader")]).await, "STS.machine");
    assert_eq!(host.asked().len(), 5);
    let host = host.set("ALIBABA_CLOUD_ECS_METADATA", "reader");
    assert_eq!(host.told("ram-role", &[]).await, "STS.machine");
    assert_eq!(host.asked().len(), 7);
}

#[tokio::test]
async fn a_service_that_knows_no_tokens_is_asked_without_unless_that_is_turned_off() {
    let old = || {
        Host::new(|asked| match asked.0.method().as_str() {
            "PUT" => error(404, "not found"),
            _ => answer(asked),
        })
    };
    let host = old();
    assert_eq!(host.told("ram-role", &[]).await, "STS.machine");
    assert!(
        host.cloud
            .requests()
            .iter()
            .all(|asked| asked.header("x-aliyun-ecs-metadata-token").is_none())
    );
    let host = old().set("ALIBABA_CLOUD_IMDSV1_DISABLED", "true");
    let told = host.told("ram-role", &[]).await;
    assert!(
        told.contains("ALIBABA_CLOUD_IMDSV1_DISABLED") && told.contains("404"),
        "{told}"
    );
    assert_eq!(host.asked().len(), 1);
    // One that answers 401 to a token that it has just given.
    let strange = Host::new(|asked| match asked.header("x-aliyun-ecs-metadata-token") {
        Some(_) => error(401, "Unauthorized"),
        None => answer(asked),
    });
    assert_eq!(strange.told("ram-role", &[]).await, "STS.machine");
    let strange = strange.set("ALIBABA_CLOUD_IMDSV1_DISABLED", "TRUE");
    let told = strange.told("ram-role", &[]).await;
    assert!(told.contains("401 Unauthorized") && !told.contains("session"), "{told}");
}

#[tokio::test]
async fn where_no_service_is_there_it_is_asked_once() {
    let host = Host::new(|_| nobody_there());
    let error = host.issue("ram-role", &[]).await.unwrap_err();
    assert_eq!(
        error.message,
        "the metadata service: no connection to 100.100.100.200 in time"
    );
    assert!(error.advice.is_some());
    assert_eq!(host.asked().len(), 1);
    let off = host.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    assert!(
        off.told("ram-role", &[])
            .await
            .contains("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    );
    assert_eq!(off.asked().len(), 1);
}

#[tokio::test]
async fn what_a_machine_names_as_its_role_cannot_lead_elsewhere() {
    for name in ["../../user-data", "a b", "", "a?b=c", "..", "<html>"] {
        let host = Host::new(move |asked| match asked.path().as_str() {
            "/latest/meta-data/ram/security-credentials/" => text(name),
            _ => answer(asked),
        });
        let told = host.told("ram-role", &[]).await;
        assert!(told.contains("names no role"), "{name}: {told}");
        assert_eq!(host.asked().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn the_accounts_own_endpoints_are_asked_wherever_keys_come_from() {
    let mut host = Host::new(|asked| match (asked.host().as_str(), asked.0.method().as_str()) {
        ("meta:1", "PUT") => text("session"),
        ("meta:1", _) => json(&document("STS.machine")),
        ("sts.cn-hangzhou:2", _) => json(&json!({"Credentials": document("STS.role")})),
        _ => nobody_there(),
    });
    host.endpoints.insert("metadata".to_owned(), "http://meta:1".to_owned());
    host.endpoints
        .insert("sts".to_owned(), "http://sts.{region}:2/".to_owned());
    assert_eq!(host.told("ram-role", &[("role", "r")]).await, "STS.machine");
    let role = host.issue_with("assume-role", &[ROLE], Some(source())).await.unwrap();
    assert_eq!(role.keys.id, "STS.role");
    let host = host.write(
        ".aliyun/config.json",
        r#"{"current": "a", "profiles": [
            {"name": "a", "mode": "ChainableRamRoleArn", "source_profile": "b", "ram_role_arn": "acs:ram::1:role/r", "sts_region": "cn-beijing"},
            {"name": "b", "mode": "EcsRamRole", "ram_role_name": "r"}]}"#,
    );
    assert_eq!(host.told("profile", &[]).await, "STS.role");
    assert_eq!(host.told("default", &[]).await, "STS.role");
}

#[tokio::test]
async fn a_role_is_asked_for_with_the_keys_of_its_source() {
    let host = Host::whole();
    let fields = [ROLE, ("external_id", "ext/1"), ("session_name", "nightly@ops")];
    let issued = host.issue_with("assume-role", &fields, Some(source())).await.unwrap();
    assert_eq!(
        (issued.keys.id.as_str(), issued.keys.secret.expose()),
        ("STS.AssumeRole", "hunter2")
    );
    let asked = &host.cloud.requests()[0];
    assert_eq!(asked.host(), "sts.aliyuncs.com");
    assert_eq!(asked.0.uri().scheme_str(), Some("https"));
    let query = |name: &str| asked.query(name).unwrap();
    assert_eq!(query("RoleArn"), ROLE.1);
    assert_eq!(
        (query("ExternalId"), query("RoleSessionName")),
        ("ext/1".into(), "nightly@ops".into())
    );
    assert_eq!(query("DurationSeconds"), "900");
    assert_eq!(asked.header("x-acs-security-token"), Some("CANARY-token"));
    assert_eq!(asked.header("x-acs-version"), Some("2015-04-01"));
    assert!(
        asked
            .header("authorization")
            .unwrap()
            .starts_with("ACS3-HMAC-SHA256 Credential=LTAI,")
    );
}

#[tokio::test]
async fn the_name_of_a_session_says_who_asks_and_nothing_else() {
    let host = Host::whole();
    host.issue_with("assume-role", &[ROLE], Some(source())).await.unwrap();
    let name = |host: &Host| host.cloud.requests().last().unwrap().query("RoleSessionName").unwrap();
    assert_eq!(name(&host), "signalbox-prod-cn");
    let named = |account: &str| {
        let around = Surroundings {
            account: account.to_owned(),
            ..host.around()
        };
        words::session_name(None, &around)
    };
    for account in ["生产", "", &"x".repeat(80)] {
        let name = named(account);
        assert!(name.len() == 22 && words::wrong_session_name(&name).is_none(), "{name}");
    }
    assert_ne!(named("生产"), named("测试"));
}

#[tokio::test]
async fn the_regions_of_sts_are_those_of_the_environment() {
    for (region, vpc, expected) in [
        ("cn-beijing", "", "sts.cn-beijing.aliyuncs.com"),
        ("cn-beijing", "true", "sts-vpc.cn-beijing.aliyuncs.com"),
        ("", "true", "sts.aliyuncs.com"),
        ("x.example.com/", "", "sts.aliyuncs.com"),
    ] {
        let host = Host::whole()
            .set("ALIBABA_CLOUD_STS_REGION", region)
            .set("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", vpc);
        host.issue_with("assume-role", &[ROLE], Some(source())).await.unwrap();
        assert_eq!(host.cloud.requests()[0].host(), expected);
    }
}

#[tokio::test]
async fn the_token_of_a_pod_goes_in_the_body_and_is_read_anew() {
    let host = Host::whole().write("token", "CANARY.one\n");
    let file = host.at_home("token");
    let fields = [
        ROLE,
        ("provider_arn", "acs:ram::1234:oidc-provider/ack-rrsa"),
        ("token_file", file.as_str()),
    ];
    assert_eq!(host.told("oidc-role", &fields).await, "STS.AssumeRoleWithOIDC");
    let host = host.write("token", "CANARY.two");
    assert_eq!(host.told("oidc-role", &fields).await, "STS.AssumeRoleWithOIDC");
    let asked = host.cloud.requests();
    for (asked, token) in asked.iter().zip(["CANARY.one", "CANARY.two"]) {
        assert!(!asked.0.uri().to_string().contains("CANARY"));
        assert_eq!(asked.header("authorization"), None);
        assert_eq!(asked.query("Version").as_deref(), Some("2015-04-01"));
        assert_eq!(asked.query("Timestamp").as_deref(), Some("2026-11-30T01:30:00Z"));
        let body = std::str::from_utf8(asked.0.body()).unwrap();
        let field = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(body.as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        assert_eq!(field("OIDCToken").as_deref(), Some(token));
        assert_eq!(field("OIDCProviderArn").as_deref(), Some(fields[1].1));
        assert_eq!(field("RoleArn").as_deref(), Some(ROLE.1));
        assert_eq!(field("DurationSeconds").as_deref(), Some("3600"));
    }
    let host = host.write("token", "");
    assert_eq!(host.told("oidc-role", &fields).await, format!("{file} is empty"));
    assert_eq!(host.asked().len(), 2);
}

#[tokio::test]
async fn a_credentials_uri_is_asked_as_it_stands() {
    let host = Host::new(|asked| match asked.0.uri().to_string().as_str() {
        "http://127.0.0.1:9/credentials?pass=open-sesame" => json(&document("STS.uri")),
        _ => error(403, "open-sesame is wrong"),
    });
    let told = async |url: &str| host.told("uri", &[("url", url)]).await;
    assert_eq!(told("http://127.0.0.1:9/credentials?pass=open-sesame").await, "STS.uri");
    assert_eq!(
        told("http://127.0.0.1:9/open-sesame").await,
        "the credentials URI at http://127.0.0.1:9 answered 403 Forbidden"
    );
}

#[tokio::test]
async fn keys_hold_as_long_however_far_the_clocks_are_apart() {
    let ends = async |date: &'static str, age: bool| {
        let host = Host::new(move |_| {
            let mut answer = json(&document("STS.uri"))?;
            let headers = answer.headers_mut();
            headers.insert("date", date.parse().unwrap());
            if age {
                headers.insert("age", "5".parse().unwrap());
            }
            Ok(answer)
        });
        let issued = host.issue("uri", &[("url", "http://127.0.0.1:9/")]).await.unwrap();
        issued.expires.unwrap().timestamp() - NOW as i64
    };
    assert_eq!(ends("Mon, 30 Nov 2026 01:30:10 GMT", false).await, 3600);
    assert_eq!(ends("Mon, 30 Nov 2026 00:30:00 GMT", false).await, 7200);
    assert_eq!(ends("Mon, 30 Nov 2026 02:29:00 GMT", false).await, 60);
    assert_eq!(ends("Mon, 30 Nov 2026 02:29:00 GMT", true).await, 3600);
    assert_eq!(ends("yesterday", false).await, 3600);
}
