//! Behind the fronts of `docs/fronts.md`, by the configurations that stand there.

mod corpus;
mod desync;
pub(crate) mod place;
pub(crate) mod product;
pub(crate) mod raw;
mod sign_in;

use crate::binary::{first_line, run, signal, signalbox, write};
use crate::oidc::Browser;
use futures_util::StreamExt;
use futures_util::future::join_all;
use nix::sys::signal::Signal;
use place::{Kind, Place};
use product::{NAME, Wanted, free};
use raw::by_http_2;
use serde_json::Value;
use signalbox::auth::oidc::session::COOKIE;
use std::time::{Duration, Instant};
use tokio::time::timeout;

const LIN: (&str, &str) = ("cookie", "session=lin");
const EVE: [(&str, &str); 2] = [
    ("x-forwarded-user", "eve@example.com"),
    ("x-forwarded-groups", "platform"),
];

async fn session(answer: reqwest::Response) -> Value {
    assert_eq!(answer.status(), 200);
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn nginx_says_who_asks_and_nobody_else_can() {
    let made = run(
        &["token", "new", "--owner", "ann@example.com", "--group", "platform"],
        &[],
    )
    .await;
    let (token, lines) = made.1.split_once('\n').unwrap();
    let wanted = Wanted {
        more: lines.to_owned(),
        ..Wanted::default()
    };
    let Some(place) = Place::new(Kind::Nginx, wanted).await else {
        return;
    };

    // Nobody yet: people go to sign in, and come back to all of the address; programs are told.
    let link = "/patches?missing=gt.0&q=%E5%8C%97%20%26%20x&sort=-missing";
    let sent = place.ask(link, &EVE).await;
    assert_eq!(sent.status(), 302);
    assert_eq!(sent.headers()["location"], "https://idp.example.com/authorize");
    assert_eq!(*place.sign_in.as_ref().unwrap().wanted.lock().unwrap(), [link]);
    for path in ["/api/v1/session", "/api/v1/rows/plans"] {
        assert_eq!(place.ask(path, &EVE).await.status(), 401);
    }

    // Somebody, whatever they say of themselves.
    for more in [
        &[][..],
        &EVE,
        &[
            ("x_forwarded_user", "eve@example.com"),
            ("X-Forwarded_Groups", "platform"),
        ],
        &[("x.forwarded.user", "eve@example.com")],
        &[("connection", "close, x-forwarded-user, x-forwarded-groups")],
    ] {
        let headers = [&[LIN], more].concat();
        let session = session(place.ask("/api/v1/session", &headers).await).await;
        assert_eq!(session["user"], "lin@example.com", "{more:?}");
        assert_eq!(session["groups"].to_string(), r#"["platform"]"#, "{more:?}");
        assert_eq!(place.ask("/api/v1/rows/plans", &headers).await.status(), 200);
    }
    let guo = [&[("cookie", "session=guo")], &EVE[..]].concat();
    assert_eq!(place.ask("/api/v1/rows/plans", &guo).await.status(), 403);

    // A script's token passes nginx and is looked at here.
    let bearer = format!("Bearer {token}");
    let script = [&[("authorization", bearer.as_str())], &EVE[..]].concat();
    assert_eq!(place.ask("/api/v1/rows/plans", &script).await.status(), 200);
    let wrong = [&[("authorization", "Bearer sbx_nothing")], &EVE[..]].concat();
    assert_eq!(place.ask("/api/v1/rows/plans", &wrong).await.status(), 401);
    assert_eq!(
        place.ask("/plans", &wrong).await.headers().get("x-forwarded-user"),
        None
    );

    // The front's address is the only one that may connect. The log says so, not as often as somebody tries.
    for headers in [&[][..], &EVE, &[LIN]] {
        assert!(place.product.ask("/api/v1/session", headers).await.is_err());
    }
    let log = place.product.log();
    assert_eq!(log.matches("closed without an answer").count(), 1, "{log}");
    assert!(log.contains("127.0.0.2"), "{log}");
}

#[tokio::test]
async fn names_that_come_past_nginx_are_an_error_even_where_anybody_may_connect() {
    let wanted = Wanted {
        without: "fronts",
        ..Wanted::default()
    };
    let Some(place) = Place::new(Kind::Nginx, wanted).await else {
        return;
    };
    let ask = async |headers: &[(&str, &str)]| {
        let answer = place.product.ask("/api/v1/session", headers).await;
        answer.unwrap().status().as_u16()
    };
    assert_eq!(ask(&EVE).await, 400);
    assert_eq!(ask(&[("x_forwarded_user", "eve@example.com")]).await, 400);
    assert_eq!(ask(&[("x-forwarded-for", "127.0.0.1"), EVE[0]]).await, 400);
    assert_eq!(ask(&[LIN]).await, 401);
    assert_eq!(
        session(place.ask("/api/v1/session", &[LIN]).await).await["user"],
        "lin@example.com"
    );
}

#[tokio::test]
async fn people_sign_in_through_plain_fronts_and_not_past_them() {
    join_all([Kind::Deployed, Kind::Haproxy, Kind::Caddy].map(async |kind| {
        let Some(place) = Place::new(kind, Wanted::default()).await else {
            return;
        };
        for path in ["/api/v1/session", "/api/v1/rows/plans"] {
            assert_eq!(place.ask(path, &EVE).await.status(), 401, "{kind:?}");
        }
        let mut lin = place.browser();
        let back = lin.sign_in("lin", "/patches?missing=gt.0").await;
        assert_eq!(crate::oidc::location(&back), "/patches?missing=gt.0", "{kind:?}");
        let seen = session(lin.asked("/api/v1/session", &EVE).await).await;
        assert_eq!(seen["user"], "林晓雨", "{kind:?}");
        assert_eq!(lin.status("/api/v1/rows/plans").await, 200, "{kind:?}");
        let answer = lin.get("/").await;
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");

        let cookie = format!("{COOKIE}={}", lin.cookie(COOKIE).unwrap());
        for headers in [&[][..], &[("cookie", cookie.as_str())], &EVE] {
            let direct = place.product.ask("/api/v1/session", headers).await;
            assert!(direct.is_err(), "{kind:?}: {direct:?}");
        }
    }))
    .await;
}

/// Somebody whom a front lets in who may read everything.
async fn somebody(place: &Place) -> Browser {
    let mut browser = place.browser();
    match place.kind {
        Kind::Nginx => browser.put("session", "lin"),
        Kind::Deployed | Kind::Haproxy | Kind::Caddy => {
            browser.sign_in("lin", "/").await;
        }
    }
    browser
}

/// What somebody sends to be known.
fn cookie(place: &Place, browser: &Browser) -> String {
    let name = match place.kind {
        Kind::Nginx => "session",
        Kind::Deployed | Kind::Haproxy | Kind::Caddy => COOKIE,
    };
    format!("{name}={}", browser.cookie(name).unwrap())
}

#[tokio::test]
async fn rows_pass_every_front_as_they_come() {
    join_all(Kind::ALL.map(async |kind| {
        let wanted = Wanted {
            faults: "hang@oos/cn-beijing",
            rows: 300,
            ..Wanted::default()
        };
        let Some(place) = Place::new(kind, wanted).await else {
            return;
        };
        let mut lin = somebody(&place).await;
        let start = Instant::now();
        let mut answer = lin
            .asked("/api/v1/rows/patches", &[("accept-encoding", "identity")])
            .await;
        assert_eq!(answer.status(), 200, "{kind:?}");
        let (mut text, mut done) = (String::new(), None);
        // One region never answers, so what is here has not waited for the end; and the stream lives on in silence.
        let waits = timeout(Duration::from_secs(45), async {
            while !text.contains(r#""kind":"waiting""#) {
                text.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
                if done.is_none() && text.contains(r#""kind":"done""#) {
                    done = Some(start.elapsed());
                }
            }
        });
        waits.await.unwrap();
        assert!(done.unwrap() < Duration::from_secs(10), "{kind:?}: {done:?}");
        let waited = start.elapsed();
        assert!((20..30).contains(&waited.as_secs()), "{kind:?}: {waited:?}");

        // As browsers speak to it.
        let headers = [("cookie", &*cookie(&place, &lin)), ("accept-encoding", "identity")];
        let answer = by_http_2(&place, "/api/v1/rows/patches", &headers).await;
        assert_eq!(answer.status(), 200, "{kind:?}");
        let mut pieces = answer.into_body().into_data_stream();
        let mut text = Vec::new();
        let comes = timeout(Duration::from_secs(10), async {
            while !String::from_utf8_lossy(&text).contains(r#""kind":"done""#) {
                text.extend_from_slice(&pieces.next().await.unwrap().unwrap());
            }
        });
        comes.await.unwrap();

        let mut packed = lin.asked("/api/v1/rows/patches", &[("accept-encoding", "zstd")]).await;
        assert_eq!(packed.headers()["content-encoding"], "zstd", "{kind:?}");
        let first = timeout(Duration::from_secs(10), packed.chunk()).await.unwrap();
        assert!(!first.unwrap().unwrap().is_empty(), "{kind:?}");
    }))
    .await;
}

#[tokio::test]
async fn links_of_30_kilobytes_pass_every_front() {
    join_all(Kind::ALL.map(async |kind| {
        let Some(place) = Place::new(kind, Wanted::default()).await else {
            return;
        };
        let mut lin = somebody(&place).await;
        let long = "%E5%8C%97".repeat(3_400);
        let path = format!("/api/v1/export/plans.json?q={long}");
        let headers = [("cookie", &*cookie(&place, &lin))];
        let status = by_http_2(&place, &path, &headers).await.status();
        assert_eq!(status, 200, "{kind:?}: {}", place.log());
        let answer = lin.get(&path).await;
        assert_eq!(answer.status(), 200, "{kind:?}: {}", place.log());
        let text = answer.text().await.unwrap();
        assert!(
            text.contains(&format!("https://{NAME}/plans?q=")),
            "{kind:?}: {text:.300}"
        );
    }))
    .await;
}

#[tokio::test]
async fn who_leaves_a_front_ends_the_walks_behind_it() {
    join_all(Kind::ALL.map(async |kind| {
        let wanted = Wanted {
            rows: 1_000_000,
            ..Wanted::default()
        };
        let Some(place) = Place::new(kind, wanted).await else {
            return;
        };
        let mut lin = somebody(&place).await;
        let mut answer = lin.get("/api/v1/rows/patches").await;
        for _ in 0..5 {
            answer.chunk().await.unwrap().unwrap();
        }
        drop((answer, lin));
        let start = Instant::now();
        loop {
            let before = place.product.clouds.requests();
            tokio::time::sleep(Duration::from_millis(500)).await;
            if place.product.clouds.requests() == before {
                break;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "{kind:?}: still asking");
        }
        assert!(place.product.clouds.requests() < 10_000, "{kind:?}");
    }))
    .await;
}

#[tokio::test]
async fn a_listener_that_nobody_guards_is_remarked_by_check_and_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let port = free().port();
    let guarded = "fronts = [\"10.0.0.7\"]\n";
    let text = format!(
        "listen = \"0.0.0.0:{port}\"\npublic_url = \"https://{NAME}\"\n[auth]\nmode = \"header\"\n[auth.header]\ntrusted = [\"10.0.0.7\"]\n\
         user = \"X-Forwarded-User\"\n[[account]]\nid = \"a\"\ncloud = \"huawei\"\nregions = [\"cn-north-4\"]\ncredentials = {{ from = \"env\" }}\n"
    );
    let keys = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")];
    let remark = format!("listen: whoever reaches 0.0.0.0:{port} may connect");
    for (text, remarked) in [(text.clone(), true), (format!("{guarded}{text}"), false)] {
        let config = write(folder.path(), &text);
        let (code, out, _) = run(&["check", "--config", &config], &keys).await;
        assert_eq!((code, out.contains(&remark)), (0, remarked), "{out}");
        let mut child = signalbox(&["serve", "--config", &config]).envs(keys).spawn().unwrap();
        first_line(&mut child).await;
        signal(&child, Signal::SIGTERM);
        let output = child.wait_with_output().await.unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert_eq!(log.contains(&remark), remarked, "{log}");
    }
}
