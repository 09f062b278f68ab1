//! Signing out, by the browser and behind its back.

use demo_provider::{Client, DemoProvider, Endpoint, LogoutToken, Profile, SessionId};
use http::Request;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::{Url, form_urlencoded};

use crate::client::{Answer, get, parameter, post, send};
use crate::judge;
use crate::party::{CLIENT, RETURN, SECRET, SignedIn, client, provider, request, sign_in};
use crate::verify::read;

/// The sign-out of a provider with these parameters, in the browser of this cookie.
async fn end_session(provider: &DemoProvider, cookie: &str, parameters: &[(&str, &str)]) -> Answer {
    let mut address: Url = provider.address(Endpoint::EndSession).parse().unwrap();
    address.query_pairs_mut().extend_pairs(parameters);
    get(address.as_str(), cookie).await
}

/// Whether the session of this browser still lives.
async fn lives(provider: &DemoProvider, signed_in: &SignedIn) -> bool {
    let answer = get(&request(provider, &[("prompt", "none")]), &signed_in.cookie).await;
    answer.headers.get("location").is_some() && parameter(&answer.location(), "code").is_some()
}

#[tokio::test]
async fn each_provider_wants_other_parameters_for_a_way_back() {
    // What happens with the return address alone, with the client too, and with the hint too.
    for (profile, alone, with_client, with_hint) in [
        (Profile::okta(), "400", "400", "back"),
        (Profile::dex(), "400", "400", "back"),
        (Profile::keycloak(), "400", "question", "back"),
        (Profile::alibaba_eiam(), "400", "question", "back"),
        (Profile::entra(), "400", "back", "back"),
        (Profile::casdoor(), "400", "question", "back"),
    ] {
        let name = profile.name;
        let provider = provider(profile).await;
        for (parameters, expected) in [(1, alone), (2, with_client), (3, with_hint)] {
            let signed_in = sign_in(&provider, "lin").await;
            let all = [
                ("post_logout_redirect_uri", RETURN),
                ("client_id", CLIENT),
                ("id_token_hint", &*signed_in.id_token),
            ];
            let answer = end_session(&provider, &signed_in.cookie, &all[..parameters]).await;
            let happened = match answer.status.as_u16() {
                302 if answer.location().as_str() == RETURN => "back",
                200 => "question",
                status => &status.to_string(),
            };
            assert_eq!(happened, expected, "{name} with {parameters} parameters");
            assert_eq!(
                lives(&provider, &signed_in).await,
                expected != "back",
                "{name} with {parameters} parameters"
            );
        }
    }
}

#[tokio::test]
async fn the_question_is_answered_by_a_form_and_the_state_comes_back() {
    let provider = provider(Profile::keycloak()).await;
    let signed_in = sign_in(&provider, "lin").await;
    let mut address: Url = provider.address(Endpoint::EndSession).parse().unwrap();
    let parameters = [
        ("client_id", CLIENT),
        ("post_logout_redirect_uri", RETURN),
        ("state", "77"),
    ];
    address.query_pairs_mut().extend_pairs(parameters);
    assert!(
        get(address.as_str(), &signed_in.cookie)
            .await
            .body
            .contains("name=\"confirm\"")
    );
    let confirmed = Request::post(address.as_str())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", &signed_in.cookie)
        .body("confirm=1".to_owned())
        .unwrap();
    let confirmed = send(confirmed).await.unwrap();
    assert_eq!(confirmed.location().as_str(), format!("{RETURN}?state=77"));
    assert!(!lives(&provider, &signed_in).await);

    // Parameters may come in a form too, and then the question keeps them.
    let asked = post(&provider.address(Endpoint::EndSession), "", &parameters).await;
    assert!(
        asked
            .body
            .contains(&format!(r#"name="post_logout_redirect_uri" value="{RETURN}""#))
    );
}

#[tokio::test]
async fn nobody_is_sent_to_an_unknown_address_or_by_a_foreign_hint() {
    let provider = provider(Profile::plain()).await;
    let signed_in = sign_in(&provider, "lin").await;
    let hint = ("id_token_hint", &*signed_in.id_token);
    for wrong in [
        &[hint, ("post_logout_redirect_uri", "https://evil.example/")][..],
        &[("id_token_hint", "a.b.c"), ("post_logout_redirect_uri", RETURN)],
        &[hint, ("client_id", "another")],
        &[("client_id", "another"), ("post_logout_redirect_uri", RETURN)],
    ] {
        let answer = end_session(&provider, &signed_in.cookie, wrong).await;
        assert_eq!(answer.status, 400, "{wrong:?}");
        assert!(lives(&provider, &signed_in).await);
    }
    let answer = end_session(&provider, &signed_in.cookie, &[hint]).await;
    assert!(answer.status == 200 && answer.body.contains("Signed out"));
    assert!(!lives(&provider, &signed_in).await);
}

#[tokio::test]
async fn the_hint_must_be_the_newest_where_the_provider_says_so() {
    let provider = provider(Profile::alibaba_eiam()).await;
    let first = sign_in(&provider, "lin").await;
    // Another nonce, or else both tokens would be one when they are made within a second.
    let silently = request(&provider, &[("prompt", "none"), ("nonce", "another")]);
    let again = get(&silently, &first.cookie).await.location();
    let code = parameter(&again, "code").unwrap();
    let renewed = crate::party::exchange(&provider, &code, &[]).await.json();
    for (hint, status) in [(&*first.id_token, 200), (renewed["id_token"].as_str().unwrap(), 302)] {
        let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", RETURN)];
        assert_eq!(end_session(&provider, &first.cookie, &parameters).await.status, status);
    }
}

#[tokio::test]
async fn some_have_a_sign_out_of_their_own_and_some_have_none() {
    for (profile, name) in [
        (Profile::huawei_oneaccess(), "redirect_url"),
        (Profile::maxkey(), "redirect_uri"),
    ] {
        let provider = provider(profile).await;
        let signed_in = sign_in(&provider, "lin").await;
        let answer = end_session(&provider, &signed_in.cookie, &[(name, "https://anywhere.example/")]).await;
        assert_eq!(answer.location().as_str(), "https://anywhere.example/");
        assert_eq!(provider.session_ids("lin"), Vec::<String>::new());
    }
    let google = provider(Profile::google()).await;
    assert_eq!(get(&google.origin(), "").await.status, 404);
}

/// A client that takes one logout token: its address, and what was posted.
async fn listener() -> (Client, JoinHandle<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = client();
    let address = format!("http://{}/auth/backchannel-logout", socket.local_addr().unwrap());
    client.backchannel_logout_uri = Some(address);
    let task = tokio::spawn(async move {
        let (mut connection, _) = socket.accept().await.unwrap();
        let mut request = String::new();
        loop {
            let mut piece = [0; 4096];
            let length = connection.read(&mut piece).await.unwrap();
            request += std::str::from_utf8(&piece[..length]).unwrap();
            if request
                .split_once("\r\n\r\n")
                .is_some_and(|(_, body)| body.contains("logout_token="))
                || length == 0
            {
                break;
            }
        }
        connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        request
    });
    (client, task)
}

#[tokio::test]
async fn signing_somebody_out_posts_a_token_in_the_profiles_form() {
    for profile in Profile::all() {
        let (name, form) = (
            profile.name,
            profile.logout_token.or(Profile::plain().logout_token).unwrap(),
        );
        let provider = provider(profile).await;
        let (client, posted) = listener().await;
        provider.register(client);
        let signed_in = sign_in(&provider, "lin").await;
        sign_in(&provider, "guo").await;
        let sid = provider.session_ids("lin").remove(0);
        let deliveries = provider.sign_out("lin").await;
        assert_eq!((deliveries.len(), deliveries[0].status), (1, 204), "{name}");
        assert_eq!(provider.deliveries(), deliveries);
        assert!(!lives(&provider, &signed_in).await);
        assert_eq!(provider.session_ids("guo").len(), 1, "{name}");

        let posted = posted.await.unwrap();
        assert!(
            posted.starts_with("POST /auth/backchannel-logout HTTP/1.1\r\n"),
            "{posted}"
        );
        let (_, body) = posted.split_once("\r\n\r\n").unwrap();
        let (_, token) = form_urlencoded::parse(body.as_bytes()).next().unwrap();
        assert_eq!(token, deliveries[0].token);
        assert_eq!(
            judge::of_logout_token(&token, &provider.issuer(), &provider.keys()),
            None,
            "{name}"
        );
        let parts = read(&token);
        assert_eq!(parts.header["typ"].as_str(), form.kind, "{name}");
        let (issued, expires) = (parts.claims["iat"].as_i64().unwrap(), parts.claims["exp"].as_i64());
        assert_eq!(expires, form.life.map(|life| issued + life), "{name}");
        assert_eq!(parts.claims["sub"], provider.subject("lin", CLIENT), "{name}");
        match form.sid {
            SessionId::Same => assert_eq!(parts.claims["sid"], sid, "{name}"),
            SessionId::Foreign => assert!(parts.claims["sid"].is_string() && parts.claims["sid"] != sid, "{name}"),
            SessionId::Absent => assert_eq!(parts.claims["sid"], Value::Null, "{name}"),
        }
    }
    let absent = Profile::casdoor().logout_token;
    assert!(matches!(
        absent,
        Some(LogoutToken {
            life: None,
            sid: SessionId::Foreign,
            ..
        })
    ));
}

#[tokio::test]
async fn signing_out_in_the_browser_tells_the_clients_of_that_session() {
    let provider = provider(Profile::plain()).await;
    let (told, posted) = listener().await;
    provider.register(told);
    let signed_in = sign_in(&provider, "lin").await;
    end_session(&provider, &signed_in.cookie, &[("id_token_hint", &signed_in.id_token)]).await;
    assert!(posted.await.unwrap().contains("logout_token="));

    // Nobody listens: the delivery says so.
    provider.register(Client::at("http://127.0.0.1:1", CLIENT, SECRET));
    provider.register(client());
    sign_in(&provider, "lin").await;
    let deliveries = provider.sign_out("lin").await;
    assert_eq!((deliveries.len(), deliveries[0].status), (1, 0));
}
