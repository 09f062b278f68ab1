//! Nobody gets an answer that is another's, whatever stands before and behind it ([threats](../../../../docs/security.md) 12 and 32).

use super::corpus::{ASKED_FOR, Attack, HIDDEN, OTHER_VERSIONS, attacks};
use super::place::{Kind, Place};
use super::product::{Product, Recipe, Wanted};
use super::raw::{Answer, answers, directly, exchange, to_front};
use super::somebody;
use crate::oidc::Browser;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use std::time::Duration;

/// Attacks at the same time.
const SIDE_BY_SIDE: usize = 12;

/// What answers to attacks may be: the question's own, or a refusal. Odd requests are no fault of ours, so none is 500; 502 is a front's word for a connection
/// that ended.
const FINE: &[u16] = &[
    200, 302, 303, 400, 401, 403, 404, 405, 408, 413, 414, 421, 422, 431, 501, 502, 505,
];

/// What is wrong with the answers to an attack, if anything.
fn wrong(who: &str, attack: &Attack, most: usize, came: &[u8]) -> Option<String> {
    let Attack { name, bytes, .. } = attack;
    let sent = String::from_utf8_lossy(bytes);
    let said = |what: &str| {
        let came = String::from_utf8_lossy(came);
        Some(format!("{who}, {name}: {what}: {came}\nto {sent:?}\n"))
    };
    // An answer to HEAD has the length of a body, and none; other versions' have no head like ours.
    if sent.starts_with("HEAD") || OTHER_VERSIONS.contains(&name.as_str()) && !came.starts_with(b"HTTP/") {
        return None;
    }
    let Some(answers) = answers(came) else {
        return said("no clean answers");
    };
    if answers.len() > most {
        return said("too many answers");
    }
    let fine = |answer: &Answer| FINE.contains(&answer.status);
    if answers.iter().all(fine) {
        None
    } else {
        said("an odd status")
    }
}

#[tokio::test]
async fn signalbox_itself_sees_one_end_of_every_request() {
    let product = Product::start(Recipe::Nginx, Wanted::default()).await;
    // From the front's address, as a front would that passes everything on.
    let own = "X-Forwarded-User: guo@example.com\r\n";
    let all = attacks(own);
    assert!(all.len() > 100);
    let judged = stream::iter(&all).map(async |attack| {
        let came = exchange(directly(product.address).await, &attack.bytes).await;
        wrong("directly", attack, attack.most, &came)
    });
    let wrong: Vec<_> = judged
        .buffer_unordered(SIDE_BY_SIDE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_front_and_signalbox_disagree_on_where_a_request_ends() {
    join_all(Kind::ALL.map(async |kind| {
        let Some(place) = Place::new(kind, Wanted::default()).await else {
            return;
        };
        let own = if kind == Kind::Nginx {
            "Cookie: session=guo\r\n"
        } else {
            ""
        };
        let all = attacks(own);
        let judged = stream::iter(&all).map(async |attack| {
            let came = exchange(to_front(&place).await, &attack.bytes).await;
            if String::from_utf8_lossy(&came).contains(HIDDEN) {
                return Some(format!("{kind:?}, {}: let in as somebody else", attack.name));
            }
            // Caddy 2.6 writes the interim answer and ours at the same time, so that one may lie across the other (golang/go#53808); it closes the
            // connection afterwards. Then heads can be counted and no more.
            if kind == Kind::Caddy && attack.name == ASKED_FOR && answers(&came).is_none() {
                let came = String::from_utf8_lossy(&came);
                let heads = came.matches("HTTP/1.1 ").count() - came.matches("HTTP/1.1 100").count();
                return (heads > 1).then(|| format!("caddy, {ASKED_FOR}: {heads} answers: {came}"));
            }
            // What is inside may be a request of its own to a front, as long as it is no other one here.
            wrong(kind.name(), attack, 2, &came)
        });
        let attacking = judged
            .buffer_unordered(SIDE_BY_SIDE)
            .filter_map(std::future::ready)
            .collect::<Vec<_>>();
        let mut lin = somebody(&place).await;
        // Others ask meanwhile, over the connections that the front keeps.
        let others = async {
            loop {
                right(kind, &mut lin).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            wrong = attacking => assert!(wrong.is_empty(), "{}", wrong.join("\n")),
            () = others => {}
        }
        for _ in 0..20 {
            right(kind, &mut lin).await;
        }
    }))
    .await;
}

/// Everybody gets the answer to their own question.
async fn right(kind: Kind, lin: &mut Browser) {
    let session = lin.get("/api/v1/session").await;
    assert_eq!(session.status(), 200, "{kind:?}");
    let session = session.text().await.unwrap();
    let name = if kind == Kind::Nginx {
        "lin@example.com"
    } else {
        "林晓雨"
    };
    assert!(session.contains(name), "{kind:?}: {session}");
    let style = lin.get("/auth/style.css").await;
    assert_eq!(style.status(), 200, "{kind:?}");
    assert!(
        style.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/css"),
        "{kind:?}"
    );
    assert_eq!(lin.get("/healthz").await.text().await.unwrap(), "ok", "{kind:?}");
    assert_eq!(lin.status("/api/v1/rows/nothing").await, 404, "{kind:?}");
}
