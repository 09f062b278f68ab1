//! AG Grid Community with the same rows, columns, widths and heights as our page.
//!
//! It is a page from files that needs no server; its rows come as scripts, since a page from files may not fetch. Loading is
//! therefore not compared, only what a person does afterwards. AG Grid is set up as its documentation advises for speed: quick
//! filter cache on, row animation off (<https://www.ag-grid.com/javascript-data-grid/filter-quick/>).

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signalbox_tests::Page;
use signalbox_tests::browser::{Browser, Profile};
use tempfile::TempDir;

use crate::LOADED;
use crate::interaction::{self, Interaction};

/// The version that `xtask/npm/peers` pins.
pub const NAME: &str = "AG Grid Community 36.2.0";
const PAGE: &str = include_str!("peer.html");
/// Rows in a script: one script with all of a million would be longer than a string may be.
const CHUNK: usize = 50_000;

/// How our page shows its grid.
const LOOKS: &str = "
    const grid = document.querySelector('[role=grid]');
    const size = element => element.getBoundingClientRect();
    return {
        columns: [...grid.querySelectorAll('[role=columnheader][data-column]')].map(header => ({
            field: header.dataset.column,
            width: Math.round(size(header).width),
        })),
        row_height: Math.round(size(grid.querySelector('[role=row][data-row-id]')).height),
        width: Math.round(Math.min(size(grid).right, innerWidth) - size(grid).left),
        height: Math.round(Math.min(size(grid).bottom, innerHeight) - size(grid).top),
    };";

/// Sizes in CSS pixels.
#[derive(Deserialize, Serialize)]
struct Looks {
    columns: Vec<Column>,
    row_height: u32,
    width: u32,
    height: u32,
}

#[derive(Deserialize, Serialize)]
struct Column {
    field: String,
    width: u32,
}

/// The peer's page, ready to be opened.
pub struct Peer {
    folder: TempDir,
    rows: usize,
}

/// A line of the row stream.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
enum Line {
    Targets {
        targets: Vec<Target>,
    },
    Rows {
        target: usize,
        rows: Vec<Map<String, Value>>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    account: String,
    cloud: String,
    region: String,
}

/// Where AG Grid's script is, if it could be installed.
pub fn script() -> Option<PathBuf> {
    std::env::var_os("SIGNALBOX_AG_GRID").map(PathBuf::from)
}

impl Peer {
    /// Writes the page with what `ours` shows and all rows that its program streams.
    pub async fn prepare(script: &Path, ours: &Page, origin: &str) -> Result<Self> {
        let looks: Looks = serde_json::from_value(ours.driver.execute(LOOKS, []).await?.json().clone())?;
        let folder = TempDir::with_prefix("signalbox-peer-")?;
        std::fs::copy(script, folder.path().join("ag-grid.js"))
            .with_context(|| format!("cannot read {}", script.display()))?;
        let settings = format!("const SETTINGS = {};", serde_json::to_string(&looks)?);
        std::fs::write(folder.path().join("settings.js"), settings)?;
        let mut scripts = Scripts::new(folder.path());
        copy_rows(origin, &looks.columns, &mut scripts).await?;
        let (tags, rows) = scripts.finish()?;
        std::fs::write(folder.path().join("index.html"), PAGE.replace("<!-- rows -->", &tags))?;
        Ok(Self { folder, rows })
    }

    /// Opens it in a browser of its own and does there what was done on our page.
    pub async fn measure(&self, words: &[String]) -> Result<Interaction> {
        let browser = Browser::open(&Profile::default()).await?;
        let page = Page::new(browser.driver.clone(), "");
        let outcome = self.measure_in(&page, words).await;
        drop(page);
        browser.quit().await?;
        outcome
    }

    async fn measure_in(&self, page: &Page, words: &[String]) -> Result<Interaction> {
        let file = self.folder.path().join("index.html");
        let Ok(address) = reqwest::Url::from_file_path(&file) else {
            anyhow::bail!("{} is no absolute path", file.display());
        };
        let start = Instant::now();
        page.driver.set_page_load_timeout(LOADED).await?;
        page.driver.goto(address.as_str()).await?;
        while page.count().await.ok() != Some(self.rows) {
            ensure!(
                start.elapsed() < LOADED,
                "the peer does not show {} rows after {LOADED:?}",
                self.rows
            );
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        interaction::measure(page, words).await
    }
}

async fn copy_rows(origin: &str, columns: &[Column], scripts: &mut Scripts) -> Result<()> {
    let mut answer = reqwest::get(format!("{origin}/api/v1/rows/patches"))
        .await?
        .error_for_status()?;
    let (mut targets, mut rest) = (Vec::new(), Vec::new());
    while let Some(chunk) = answer.chunk().await? {
        rest.extend_from_slice(&chunk);
        let Some(end) = rest.iter().rposition(|&byte| byte == b'\n') else {
            continue;
        };
        for line in rest[..end].split(|&byte| byte == b'\n') {
            match serde_json::from_slice(line).context("a line of the row stream")? {
                Line::Targets { targets: named } => targets = named,
                Line::Rows { target, rows } => {
                    let target = targets.get(target).context("rows of a target that was not named")?;
                    for row in rows {
                        let values = columns
                            .iter()
                            .map(|column| value(&column.field, target, &row))
                            .collect::<Result<Vec<_>>>()?;
                        scripts.add(&values)?;
                    }
                }
                Line::Other => {}
            }
        }
        rest.drain(..=end);
    }
    Ok(())
}

/// What stands in a column of the patches table, most of which are the vendor's fields
/// (<https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-listinstancepatchstates>).
fn value<'a>(column: &str, target: &'a Target, row: &'a Map<String, Value>) -> Result<&'a str> {
    let field = |name: &str| match row.get(name).and_then(Value::as_str) {
        // The vendor's ways to say that there is nothing.
        None | Some("null" | "-" | "“”") => "",
        Some(text) => text,
    };
    let any = |name| !matches!(field(name), "" | "0");
    Ok(match column {
        "cloud" => &target.cloud,
        "account" => &target.account,
        "region" => &target.region,
        "phase" if any("FailedCount") => "failed",
        "phase" if any("MissingCount") || any("InstalledPendingRebootCount") => "action",
        "phase" => "succeeded",
        "instance" => field("InstanceId"),
        "group" => field("PatchGroup"),
        "baseline" => field("BaselineId"),
        "owner" => field("OwnerInformation"),
        "operation" => field("OperationType"),
        "missing" => field("MissingCount"),
        "failed" => field("FailedCount"),
        "installed" => field("InstalledCount"),
        "installed_other" => field("InstalledOtherCount"),
        "pending_reboot" => field("InstalledPendingRebootCount"),
        "rejected" => field("InstalledRejectedCount"),
        "start" => field("OperationStartTime"),
        "end" => field("OperationEndTime"),
        _ => anyhow::bail!("the peer does not know our column {column:?}"),
    })
}

/// The scripts that hand the rows to the page, [`CHUNK`] rows each.
struct Scripts {
    folder: PathBuf,
    current: Option<BufWriter<File>>,
    tags: String,
    rows: usize,
}

impl Scripts {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            current: None,
            tags: String::new(),
            rows: 0,
        }
    }

    fn add(&mut self, values: &[&str]) -> Result<()> {
        if self.rows.is_multiple_of(CHUNK) {
            self.close()?;
        }
        let file = match &mut self.current {
            Some(file) => file,
            none => {
                let name = format!("rows-{}.js", self.rows);
                self.tags.push_str(&format!("<script src=\"{name}\"></script>\n"));
                let mut file = BufWriter::new(File::create(self.folder.join(name))?);
                writeln!(file, "take([")?;
                none.insert(file)
            }
        };
        serde_json::to_writer(&mut *file, values)?;
        writeln!(file, ",")?;
        self.rows += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if let Some(mut file) = self.current.take() {
            writeln!(file, "]);")?;
            file.flush()?;
        }
        Ok(())
    }

    /// The tags that load them, and how many rows there are.
    fn finish(mut self) -> Result<(String, usize)> {
        self.close()?;
        Ok((self.tags, self.rows))
    }
}
