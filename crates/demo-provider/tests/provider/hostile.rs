//! Every fault does what it says, and nothing else goes wrong.

use std::collections::HashMap;

use demo_provider::{
    Algorithm, AnswerFault, CallbackFault, DocumentFault, Endpoint, KeySetFault, Profile, Tampering, TokenFault,
};
use http::Request;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::{Value, json};

use crate::client::{Answer, get, parameter, send};
use crate::judge;
use crate::party::{CLIENT, NONCE, STATE, callback, exchange, provider, request, sign_in};
use crate::verify::{is_signed, read};

/// Profiles that sign in every way that there is.
fn every_algorithm() -> [Profile; 7] {
    let of = |algorithm| Profile {
        algorithm,
        ..Profile::plain()
    };
    [
        of(Algorithm::Rs256),
        of(Algorithm::Rs384),
        of(Algorithm::Rs512),
        of(Algorithm::Ps256),
        of(Algorithm::Es256),
        of(Algorithm::Es384),
        of(Algorithm::EdDsa),
    ]
}

#[tokio::test]
async fn a_careful_party_refuses_every_wrong_id_token_and_no_other() {
    for profile in every_algorithm() {
        let algorithm = profile.algorithm;
        let provider = provider(profile).await;
        let judge = |token: &str| judge::of_id_token(token, &provider.issuer(), &provider.keys());
        for fault in TokenFault::OF_ID_TOKENS {
            provider.tamper_once(Tampering::IdToken(fault.clone()));
            let token = sign_in(&provider, "lin").await.id_token;
            assert!(judge(&token).is_some(), "{algorithm:?} {fault:?}: {token}");
            // Once is once.
            assert_eq!(
                judge(&sign_in(&provider, "lin").await.id_token),
                None,
                "{algorithm:?} {fault:?}"
            );
        }
        provider.tamper(Tampering::IdToken(TokenFault::Strangers));
        for _ in 0..2 {
            let token = sign_in(&provider, "lin").await.id_token;
            assert_eq!(
                (judge(&token), read(&token).claims["aud"].as_array().unwrap().len()),
                (None, 4)
            );
        }
        provider.behave();
        assert_eq!(read(&sign_in(&provider, "lin").await.id_token).claims["aud"], CLIENT);
    }
}

#[tokio::test]
async fn each_fault_of_a_token_is_the_one_it_is_called() {
    let provider = provider(Profile::plain()).await;
    let reasons: HashMap<&str, Vec<TokenFault>> = HashMap::from([
        (
            "iss",
            vec![
                TokenFault::OtherIssuer,
                TokenFault::IssuerSlash,
                TokenFault::IssuerWithoutScheme,
                TokenFault::NoIssuer,
            ],
        ),
        (
            "aud",
            vec![
                TokenFault::OtherAudience,
                TokenFault::NoAudience,
                TokenFault::EmptyAudience,
            ],
        ),
        (
            "azp",
            vec![
                TokenFault::StrangersWithoutParty,
                TokenFault::StrangerAsParty,
                TokenFault::OtherParty,
            ],
        ),
        (
            "nonce",
            vec![TokenFault::NoNonce, TokenFault::EmptyNonce, TokenFault::OtherNonce],
        ),
        ("exp", vec![TokenFault::Expired]),
        ("no exp", vec![TokenFault::NoExpiry]),
        ("iat", vec![TokenFault::IssuedAhead]),
        ("sub", vec![TokenFault::NoSubject, TokenFault::EmptySubject]),
        ("parts", vec![TokenFault::Encrypted]),
        ("typ", vec![TokenFault::Kind("at+jwt")]),
        ("crit", vec![TokenFault::Critical]),
        (
            "signature",
            vec![
                TokenFault::Unsigned,
                TokenFault::WithoutSignature,
                TokenFault::HmacOfPublicKey,
                TokenFault::HmacOfSecret,
                TokenFault::UnknownKey,
                TokenFault::ForgedKey,
                TokenFault::KeyAddress,
                TokenFault::CertificateAddress,
                TokenFault::KeyInside,
                TokenFault::BrokenSignature,
                TokenFault::ChangedAfterwards,
            ],
        ),
    ]);
    for (reason, faults) in reasons {
        for fault in faults {
            let token = provider.mint_wrong(provider.id_token("lin", CLIENT, NONCE), CLIENT, &fault);
            let judged = judge::of_id_token(&token, &provider.issuer(), &provider.keys());
            assert_eq!(judged, Some(reason), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn forged_tokens_carry_what_they_promise() {
    let provider = provider(Profile::keycloak()).await;
    let wrong = |fault| provider.mint_wrong(provider.id_token("lin", CLIENT, NONCE), CLIENT, &fault);
    let genuine = read(&provider.mint(&provider.id_token("lin", CLIENT, NONCE))).header;

    let header = read(&wrong(TokenFault::Unsigned)).header;
    assert_eq!((&header["alg"], &header["kid"]), (&json!("none"), &Value::Null));
    let header = read(&wrong(TokenFault::HmacOfPublicKey)).header;
    assert_eq!((&header["alg"], &header["kid"]), (&json!("HS256"), &genuine["kid"]));
    let header = read(&wrong(TokenFault::ForgedKey)).header;
    assert_eq!((&header["alg"], &header["kid"]), (&genuine["alg"], &genuine["kid"]));
    assert_eq!(read(&wrong(TokenFault::NoKeyId)).header["kid"], Value::Null);
    assert_eq!(
        read(&wrong(TokenFault::KeyAddress)).header["jku"],
        provider.stranger_keys()
    );
    assert_eq!(
        read(&wrong(TokenFault::CertificateAddress)).header["x5u"],
        provider.stranger_keys()
    );

    // Whoever follows the header instead of the configuration is fooled: the signature is good there.
    let strangers = get(&provider.stranger_keys(), "").await.json();
    for fault in [TokenFault::UnknownKey, TokenFault::KeyAddress, TokenFault::KeyInside] {
        assert!(is_signed(&wrong(fault), &strangers));
    }
    let inside = wrong(TokenFault::KeyInside);
    assert!(is_signed(&inside, &json!({"keys": [read(&inside).header["jwk"]]})));

    let swapped = read(&provider.mint_wrong(
        provider.id_token("lin", CLIENT, NONCE),
        CLIENT,
        &TokenFault::Header("alg", json!("RS384")),
    ));
    assert_eq!(swapped.header["alg"], "RS384");
    let numbers = wrong(TokenFault::Claim("groups", json!([1, 2])));
    assert_eq!(read(&numbers).claims["groups"], json!([1, 2]));
}

#[tokio::test]
async fn a_careful_party_refuses_every_wrong_logout_token_and_no_other() {
    for profile in [
        Profile::plain(),
        Profile::dex(),
        Profile::casdoor(),
        Profile::authentik(),
        Profile::zitadel(),
    ] {
        let name = profile.name;
        let provider = provider(profile).await;
        let judge = |token: &str| judge::of_logout_token(token, &provider.issuer(), &provider.keys());
        for fault in TokenFault::OF_LOGOUT_TOKENS {
            provider.tamper_once(Tampering::LogoutToken(fault.clone()));
            let token = provider.mint_logout_token("lin", CLIENT, "a session");
            assert!(judge(&token).is_some(), "{name} {fault:?}: {token}");
            assert_eq!(
                judge(&provider.mint_logout_token("lin", CLIENT, "a session")),
                None,
                "{name} {fault:?}"
            );
        }
        provider.tamper_once(Tampering::LogoutToken(TokenFault::OtherToken));
        let id_token = read(&provider.mint_logout_token("lin", CLIENT, "a session")).claims;
        assert!(id_token["nonce"].is_string() && id_token["events"].is_null());
        provider.tamper_once(Tampering::IdToken(TokenFault::OtherToken));
        let logout_token = read(&sign_in(&provider, "lin").await.id_token).claims;
        assert!(logout_token["nonce"].is_null() && logout_token["events"].is_object());
    }
}

#[tokio::test]
async fn discovery_lies_as_it_is_told() {
    let provider = provider(Profile::plain()).await;
    let document = async || get(&provider.address(Endpoint::Discovery), "").await.json();
    for (fault, issuer) in [
        (DocumentFault::IssuerSlash, format!("{}/", provider.issuer())),
        (
            DocumentFault::IssuerTemplate,
            format!("{}/{{tenantid}}/v2.0", provider.origin()),
        ),
        (DocumentFault::OtherIssuer, "https://other.demo.example".to_owned()),
    ] {
        provider.tamper_once(Tampering::Discovery(fault));
        assert_eq!(document().await["issuer"], issuer);
    }
    assert_eq!(document().await["issuer"], provider.issuer());
    provider.tamper(Tampering::Discovery(DocumentFault::Member(
        "token_endpoint",
        json!("http://169.254.169.254/"),
    )));
    provider.tamper(Tampering::Discovery(DocumentFault::Member("jwks_uri", Value::Null)));
    let document = document().await;
    assert_eq!(
        (&document["token_endpoint"], &document["jwks_uri"]),
        (&json!("http://169.254.169.254/"), &Value::Null)
    );
}

#[tokio::test]
async fn another_library_takes_the_tokens_with_the_published_keys_and_only_those() {
    for profile in every_algorithm() {
        let provider = provider(profile).await;
        let keys: JwkSet = serde_json::from_value(provider.keys()).unwrap();
        let draft = provider.id_token("lin", CLIENT, NONCE);
        let judged = |token: &str| {
            let header = jsonwebtoken::decode_header(token).unwrap();
            let key = DecodingKey::from_jwk(&keys.keys[0]).unwrap();
            let mut rules = Validation::new(header.alg);
            rules.set_audience(&[CLIENT]);
            rules.set_issuer(&[provider.issuer()]);
            jsonwebtoken::decode::<Value>(token, &key, &rules).map(|data| data.claims["nonce"].clone())
        };
        assert_eq!(judged(&provider.mint(&draft)).unwrap(), NONCE);
        for fault in [
            TokenFault::ForgedKey,
            TokenFault::BrokenSignature,
            TokenFault::Expired,
            TokenFault::OtherAudience,
        ] {
            assert!(
                judged(&provider.mint_wrong(draft.clone(), CLIENT, &fault)).is_err(),
                "{fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn key_sets_lie_as_they_are_told() {
    for profile in every_algorithm() {
        let provider = provider(profile).await;
        let keys = async || get(&provider.address(Endpoint::Keys), "").await.json();
        let token = provider.mint(&provider.id_token("lin", CLIENT, NONCE));
        let genuine = read(&token).header["kid"].clone();
        for (fault, length, place) in [
            (KeySetFault::Empty, 0, None),
            (KeySetFault::Crowded, 5001, Some(5000)),
            (KeySetFault::Unreadable, 6, Some(5)),
            (KeySetFault::SharedId, 2, Some(0)),
            (KeySetFault::WithoutIds, 1, None),
        ] {
            provider.tamper_once(Tampering::Keys(fault));
            let wrong = keys().await;
            let list = wrong["keys"].as_array().unwrap();
            let found = list.iter().position(|key| key["kid"] == genuine);
            assert_eq!((list.len(), found), (length, place), "{fault:?}");
            let good = matches!(fault, KeySetFault::Crowded | KeySetFault::Unreadable);
            assert_eq!(is_signed(&token, &wrong), good, "{fault:?}");
            assert!(is_signed(&token, &keys().await), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn the_callback_lies_as_it_is_told() {
    let provider = provider(Profile::plain()).await;
    let first = callback(&provider, "lin").await.0;
    assert!(parameter(&first, "code").is_some());
    for (fault, name, value) in [
        (CallbackFault::OtherIssuer, "iss", Some("https://other.demo.example")),
        (CallbackFault::NoIssuer, "iss", None),
        (CallbackFault::NoState, "state", None),
        (CallbackFault::NoCode, "code", None),
        (
            CallbackFault::Error("temporarily_unavailable"),
            "error",
            Some("temporarily_unavailable"),
        ),
    ] {
        provider.tamper_once(Tampering::Callback(fault.clone()));
        let callback = callback(&provider, "lin").await.0;
        assert_eq!(parameter(&callback, name).as_deref(), value, "{fault:?}");
    }
    provider.tamper_once(Tampering::Callback(CallbackFault::OtherState));
    let state = parameter(&callback(&provider, "lin").await.0, "state");
    assert!(state.is_some_and(|state| state != STATE));
    provider.tamper_once(Tampering::Callback(CallbackFault::TwoCodes));
    let twice = callback(&provider, "lin").await.0;
    assert_eq!(twice.query_pairs().filter(|(name, _)| name == "code").count(), 2);
    provider.tamper_once(Tampering::Callback(CallbackFault::OtherCode));
    let other = parameter(&callback(&provider, "lin").await.0, "code").unwrap();
    assert_eq!(exchange(&provider, &other, &[]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn silent_answers_can_be_errors_and_somebody_elses() {
    let provider = provider(Profile::plain()).await;
    let first = sign_in(&provider, "lin").await;
    let silently = request(&provider, &[("prompt", "none")]);
    provider.tamper_once(Tampering::SilentError("interaction_required"));
    let refused = get(&silently, &first.cookie).await.location();
    assert_eq!(parameter(&refused, "error").unwrap(), "interaction_required");
    provider.tamper_once(Tampering::SignsInAs("guo".to_owned()));
    let code = parameter(&get(&silently, &first.cookie).await.location(), "code").unwrap();
    let tokens = exchange(&provider, &code, &[]).await.json();
    let claims = read(tokens["id_token"].as_str().unwrap()).claims;
    assert_eq!(claims["sub"], provider.subject("guo", CLIENT));
}

#[tokio::test]
async fn answers_go_wrong_as_a_whole() {
    let provider = provider(Profile::plain()).await;
    let keys = async || -> Option<Answer> {
        let request = Request::get(provider.address(Endpoint::Keys))
            .body(String::new())
            .unwrap();
        send(request).await.ok()
    };
    let with = |fault| provider.tamper_once(Tampering::Answer(Endpoint::Keys, fault));
    with(AnswerFault::Html);
    assert!(keys().await.unwrap().body.starts_with("<!doctype html>"));
    with(AnswerFault::Redirect);
    let redirect = keys().await.unwrap();
    assert!(redirect.status == 302 && redirect.location().path() == demo_provider::STRANGER_KEYS);
    with(AnswerFault::Error(503, "temporarily_unavailable"));
    let error = keys().await.unwrap();
    assert!(error.status == 503 && error.json()["error"] == "temporarily_unavailable");
    with(AnswerFault::NoObject);
    assert!(keys().await.unwrap().json().is_array());
    with(AnswerFault::Huge);
    let huge = keys().await.unwrap();
    assert!(huge.body.len() > 64 << 20 && huge.json()["keys"].is_array());
    with(AnswerFault::Truncated);
    assert!(keys().await.is_none());
    with(AnswerFault::Cut);
    assert!(keys().await.is_none());
    for fault in [AnswerFault::Hang, AnswerFault::Slow] {
        with(fault);
        let patience = std::time::Duration::from_millis(300);
        assert!(tokio::time::timeout(patience, keys()).await.is_err(), "{fault:?}");
    }
    // Other addresses are none the worse, and neither is this one afterwards.
    with(AnswerFault::Html);
    assert!(get(&provider.address(Endpoint::Discovery), "").await.json().is_object());
    keys().await.unwrap();
    assert!(keys().await.unwrap().json()["keys"].is_array());
}

#[tokio::test]
async fn members_of_answers_change() {
    let provider = provider(Profile::plain()).await;
    let code = parameter(&callback(&provider, "lin").await.0, "code").unwrap();
    provider.tamper_once(Tampering::TokenAnswer("id_token", Value::Null));
    provider.tamper_once(Tampering::TokenAnswer("expires_in", json!("soon")));
    let tokens = exchange(&provider, &code, &[]).await.json();
    assert_eq!(
        (&tokens["id_token"], &tokens["expires_in"]),
        (&Value::Null, &json!("soon"))
    );

    let access = sign_in(&provider, "lin").await.access_token;
    provider.tamper_once(Tampering::Userinfo("sub", json!(provider.subject("guo", CLIENT))));
    let ask = Request::get(provider.address(Endpoint::Userinfo)).header("authorization", format!("Bearer {access}"));
    let userinfo = send(ask.body(String::new()).unwrap()).await.unwrap().json();
    assert_eq!(userinfo["sub"], provider.subject("guo", CLIENT));
}
