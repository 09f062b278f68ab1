//! What must not sign anybody in.

use super::World;
use super::browser::{Browser, location};
use crate::told::Told;
use demo_provider::{AnswerFault, CallbackFault, DocumentFault, Endpoint, Tampering, TokenFault};
use serde_json::json;

const SESSION: &str = "__Host-signalbox-session";

/// Signs in while the provider goes wrong once, and gives the status of the last answer.
async fn tried(world: &World, tampering: Tampering) -> (u16, Browser) {
    world.provider.behave();
    world.provider.tamper_once(tampering);
    let mut browser = world.browser();
    let answer = browser.sign_in("lin", "/plans").await;
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    for word in ["nonce", "issuer", "audience", "signature", "HS256", "kid", "azp"] {
        assert!(!text.contains(word), "the reason is for the log: {text}");
    }
    (status, browser)
}

/// What the log must say of a token with a fault.
fn reason(fault: &TokenFault) -> &'static str {
    use TokenFault as Fault;
    match fault {
        Fault::OtherIssuer | Fault::IssuerSlash | Fault::IssuerWithoutScheme => "the token's issuer is Some(",
        Fault::NoIssuer => "the token's issuer is None",
        Fault::OtherAudience | Fault::NoAudience | Fault::EmptyAudience => "the token's audience is [",
        Fault::StrangersWithoutParty => "no `azp` says for whom it was made",
        Fault::StrangerAsParty | Fault::OtherParty => "the token's authorized party is ",
        Fault::NoNonce => "the token's nonce is missing",
        Fault::EmptyNonce => "the token's nonce is empty",
        Fault::OtherNonce => "the token's nonce is another attempt's",
        Fault::Expired => "the token ended ",
        Fault::NoExpiry => "the token has no \"exp\"",
        Fault::IssuedAhead => "s ahead of this host's clock",
        Fault::NoSubject | Fault::EmptySubject => "the token's subject has 0 bytes",
        Fault::Unsigned => "signed with \"none\", which is not accepted: let the provider sign its tokens",
        Fault::HmacOfPublicKey | Fault::HmacOfSecret => {
            "signed with \"HS256\", which is not accepted: choose an RSA or EC signing key at the provider"
        }
        Fault::UnknownKey | Fault::KeyAddress | Fault::CertificateAddress | Fault::KeyInside => {
            "no key of the issuer is called "
        }
        Fault::WithoutSignature | Fault::ForgedKey | Fault::BrokenSignature | Fault::ChangedAfterwards => {
            "the token's signature is wrong"
        }
        Fault::Encrypted => "the token is encrypted",
        Fault::Critical => "demands what is not known here: [\"demo\"]",
        Fault::Kind(_) | Fault::OtherToken => "the token's header says that it is a ",
        other => panic!("{other:?} has no reason here"),
    }
}

#[tokio::test]
async fn no_token_that_is_wrong_signs_anybody_in() {
    let world = World::plain().await;
    let told = Told::from_now_on();
    for fault in TokenFault::OF_ID_TOKENS {
        let (status, browser) = tried(&world, Tampering::IdToken(fault.clone())).await;
        assert_eq!(status, 403, "{fault:?}");
        assert_eq!(browser.cookie(SESSION), None, "{fault:?}");
        let line = told.since();
        assert!(
            line.contains("signing in failed") && line.contains(reason(&fault)),
            "{fault:?}: {line}"
        );
    }
    // One that is right in spite of strangers beside us.
    let (status, browser) = tried(&world, Tampering::IdToken(TokenFault::Strangers)).await;
    assert_eq!((status, browser.cookie(SESSION).is_some()), (303, true));
}

#[tokio::test]
async fn claims_that_are_none_sign_nobody_in() {
    let world = World::plain().await;
    for (name, value) in [
        ("groups", json!({"platform": true})),
        ("groups", json!([["platform"]])),
        ("groups", json!([true])),
        ("groups", json!(false)),
        ("sub", json!(7)),
        ("sub", json!("x".repeat(256))),
        ("email", json!(["lin@example.com"])),
        ("exp", json!("soon")),
        ("iat", json!(-1)),
        ("_claim_names", json!({"groups": "src1"})),
    ] {
        world.provider.behave();
        if name == "_claim_names" {
            world
                .provider
                .tamper(Tampering::IdToken(TokenFault::Claim("groups", json!(null))));
        }
        world
            .provider
            .tamper(Tampering::IdToken(TokenFault::Claim(name, value.clone())));
        let mut browser = world.browser();
        let answer = browser.sign_in("lin", "/").await;
        assert_eq!(answer.status(), 403, "{name} {value}");
        assert_eq!(browser.cookie(SESSION), None, "{name} {value}");
    }
}

#[tokio::test]
async fn no_answer_that_is_not_ours_is_taken() {
    let world = World::plain().await;
    let told = Told::from_now_on();
    let nobodys = "the answer belongs to no attempt of this browser";
    let forged = "x\r\n2026-11-30T08:00:00Z  INFO signalbox: signed in\u{1b}[2J";
    let escaped = "answered x\\r\\n2026-11-30T08:00:00Z  INFO signalbox: signed in\\u{1b}[2J number=";
    for (fault, expected, reason) in [
        (CallbackFault::OtherIssuer, 403, "the answer is of the issuer "),
        (CallbackFault::NoIssuer, 403, "the answer does not name its issuer"),
        (CallbackFault::OtherState, 400, nobodys),
        (CallbackFault::NoState, 400, nobodys),
        (CallbackFault::TwoCodes, 400, nobodys),
        (CallbackFault::NoCode, 403, "the answer holds no code"),
        (
            CallbackFault::OtherCode,
            403,
            "the token endpoint refuses: invalid_grant",
        ),
        (CallbackFault::Error("access_denied"), 403, "answered access_denied"),
        // Anybody who has begun to sign in may write this into the address.
        (CallbackFault::Error(forged), 403, escaped),
    ] {
        let (status, browser) = tried(&world, Tampering::Callback(fault.clone())).await;
        assert_eq!(status, expected, "{fault:?}");
        assert_eq!(browser.cookie(SESSION), None, "{fault:?}");
        let line = told.since();
        assert!(line.contains(reason), "{fault:?}: {line}");
        assert_eq!(line.matches('\n').count(), 1, "{fault:?}: {line}");
    }
    // Somebody else's answer, in a browser that never began.
    world.provider.behave();
    let callback = world.browser().callback("lin", "/auth/login?return=/").await;
    let mut victim = world.browser();
    assert_eq!(victim.status(&callback).await, 400);
    assert_eq!(victim.kept(), [""; 0]);
}

#[tokio::test]
async fn a_provider_that_answers_nonsense_is_told_and_nobody_waits_for_ever() {
    let world = World::plain().await;
    // Known from now on.
    assert_eq!(world.browser().status("/readyz").await, 200);
    for fault in [
        AnswerFault::Html,
        AnswerFault::Huge,
        AnswerFault::Redirect,
        AnswerFault::Error(400, "invalid_grant"),
        AnswerFault::Error(500, "server_error"),
        AnswerFault::Truncated,
        AnswerFault::Cut,
        AnswerFault::NoObject,
        AnswerFault::Hang,
    ] {
        let (status, browser) = tried(&world, Tampering::Answer(Endpoint::Token, fault)).await;
        assert_eq!(status, 403, "{fault:?}");
        assert_eq!(browser.cookie(SESSION), None, "{fault:?}");
    }
    for (name, value) in [
        ("id_token", json!(null)),
        ("id_token", json!("x.y")),
        ("access_token", json!(null)),
    ] {
        let (status, _) = tried(&world, Tampering::TokenAnswer(name, value.clone())).await;
        assert_eq!(status, 403, "{name} {value}");
    }
    // What we do not need may be odd.
    for (name, value) in [
        ("expires_in", json!("1200")),
        ("expires_in", json!({})),
        ("scope", json!(7)),
    ] {
        let (status, _) = tried(&world, Tampering::TokenAnswer(name, value.clone())).await;
        assert_eq!(status, 303, "{name} {value}");
    }
}

#[tokio::test]
async fn a_description_of_somebody_else_is_not_used() {
    for fault in [
        DocumentFault::IssuerSlash,
        DocumentFault::IssuerTemplate,
        DocumentFault::OtherIssuer,
        DocumentFault::Member("authorization_endpoint", json!("http://evil.example/authorize")),
        DocumentFault::Member("token_endpoint", json!("https://169.254.169.254/token")),
        DocumentFault::Member("jwks_uri", json!(null)),
        DocumentFault::Member("authorization_endpoint", json!("javascript:alert(1)")),
    ] {
        let world = World::plain().await;
        world.provider.tamper(Tampering::Discovery(fault.clone()));
        let mut browser = world.browser();
        let answer = browser.get("/auth/login?return=/").await;
        assert_eq!(answer.status(), 502, "{fault:?}");
        assert_eq!(browser.status("/readyz").await, 503, "{fault:?}");
        assert_eq!(browser.kept(), [""; 0]);
    }
}

#[tokio::test]
async fn cookies_that_are_not_sessions_are_none() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.get("/auth/login?return=/").await;
    let attempt = browser.kept().first().map(|&name| name.to_owned()).unwrap();
    let sealed = browser.cookie(&attempt).unwrap().clone();
    browser.put(SESSION, &sealed);
    assert_eq!(browser.status("/api/v1/session").await, 401, "an attempt is no session");

    browser.sign_in("lin", "/").await;
    let session = browser.cookie(SESSION).unwrap().clone();
    assert_eq!(browser.status("/api/v1/session").await, 200);
    for changed in [
        session.to_lowercase(),
        session[..session.len() - 4].to_owned(),
        format!("{session}AAAA"),
        session.replacen(&session[20..21], if &session[20..21] == "A" { "B" } else { "A" }, 1),
        String::new(),
    ] {
        browser.put(SESSION, &changed);
        assert_eq!(browser.status("/api/v1/session").await, 401);
    }
}

#[tokio::test]
async fn a_return_address_leads_nowhere_else() {
    let world = World::plain().await;
    for back in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/auth/login",
        "javascript:alert(1)",
    ] {
        let answer = world.browser().sign_in("lin", back).await;
        assert_eq!(location(&answer), "/", "{back}");
    }
}

#[tokio::test]
async fn only_a_logout_token_of_the_provider_signs_somebody_out() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    let sid = world.provider.session_ids("lin")[0].clone();
    let wrong = TokenFault::OF_LOGOUT_TOKENS;
    assert!(!wrong.is_empty());
    let id_token = world
        .provider
        .mint(&world.provider.id_token("lin", super::CLIENT, "nonce"));
    let told = Told::from_now_on();
    // The list's own way of that is of the provider's deliveries.
    for fault in wrong.into_iter().filter(|fault| *fault != TokenFault::OtherToken) {
        let draft = world.provider.logout_token("lin", super::CLIENT, &sid);
        let token = world.provider.mint_wrong(draft, super::CLIENT, &fault);
        let answer = browser
            .ask("POST", "/auth/backchannel-logout", &[("logout_token", &token)])
            .await;
        assert_eq!(answer.status(), 400, "{fault:?}");
        let line = told.since();
        let reason = match fault {
            TokenFault::Expired | TokenFault::IssuedAhead => "the token's time is over or has not come yet",
            _ => reason(&fault),
        };
        assert!(
            line.contains("a logout token was refused") && line.contains(reason),
            "{fault:?}: {line}"
        );
        assert_eq!(browser.status("/api/v1/session").await, 200, "{fault:?}");
    }
    for form in [
        &[][..],
        &[("logout_token", id_token.as_str())],
        &[("logout_token", "")],
        &[("logout_token", "a"), ("logout_token", "b")],
        &[("id_token", "x")],
    ] {
        let answer = browser.ask("POST", "/auth/backchannel-logout", form).await;
        assert_eq!(answer.status(), 400, "{form:?}");
    }
    assert_eq!(browser.status("/api/v1/session").await, 200);
}
