//! The page's files, and what is none of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::ensure;
use serde_json::Value;
use signalbox_tests::Result;
use signalbox_tests::server::header;

use crate::Visitor;

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
    // Comments speak of such paths too.
    let folder = assets(page)
        .first()
        .and_then(|file| Some(file.rsplit_once('/')?.0.to_owned()));
    let folder = folder.unwrap_or_default();
    list.split(' ').map(move |name| format!("{folder}/{name}"))
}

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
    let lists = ["data-table", "data-timeline", "data-later"];
    let later: BTreeSet<String> = lists.iter().flat_map(|list| beside(&page, list)).collect();
    ensure!(
        later.iter().any(|file| file.ends_with(".wasm")) && later.iter().any(|file| file.ends_with(".css")),
        "{later:?}"
    );
    for file in files.iter().chain(&later) {
        let response = visitor.get(file, &[("accept-encoding", "br")]).await?;
        assert_eq!(response.status(), 200, "{file}");
        let encoding = header(&response, "content-encoding");
        let small = response.content_length().is_some_and(|length| length < 1000);
        ensure!(
            !file.ends_with(".wasm") || encoding == "br" || small,
            "{file}: {encoding:?}"
        );
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
async fn a_first_visit_loads_no_more_than_is_promised() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let packed = [("accept-encoding", "gzip, br"), ("accept", "text/html,*/*")];
    for (path, part, limit) in [
        ("/", "data-overview", 320),
        ("/patches", "data-table", 320),
        ("/timeline", "data-timeline", 390),
        ("/resource/i-1", "data-resource", 320),
    ] {
        let document = visitor.get(path, &packed).await?.bytes().await?.len();
        let mut total = document;
        let page = visitor.page(path).await?;
        for file in assets(&page).into_iter().chain(beside(&page, part)) {
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
        ensure!(total > 50_000, "{path}: {total} bytes are no page");
        ensure!(total <= limit * 1024, "{path}: {total} bytes");
    }
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
async fn every_address_of_the_page_has_the_same_document() -> Result<()> {
    let visitor = Visitor::new(&[])?;
    let document = visitor.page("/").await?;
    for path in [
        "/plans",
        "/patches?missing=gt.0&sort=-missing",
        "/timeline",
        "/resource/c0123",
        "/resource/a/b",
        "/resource/%E4%B8%AD%2F%E6%96%87%20x",
    ] {
        assert_eq!(visitor.page(path).await?, document, "{path}");
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
