//! Query strings: a view's link, the timeline's, and what rows and exports are asked with.

use super::world::{NOW, Outside, ambient, choice};
use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};
use signalbox::ask::{Client, Limits};
use signalbox::config::{Environment, parse};
use signalbox::feeds::Feeds;
use signalbox::http::routes::router;
use signalbox::http::state::{App, Settings};
use signalbox::vendors::VENDORS;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use table::view::timeline::TimelineView;
use table::{Clock, Engine, Rows, View};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;
use url::Url;

/// `0` and a digit for the table: the link of a view; `1`: the timeline's; `2` and a digit: that of rows; `3`, a digit for the table and one for the
/// format: that of an export. Whether all of it was understood.
pub fn run(data: &[u8]) -> bool {
    let Some((kind, rest)) = choice(data, 4) else {
        return false;
    };
    if kind == 1 {
        return timeline(&String::from_utf8_lossy(rest));
    }
    let tables = catalog::tables();
    let Some((table, rest)) = choice(rest, tables.len()) else {
        return false;
    };
    let table = tables[table];
    match kind {
        0 => link(table, &String::from_utf8_lossy(rest)),
        2 => rows(table, rest),
        _ => export(table, rest),
    }
}

fn link(table: &'static catalog::Table, text: &str) -> bool {
    let view = View::parse(table, text);
    let query = view.to_query();
    let again = View::parse(table, &query);
    assert_eq!(again.to_query(), query);
    assert_eq!(again.items(), view.items());
    stays(&view.path());
    let rows = Rows::new(table);
    Engine::new().update(&rows, &view, &Clock::utc(NOW as i64 * 1000));
    view.items().iter().all(|item| item.understood)
}

/// A link leads to the page itself.
fn stays(path: &str) {
    let base = Url::parse("https://ops.example.com").ok();
    let led = base.as_ref().and_then(|base| base.join(path).ok());
    assert_eq!(led.map(|url| url.origin()), base.map(|url| url.origin()), "{path}");
}

fn timeline(text: &str) -> bool {
    let view = TimelineView::parse(text);
    let query = view.to_query();
    let again = TimelineView::parse(&query);
    assert_eq!(again, view);
    assert_eq!(again.to_query(), query);
    view.conditions.iter().all(|condition| condition.understood)
}

const CONFIG: &str = r#"
[[account]]
id = "a"
cloud = "alibaba"
regions = ["cn-hangzhou", "cn-beijing"]
credentials = { from = "static", access_key_id = { env = "KEY" }, access_key_secret = { env = "KEY" } }
clusters = ["c1"]

[[account]]
id = "h"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "static", ak = { env = "KEY" }, sk = { env = "KEY" } }
domain_id = "d"
projects = { "cn-north-4" = "p" }
stack_sets = ["s"]
"#;

/// A page of rows for whatever list is asked.
static ANSWER: LazyLock<Bytes> = LazyLock::new(|| {
    let time = "2026-11-30T01:02:03+08:00";
    let answer = json!({
        "plans": [{"plan_id": "p-1", "cluster_id": "c1", "type": "node", "state": "running", "start_time": time, "created": time}],
        "InstancePatchStates": [
            {"InstanceId": "i-1", "BaselineId": "pb", "PatchGroup": "g,1", "MissingCount": "3", "OperationStartTime": time},
            {"InstanceId": "=i-2", "BaselineId": "pb", "MissingCount": "null", "OwnerInformation": "生产 \u{202e}x"},
        ],
        "Data": [{"ClusterId": "c1", "NodePluginInfoList": [{"instanceId": "i-1", "PluginName": "x", "Online": true}, {"instanceId": "i-2"}]}],
        "data": [{"execution_id": "e1", "status": "FINISHED", "start_time": 1_790_000_000_000_u64, "parameters": [{"name": "a"}]}],
        "total": 1,
        "stack_set_operations": [{"operation_id": "o1", "action": "CREATE_STACK_SET", "status": "OPERATION_COMPLETE"}],
    });
    answer.to_string().into()
});

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build();
    runtime.unwrap_or_else(|error| panic!("no runtime: {error}"))
});

static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let environment: Environment = [("KEY", "key")].into_iter().collect();
    let read = parse(CONFIG, Path::new(""), &environment, None, VENDORS);
    let read = read.unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings {
        accounts: read.accounts.into_iter().map(Arc::new).collect(),
        feeds: Some(Arc::new(Feeds::of_this_process(ambient()))),
        ..Settings::default()
    };
    let outside = Outside(|_: &_| Response::new(ANSWER.clone()));
    let client = Client::new(Arc::new(outside), Limits::default(), ambient());
    router(Arc::new(App::new(settings, client)))
});

/// What the program answers to an address that begins so and goes on with any bytes.
pub(super) fn asked(begin: &str, rest: &[u8]) -> Option<(StatusCode, HeaderMap, Bytes)> {
    // A client cannot send other bytes than these as they are.
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'`');
    let encoded = rest.iter().map(|byte| {
        let text = char::from(*byte).to_string();
        if plain(byte) { text } else { format!("%{byte:02X}") }
    });
    let uri: String = [begin.to_owned()].into_iter().chain(encoded).collect();
    let request = Request::get(uri).body(Body::empty()).ok()?;
    RUNTIME.block_on(async {
        let answer = ROUTER.clone().oneshot(request).await.ok()?;
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.ok()?;
        Some((head.status, head.headers, body))
    })
}

fn rows(table: &catalog::Table, query: &[u8]) -> bool {
    let Some((status, _, body)) = asked(&format!("/api/v1/rows/{}?", table.id), query) else {
        return false;
    };
    assert_eq!(status, StatusCode::OK);
    let lines = body.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let lines: Result<Vec<Value>, _> = lines.map(serde_json::from_slice).collect();
    let lines = lines.unwrap_or_else(|error| panic!("a line is no JSON: {error}"));
    assert_eq!(lines.first().map(|line| &line["kind"]), Some(&json!("targets")));
    assert_eq!(lines.last().map(|line| &line["kind"]), Some(&json!("end")));
    lines.iter().any(|line| line["kind"] == "rows")
}

fn export(table: &catalog::Table, rest: &[u8]) -> bool {
    const ENDINGS: [&str; 5] = ["csv", "json", "ndjson", "ics", "xlsx"];
    let Some((ending, query)) = choice(rest, ENDINGS.len()) else {
        return false;
    };
    let ending = ENDINGS[ending];
    let Some((status, headers, body)) = asked(&format!("/api/v1/export/{}.{ending}?", table.id), query) else {
        return false;
    };
    if ending == "ics" && table.id != "plans" {
        assert_eq!(status, StatusCode::NOT_FOUND);
        return false;
    }
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
    match ending {
        "json" => assert!(serde_json::from_slice::<Value>(&body).is_ok()),
        "ndjson" => {
            let mut lines = body.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
            assert!(lines.all(|line| serde_json::from_slice::<Value>(line).is_ok()));
        }
        // RFC 5545 §3.1: lines end so, and are folded.
        "ics" => {
            let text = String::from_utf8_lossy(&body);
            assert!(
                text.split_terminator("\r\n")
                    .all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])),
                "{text}"
            );
        }
        "xlsx" => assert!(body.starts_with(b"PK")),
        _ => assert!(std::str::from_utf8(&body).is_ok()),
    }
    !headers.contains_key("x-signalbox-not-understood")
}
