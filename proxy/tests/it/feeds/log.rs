//! What the log of the real program has of addresses.

use super::VIEW;
use crate::binary::{code, first_line, signal, signalbox};
use crate::oidc::Browser;
use nix::sys::signal::Signal;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::Child;

/// Reads the log while the program runs: a full pipe would stop it.
fn log(child: &mut Child) -> tokio::task::JoinHandle<String> {
    let mut stderr = child.stderr.take().unwrap();
    tokio::spawn(async move {
        let mut log = String::new();
        stderr.read_to_string(&mut log).await.unwrap();
        log
    })
}

struct Asked {
    http: Client,
    url: String,
    cookie: String,
}

impl Asked {
    fn to(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// The path of a new feed, and its id.
    async fn made(&self) -> (String, String) {
        let wish = json!({"view": VIEW, "format": "ics"});
        let request = self.to(Method::POST, "/api/v1/feeds").header("cookie", &self.cookie);
        let request = request
            .header("content-type", "application/json")
            .body(wish.to_string());
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let made: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let text = |member: &str| made[member].as_str().unwrap().to_owned();
        let path = text("address").strip_prefix(&self.url).unwrap().to_owned();
        (path, text("id"))
    }
}

#[tokio::test]
async fn no_line_of_the_log_has_an_address_however_much_is_logged() {
    let mut child = signalbox(&["demo", "--auth", "--rows", "60", "--listen", "127.0.0.1:0"])
        .env("RUST_LOG", "trace")
        .spawn()
        .unwrap();
    let log = log(&mut child);
    let line = first_line(&mut child).await;
    let url = line.strip_prefix("signalbox listening on ").unwrap().to_owned();
    let mut browser = Browser::new(&url);
    browser.sign_in("lin", "/plans").await;
    let name = "__Host-signalbox-session";
    let asked = Asked {
        http: crate::proxy::browser(),
        cookie: format!("{name}={}", browser.cookie(name).unwrap()),
        url,
    };
    let ((good, kept), (bad, revoked)) = (asked.made().await, asked.made().await);
    let revoke = asked.to(Method::DELETE, &format!("/api/v1/feeds/{revoked}"));
    assert_eq!(
        revoke.header("cookie", &asked.cookie).send().await.unwrap().status(),
        204
    );
    let sealed = good.split('/').nth(2).unwrap();
    let mut wrong = sealed.to_owned();
    wrong.replace_range(30..31, if &wrong[30..31] == "A" { "B" } else { "A" });
    for (method, path, status) in [
        (Method::GET, good.clone(), 200),
        (Method::HEAD, good.clone(), 200),
        (Method::GET, bad.clone(), 404),
        (Method::GET, format!("/feed/{wrong}/plans.ics"), 404),
        (Method::GET, format!("/feed/{sealed}/plans.xlsx"), 404),
        (Method::POST, good.clone(), 405),
        (Method::GET, format!("/feed/{sealed}"), 0),
        (Method::GET, format!("/{sealed}/plans.ics"), 0),
        (Method::GET, format!("//feed/{sealed}/plans.ics"), 0),
        (Method::GET, format!("/feeds/{sealed}"), 0),
        (Method::GET, format!("/api/v1/feeds/{sealed}"), 0),
        (Method::GET, format!("/api/v1/session?feed={sealed}"), 401),
    ] {
        let answer = asked
            .to(method.clone(), &path)
            .header("referer", &path)
            .send()
            .await
            .unwrap();
        // What stands elsewhere is not this test's.
        assert!(
            status == 0 || answer.status() == status,
            "{method} {path}: {}",
            answer.status()
        );
        answer.bytes().await.unwrap();
    }
    let signed_in = asked.to(Method::DELETE, &format!("/api/v1/feeds/{sealed}"));
    assert_eq!(
        signed_in.header("cookie", &asked.cookie).send().await.unwrap().status(),
        404
    );
    signal(&child, Signal::SIGTERM);
    assert_eq!(code(&mut child).await, Some(0));
    let log = log.await.unwrap();
    let bad = bad.split('/').nth(2).unwrap();
    for secret in [sealed, bad, &wrong] {
        // A part of it would help nobody, and must not be there either.
        for part in [&secret[..24], &secret[100..124], &secret[secret.len() - 24..]] {
            let line = log.lines().find(|line| line.contains(part));
            assert_eq!(line, None);
        }
    }
    // It tells what an operator needs all the same.
    for words in [
        "a feed was made",
        "a feed was revoked",
        "/feed/…/plans.ics",
        "the feed is not in the list",
        "none of the keys has sealed this address",
        "the address has another file behind it",
        &format!("feed=\"{kept}\""),
        &format!("feed=\"{revoked}\" reason"),
        "maker=\"林晓雨\"",
    ] {
        assert!(log.contains(words), "{words}");
    }
}
