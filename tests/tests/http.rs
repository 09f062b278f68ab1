//! The program over HTTP: the page's files, the session, the catalogue, the row streams.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Response};
use serde_json::Value;
use signalbox_tests::{Result, Server};

const TABLES: [&str; 5] = ["plans", "tickets", "patches", "plugins", "operations"];

struct Visitor {
    client: Client,
    server: Arc<Server>,
}

impl Visitor {
    fn new(demo: &[&str]) -> Result<Self> {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            server: Server::shared_demo(demo)?,
        })
    }

    async fn get(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Response> {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.insert(*name, HeaderValue::from_str(value)?);
        }
        Ok(self
            .client
            .get(format!("{}{path}", self.server.origin))
            .headers(all)
            .send()
            .await?)
    }

    async fn page(&self) -> Result<String> {
        Ok(self
            .get("/", &[("accept", "text/html")])
            .await?
            .error_for_status()?
            .text()
            .await?)
    }

    async fn json(&self, path: &str) -> Result<Value> {
        let response = self.get(path, &[]).await?;
        ensure!(response.status() == 200, "{path}: {}", response.status());
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }

    /// The lines of a row stream.
    async fn rows(&self, path: &str) -> Result<Vec<Value>> {
        let response = self.get(path, &[]).await?;
        ensure!(response.status() == 200, "{path}: {}", response.status());
        let text = response.text().await?;
        text.lines()
            .map(|line| serde_json::from_str(line).with_context(|| format!("{path}: {line:?} is no JSON")))
            .collect()
    }
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The addresses below `/assets/` that the page names.
fn assets(page: &str) -> BTreeSet<String> {
    page.split('"')
        .filter(|part| part.starts_with("/assets/"))
        .map(str::to_owned)
        .collect()
}

/// The files that the page names in an attribute of its script, beside the others.
fn beside<'a>(page: &'a str, attribute: &str) -> impl Iterator<Item = String> + use<'a> {
    let list = page
        .split_once(&format!("{attribute}=\""))
        .map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
    let folder = page
        .split("/assets/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    list.split(' ').map(move |name| format!("/assets/{folder}/{name}"))
}

// ---- the page ----

#[tokio::test]
async fn the_page_allows_nothing_but_its_own_files() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let response = visitor.get("/", &[("accept", "text/html")]).await?;
    assert_eq!(response.status(), 200);
    let policy = header(&response, "content-security-policy").to_owned();
    let directives: BTreeMap<&str, &str> = policy
        .split(';')
        .filter_map(|directive| directive.trim().split_once(' '))
        .collect();
    assert_eq!(directives.get("default-src"), Some(&"'none'"), "{policy}");
    assert_eq!(
        directives.get("script-src"),
        Some(&"'self' 'wasm-unsafe-eval'"),
        "{policy}"
    );
    assert_eq!(directives.get("style-src"), Some(&"'self'"), "{policy}");
    assert_eq!(directives.get("frame-ancestors"), Some(&"'none'"), "{policy}");
    for forbidden in ["'unsafe-inline'", "'unsafe-eval'", " *", "http:", "https:"] {
        ensure!(!policy.contains(forbidden), "{forbidden} in {policy}");
    }
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    ensure!(!header(&response, "referrer-policy").is_empty(), "no referrer policy");
    Ok(())
}

#[tokio::test]
async fn a_reload_costs_nothing_and_files_are_kept_for_ever() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let response = visitor.get("/", &[("accept", "text/html")]).await?;
    assert_eq!(
        header(&response, "cache-control"),
        "no-cache",
        "a new version must be seen"
    );
    let tag = header(&response, "etag").to_owned();
    let again = visitor
        .get("/", &[("accept", "text/html"), ("if-none-match", &tag)])
        .await?;
    assert_eq!(again.status(), 304);
    assert_eq!(again.bytes().await?.len(), 0);

    let page = response.text().await?;
    let files = assets(&page);
    ensure!(
        files.iter().any(|file| file.ends_with(".wasm")) && files.iter().any(|file| file.ends_with(".js")),
        "{files:?}"
    );
    let folders: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').nth(2)).collect();
    assert_eq!(folders.len(), 1, "files of one version: {files:?}");
    let lists = ["data-overview", "data-later", "data-styles"];
    let later: BTreeSet<String> = lists.iter().flat_map(|list| beside(&page, list)).collect();
    ensure!(
        later.iter().any(|file| file.ends_with(".wasm")) && later.iter().any(|file| file.ends_with(".css")),
        "{later:?}"
    );
    for file in files.iter().chain(&later) {
        let response = visitor.get(file, &[("accept-encoding", "br")]).await?;
        assert_eq!(response.status(), 200, "{file}");
        if file.ends_with(".wasm") {
            assert_eq!(header(&response, "content-encoding"), "br", "{file}");
        }
        let cache = header(&response, "cache-control");
        ensure!(
            cache.contains("immutable") && cache.contains("max-age=31536000"),
            "{file}: {cache}"
        );
        let expected = match file.rsplit('.').next() {
            Some("wasm") => "application/wasm",
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            _ => continue,
        };
        ensure!(
            header(&response, "content-type").starts_with(expected),
            "{file}: {}",
            header(&response, "content-type")
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_first_visit_loads_at_most_300_kilobytes() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let packed = [("accept-encoding", "gzip, br"), ("accept", "text/html,*/*")];
    let mut total = visitor.get("/", &packed).await?.bytes().await?.len();
    let page = visitor.page().await?;
    // The overview is a part of its own; the rest comes later.
    for file in assets(&page).into_iter().chain(beside(&page, "data-overview")) {
        let response = visitor.get(&file, &packed).await?;
        let encoding = header(&response, "content-encoding").to_owned();
        let length = response.bytes().await?.len();
        let raw = visitor.get(&file, &[]).await?.bytes().await?.len();
        ensure!(
            encoding == "br" || raw < 1000,
            "{file} ({raw} bytes) comes as {encoding:?}"
        );
        ensure!(length <= raw, "{file}: {length} packed, {raw} raw");
        let gzip = visitor.get(&file, &[("accept-encoding", "gzip")]).await?;
        ensure!(
            header(&gzip, "content-encoding") == "gzip" || raw < 1000,
            "{file}: no gzip"
        );
        total += length;
    }
    ensure!(total > 50_000, "{total} bytes are no page");
    ensure!(total <= 300 * 1024, "{total} bytes");
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_not_a_page() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    for path in [
        "/assets/0000000000000000/boot.js",
        "/assets/",
        "/assets/..%2fCargo.toml",
    ] {
        let response = visitor.get(path, &[]).await?;
        assert_eq!(response.status(), 404, "{path}");
        ensure!(
            !header(&response, "content-type").starts_with("text/html"),
            "{path} is a page"
        );
    }
    for path in ["/api/", "/api/v1/nothing", "/api/v1/rows/nothing"] {
        let response = visitor.get(path, &[("accept", "text/html")]).await?;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(header(&response, "content-type"), "application/problem+json", "{path}");
        let problem: Value = serde_json::from_slice(&response.bytes().await?)?;
        assert_eq!(problem["status"], 404, "{path}: {problem}");
        for field in ["title", "detail"] {
            ensure!(
                problem[field].as_str().is_some_and(|text| !text.is_empty()),
                "{path}: {problem}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_address_of_the_page_is_the_page() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let page = visitor.page().await?;
    for path in [
        "/plans",
        "/patches?missing=gt.0&sort=-missing",
        "/timeline",
        "/resource/c0123",
        "/resource/a/b",
        "/resource/%E4%B8%AD%2F%E6%96%87%20x",
    ] {
        let response = visitor.get(path, &[("accept", "text/html")]).await?;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.text().await?, page, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_of_another_site_that_only_resolves_here_gets_nothing() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let response = visitor
        .get("/api/v1/catalog", &[("host", "rebound.example.com")])
        .await?;
    ensure!(response.status().is_client_error(), "{}", response.status());
    Ok(())
}

// ---- the data ----

#[tokio::test]
async fn it_says_that_it_is_well() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    for path in ["/healthz", "/readyz"] {
        let response = visitor.get(path, &[]).await?;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.text().await?.trim(), "ok", "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn session_and_catalogue_say_who_and_what() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let session = visitor.json("/api/v1/session").await?;
    assert_eq!(session["mode"], "none", "{session}");
    for field in ["user", "groups", "expires"] {
        ensure!(session.get(field).is_some(), "no {field} in {session}");
    }
    let catalog = visitor.json("/api/v1/catalog").await?;
    let tables: Vec<&str> = catalog["tables"]
        .as_array()
        .context("tables")?
        .iter()
        .filter_map(|t| t["id"].as_str())
        .collect();
    assert_eq!(BTreeSet::from_iter(tables), BTreeSet::from(TABLES));
    for table in catalog["tables"].as_array().into_iter().flatten() {
        for column in table["columns"].as_array().context("columns")? {
            for language in ["en", "zh"] {
                ensure!(
                    column["label"][language].as_str().is_some_and(|word| !word.is_empty()),
                    "{table}: {column}"
                );
            }
            let kind = column["type"].as_str().unwrap_or_default();
            ensure!(["text", "number", "time", "bool", "list"].contains(&kind), "{column}");
        }
    }
    let clouds: BTreeSet<&str> = catalog["accounts"]
        .as_array()
        .context("accounts")?
        .iter()
        .filter_map(|a| a["cloud"].as_str())
        .collect();
    assert_eq!(clouds, BTreeSet::from(["alibaba", "huawei"]));
    for view in catalog["views"].as_array().context("views")? {
        for field in ["name", "table", "query"] {
            ensure!(view[field].is_string(), "{view}");
        }
    }
    let text = catalog.to_string().to_lowercase();
    ensure!(
        !text.contains("secret") && !text.contains("access_key"),
        "the catalogue tells secrets"
    );
    Ok(())
}

#[tokio::test]
async fn every_table_streams_rows_and_ends_every_target() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    for table in TABLES {
        let lines = visitor.rows(&format!("/api/v1/rows/{table}")).await?;
        let targets = lines[0]["targets"]
            .as_array()
            .with_context(|| format!("{table} begins with {}", lines[0]))?;
        ensure!(!targets.is_empty(), "{table} has no targets");
        assert_eq!(
            lines.last().map(|line| &line["kind"]),
            Some(&Value::from("end")),
            "{table}"
        );
        let mut rows = vec![0; targets.len()];
        let mut done = vec![false; targets.len()];
        for line in &lines[1..lines.len() - 1] {
            let target = usize::try_from(line["target"].as_u64().with_context(|| format!("{table}: {line}"))?)?;
            ensure!(!done[target], "{table}: {line} after the target's end");
            match line["kind"].as_str() {
                Some("rows") => rows[target] += line["rows"].as_array().context("rows")?.len(),
                Some("done") => {
                    done[target] = true;
                    assert_eq!(line["rows"], rows[target], "{table}: {line}");
                    ensure!(
                        line["as_of"].as_str().is_some_and(|time| time.ends_with('Z')),
                        "{table}: {line}"
                    );
                }
                _ => bail!("{table}: {line}"),
            }
        }
        ensure!(done.iter().all(|done| *done), "{table}: a target has no end");
        ensure!(rows.iter().sum::<usize>() > 0, "{table} is empty");
    }
    Ok(())
}

#[tokio::test]
async fn account_and_region_choose_targets() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let places = async |query: &str| -> Result<BTreeSet<(String, String)>> {
        let lines = visitor.rows(&format!("/api/v1/rows/patches{query}")).await?;
        let text = |target: &Value, field: &str| target[field].as_str().unwrap_or_default().to_owned();
        let targets = lines[0]["targets"].as_array().context("targets")?;
        Ok(targets
            .iter()
            .map(|target| (text(target, "account"), text(target, "region")))
            .collect())
    };
    let all = places("").await?;
    let two = places("?account=prod-cn,prod-intl&region=cn-hangzhou,eu-central-1").await?;
    let expected = [("prod-cn", "cn-hangzhou"), ("prod-intl", "eu-central-1")];
    assert_eq!(
        two,
        expected
            .map(|(account, region)| (account.to_owned(), region.to_owned()))
            .into()
    );
    ensure!(all.is_superset(&two) && all.len() > two.len(), "{all:?}");
    Ok(())
}

/// Rows are on their way long before the slowest cloud has answered.
#[tokio::test]
async fn the_stream_does_not_wait_for_the_slowest() -> Result<()> {
    let visitor = Visitor::new(&["--faults", "hang@oos/cn-beijing"])?;
    let start = Instant::now();
    let mut response = visitor.get("/api/v1/rows/patches", &[]).await?;
    let mut text = Vec::new();
    while let Some(part) = response.chunk().await? {
        text.extend_from_slice(&part);
        if String::from_utf8_lossy(&text).contains("\"kind\":\"rows\"") {
            return Ok(());
        }
        ensure!(
            start.elapsed() < Duration::from_secs(20),
            "no rows after {:?}",
            start.elapsed()
        );
    }
    bail!("the stream ended without rows: {}", String::from_utf8_lossy(&text))
}

#[tokio::test]
async fn a_failed_target_hides_no_rows_and_says_why() -> Result<()> {
    let visitor = Visitor::new(&["--faults", "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always"])?;
    let lines = visitor.rows("/api/v1/rows/patches").await?;
    let targets = lines[0]["targets"].as_array().context("targets")?.clone();
    let failed: BTreeMap<&str, &Value> = lines
        .iter()
        .filter(|line| line["kind"] == "failed")
        .filter_map(|line| {
            Some((
                targets.get(usize::try_from(line["target"].as_u64()?).ok()?)?["region"].as_str()?,
                &line["error"],
            ))
        })
        .collect();
    assert_eq!(
        BTreeSet::from_iter(failed.keys().copied()),
        BTreeSet::from(["cn-beijing", "cn-shanghai"])
    );
    let denied = failed["cn-beijing"];
    assert_eq!(denied["status"], 403, "{denied}");
    let throttled = failed["cn-shanghai"];
    assert_eq!(
        throttled["status"], 400,
        "Alibaba's throttling keeps its status: {throttled}"
    );
    ensure!(
        throttled["code"]
            .as_str()
            .is_some_and(|code| code.starts_with("Throttling")),
        "{throttled}"
    );
    for error in [denied, throttled] {
        for field in ["code", "message", "request_id", "advice"] {
            ensure!(
                error[field].as_str().is_some_and(|text| !text.is_empty()),
                "no {field} in {error}"
            );
        }
    }
    ensure!(
        lines.iter().any(|line| line["kind"] == "rows"),
        "the other targets' rows are missing"
    );
    Ok(())
}
