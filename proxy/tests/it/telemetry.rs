//! What Prometheus is told, and the files for it.

use crate::serving::Serving;
use demo_clouds::{Faults, Options};
use signalbox::telemetry::Metrics;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The metrics that a text names, without what a histogram puts behind its name.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    let own = words.filter(|word| word.starts_with("signalbox_"));
    let name = |word: &str| {
        let plain = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| word.strip_suffix(end));
        plain.unwrap_or(word).to_owned()
    };
    own.map(name).collect()
}

#[test]
fn files_name_metrics_that_there_are_and_the_guide_names_all() {
    let metrics = Metrics::new();
    let there: BTreeSet<String> = metrics.described().iter().map(|(name, _)| (*name).to_owned()).collect();
    for file in ["deploy/prometheus/alerts.yml", "deploy/grafana/signalbox.json"] {
        let named = named(&read(file));
        let unknown: Vec<_> = named.difference(&there).collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}");
        assert!(named.len() > 5, "{file} names {named:?}");
    }
    // A picture for each: what nobody looks at need not be counted.
    let shown = named(&read("deploy/grafana/signalbox.json"));
    assert_eq!(there.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new());
    let told = named(&read("docs/configuration.md"));
    assert_eq!(there.difference(&told).collect::<Vec<_>>(), Vec::<&String>::new());
    let dashboard: serde_json::Value = serde_json::from_str(&read("deploy/grafana/signalbox.json")).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 20);
}

/// What promtool says of a file; nothing where there is no promtool.
fn promtool(arguments: &[&str], input: Stdio) {
    let Some(program) = std::env::var_os("SIGNALBOX_PROMTOOL") else {
        eprintln!("skipped: SIGNALBOX_PROMTOOL names no promtool");
        return;
    };
    let said = Command::new(program).args(arguments).stdin(input).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(said.status.success(), "{}{}", text(&said.stdout), text(&said.stderr));
}

/// What is told is as promtool likes it.
async fn promtool_takes(serving: &Serving) {
    let file = serving.folder.path().join("metrics");
    std::fs::write(&file, serving.metrics().await).unwrap();
    promtool(&["check", "metrics"], std::fs::File::open(&file).unwrap().into());
}

#[test]
fn the_alerts_are_rules_that_prometheus_takes() {
    let rules = root().join("deploy/prometheus/alerts.yml");
    promtool(
        &["check", "rules", "--lint-fatal", rules.to_str().unwrap()],
        Stdio::null(),
    );
    let cases = root().join("deploy/prometheus/alerts.test.yml");
    promtool(&["test", "rules", cases.to_str().unwrap()], Stdio::null());
}

/// Each question of the dashboard, as a rule: of those promtool knows whether they can be asked.
#[test]
fn the_dashboard_asks_what_prometheus_understands() {
    let dashboard: serde_json::Value = serde_json::from_str(&read("deploy/grafana/signalbox.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().cloned().unwrap_or_default());
    let rules: Vec<_> = (0..)
        .zip(targets)
        .map(|(at, target): (u32, _)| {
            let asked = target["expr"].as_str().unwrap().replace("$__rate_interval", "5m");
            serde_json::json!({"record": format!("question:{at}"), "expr": asked.replace("$instance", ".*")})
        })
        .collect();
    assert!(rules.len() > 25, "{}", rules.len());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    // JSON is YAML.
    let all = serde_json::json!({"groups": [{"name": "dashboard", "rules": rules}]});
    std::fs::write(&file, all.to_string()).unwrap();
    promtool(&["check", "rules", file.to_str().unwrap()], Stdio::null());
}

#[tokio::test]
async fn what_is_counted_is_as_prometheus_likes_it_and_its_labels_are_few() {
    let serving = Serving::with("", Options::default()).await;
    let known = "signalbox_http_requests_total{route=\"/api/v1/rows/{table}\",status=\"2xx\"}";
    let before = serving.metric(known).await.unwrap_or_default();
    for table in ["patches", "plans"] {
        let text = serving
            .get(&format!("/api/v1/rows/{table}"))
            .await
            .text()
            .await
            .unwrap();
        assert!(text.ends_with("{\"kind\":\"end\"}\n"));
    }
    assert_eq!(serving.metric(known).await, Some(before + 2.0));
    let series = async || serving.metrics().await.lines().count();
    serving.get("/nowhere-0").await;
    serving.get("/api/v1/rows/nowhere-0").await;
    serving.get("/api/nowhere-0").await;
    let few = series().await;
    for at in 1..30 {
        serving.get(&format!("/nowhere-{at}?x={at}")).await;
        serving.get(&format!("/api/v1/rows/nowhere-{at}")).await;
        serving.get(&format!("/api/nowhere-{at}")).await;
    }
    assert_eq!(series().await, few, "{}", serving.metrics().await);
    promtool_takes(&serving).await;
    // There is nothing else at that listener, and it is not at the people's.
    assert_eq!(
        serving
            .get("/metrics")
            .await
            .text()
            .await
            .unwrap()
            .find("signalbox_http"),
        None
    );
}

#[tokio::test]
async fn requests_walks_and_the_cache_are_counted() {
    let options = Options {
        rows: 300,
        faults: Faults::parse("throttle@oos/cn-hangzhou:1,deny@coc").unwrap(),
        ..Options::default()
    };
    let serving = Serving::with("", options).await;
    let rows = async |table: &str| {
        let text = serving
            .get(&format!("/api/v1/rows/{table}"))
            .await
            .text()
            .await
            .unwrap();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let done: Vec<u64> = lines
            .filter_map(|line| (line["kind"] == "done").then(|| line["rows"].as_u64().unwrap()))
            .collect();
        (done.len(), done.iter().sum::<u64>())
    };
    let (done, count) = rows("patches").await;
    assert!(done > 1 && count > 100, "{done} targets with {count} rows");
    rows("tickets").await;
    assert_eq!(rows("patches").await, (done, count));
    let value = async |series: &str| serving.metric(&format!("signalbox_{series}")).await.unwrap_or(-1.0) as i64;
    let source = "source=\"alibaba.oos.instance-patch-states\"";
    assert_eq!(
        value(&format!("walks_total{{outcome=\"done\",{source}}}")).await,
        done as i64
    );
    assert_eq!(value(&format!("walk_rows_total{{{source}}}")).await, count as i64);
    assert!(value(&format!("walk_pages_total{{{source}}}")).await >= done as i64);
    assert_eq!(
        value(&format!("walk_duration_seconds_count{{{source}}}")).await,
        done as i64
    );
    assert!(value("walks_total{outcome=\"failed\",source=\"huawei.coc.executions\"}").await >= 1);
    assert_eq!(value("walks_in_flight").await, 0);
    assert!(value("cloud_requests_total{outcome=\"throttled\",service=\"oos\"}").await >= 1);
    assert!(value("cloud_retries_total{reason=\"throttled\",service=\"oos\"}").await >= 1);
    assert!(value("cloud_requests_total{outcome=\"ok\",service=\"oos\"}").await >= done as i64);
    assert!(value("cloud_requests_total{outcome=\"refused\",service=\"coc\"}").await >= 1);
    assert!(value("cloud_request_duration_seconds_count{service=\"oos\"}").await > done as i64);
    assert!(value("limit_wait_seconds_count{limit=\"turn\"}").await >= done as i64);
    assert!(value("limit_wait_seconds_count{limit=\"concurrency\"}").await >= done as i64);
    assert!(value("cache_answers_total{result=\"miss\"}").await >= done as i64);
    assert_eq!(value("cache_answers_total{result=\"fresh\"}").await, done as i64);
    assert!(value("cache_bytes").await > 0);
    promtool_takes(&serving).await;
}

#[tokio::test]
async fn the_log_is_json_where_that_is_wanted() {
    let serving = Serving::with("[log]\nformat = \"json\"", Options::default()).await;
    serving.write("listen = [");
    serving.hang_up();
    let why = "the old configuration stays";
    serving
        .until(std::time::Duration::from_secs(15), why, async || {
            serving.log().contains(why)
        })
        .await;
    for line in serving.log().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["message"].is_string() && line["level"].is_string(), "{line}");
    }
}
