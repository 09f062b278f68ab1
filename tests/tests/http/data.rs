//! What the page asks for: the session, the catalogue, the row streams.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use signalbox_tests::Result;

use crate::Visitor;

fn table_ids() -> impl Iterator<Item = &'static str> {
    catalog::TABLES.iter().map(|table| table.id)
}

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
    assert_eq!(BTreeSet::from_iter(tables), table_ids().collect());
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
    for table in table_ids() {
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
        failed.keys().copied().collect::<BTreeSet<_>>(),
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
