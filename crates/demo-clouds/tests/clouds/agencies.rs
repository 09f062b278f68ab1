//! Temporary keys of Huawei Cloud: by agencies, for pods and machines, and for who brings an identity provider's token.

use chrono::TimeDelta;
use demo_clouds::{MachineMetadata, Options};
use serde_json::{Value, json};

use crate::client::{Answer, Bench, Keys, Sending, bench, bench_with};

const OLDER: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

/// The keys of an answer, whichever words it has for them.
fn keys(answer: &Answer) -> Keys {
    let said = &answer.json;
    let said = ["credential", "credentials"]
        .iter()
        .find_map(|name| said.get(name))
        .unwrap_or(said);
    let text = |names: [&str; 3]| {
        names
            .iter()
            .find_map(|name| said[*name].as_str())
            .unwrap_or_else(|| panic!("{}", answer.text))
    };
    Keys {
        id: text(["access", "access_key_id", "accessKeyId"]).to_owned(),
        secret: text(["secret", "secret_access_key", "secretAccessKey"]).to_owned(),
        token: Some(text(["securitytoken", "security_token", "securityToken"]).to_owned()),
    }
}

async fn status(sending: &Sending) -> u16 {
    sending.send().await.unwrap().status
}

/// Who the keys are, and how many domains IAM knows of theirs.
async fn whose(bench: &Bench, keys: &Keys) -> (String, usize) {
    let ask = async |service, path| {
        let mut asking = bench.sdk_hmac(keys, service, "GET", path, &[]);
        asking.sign_sdk_hmac(keys);
        let answer = asking.send().await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    };
    let identity = ask("sts", "/v5/caller-identity").await;
    let domains = ask("iam", "/v3/auth/domains").await;
    let account = bench
        .clouds
        .accounts()
        .iter()
        .find(|account| account.domain_id == identity["account_id"]);
    (
        account.unwrap().id.clone(),
        domains["domains"].as_array().unwrap().len(),
    )
}

fn by_agency(bench: &Bench, account: &str, more: &Value) -> Value {
    let mut role = json!({"agency_name": "signalbox-reader", "domain_id": bench.account(account).domain_id});
    for (name, value) in more.as_object().unwrap() {
        role[name] = value.clone();
    }
    json!({"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}})
}

#[tokio::test]
async fn iam_gives_an_agencys_keys_to_callers_that_say_of_which_domain_they_are() {
    let bench = bench(10, "").await;
    let (own, domain) = (bench.key("prod-hw"), bench.account("prod-hw").domain_id.clone());
    let body = by_agency(
        &bench,
        "intl-hw",
        &json!({"duration_seconds": 900, "session_user": {"name": "signalbox"}}),
    );
    let answer = bench
        .tell(&own, "iam", OLDER, Some(&domain), &body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
    let temporary = keys(&answer);
    assert_eq!(answer.json["credential"]["expires_at"], "2026-11-22T06:15:00.000000Z");
    assert_eq!(whose(&bench, &temporary).await, ("intl-hw".to_owned(), 1));

    assert_eq!(status(&bench.tell(&own, "iam", OLDER, None, &body)).await, 403);
    let wrong = Keys {
        secret: "x".into(),
        ..bench.key("prod-hw")
    };
    assert_eq!(
        status(&bench.tell(&wrong, "iam", OLDER, Some(&domain), &body)).await,
        401
    );
    for (more, code) in [
        (json!({"agency_name": "none"}), 404),
        (json!({"agency_name": "signalbox-guarded"}), 404),
        (json!({"duration_seconds": 60}), 400),
        (json!({"session_user": {"name": "a b c d e"}}), 400),
    ] {
        let body = by_agency(&bench, "intl-hw", &more);
        assert_eq!(
            status(&bench.tell(&own, "iam", OLDER, Some(&domain), &body)).await,
            code,
            "{more}"
        );
    }
    bench.pass(900);
    let mut late = bench.sdk_hmac(&temporary, "sts", "GET", "/v5/caller-identity", &[]);
    late.sign_sdk_hmac(&temporary);
    assert_eq!(status(&late).await, 401);
}

#[tokio::test]
async fn sts_gives_an_agencys_keys_and_its_guarded_one_wants_an_external_id() {
    let bench = bench(10, "").await;
    let own = bench.key("prod-hw");
    let domain = &bench.account("intl-hw").domain_id;
    let assume = |keys: &Keys, agency: &str, more: Value| {
        let mut body =
            json!({"agency_urn": format!("iam::{domain}:agency:{agency}"), "agency_session_name": "signalbox"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        bench.tell(keys, "sts", "/v5/agencies/assume", None, &body)
    };
    let answer = assume(&own, "signalbox-reader", json!({})).send().await.unwrap();
    let temporary = keys(&answer);
    assert_eq!(answer.json["credentials"]["expiration"], "2026-11-22T07:00:00.000000Z");
    assert_eq!(whose(&bench, &temporary).await, ("intl-hw".to_owned(), 0));
    let guarded = |id: &str| assume(&own, "signalbox-guarded", json!({"external_id": id}));
    assert_eq!(status(&guarded("external-intl-hw")).await, 200);
    assert_eq!(status(&guarded("external-prod-hw")).await, 403);
    assert_eq!(status(&assume(&own, "signalbox-guarded", json!({}))).await, 403);
    assert_eq!(
        status(&assume(&own, "signalbox-reader", json!({"agency_session_name": "a b"}))).await,
        400
    );
    // A session that goes on to another lives an hour at most.
    let longer = json!({"duration_seconds": 7200});
    assert_eq!(status(&assume(&own, "signalbox-reader", longer.clone())).await, 200);
    assert_eq!(status(&assume(&temporary, "signalbox-reader", longer)).await, 400);
    assert_eq!(status(&assume(&temporary, "signalbox-reader", json!({}))).await, 200);
}

#[tokio::test]
async fn tokens_of_an_identity_provider_and_of_pods_are_worth_keys_while_they_hold() {
    let bench = bench(10, "").await;
    let token = bench.clouds.identity_token("intl-hw", TimeDelta::minutes(10));
    let urn = bench.account("intl-hw").agency_urn.clone().unwrap();
    let oidc = |token: &str, urn: &str| {
        let body = json!({
            "provider_urn": "iam::1:oidc-provider:cce", "agency_urn": urn, "agency_session_name": "signalbox", "id_token": token,
        });
        bench.plain("sts", "POST", "/v5/agencies/assume-with-oidc", &body)
    };
    let pod = |token: &str| {
        let mut asking = bench.plain("pods", "POST", "/v1/credentials", &json!({}));
        asking.set("authorization", token);
        asking
    };
    let federated = |token: &str| {
        let body = json!({"auth": {"id_token": {"id": token}}});
        let mut asking = bench.plain("iam", "POST", "/v3.0/OS-AUTH/id-token/tokens", &body);
        asking.set("x-idp-id", "sso");
        asking
    };
    assert_eq!(
        whose(&bench, &keys(&oidc(&token, &urn).send().await.unwrap())).await,
        ("intl-hw".to_owned(), 0)
    );
    assert_eq!(
        whose(&bench, &keys(&pod(&token).send().await.unwrap())).await,
        ("intl-hw".to_owned(), 1)
    );
    let subject = federated(&token).send().await.unwrap();
    let subject = subject.headers["x-subject-token"].to_str().unwrap();
    let body =
        json!({"auth": {"identity": {"methods": ["token"], "token": {"id": subject, "duration_seconds": 21600}}}});
    let answer = bench.plain("iam", "POST", OLDER, &body).send().await.unwrap();
    assert_eq!(whose(&bench, &keys(&answer)).await, ("intl-hw".to_owned(), 1));

    let other = bench.account("prod-hw").agency_urn.clone().unwrap();
    assert_eq!(status(&oidc(&token, &other)).await, 403, "another account's agency");
    let spoilt = format!("{token}0");
    bench.pass(599);
    assert_eq!(status(&pod(&token)).await, 200);
    bench.pass(1);
    for token in [spoilt.as_str(), token.as_str(), "", "a.b.c"] {
        for asking in [oidc(token, &urn), pod(token), federated(token)] {
            assert_eq!(status(&asking).await, 401, "{token}");
        }
    }
}

#[tokio::test]
async fn a_machines_keys_are_had_in_the_way_that_its_metadata_service_wants() {
    for (metadata, token, bare, agency) in [
        (MachineMetadata::Either, 200, 200, true),
        (MachineMetadata::TokenOnly, 200, 401, true),
        (MachineMetadata::WithoutToken, 404, 200, true),
        (MachineMetadata::NoAgency, 200, 401, false),
    ] {
        let bench = bench_with(Options {
            rows: 10,
            metadata,
            ..Options::default()
        })
        .await;
        let mut asking = bench.plain("metadata", "PUT", "/meta-data/latest/api/token", &Value::Null);
        if token == 200 {
            assert_eq!(status(&asking).await, 400, "without a life");
        }
        asking.set("x-metadata-token-ttl-seconds", "60");
        let given = asking.send().await.unwrap();
        assert_eq!(given.status, token, "{metadata:?}");
        let mut asking = bench.plain("metadata", "GET", "/openstack/latest/securitykey", &Value::Null);
        let without = asking.send().await.unwrap();
        assert_eq!(without.status, bare, "{metadata:?}");
        if token != 200 {
            continue;
        }
        asking.set("x-metadata-token", &given.text);
        let with = asking.send().await.unwrap();
        assert_eq!(with.status == 200, agency, "{}", with.text);
        assert!(agency || with.text.contains("Please configure Cloud Service Agency first"));
        bench.pass(60);
        assert_eq!(status(&asking).await, 401, "the token has ended");
    }
}

#[tokio::test]
async fn a_machines_keys_stay_until_they_are_near_their_end() {
    let bench = bench(10, "").await;
    let asking = bench.plain("metadata", "GET", "/openstack/latest/securitykey", &Value::Null);
    let first = keys(&asking.send().await.unwrap());
    assert_eq!(whose(&bench, &first).await, ("prod-hw".to_owned(), 1));
    bench.pass(4 * 3600);
    assert_eq!(keys(&asking.send().await.unwrap()).id, first.id);
    bench.pass(3600);
    let second = keys(&asking.send().await.unwrap());
    assert_ne!(second.id, first.id);
    assert_eq!(
        whose(&bench, &first).await,
        whose(&bench, &second).await,
        "both hold for a while"
    );
}
