use super::*;
use crate::ask::transport::{Connection, Transport, TransportError};
use crate::auth::claims::Claim;
use crate::auth::claims::groups::Shape;
use crate::auth::forge::{P256_PUBLIC, Signer, published};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// What stands at addresses.
struct Web(Vec<(&'static str, String)>, Mutex<Vec<String>>);

impl Transport for Web {
    fn send(
        &self,
        request: Request<Bytes>,
        _: usize,
        _: Connection,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let url = request.uri().to_string();
        let found = self.0.iter().find(|(at, _)| *at == url).map(|(_, text)| text.clone());
        self.1.lock().unwrap().push(url);
        let status = if found.is_some() { 200 } else { 404 };
        let answer = Response::builder()
            .status(status)
            .body(found.unwrap_or_default().into())
            .unwrap();
        Box::pin(async move { Ok(answer) })
    }
}

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "front.example.com";
const HEADER: &str = "x-front-assertion";

fn settings(preset: Preset, header: &'static str, algorithm: Algorithm) -> Settings {
    let named = |names: &[&str]| names.iter().map(|&name| Claim::named(name)).collect();
    Settings {
        preset,
        header: HeaderName::from_static(header),
        issuer: ISSUER.to_owned(),
        audiences: vec!["ops".to_owned(), "ops-2".to_owned()],
        algorithms: vec![algorithm],
        jwks_url: "https://front.example.com/keys".to_owned(),
        claims: ClaimNames {
            user: named(&["email"]),
            name: named(&["name"]),
            groups: Some(Claim::named("groups")),
            shape: Shape::default(),
        },
    }
}

fn jwt_of(settings: Settings, web: &Arc<Web>) -> Jwt {
    let ambient = Ambient::new(|| UNIX_EPOCH + Duration::from_secs(NOW), || 0.5, || 1);
    Jwt::new(settings, Fetch::new(Arc::clone(web) as Arc<dyn Transport>), ambient)
}

fn web(signers: &[&Signer]) -> Arc<Web> {
    Arc::new(Web(
        vec![("https://front.example.com/keys", published(signers).to_string())],
        Mutex::default(),
    ))
}

fn generic(signer: &Signer) -> Jwt {
    jwt_of(settings(Preset::Generic, HEADER, signer.algorithm), &web(&[signer]))
}

fn claims(change: &Value) -> Value {
    let claims = json!({
        "iss": ISSUER, "aud": "ops", "sub": "s-1", "email": "ann@example.com", "name": "安", "groups": ["sre", "运维"],
        "exp": NOW + 300, "iat": NOW, "nbf": NOW,
    });
    changed(claims, change)
}

fn changed(mut value: Value, change: &Value) -> Value {
    for (name, change) in change.as_object().unwrap() {
        value[name] = change.clone();
    }
    value.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    value
}

async fn ask(jwt: &Jwt, header: &str, token: &str) -> Result<Principal, Refusal> {
    let name = HeaderName::try_from(header).unwrap();
    jwt.identify(&[(name, token.parse().unwrap())].into_iter().collect())
        .await
}

#[tokio::test]
async fn a_front_says_who_asks() {
    for signer in [
        Signer::p256("k"),
        Signer::p384("k"),
        Signer::ed25519("k"),
        Signer::rsa("k", Algorithm::RS256),
        Signer::rsa("k", Algorithm::PS512),
    ] {
        let jwt = generic(&signer);
        let principal = ask(&jwt, HEADER, &signer.token(&claims(&json!({})))).await.unwrap();
        let expected = Principal {
            issuer: ISSUER.to_owned(),
            subject: "s-1".to_owned(),
            name: "安".to_owned(),
            users: vec!["ann@example.com".to_owned()],
            groups: vec!["sre".to_owned(), "运维".to_owned()],
            expires: None,
        };
        assert_eq!(principal, expected);
    }
}

#[tokio::test]
async fn what_fronts_really_send_is_taken() {
    let signer = Signer::p256("k");
    let jwt = generic(&signer);
    for change in [
        json!({"aud": ["other", "ops-2"]}),
        json!({"nbf": null, "iat": null}),
        json!({"exp": NOW - 59}),
        json!({"iat": NOW + 11}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"groups": null, "name": null}),
        json!({"email_verified": false}),
        json!({"azp": "whoever", "jti": "1", "nonce": "x"}),
    ] {
        let asked = ask(&jwt, HEADER, &signer.token(&claims(&change))).await;
        assert!(asked.is_ok(), "{change}: {asked:?}");
    }
    for header in [
        json!({"typ": null}),
        json!({"typ": "jwt"}),
        json!({"typ": "at+jwt"}),
        json!({"kid": null}),
        // Whatever a token says of its keys is not looked at.
        json!({"jku": "https://evil.example/keys", "x5u": "https://evil.example/x", "x5t": "AA", "x5c": ["AA"], "jwk": {}}),
    ] {
        assert!(
            ask(&jwt, HEADER, &signer.token_with(&header, &claims(&json!({}))))
                .await
                .is_ok(),
            "{header}"
        );
    }
    let unverified = claims(&json!({"email_verified": false}));
    let principal = ask(&jwt, HEADER, &signer.token(&unverified)).await.unwrap();
    assert_eq!(principal.users, Vec::<String>::new(), "no grant by that address");
}

#[tokio::test]
async fn a_token_that_is_wrong_in_any_way_is_refused_with_the_reason_in_the_log() {
    let signer = Signer::rsa("k", Algorithm::RS256);
    let jwt = generic(&signer);
    for (change, words) in [
        (json!({"iss": "front.example.com/"}), "\"iss\""),
        (json!({"iss": "https://front.example.com"}), "\"iss\""),
        (json!({"iss": ["front.example.com"]}), "\"iss\""),
        (json!({"iss": null}), "\"iss\" of the token is missing"),
        (json!({"aud": "other"}), "\"aud\""),
        (json!({"aud": ["other", "OPS"]}), "\"aud\""),
        (json!({"aud": []}), "\"aud\""),
        (json!({"aud": {"ops": 1}}), "\"aud\""),
        (json!({"aud": null}), "\"aud\" of the token is missing"),
        (json!({"exp": null}), "no \"exp\""),
        (json!({"exp": (NOW + 300).to_string()}), "no number of seconds"),
        (json!({"exp": NOW - 61}), "ended 61 s ago"),
        (json!({"nbf": NOW + 61}), "\"nbf\""),
        (json!({"iat": NOW + 61}), "\"iat\""),
        (json!({"email": null}), "names nobody"),
        (json!({"email": "  "}), "names nobody"),
        (json!({"email": ["ann@example.com"]}), "the claim `email`"),
        (json!({"groups": {"sre": false}}), "\"keys\""),
        (json!({"groups": null, "hasgroups": true}), "overage"),
        (
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
            "signed out",
        ),
    ] {
        let refused = ask(&jwt, HEADER, &signer.token(&claims(&change))).await.unwrap_err();
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{change}");
        assert!(refused.reason.contains(words), "{change}: {refused}");
        assert!(!refused.detail.contains(words));
    }
    let fine = claims(&json!({}));
    let own = signer.token(&fine);
    let hmac = Signer::hmac("k", signer.jwk()["n"].as_str().unwrap().as_bytes());
    let parts: Vec<&str> = own.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        panic!("{own}")
    };
    let other = signer.token(&claims(&json!({"email": "eve@example.com"})));
    let other_payload = other.split('.').nth(1).unwrap();
    let long = signer.token(&claims(&json!({"pad": "x".repeat(64 << 10)})));
    for (token, words) in [
        (hmac.token(&fine), "choose an RSA or EC signing key"),
        (
            signer.token_with(&json!({"alg": "none"}), &fine),
            "let the provider sign",
        ),
        (
            signer.token_with(&json!({"alg": "None"}), &fine),
            "let the provider sign",
        ),
        (signer.token_with(&json!({"alg": "RS512"}), &fine), "\"RS512\""),
        (signer.token_with(&json!({"alg": "ES256"}), &fine), "\"ES256\""),
        (signer.token_with(&json!({"alg": null}), &fine), "not accepted"),
        (signer.token_with(&json!({"alg": ["RS256"]}), &fine), "not accepted"),
        (signer.token_with(&json!({"crit": ["exp"]}), &fine), "demands"),
        (
            signer.token_with(&json!({"b64": false, "crit": ["b64"]}), &fine),
            "demands",
        ),
        (signer.token_with(&json!({"kid": "other"}), &fine), "\"other\""),
        (signer.token_with(&json!({"typ": "logout+jwt"}), &fine), "logout+jwt"),
        (Signer::other_rsa("k").token(&fine), "signature is wrong"),
        (
            Signer::other_rsa("k").token_with(&json!({"jwk": Signer::other_rsa("k").jwk()}), &fine),
            "signature is wrong",
        ),
        (format!("{header}.{other_payload}.{signature}"), "signature is wrong"),
        (format!("{header}.{payload}."), "signature is wrong"),
        (format!("{header}.{payload}.AAAA"), "signature is wrong"),
        (format!("{header}.{payload}"), "2 parts"),
        (format!("{header}.{payload}.{signature}.AA.AA"), "encrypted"),
        (format!("{header}=.{payload}.{signature}"), "cannot be read"),
        (format!("{own}="), "signature is wrong"),
        (format!("{header}.{payload}!.{signature}"), "signature is wrong"),
        (signer.signed("bm8.bm8"), "cannot be read"),
        (signer.signed(&format!("{header}.WzFd")), "cannot be read"),
        (long, "bytes"),
        ("x".to_owned(), "1 parts"),
        (format!("Bearer {own}"), "cannot be read"),
    ] {
        let refused = ask(&jwt, HEADER, &token).await.unwrap_err();
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.reason.contains(words), "{words}: {refused}");
        assert!(refused.reason.len() < 400, "{}", refused.reason);
    }
}

#[tokio::test]
async fn the_header_comes_once_and_by_its_own_name() {
    let signer = Signer::p256("k");
    let jwt = generic(&signer);
    let token = signer.token(&claims(&json!({})));
    let ask = async |headers: &[(&str, &str)]| {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        jwt.identify(&map).await
    };
    assert!(ask(&[(HEADER, &token)]).await.is_ok());
    for forged in [
        vec![(HEADER, token.as_str()), (HEADER, "x")],
        vec![(HEADER, &token), ("x_front_assertion", &token)],
        vec![("x-front_assertion", &token)],
    ] {
        assert_eq!(
            ask(&forged).await.unwrap_err().status,
            StatusCode::BAD_REQUEST,
            "{forged:?}"
        );
    }
    for nobody in [vec![], vec![(HEADER, "")], vec![("authorization", token.as_str())]] {
        assert!(ask(&nobody).await.unwrap_err().anonymous, "{nobody:?}");
    }
    let own = settings(Preset::Generic, "authorization", Algorithm::ES256);
    let own = jwt_of(own, &web(&[&signer]));
    let value = |text: String| [(AUTHORIZATION, text.parse().unwrap())].into_iter().collect();
    assert!(own.identify(&value(format!("Bearer {token}"))).await.is_ok());
    assert!(
        own.identify(&value(format!("Basic {token}")))
            .await
            .unwrap_err()
            .anonymous
    );
    assert!(own.identify(&value(token)).await.unwrap_err().anonymous);
}

#[tokio::test]
async fn without_keys_nobody_is_let_in_and_nobody_is_told_to_sign_in_anew() {
    let signer = Signer::p256("k");
    let nowhere = Arc::new(Web(Vec::new(), Mutex::default()));
    let jwt = jwt_of(settings(Preset::Generic, HEADER, Algorithm::ES256), &nowhere);
    let refused = ask(&jwt, HEADER, &signer.token(&claims(&json!({})))).await.unwrap_err();
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.reason.contains("404"), "{refused}");
    assert_eq!(nowhere.1.lock().unwrap().as_slice(), ["https://front.example.com/keys"]);
}

#[tokio::test]
async fn cloudflare_signs_for_one_application_and_for_people() {
    let signer = Signer::rsa("k", Algorithm::RS256);
    let jwt = jwt_of(
        settings(Preset::Cloudflare, cloudflare::HEADER, Algorithm::RS256),
        &web(&[&signer]),
    );
    let fine = json!({"type": "app", "aud": ["ops"]});
    let read = async |change: &Value| {
        let claims = claims(&changed(fine.clone(), change));
        ask(&jwt, cloudflare::HEADER, &signer.token(&claims)).await
    };
    assert_eq!(read(&json!({})).await.unwrap().subject, "s-1");
    for (change, words) in [
        (json!({"type": "org"}), "must be \"app\""),
        (json!({"type": null}), "must be \"app\""),
        (json!({"sub": "", "common_name": "ci.access"}), "one of a service"),
        (json!({"aud": ["of-another-application"]}), "\"aud\""),
        (json!({"iss": "https://another.cloudflareaccess.com"}), "\"iss\""),
    ] {
        // Gone, not empty, where the change says null.
        let mut claims = claims(&fine);
        claims = changed(claims, &change);
        let refused = ask(&jwt, cloudflare::HEADER, &signer.token(&claims)).await.unwrap_err();
        assert!(refused.reason.contains(words), "{change}: {refused}");
    }
}

const SIGNER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/ops/50dc6c495c0c9188";
const KID: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

/// As the load balancer writes it: padded, and what counts stands in the header.
fn padded(signer: &Signer, change: &Value) -> String {
    let header = json!({
        "alg": "ES256", "kid": KID, "typ": "JWT", "signer": SIGNER, "client": "ops", "iss": ISSUER, "exp": NOW + 120,
    });
    let claims = json!({"sub": "s-1", "email": "ann@example.com", "groups": ["sre"]});
    signer.padded(&changed(header, change), &claims)
}

fn balancer() -> (Jwt, Arc<Web>) {
    let web = Arc::new(Web(
        vec![
            (
                "https://keys.example.com/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
                P256_PUBLIC.to_owned(),
            ),
            ("https://keys.example.com/page", "<html>".to_owned()),
        ],
        Mutex::default(),
    ));
    let preset = Preset::Alb {
        signer: SIGNER.to_owned(),
    };
    let settings = Settings {
        jwks_url: "https://keys.example.com/{kid}".to_owned(),
        ..settings(preset, alb::HEADER, Algorithm::ES256)
    };
    (jwt_of(settings, &web), web)
}

#[tokio::test]
async fn a_load_balancer_pads_its_tokens_and_says_in_their_header_for_whom_they_are() {
    let signer = Signer::p256(KID);
    let (jwt, web) = balancer();
    let principal = ask(&jwt, alb::HEADER, &padded(&signer, &json!({}))).await.unwrap();
    assert_eq!(
        (principal.subject.as_str(), principal.groups),
        ("s-1", vec!["sre".to_owned()])
    );
    for (change, words) in [
        (json!({"signer": SIGNER.replace("app/ops", "app/other")}), "\"signer\""),
        (json!({"signer": null}), "\"signer\""),
        (json!({"client": "other"}), "\"client\""),
        (json!({"iss": "https://other"}), "\"iss\""),
        (json!({"exp": NOW - 61}), "ended"),
        (json!({"exp": null}), "no \"exp\""),
        (json!({"alg": "RS256"}), "\"RS256\""),
        (json!({"kid": "../../other/key"}), "no key"),
        (json!({"kid": ""}), "no key"),
        (json!({"kid": null}), "no key"),
        (json!({"kid": "page"}), "is no key"),
        (json!({"kid": "absent"}), "404"),
    ] {
        let refused = ask(&jwt, alb::HEADER, &padded(&signer, &change)).await.unwrap_err();
        assert!(refused.reason.contains(words), "{change}: {refused}");
    }
    let refused = ask(&jwt, alb::HEADER, &padded(&Signer::other_p256(KID), &json!({})))
        .await
        .unwrap_err();
    assert!(refused.reason.contains("signature is wrong"), "{refused}");
    let asked = web.1.lock().unwrap().len();
    assert_eq!(asked, 3, "the key once, and two that were not there");
}

#[tokio::test(start_paused = true)]
async fn random_names_of_key_files_make_few_requests_and_cost_no_key_that_is_there() {
    let signer = Signer::p256(KID);
    let (jwt, web) = balancer();
    assert!(ask(&jwt, alb::HEADER, &padded(&signer, &json!({}))).await.is_ok());
    for number in 0..300 {
        let token = padded(&signer, &json!({"kid": format!("random-{number}")}));
        assert!(ask(&jwt, alb::HEADER, &token).await.is_err());
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    let asked = web.1.lock().unwrap().len();
    assert!((40..=60).contains(&asked), "{asked}");
    assert!(ask(&jwt, alb::HEADER, &padded(&signer, &json!({}))).await.is_ok());
}

#[test]
fn keys_of_load_balancers_are_in_their_region() {
    let url = |arn: &str| alb::keys_url(arn);
    assert_eq!(
        url(SIGNER).unwrap(),
        "https://public-keys.auth.elb.eu-west-1.amazonaws.com/{kid}"
    );
    let china = SIGNER.replace("aws:", "aws-cn:").replace("eu-west-1", "cn-north-1");
    assert_eq!(
        url(&china).unwrap(),
        "https://s3.cn-north-1.amazonaws.com.cn/aws-elb-public-keys-prod-cn-north-1/{kid}"
    );
    for wrong in [
        "",
        "arn:aws:s3:::bucket",
        "arn:aws:elasticloadbalancing:evil.example/:1:loadbalancer/app/x/y",
        "arn:aws:elasticloadbalancing::1:loadbalancer/app/x/y",
        "arn:other:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/y",
        "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/x/y",
    ] {
        assert_eq!(url(wrong), None, "{wrong}");
    }
}
