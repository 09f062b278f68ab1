//! `plans.ics`: the planned windows.

use crate::proxy::{Proxy, Setup};
use serde_json::Value;

async fn text(proxy: &Proxy, path: &str) -> String {
    let response = proxy.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

async fn json(proxy: &Proxy, path: &str) -> Value {
    serde_json::from_str(&text(proxy, path).await).unwrap()
}

/// The content lines with this name, unfolded, without it.
fn lines(text: &str, name: &str) -> Vec<String> {
    let text = text.replace("\r\n ", "");
    let named = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(':')?.to_owned());
    text.split("\r\n").filter_map(named).collect()
}

#[tokio::test]
async fn the_calendar_has_every_planned_window() {
    let proxy = Proxy::start(Setup::default()).await;
    let query = "phase=scheduled&start=now..7d&sort=start&cols=id,start,account";
    let whole = json(&proxy, &format!("/api/v1/export/plans.json?{query}")).await;
    let rows = whole["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    let response = proxy.get(&format!("/api/v1/export/plans.ics?{query}")).await;
    assert_eq!(response.headers()["content-type"], "text/calendar; charset=utf-8");
    let name = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    // The cloud cuts the longest of these lists.
    let cut = whole["targets"]
        .as_array()
        .unwrap()
        .iter()
        .any(|target| target["state"] == "capped");
    assert!(cut, "{}", whole["targets"]);
    assert!(
        name.starts_with("attachment; filename=\"plans-20") && name.ends_with("Z-incomplete.ics\""),
        "{name}"
    );
    assert!(response.headers().contains_key("x-signalbox-as-of"));
    let calendar = response.text().await.unwrap();
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    assert!(
        calendar
            .split("\r\n")
            .all(|line| line.len() <= 75 && !line.contains('\n'))
    );
    let uids: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "plans/{}/{}@signalbox",
                row["account"].as_str().unwrap(),
                row["id"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(lines(&calendar, "UID"), uids, "in the view's order");
    let starts: Vec<String> = rows
        .iter()
        .map(|row| row["start"].as_str().unwrap().replace(['-', ':'], ""))
        .collect();
    assert_eq!(lines(&calendar, "DTSTART"), starts);
    for one in ["DTEND", "DTSTAMP", "SUMMARY", "DESCRIPTION", "URL", "STATUS"] {
        assert_eq!(lines(&calendar, one).len(), rows.len(), "{one}");
    }
    for url in lines(&calendar, "URL") {
        assert!(url.starts_with(&format!("{}/plans?row=", proxy.url)), "{url}");
    }
    let again = text(&proxy, &format!("/api/v1/export/plans.ics?{query}")).await;
    assert_eq!(lines(&again, "UID"), uids, "for ever");
}

#[tokio::test]
async fn a_calendar_says_what_it_lacks_and_is_never_emptied_by_a_failure() {
    let proxy = Proxy::with_faults("deny@cs/cn-beijing").await;
    let calendar = text(&proxy, "/api/v1/export/plans.ics").await;
    let about = lines(&calendar, "X-WR-CALDESC").concat();
    assert!(
        about.contains("prod-cn/cn-beijing/alibaba.cs.operation-plans (Forbidden"),
        "{about}"
    );
    assert!(!lines(&calendar, "UID").is_empty());
    let all = Proxy::with_faults("deny@cs").await;
    assert_eq!(all.get("/api/v1/export/plans.ics").await.status(), 502);
}
