//! One sign-in after the other, at a provider without peculiarities.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};
use demo_provider::{Endpoint, Options, Profile, start};
use http::Request;

use crate::client::{get, parameter, post, send};
use crate::party::{
    CALLBACK, CLIENT, NONCE, RETURN, SECRET, STATE, basic, callback, client, exchange, provider, request, sign_in,
};
use crate::verify::{is_signed, read};

#[tokio::test]
async fn somebody_signs_in_and_the_id_token_is_hers() {
    let provider = provider(Profile::plain()).await;
    let signed_in = sign_in(&provider, "lin").await;
    assert_eq!(parameter(&signed_in.callback, "state").unwrap(), STATE);
    assert_eq!(parameter(&signed_in.callback, "iss").unwrap(), provider.issuer());
    assert!(is_signed(&signed_in.id_token, &provider.keys()));
    let claims = read(&signed_in.id_token).claims;
    assert_eq!(claims["iss"], provider.issuer());
    assert_eq!(claims["aud"], CLIENT);
    assert_eq!(claims["nonce"], NONCE);
    assert_eq!(claims["sub"], provider.subject("lin", CLIENT));
    assert_eq!(claims["name"], "林晓雨");
    assert_eq!(claims["groups"], serde_json::json!(["platform", "on-call"]));
    assert_eq!(claims["sid"], provider.session_ids("lin")[0]);

    let userinfo = Request::get(provider.address(Endpoint::Userinfo))
        .header("authorization", format!("Bearer {}", signed_in.access_token))
        .body(String::new())
        .unwrap();
    let userinfo = send(userinfo).await.unwrap().json();
    assert_eq!(
        (&userinfo["sub"], &userinfo["email"]),
        (&claims["sub"], &claims["email"])
    );
}

#[tokio::test]
async fn the_page_offers_three_people_in_the_readers_language_and_takes_one() {
    let provider = provider(Profile::plain()).await;
    let address = request(&provider, &[]);
    let english = get(&address, "").await;
    for word in [
        "<html lang=\"en\">",
        "Sign in",
        "林晓雨",
        "Marta Keller",
        "郭涛",
        "Cancel",
    ] {
        assert!(english.body.contains(word), "{word}");
    }
    let policy = english.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let chinese = Request::get(&address)
        .header("accept-language", "zh-CN,en;q=0.5")
        .body(String::new())
        .unwrap();
    let chinese = send(chinese).await.unwrap();
    assert!(chinese.body.contains("<html lang=\"zh\">") && chinese.body.contains("平台组"));

    let chosen = post(&address, "", &[("person", "marta")]).await;
    let code = parameter(&chosen.location(), "code").unwrap();
    let tokens = exchange(&provider, &code, &[]).await.json();
    assert_eq!(
        read(tokens["id_token"].as_str().unwrap()).claims["preferred_username"],
        "marta"
    );

    let declined = post(&address, "", &[("deny", "1")]).await.location();
    assert_eq!(parameter(&declined, "error").unwrap(), "access_denied");
    assert_eq!(parameter(&declined, "state").unwrap(), STATE);
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let provider = provider(Profile::plain()).await;
    for wrong in [
        ("redirect_uri", "http://127.0.0.1:9/auth/callback/"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", ""),
        ("client_id", "another"),
        ("client_id", ""),
    ] {
        let answer = get(&request(&provider, &[wrong, ("login_hint", "lin")]), "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.headers.get("location")),
            (400, None),
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn a_request_that_lacks_something_comes_back_with_the_error() {
    let provider = provider(Profile::plain()).await;
    for (wrong, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("response_mode", "fragment"), "invalid_request"),
        (("scope", "profile"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("request", "x"), "request_not_supported"),
        (("request_uri", "https://evil.example"), "request_uri_not_supported"),
        (("prompt", "none"), "login_required"),
    ] {
        let location = get(&request(&provider, &[wrong]), "").await.location();
        assert!(location.as_str().starts_with(CALLBACK), "{location}");
        assert_eq!(parameter(&location, "error").as_deref(), Some(error), "{wrong:?}");
        assert_eq!(parameter(&location, "state").as_deref(), Some(STATE));
        assert_eq!(parameter(&location, "iss"), Some(provider.issuer()));
    }
}

#[tokio::test]
async fn a_code_counts_once_for_its_client_its_address_and_its_verifier() {
    let provider = provider(Profile::plain()).await;
    for wrong in [
        ("code_verifier", "something else that is long enough to be a verifier"),
        ("redirect_uri", RETURN),
        ("code", "0000"),
    ] {
        let code = parameter(&callback(&provider, "lin").await.0, "code").unwrap();
        let answer = exchange(&provider, &code, &[wrong]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (400, Some("invalid_grant"))
        );
    }
    let signed_in = sign_in(&provider, "lin").await;
    let code = parameter(&signed_in.callback, "code").unwrap();
    assert_eq!(exchange(&provider, &code, &[]).await.json()["error"], "invalid_grant");
    // The token that the code was changed for is worth nothing any more.
    let userinfo = Request::get(provider.address(Endpoint::Userinfo))
        .header("authorization", format!("Bearer {}", signed_in.access_token))
        .body(String::new())
        .unwrap();
    assert_eq!(send(userinfo).await.unwrap().status, 401);
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&ahead);
    let provider = start(Options {
        clients: vec![client()],
        clock: Arc::new(move || Utc::now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))),
        ..Options::default()
    })
    .await
    .unwrap();
    for (later, status) in [(50, 200), (62, 400)] {
        ahead.store(0, Ordering::SeqCst);
        let code = parameter(&callback(&provider, "lin").await.0, "code").unwrap();
        ahead.store(later, Ordering::SeqCst);
        assert_eq!(exchange(&provider, &code, &[]).await.status, status, "{later}");
    }
}

#[tokio::test]
async fn a_client_proves_itself_in_exactly_one_way() {
    let provider = provider(Profile::plain()).await;
    let token = provider.address(Endpoint::Token);
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    let with = |more: &[(&'static str, &'static str)]| [&form[..], more].concat();
    let posted = [("client_id", CLIENT), ("client_secret", SECRET)];
    for (authorization, form, status) in [
        (basic(true, SECRET), with(&[]), 400),
        (String::new(), with(&posted), 400),
        (basic(true, "wrong"), with(&[]), 401),
        (
            String::new(),
            with(&[("client_id", CLIENT), ("client_secret", "wrong")]),
            401,
        ),
        (String::new(), with(&[("client_id", CLIENT)]), 401),
        ("Bearer x".to_owned(), with(&[]), 401),
    ] {
        let answer = post(&token, &authorization, &form).await;
        let code = if status == 400 {
            "invalid_grant"
        } else {
            "invalid_client"
        };
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (status, Some(code))
        );
    }
    let twice = post(&token, &basic(true, SECRET), &with(&[("code", "y")])).await;
    assert_eq!(twice.json()["error"], "invalid_request");
    let both = post(&token, &basic(true, SECRET), &with(&posted)).await;
    assert_eq!(both.json()["error"], "invalid_request");
    let schemes: Vec<Option<String>> = provider
        .requests_for(Endpoint::Token)
        .into_iter()
        .map(|request| request.authorization)
        .collect();
    assert_eq!(schemes[0].as_deref(), Some("Basic"));
    assert_eq!(schemes[1], None);
}

#[tokio::test]
async fn a_living_session_answers_without_asking_until_it_is_forgotten() {
    let provider = provider(Profile::plain()).await;
    let first = sign_in(&provider, "lin").await;
    let silently = request(&provider, &[("prompt", "none")]);
    let again = get(&silently, &first.cookie).await.location();
    let tokens = exchange(&provider, &parameter(&again, "code").unwrap(), &[])
        .await
        .json();
    let (before, after) = (
        read(&first.id_token).claims,
        read(tokens["id_token"].as_str().unwrap()).claims,
    );
    assert_eq!((&before["sub"], &before["sid"]), (&after["sub"], &after["sid"]));
    let ordinary = get(&request(&provider, &[]), &first.cookie).await;
    assert!(parameter(&ordinary.location(), "code").is_some());

    // Whoever wants to be asked is asked, and a hint at somebody else is no silent answer.
    assert_eq!(
        get(&request(&provider, &[("prompt", "login")]), &first.cookie)
            .await
            .status,
        200
    );
    let other = get(
        &request(&provider, &[("prompt", "none"), ("login_hint", "guo")]),
        &first.cookie,
    )
    .await;
    assert_eq!(parameter(&other.location(), "error").unwrap(), "login_required");

    provider.forget_sessions("lin");
    let forgotten = get(&silently, &first.cookie).await.location();
    assert_eq!(parameter(&forgotten, "error").unwrap(), "login_required");
}

#[tokio::test]
async fn groups_and_keys_change_while_it_runs() {
    let provider = provider(Profile::plain()).await;
    let before = sign_in(&provider, "marta").await;
    provider.set_groups("marta", &["运维"]);
    provider.rotate_keys();
    let after = sign_in(&provider, "marta").await;
    assert_eq!(read(&after.id_token).claims["groups"], serde_json::json!(["运维"]));
    assert_ne!(
        read(&before.id_token).header["kid"],
        read(&after.id_token).header["kid"]
    );
    assert!(is_signed(&before.id_token, &provider.keys()) && is_signed(&after.id_token, &provider.keys()));
    provider.withdraw_former_keys();
    assert!(!is_signed(&before.id_token, &provider.keys()) && is_signed(&after.id_token, &provider.keys()));
}

#[tokio::test]
async fn a_provider_that_is_down_answers_nothing_and_comes_back() {
    let provider = provider(Profile::plain()).await;
    let ask = || {
        Request::get(provider.address(Endpoint::Keys))
            .body(String::new())
            .unwrap()
    };
    provider.down();
    assert!(send(ask()).await.is_err());
    assert_eq!(provider.requests()[0].status, 0);
    provider.up();
    assert_eq!(send(ask()).await.unwrap().status, 200);
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let everywhere = Options {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Options::default()
    };
    assert!(start(everywhere).await.is_err());
}
