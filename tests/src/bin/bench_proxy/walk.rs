//! A long list, walked by the token that each page names for the next: the program beside the vendor's SDKs.
//!
//! Only CPU time counts, and of the SDKs only that of the walk: not what it takes to load them.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::connection::{Connection, PACKED, PAST_THE_CACHE, Seen, read, read_packed};
use crate::figure::Figure;
use crate::process::{cpu, spent};
use crate::proxy::{Account, Proxy, Wanted};
use crate::upstream::Upstream;

/// So many patch states over all accounts are some 31,000 in the region that is walked.
const ALL_ROWS: usize = 110_714;
const ACCOUNTS: [Account<'static>; 1] = [("prod-cn", "prod-cn", &["cn-hangzhou"])];
const PATH: &str = "/api/v1/rows/patches";
/// Walks that count, after one that does not.
const WALKS: u32 = 3;

/// What a script says of its walks.
#[derive(Deserialize)]
struct Said {
    rows: u64,
    seconds: f64,
}

impl Said {
    fn per_second(&self) -> f64 {
        self.rows as f64 / self.seconds
    }
}

/// The lines of the Python SDK and of the Node SDK.
///
/// # Errors
/// When something does not start, or a walk does not bring all rows.
pub async fn measure() -> Result<Vec<Figure>> {
    let upstream = Upstream::start(ALL_ROWS).await?;
    let told = upstream.told_to_an_sdk("prod-cn", "cn-hangzhou")?;
    let ours = walks(&upstream, true).await?;
    let plain = walks(&upstream, false).await?;
    let beside = |name: &str, goal: &'static str, least: f64, said: Option<Said>, without: &str| {
        let what = format!(
            "walk of {} patch rows by NextToken, rows per CPU second, beside the {name} SDK",
            ours.rows / u64::from(WALKS)
        );
        let Some(said) = said else {
            return Ok(Figure::missing(&what, goal, without));
        };
        ensure!(
            said.rows == ours.rows,
            "{name} saw {} rows, not {}",
            said.rows,
            ours.rows
        );
        let ratio = ours.per_second() / said.per_second();
        Ok(Figure {
            what,
            goal,
            value: format!("{ratio:.1}×"),
            made_of: format!(
                "{:.0} rows, {name} {:.0}; not shared, kept or packed {:.0}; {WALKS} walks each",
                ours.per_second(),
                said.per_second(),
                plain.per_second(),
            ),
            met: Some(ratio >= least),
        })
    };
    let python = python(&told).await?;
    let node = node(&told).await?;
    Ok(vec![
        beside("Python", "≥ 6×", 6.0, python, "there is no Python with the SDKs")?,
        beside("Node", "≥ 2×", 2.0, node, "there is no Node with the SDK")?,
    ])
}

/// As a browser has it: shared, kept for others and packed; or for one reader alone, as it came.
async fn walks(upstream: &Upstream, cache: bool) -> Result<Said> {
    let proxy = Proxy::start(
        upstream,
        Wanted {
            accounts: &ACCOUNTS,
            cache,
        },
    )?;
    let mut connection = Connection::open(proxy.address).await?;
    let mut walk = async || {
        let seen: Seen = if cache {
            let request = proxy.script(PATH, &[PACKED, PAST_THE_CACHE])?;
            read_packed(&mut connection, request).await?
        } else {
            read(&mut connection, proxy.script(PATH, &[])?).await?
        };
        ensure!(seen.failed == 0, "a walk failed: {seen:?}");
        anyhow::Ok(seen.rows)
    };
    walk().await?;
    let before = cpu(proxy.process)?;
    let mut rows = 0;
    for _ in 0..WALKS {
        rows += walk().await?;
    }
    Ok(Said {
        rows,
        seconds: spent(proxy.process, before)?.as_secs_f64(),
    })
}

async fn python(told: &Value) -> Result<Option<Said>> {
    let Some(python) = std::env::var_os("SIGNALBOX_PYTHON") else {
        return Ok(None);
    };
    said(Command::new(python).arg(script("walk.py")), told).await.map(Some)
}

async fn node(told: &Value) -> Result<Option<Said>> {
    let Some(modules) = std::env::var_os("SIGNALBOX_NODE_SDKS") else {
        return Ok(None);
    };
    let mut command = Command::new("node");
    command.arg(script("walk.mjs")).env("SIGNALBOX_NODE_SDKS", modules);
    said(&mut command, told).await.map(Some)
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/bin/bench_proxy/sdk")
        .join(name)
}

/// Runs a script that walks the list as often as we do.
async fn said(command: &mut Command, told: &Value) -> Result<Said> {
    // One of the SDKs writes a file below HOME when it is loaded.
    let home = tempfile::tempdir()?;
    command
        .arg(told.to_string())
        .arg(WALKS.to_string())
        .env("HOME", home.path());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let mut command = tokio::process::Command::from(std::mem::replace(command, Command::new("true")));
    let output = command.output().await?;
    serde_json::from_slice(&output.stdout).with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
}
