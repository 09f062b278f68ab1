//! Addresses for programs that cannot sign in.

mod log;
mod rights;
mod wrong;

use crate::proxy::{Proxy, Setup, feeds};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use signalbox::auth::Configured;
use signalbox::auth::header::TrustedHeader;
use signalbox::feeds::MOST;
use signalbox::grants::{Grant, Holders, Pattern};

const ANN: [(&str, &str); 2] = [
    ("X-Forwarded-User", "ann@example.com"),
    ("X-Forwarded-Groups", "dev,sre"),
];
const EVE: [(&str, &str); 2] = [("X-Forwarded-User", "eve@example.com"), ("X-Forwarded-Groups", "sre")];
const VIEW: &str = "/plans?phase=scheduled&start=now..7d&tz=Asia/Shanghai";

fn front() -> Configured {
    Configured::Header(TrustedHeader {
        trusted: vec!["127.0.0.0/8".parse().unwrap()],
        user: "x-forwarded-user".parse().unwrap(),
        groups: Some("x-forwarded-groups".parse().unwrap()),
        groups_separator: ",".to_owned(),
    })
}

fn grant(groups: &[&str], users: &[&str], accounts: &str, tables: &str) -> Grant {
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Grant {
        holders: Holders::Named {
            groups: set(groups),
            users: set(users),
        },
        accounts: vec![Pattern::new(accounts)],
        tables: vec![Pattern::new(tables)],
    }
}

/// Behind a front, with feeds, and plans and tickets of one account for `sre`.
fn setup() -> Setup {
    Setup {
        rows: 100,
        sign_in: Box::new(|_| front()),
        grants: vec![
            grant(&["sre"], &[], "prod-cn*", "plans"),
            grant(&["sre"], &[], "*", "tickets"),
        ],
        feeds: Some(feeds()),
        ..Setup::default()
    }
}

impl Proxy {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(body.to_string()),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn make(&self, who: &[(&str, &str)], view: &str, format: &str) -> Response {
        let wish = json!({"view": view, "format": format});
        self.ask(Method::POST, "/api/v1/feeds", who, Some(wish)).await
    }

    /// The path of a feed's address, and its id.
    async fn made(&self, who: &[(&str, &str)], view: &str, format: &str) -> (String, String) {
        let answer = self.make(who, view, format).await;
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let made = body(answer).await;
        let text = |member: &str| made[member].as_str().unwrap().to_owned();
        let path = text("address").strip_prefix(&self.url).unwrap().to_owned();
        (path, text("id"))
    }

    async fn revoke(&self, who: &[(&str, &str)], id: &str) -> u16 {
        let path = format!("/api/v1/feeds/{id}");
        self.ask(Method::DELETE, &path, who, None).await.status().as_u16()
    }

    async fn own(&self, who: &[(&str, &str)]) -> Value {
        body(self.ask(Method::GET, "/api/v1/feeds", who, None).await).await
    }

    async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }
}

async fn body(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// The values of a calendar's lines of this name.
fn lines(text: &str, name: &str) -> Vec<String> {
    let text = text.replace("\r\n ", "");
    let named = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(':')?.to_owned());
    text.split("\r\n").filter_map(named).collect()
}

#[tokio::test]
async fn a_calendar_reads_what_its_maker_may_without_signing_in() {
    let proxy = Proxy::start(setup()).await;
    let (path, _) = proxy.made(&ANN, &format!("{VIEW}&lang=zh"), "ics").await;
    let (begin, end) = (path.starts_with("/feed/"), path.ends_with("/plans.ics"));
    assert!(begin && end && path.matches('/').count() == 3, "{path}");
    let answer = proxy.get(&path).await;
    assert_eq!(answer.status(), 200);
    for (name, value) in [
        ("content-type", "text/calendar; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(answer.headers()[name], value, "{name}");
    }
    assert!(!answer.headers().contains_key("set-cookie"));
    let calendar = answer.text().await.unwrap();
    let export = format!("/api/v1/export/plans.ics?{}&lang=zh", VIEW.split_once('?').unwrap().1);
    let export = proxy.ask(Method::GET, &export, &ANN, None).await.text().await.unwrap();
    let uids = lines(&export, "UID");
    assert!(!uids.is_empty());
    assert_eq!(lines(&calendar, "UID"), uids);
    assert!(uids.iter().all(|uid| uid.starts_with("plans/prod-cn")), "{uids:?}");
    assert_eq!(lines(&calendar, "TRANSP"), vec!["TRANSPARENT"; uids.len()]);
    let chinese = catalog::table("plans").unwrap().label.zh;
    assert_eq!(lines(&calendar, "X-WR-CALNAME"), [format!("Signalbox: {chinese}")]);
    assert_eq!(lines(&calendar, "X-PUBLISHED-TTL"), ["PT1H"]);
    // Its view means now whenever it is read.
    let about = lines(&calendar, "X-WR-CALDESC").concat();
    assert!(about.contains("start=now..7d") && !about.contains("/feed/"), "{about}");

    // What calendar programs and browsers of other sites send, and whoever says that they are somebody, changes nothing.
    for headers in [
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://calendar.example")][..],
        &[
            ("Cookie", "__Host-signalbox-session=x"),
            ("Authorization", "Basic eA=="),
        ],
        &[("X-Forwarded-User", "eve"), ("X-Forwarded-Groups", "root")],
        &[("X_Forwarded_User", "eve")],
        &[("Authorization", "Bearer sbx_wrong")],
    ] {
        let answer = proxy.ask(Method::GET, &path, headers, None).await;
        assert_eq!(answer.status(), 200, "{headers:?}");
        assert_eq!(lines(&answer.text().await.unwrap(), "UID"), uids, "{headers:?}");
    }
    let head = proxy.ask(Method::HEAD, &path, &[], None).await;
    assert_eq!(head.status(), 200);
    assert!(head.headers().contains_key("x-signalbox-as-of"));
    assert_eq!(head.text().await.unwrap(), "");
    // Whoever has the address reads this view and no other.
    let asked = format!("{path}?account=prod-intl&phase=failed&lang=en");
    assert_eq!(lines(&proxy.get(&asked).await.text().await.unwrap(), "UID"), uids);
}

#[tokio::test]
async fn the_same_address_has_the_rows_as_data() {
    let proxy = Proxy::start(setup()).await;
    let view = "/tickets?row=x&view=mine&phase=failed,action&sort=-end&cols=id,phase,account&bom=true";
    let (path, _) = proxy.made(&ANN, view, "csv").await;
    let csv = proxy.get(&path).await;
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8; header=present");
    let csv = csv.text().await.unwrap();
    assert!(csv.starts_with("\u{feff}id,phase,account\r\n"), "{csv}");
    let json = body(proxy.get(&path.replace(".csv", ".json")).await).await;
    let rows = json["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && csv.lines().count() == rows.len() + 1);
    let link = json["link"].as_str().unwrap();
    assert_eq!(
        link,
        format!(
            "{}/tickets?phase=action,failed&sort=-end&cols=id,phase,account",
            proxy.url
        )
    );
    let own = proxy.own(&ANN).await;
    assert_eq!(
        own["feeds"][0]["view"],
        "/tickets?phase=action,failed&sort=-end&cols=id,phase,account&bom=true"
    );
}

#[tokio::test]
async fn what_a_feed_lacks_is_said_in_it_and_a_failure_empties_no_calendar() {
    let proxy = Proxy::start(Setup {
        faults: "deny@cs/cn-beijing",
        ..setup()
    })
    .await;
    let (path, _) = proxy.made(&ANN, "/plans", "ics").await;
    let answer = proxy.get(&path).await;
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.ends_with("-incomplete.ics\""), "{name}");
    let calendar = answer.text().await.unwrap();
    let about = lines(&calendar, "X-WR-CALDESC").concat();
    assert!(
        about.contains("Incomplete: ") && about.contains("prod-cn/cn-beijing/alibaba.cs.operation-plans (Forbidden"),
        "{about}"
    );
    assert!(!lines(&calendar, "UID").is_empty());
    let all = Proxy::start(Setup {
        faults: "deny@cs",
        ..setup()
    })
    .await;
    let (path, _) = all.made(&ANN, "/plans", "ics").await;
    assert_eq!(all.status(&path).await, 502);
}

#[tokio::test]
async fn a_maker_sees_and_revokes_their_own_alone() {
    let proxy = Proxy::start(setup()).await;
    let (first, id) = proxy.made(&ANN, VIEW, "ics").await;
    let (second, other) = proxy.made(&ANN, "/tickets", "json").await;
    let (theirs, foreign) = proxy.made(&EVE, VIEW, "ics").await;
    let own = proxy.own(&ANN).await;
    let text = own.to_string();
    assert!(
        !text.contains("address") && !text.contains(first.split('/').nth(2).unwrap()),
        "{text}"
    );
    assert_eq!((&own["lasting"], &own["most"]), (&json!(false), &json!(MOST)));
    let ids: Vec<_> = own["feeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feed| &feed["id"])
        .collect();
    assert_eq!(ids, [&json!(other), &json!(id)], "the newest first, and nobody else's");
    assert_eq!(
        own["feeds"][1]["view"],
        "/plans?phase=scheduled&start=now..7d&tz=Asia/Shanghai"
    );
    assert_eq!(own["feeds"][1]["format"], "ics");

    for (who, id) in [(&ANN, foreign.as_str()), (&EVE, &id), (&ANN, "0000000000000000")] {
        let answer = proxy
            .ask(Method::DELETE, &format!("/api/v1/feeds/{id}"), who, None)
            .await;
        assert_eq!(answer.status(), 404);
        assert_eq!(body(answer).await["detail"], "you have no such feed");
    }
    assert_eq!(proxy.status(&first).await, 200);
    assert_eq!(proxy.revoke(&ANN, &id).await, 204);
    assert_eq!(proxy.revoke(&ANN, &id).await, 404);
    assert_eq!(proxy.status(&first).await, 404);
    for path in [&second, &theirs] {
        assert_eq!(proxy.status(path).await, 200);
    }
    assert_eq!(proxy.own(&ANN).await["feeds"].as_array().unwrap().len(), 1);
    assert_eq!(
        body(proxy.ask(Method::GET, "/api/v1/session", &ANN, None).await).await["feeds"],
        true
    );
}

#[tokio::test]
async fn whoever_has_enough_revokes_one_first() {
    let proxy = Proxy::start(setup()).await;
    for _ in 0..MOST {
        proxy.made(&ANN, "/plans", "ics").await;
    }
    let full = proxy.make(&ANN, "/plans", "ics").await;
    assert_eq!(full.status(), 409);
    assert!(body(full).await["detail"].as_str().unwrap().contains("20 feeds"));
    proxy.made(&EVE, "/plans", "ics").await;
    let own = proxy.own(&ANN).await;
    assert_eq!(proxy.revoke(&ANN, own["feeds"][7]["id"].as_str().unwrap()).await, 204);
    proxy.made(&ANN, "/plans", "ics").await;
}

#[tokio::test]
async fn where_nobody_signs_in_feeds_are_everybodys() {
    let proxy = Proxy::start(Setup {
        rows: 100,
        feeds: Some(feeds()),
        ..Setup::default()
    })
    .await;
    let (path, id) = proxy.made(&[], VIEW, "ics").await;
    assert_eq!(proxy.status(&path).await, 200);
    assert_eq!(proxy.own(&[]).await["feeds"][0]["id"], id);
    assert_eq!(proxy.revoke(&[], &id).await, 204);
    assert_eq!(proxy.status(&path).await, 404);
}
