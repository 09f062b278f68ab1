//! Exports: what the engine shows of what the clouds have, in every format.

use crate::proxy::{Proxy, Setup, Stream};
use serde_json::{Value, json};
use signalbox::ask::Limits;
use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use table::rows::Cell;
use table::{Clock, Engine, Rows, View, time};

/// Views of each table that use what the grammar has.
const VIEWS: [(&str, &str); 9] = [
    ("patches", ""),
    (
        "patches",
        "missing=gt.0&region=not.cn-beijing&sort=-missing,instance&cols=instance,missing,region,end",
    ),
    ("patches", "q=web&account=prod-cn,prod-intl&end=-30d..&sort=end"),
    ("patches", "cols=owner"),
    ("plans", "phase=scheduled&start=now..30d"),
    (
        "tickets",
        "phase=not.succeeded&sort=type,-start&cols=id,tags,parameters,phase,state",
    ),
    (
        "plugins",
        "online=false&cols=cluster_name,plugin,online,installed,error_message",
    ),
    ("operations", "stack_set=has.a&tz=Asia/Shanghai&created=2020-01-01.."),
    ("operations", "region=mars-1"),
];

async fn export(proxy: &Proxy, file: &str, query: &str) -> reqwest::Response {
    let response = proxy.get(&format!("/api/v1/export/{file}?{query}")).await;
    assert_eq!(response.status(), 200, "{file}?{query}");
    response
}

async fn document(proxy: &Proxy, table: &str, query: &str) -> Value {
    let text = export(proxy, &format!("{table}.json"), query)
        .await
        .text()
        .await
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What the page would have in memory.
fn rows_of(table: &str, stream: &Stream) -> Rows {
    let mut rows = Rows::new(catalog::table(table).unwrap());
    for target in stream.lines[0]["targets"].as_array().unwrap() {
        let text = |name: &str| target[name].as_str().unwrap();
        let source = catalog::source(text("source")).unwrap();
        rows.add_target(text("cloud"), text("account"), text("region"), source);
    }
    for line in stream.kind("rows") {
        let number = u32::try_from(line["target"].as_u64().unwrap()).unwrap();
        rows.ingest(number, &line["rows"].to_string()).unwrap();
    }
    rows
}

fn expected(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) | Cell::Unreadable(text) => json!(text),
        Cell::Number(number) if number.fract() == 0.0 => json!(format!("{number}").parse::<i64>().unwrap()),
        Cell::Number(number) => json!(number),
        Cell::Time(instant) => json!(time::format(*instant)),
        Cell::Bool(flag) => json!(flag),
        Cell::List(items) => items.clone().collect::<Vec<_>>().into(),
    }
}

#[tokio::test]
async fn every_format_is_what_the_engine_shows() {
    let proxy = Proxy::start(Setup::default()).await;
    let mut streams: HashMap<&str, Rows> = HashMap::new();
    for (table, query) in VIEWS {
        if !streams.contains_key(table) {
            streams.insert(table, rows_of(table, &proxy.rows(table, "").await));
        }
        let rows = &streams[table];
        let view = View::parse(rows.table(), query);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        // A single zone is asked for above, and it has had one offset for long.
        let shanghai = |date| time::midnight(date) - 8 * 3_600_000;
        let clock = Clock {
            now: i64::try_from(now).unwrap(),
            midnight: &shanghai,
        };
        let mut engine = Engine::new();
        engine.update(rows, &view, &clock);
        let columns = view.effective_cols();
        let ids: Vec<&str> = columns
            .iter()
            .map(|at| rows.table().columns().nth(*at).unwrap().id)
            .collect();

        let whole = document(&proxy, table, query).await;
        let shown = whole["rows"].as_array().unwrap();
        assert_eq!(shown.len(), engine.matching().len(), "{table}?{query}");
        assert_eq!(shown.is_empty(), query == "region=mars-1", "{table}?{query}");
        let lines = export(&proxy, &format!("{table}.ndjson"), query)
            .await
            .text()
            .await
            .unwrap();
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(&lines, shown);
        let text = export(&proxy, &format!("{table}.csv"), query)
            .await
            .text()
            .await
            .unwrap();
        let first = text.split("\r\n").next().unwrap();
        assert_eq!(first, ids.join(","), "{table}?{query}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), shown.len(), "{table}?{query}");

        for ((row, object), record) in engine.matching().iter().zip(shown).zip(&records) {
            assert_eq!(object.as_object().unwrap().len(), columns.len());
            for ((at, id), cell) in columns.iter().zip(&ids).zip(record) {
                assert_eq!(object[id], expected(&rows.cell(*row, *at)), "{table}?{query}: {id}");
                let plain = rows.text(*row, *at);
                let undone = cell.strip_prefix('\'').unwrap_or(cell);
                assert!(cell == plain || undone == plain, "{cell:?} for {plain:?}");
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
            }
        }
    }
}

/// The records of groups are those that one counts and adds up from the rows.
#[tokio::test]
async fn groups_are_counted_and_added_up() {
    let proxy = Proxy::start(Setup::default()).await;
    let rows = document(&proxy, "patches", "missing=gt.0&cols=account,group,missing").await;
    let mut expected: std::collections::BTreeMap<(String, String), (u64, f64)> = std::collections::BTreeMap::new();
    for row in rows["rows"].as_array().unwrap() {
        let text = |id: &str| row[id].as_str().unwrap_or_default().to_owned();
        let (count, sum) = expected.entry((text("account"), text("group"))).or_default();
        *count += 1;
        *sum += row["missing"].as_f64().unwrap();
    }
    assert!(expected.len() > 2, "{expected:?}");
    let query = "missing=gt.0&by=group,account&cols=instance,missing&sort=-count";
    let groups = document(&proxy, "patches", query).await;
    let link = groups["link"].as_str().unwrap();
    assert!(
        link.ends_with("/patches?missing=gt.0&by=account,group&sort=-count&cols=instance,missing"),
        "{link}"
    );
    assert_eq!(groups["not_understood"], json!([]));
    let groups = groups["rows"].as_array().unwrap();
    assert_eq!(groups.len(), expected.len());
    let mut counts = Vec::new();
    for group in groups {
        let ids: Vec<_> = group.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(ids, ["account", "count", "group", "missing"], "{group}");
        let text = |id: &str| group[id].as_str().unwrap_or_default().to_owned();
        let (count, sum) = expected[&(text("account"), text("group"))];
        assert_eq!(
            (group["count"].as_u64(), group["missing"].as_f64()),
            (Some(count), Some(sum))
        );
        counts.push(count);
    }
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    let csv = export(&proxy, "patches.csv", query).await.text().await.unwrap();
    assert_eq!(csv.lines().next(), Some("account,group,count,missing"));
    assert_eq!(csv.lines().count(), groups.len() + 1);
}

#[tokio::test]
async fn an_export_says_where_it_comes_from() {
    let proxy = Proxy::start(Setup {
        public_url: Some("https://ops.example.com"),
        ..Setup::default()
    })
    .await;
    let query = "sort=-missing&missing=gt.0&account=prod-intl,prod-cn&colour=red&since=last&row=x&view=Unpatched";
    let link = "https://ops.example.com/patches?account=prod-cn,prod-intl&missing=gt.0&colour=red&view=Unpatched&row=x&since=last&sort=-missing";
    let whole = document(&proxy, "patches", query).await;
    assert_eq!(whole["link"], link);
    assert_eq!(whole["not_understood"], json!(["colour=red", "since=last"]));
    assert_eq!(whole["zone"], "UTC");
    let targets = whole["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 5, "those of two accounts");
    let oldest = targets.iter().map(|target| target["as_of"].as_str().unwrap()).min();
    assert_eq!(whole["as_of"].as_str(), oldest);
    for target in targets {
        assert_eq!((&target["state"], &target["error"]), (&json!("ok"), &Value::Null));
        assert_eq!(target["source"], "alibaba.oos.instance-patch-states");
        assert!(target["rows"].as_u64() > Some(0) && target.get("capped").is_none());
    }
    for (ending, kind) in [
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("json", "application/json"),
        ("ndjson", "application/x-ndjson"),
    ] {
        let response = export(&proxy, &format!("patches.{ending}"), query).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), kind);
        assert_eq!(
            header("link"),
            format!("<{link}>; rel=\"alternate\"; type=\"text/html\"")
        );
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("x-signalbox-targets"), "ok=5, capped=0, failed=0");
        assert_eq!(header("x-signalbox-not-understood"), "\"colour=red\", \"since=last\"");
        assert_eq!(header("x-signalbox-zone"), "UTC");
        assert!(response.headers().get("x-signalbox-gaps").is_none());
        let as_of = header("x-signalbox-as-of");
        let stamp = format!("{}{}Z", &as_of[..13], &as_of[14..16]);
        assert_eq!(
            header("content-disposition"),
            format!("attachment; filename=\"patches-{stamp}.{ending}\"")
        );
    }
}

#[tokio::test]
async fn without_a_public_address_the_link_leads_back() {
    let proxy = Proxy::start(Setup::default()).await;
    let whole = document(&proxy, "operations", "").await;
    assert_eq!(whole["link"], format!("{}/operations", proxy.url));
}

#[tokio::test]
async fn only_targets_that_the_view_can_show_are_asked() {
    let proxy = Proxy::start(Setup::default()).await;
    let whole = document(&proxy, "patches", "account=prod-cn&region=has.BEI").await;
    let targets = whole["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 1);
    assert_eq!(
        (&targets[0]["account"], &targets[0]["region"]),
        (&json!("prod-cn"), &json!("cn-beijing"))
    );
    assert_eq!(
        whole["rows"].as_array().unwrap().len() as u64,
        targets[0]["rows"].as_u64().unwrap()
    );
    let before = proxy.clouds.requests();
    let nobody = document(&proxy, "patches", "account=nobody").await;
    assert_eq!(
        (&nobody["targets"], &nobody["rows"], &nobody["as_of"]),
        (&json!([]), &json!([]), &Value::Null)
    );
    assert_eq!(proxy.clouds.requests(), before);
}

#[tokio::test]
async fn compressed_exports_are_the_same() {
    let proxy = Proxy::start(Setup::default()).await;
    let path = "/api/v1/export/patches.csv?sort=instance";
    let plain = proxy.get(path).await.bytes().await.unwrap();
    let request = proxy
        .http
        .get(format!("{}{path}", proxy.url))
        .header("accept-encoding", "zstd");
    let packed = request.send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "zstd");
    let packed = packed.bytes().await.unwrap();
    let text = zstd::stream::decode_all(&*packed).unwrap();
    assert!(text == plain && packed.len() * 4 < plain.len());
}

#[tokio::test]
async fn head_tells_all_but_the_rows() {
    let proxy = Proxy::with_faults("deny@oos/cn-beijing").await;
    let head = proxy.http.head(format!("{}/api/v1/export/patches.csv", proxy.url));
    let head = head.send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["x-signalbox-targets"], "ok=5, capped=0, failed=1");
    assert!(head.headers().contains_key("x-signalbox-gaps") && head.headers().contains_key("content-disposition"));
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_there_is_not_is_a_problem() {
    let proxy = Proxy::start(Setup::default()).await;
    for file in [
        "nothing.csv",
        "patches.ods",
        "patches",
        "patches.ics",
        ".csv",
        "%FF.csv",
    ] {
        let response = proxy.get(&format!("/api/v1/export/{file}")).await;
        assert_eq!(response.status(), 404, "{file}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        let detail = body["detail"].as_str().unwrap();
        assert!(detail.contains("patches") && detail.contains("plans.ics"), "{detail}");
    }
    assert_eq!(proxy.clouds.requests(), 0);
    let post = proxy.http.post(format!("{}/api/v1/export/patches.csv", proxy.url));
    assert_eq!(post.send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn exports_never_take_more_memory_than_they_may() {
    let limits = Limits {
        export_bytes: 256 << 10,
        ..Limits::default()
    };
    let proxy = Proxy::start(Setup {
        limits,
        ..Setup::default()
    })
    .await;
    let response = proxy.get("/api/v1/export/patches.json").await;
    assert_eq!(response.status(), 507);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    // All of it has been given back.
    for _ in 0..3 {
        let small = document(&proxy, "patches", "account=staging-cn").await;
        assert!(!small["rows"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_client_that_goes_away_ends_the_walks() {
    let proxy = Proxy::start(Setup {
        rows: 1_000_000,
        ..Setup::default()
    })
    .await;
    let request = proxy.http.get(format!("{}/api/v1/export/patches.csv", proxy.url));
    let gone = tokio::time::timeout(Duration::from_secs(1), request.send()).await;
    assert!(gone.is_err(), "a million rows within a second");
    assert!(proxy.clouds.requests() > 0);
    let start = std::time::Instant::now();
    loop {
        let before = proxy.clouds.requests();
        tokio::time::sleep(Duration::from_millis(300)).await;
        if proxy.clouds.requests() == before {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "still asking");
    }
    assert!(proxy.clouds.requests() < 10_000);
}
