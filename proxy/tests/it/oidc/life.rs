//! From signing in to signing out.

use super::browser::location;
use super::{CLIENT, SECRET, World, keys, replica, replica_ahead};
use demo_provider::{Client, Endpoint, Profile};
use serde_json::Value;
use signalbox::auth::sealed::SealingKeys;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

const DEEP: &str = "/patches?missing=gt.0&sort=-missing,instance&q=%E7%94%9F%E4%BA%A7&cols=instance,missing";

#[tokio::test]
async fn somebody_signs_in_from_a_deep_link_and_comes_back_to_it() {
    let world = World::plain().await;
    let mut browser = world.browser();
    let denied = browser.get("/api/v1/session").await;
    assert_eq!(denied.status(), 401);
    let denied: Value = serde_json::from_str(&denied.text().await.unwrap()).unwrap();
    assert_eq!(denied["login_url"], "/auth/login");

    let there = browser.sign_in("lin", DEEP).await;
    assert_eq!((there.status().as_u16(), location(&there).as_str()), (303, DEEP));
    assert_eq!(there.headers()["cache-control"], "no-store");
    let session = browser.get("/api/v1/session").await.text().await.unwrap();
    let session: Value = serde_json::from_str(&session).unwrap();
    assert_eq!(session["user"], "林晓雨");
    assert_eq!(session["groups"], serde_json::json!(["on-call", "platform"]));
    assert_eq!(session["mode"], "oidc");
    assert!(session["expires"].is_string());
    assert_eq!(browser.status("/api/v1/rows/patches").await, 200);
    let kept = browser.kept();
    assert_eq!(
        kept,
        ["__Host-signalbox-session", "__Secure-signalbox-hint"],
        "and no attempt"
    );
    assert!(browser.cookie("__Host-signalbox-session").unwrap().len() < 1500);
}

#[tokio::test]
async fn who_has_no_grant_is_signed_in_and_sees_nothing() {
    let world = World::plain().await;
    let mut browser = world.browser();
    // In none of the groups that are granted to.
    world.provider.set_groups("guo", &["finance"]);
    browser.sign_in("guo", "/").await;
    assert_eq!(browser.status("/api/v1/session").await, 200);
    assert_eq!(browser.status("/api/v1/rows/patches").await, 403);
    let session = browser.get("/api/v1/session").await.text().await.unwrap();
    assert!(
        !session.contains("finance"),
        "groups that no grant names are not kept: {session}"
    );
}

#[tokio::test]
async fn two_tabs_sign_in_in_either_order_and_an_answer_is_taken_once() {
    let world = World::plain().await;
    let mut browser = world.browser();
    let first = browser.callback("lin", "/auth/login?return=/plans").await;
    let second = browser.callback("lin", "/auth/login?return=/tickets").await;
    assert_eq!(location(&browser.get(&second).await), "/tickets");
    assert_eq!(location(&browser.get(&first).await), "/plans");
    assert_eq!(browser.status(&first).await, 400);
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere_it_was_copied_to() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    let mut copy = browser.copy();
    let end = location(&browser.ask("POST", "/auth/logout", &[]).await);
    assert!(end.starts_with(&world.provider.address(Endpoint::EndSession)), "{end}");
    assert!(
        end.contains("id_token_hint=ey") && end.contains("client_id=signalbox"),
        "{end}"
    );
    assert_eq!(browser.kept(), [""; 0]);
    assert_eq!(browser.status("/api/v1/session").await, 401);
    assert_eq!(copy.status("/api/v1/session").await, 401, "a stolen cookie is over too");
    let home = browser.get(&end).await;
    assert_eq!(location(&home), format!("{}/", world.proxy.url));
}

#[tokio::test]
async fn the_provider_ends_sessions_by_its_own_word() {
    let world = World::plain().await;
    let (mut lin, mut marta) = (world.browser(), world.browser());
    lin.sign_in("lin", "/").await;
    marta.sign_in("marta", "/").await;
    let deliveries = world.provider.sign_out("lin").await;
    assert_eq!(deliveries.iter().map(|told| told.status).collect::<Vec<_>>(), [200]);
    assert_eq!(lin.status("/api/v1/session").await, 401);
    assert_eq!(marta.status("/api/v1/session").await, 200);
    // She may come back, and the same word once more changes nothing.
    lin.sign_in("lin", "/").await;
    let again = lin
        .ask(
            "POST",
            "/auth/backchannel-logout",
            &[("logout_token", &deliveries[0].token)],
        )
        .await;
    assert_eq!(again.status(), 200);
    assert_eq!(lin.status("/api/v1/session").await, 200);
}

#[tokio::test]
async fn replicas_take_turns_and_keys_are_replaced_without_signing_anybody_out() {
    let world = World::plain().await;
    let both = || SealingKeys::new(&[vec![2; 64], vec![1; 64]]).unwrap();
    let second = replica(&world.provider, |settings| {
        settings.session_keys = both();
        settings.public_url.clone_from(&world.proxy.url);
    })
    .await;
    let third = replica(&world.provider, |settings| settings.session_keys = keys(3)).await;
    let mut browser = world.browser();
    let callback = browser.callback("lin", "/auth/login?return=/plans").await;
    // What the first began, the second ends.
    browser.move_to(&second.url);
    let callback = callback.replace(&world.proxy.url, &second.url);
    assert_eq!(location(&browser.get(&callback).await), "/plans");
    assert_eq!(browser.status("/api/v1/session").await, 200);
    browser.move_to(&world.proxy.url);
    assert_eq!(
        browser.status("/api/v1/session").await,
        401,
        "the first does not have the new key yet"
    );
    browser.move_to(&third.url);
    assert_eq!(browser.status("/api/v1/session").await, 401);
}

#[tokio::test]
async fn keys_of_the_provider_change_while_people_sign_in() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    world.provider.rotate_keys();
    // The first unknown key within a minute of the last question is not asked for; nobody comes in by it either.
    let answer = world.browser().sign_in("marta", "/").await;
    assert!([303, 403].contains(&answer.status().as_u16()), "{}", answer.status());
    assert_eq!(browser.status("/api/v1/session").await, 200, "who is in stays in");
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nobody_who_is_in() {
    let world = World::plain().await;
    assert_eq!(world.browser().status("/readyz").await, 200);
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    world.provider.down();
    assert_eq!(browser.status("/api/v1/session").await, 200);
    assert_eq!(browser.status("/readyz").await, 200);

    // One that was never there is told by readiness, and asked again.
    let late = replica(&world.provider, |_| ()).await;
    world.provider.register(Client::at(&late.url, CLIENT, SECRET));
    let mut early = super::Browser::new(&late.url);
    assert_eq!(early.status("/readyz").await, 503);
    let page = early.get("/auth/login?return=/plans").await;
    assert_eq!(page.status(), 502);
    assert!(page.text().await.unwrap().contains("cannot be reached"));
    world.provider.up();
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    assert_eq!(early.status("/readyz").await, 200);
    assert_eq!(location(&early.sign_in("lin", "/plans").await), "/plans");
}

/// Opens the page as a browser does when somebody types its address.
async fn opened(browser: &mut super::Browser, path: &str) -> reqwest::Response {
    browser.asked(path, &[("sec-fetch-dest", "document")]).await
}

#[tokio::test]
async fn a_session_is_renewed_on_the_way_with_new_groups_and_nobody_is_asked() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", DEEP).await;
    world.provider.set_groups("lin", &["on-call", "elsewhere"]);
    assert_ne!(opened(&mut browser, DEEP).await.status(), 303, "not yet");
    world.pass(31);
    assert_ne!(browser.status("/").await, 303, "only where a page is opened");
    let there = location(&opened(&mut browser, DEEP).await);
    let provider = location(&browser.get(&there).await);
    assert!(provider.contains("prompt=none"), "{provider}");
    let callback = location(&browser.get(&provider).await);
    assert_eq!(
        location(&browser.get(&callback).await),
        DEEP,
        "the whole address comes back"
    );
    let session = browser.get("/api/v1/session").await.text().await.unwrap();
    assert!(session.contains("[\"on-call\"]"), "{session}");
    assert_ne!(opened(&mut browser, DEEP).await.status(), 303);
}

#[tokio::test]
async fn a_provider_that_lists_no_prompts_is_asked_as_usual_which_nobody_sees_while_it_knows_them() {
    let unlisted = Profile {
        prompts_listed: &[],
        ..Profile::plain()
    };
    let world = World::new(unlisted, |_| ()).await;
    let mut browser = world.browser();
    browser.sign_in("lin", DEEP).await;
    let until = async |browser: &mut super::Browser| {
        let session = browser.get("/api/v1/session").await.text().await.unwrap();
        serde_json::from_str::<Value>(&session).unwrap()
    };
    let before = until(&mut browser).await;
    world.provider.set_groups("lin", &["on-call"]);
    world.pass(31);
    let there = location(&opened(&mut browser, DEEP).await);
    let provider = location(&browser.get(&there).await);
    assert!(!provider.contains("prompt"), "{provider}");
    let callback = location(&browser.get(&provider).await);
    assert_eq!(location(&browser.get(&callback).await), DEEP);
    let after = until(&mut browser).await;
    assert_eq!(after["groups"], serde_json::json!(["on-call"]));
    assert_eq!(after["expires"], before["expires"], "the same session goes on");
}

#[tokio::test]
async fn a_renewal_that_brings_no_answer_is_not_begun_again_for_a_while() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    world.pass(31);
    let there = location(&opened(&mut browser, "/plans").await);
    // The provider shows a page of its own, or is down, and the person comes back by themselves.
    location(&browser.get(&there).await);
    assert_ne!(opened(&mut browser, "/plans").await.status(), 303);
    assert_eq!(browser.status("/api/v1/session").await, 200);
    world.pass(29);
    assert_ne!(opened(&mut browser, "/plans").await.status(), 303);
    world.pass(2);
    assert_eq!(opened(&mut browser, "/plans").await.status(), 303);
}

#[tokio::test]
async fn who_is_in_stays_in_where_the_provider_is_down_when_they_are_to_be_renewed() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    world.provider.down();
    // One that has never heard of the provider.
    let later = Arc::new(AtomicU64::new(31 * 60));
    let second = replica_ahead(&world.provider, later, |settings| {
        settings.public_url.clone_from(&world.proxy.url);
    })
    .await;
    browser.move_to(&second.url);
    let there = location(&opened(&mut browser, "/plans").await);
    let back = browser.get(&there).await;
    assert_eq!(location(&back), "/plans");
    assert_ne!(opened(&mut browser, "/plans").await.status(), 303, "no loop");
    assert_eq!(browser.status("/api/v1/session").await, 200);
}

#[tokio::test]
async fn a_renewal_that_needs_the_person_is_tried_once_and_keeps_the_session() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    world.provider.forget_sessions("lin");
    world.pass(31);
    let there = location(&opened(&mut browser, "/plans").await);
    let callback = location(&browser.get(&there).await);
    let back = location(&browser.get(&callback).await);
    assert_eq!(location(&browser.get(&back).await), "/plans");
    assert_eq!(browser.status("/api/v1/session").await, 200);
    assert_ne!(opened(&mut browser, "/plans").await.status(), 303, "no loop");
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_in_the_end_always() {
    let world = World::plain().await;
    let mut idle = world.browser();
    idle.sign_in("lin", "/").await;
    let mut used = idle.copy();
    for _ in 0..9 {
        world.pass(50);
        assert_eq!(used.status("/api/v1/session").await, 200);
    }
    assert_eq!(idle.status("/api/v1/session").await, 401);
    world.pass(30);
    assert_eq!(used.status("/api/v1/session").await, 401, "eight hours are over");
}

#[tokio::test]
async fn renewed_as_somebody_else_is_another_session() {
    let world = World::plain().await;
    let mut browser = world.browser();
    browser.sign_in("lin", "/").await;
    let mut copy = browser.copy();
    world.pass(31);
    world
        .provider
        .tamper(demo_provider::Tampering::SignsInAs("marta".to_owned()));
    let there = location(&opened(&mut browser, "/").await);
    let provider = location(&browser.get(&there).await);
    let callback = location(&browser.get(&provider).await);
    browser.get(&callback).await;
    let session = browser.get("/api/v1/session").await.text().await.unwrap();
    assert!(session.contains("Marta Keller"), "{session}");
    browser.ask("POST", "/auth/logout", &[]).await;
    assert_eq!(copy.status("/api/v1/session").await, 200, "Marta's end is not Lin's");
}
