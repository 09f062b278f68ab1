//! The rows, once as our program streams them and once as the peers take them, in files.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Bytes in a file of the row stream.
const PIECE: usize = 16 * 1024 * 1024;
/// Rows in a file for the peers: one with all of a million would be longer than a string may be.
const ROWS: usize = 50_000;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Number,
    /// RFC 3339 times, always in UTC and of the same length, so that they sort as text.
    Time,
}

/// The columns that are measured, of the 17 that our page has; what is sorted by stands where it can be clicked.
pub const COLUMNS: [(&str, Kind); 15] = [
    ("phase", Kind::Text),
    ("end", Kind::Time),
    ("group", Kind::Text),
    ("missing", Kind::Number),
    ("start", Kind::Time),
    ("instance", Kind::Text),
    ("failed", Kind::Number),
    ("pending_reboot", Kind::Number),
    ("installed", Kind::Number),
    ("installed_other", Kind::Number),
    ("rejected", Kind::Number),
    ("operation", Kind::Text),
    ("account", Kind::Text),
    ("region", Kind::Text),
    ("baseline", Kind::Text),
];

/// The same rows twice.
pub struct Recording {
    /// The bytes of `/api/v1/rows/patches`.
    pub stream: Vec<PathBuf>,
    /// JSON arrays of objects with [`COLUMNS`].
    pub json: Vec<PathBuf>,
    /// How many rows.
    pub rows: usize,
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
    region: String,
}

impl Recording {
    /// Asks the program at `origin` for all its rows.
    pub async fn take(origin: &str, folder: &Path) -> Result<Self> {
        let mut answer = reqwest::get(format!("{origin}/api/v1/rows/patches"))
            .await?
            .error_for_status()?;
        let mut stream = Pieces::new(folder, "stream", "ndjson");
        let mut json = Pieces::new(folder, "rows", "json");
        let (mut targets, mut rest, mut rows) = (Vec::new(), Vec::new(), 0_usize);
        while let Some(chunk) = answer.chunk().await? {
            if stream.written >= PIECE {
                stream.close(b"")?;
            }
            stream.write(&chunk)?;
            rest.extend_from_slice(&chunk);
            let Some(end) = rest.iter().rposition(|&byte| byte == b'\n') else {
                continue;
            };
            for line in rest[..end].split(|&byte| byte == b'\n') {
                match serde_json::from_slice(line).context("a line of the row stream")? {
                    Line::Targets { targets: named } => targets = named,
                    Line::Rows { target, rows: items } => {
                        let target: &Target = targets.get(target).context("rows of a target that was not named")?;
                        for item in items {
                            if rows > 0 && rows.is_multiple_of(ROWS) {
                                json.close(b"\n]")?;
                            }
                            let first = json.current.is_none();
                            json.write(if first { b"[\n" } else { b",\n" })?;
                            json.write(&serde_json::to_vec(&object(target, &item)?)?)?;
                            rows += 1;
                        }
                    }
                    Line::Other => {}
                }
            }
            rest.drain(..=end);
        }
        stream.close(b"")?;
        json.close(b"\n]")?;
        Ok(Self {
            stream: stream.paths,
            json: json.paths,
            rows,
        })
    }
}

fn object(target: &Target, row: &Map<String, Value>) -> Result<Map<String, Value>> {
    let value = |(column, kind): (&str, Kind)| {
        let text = text(column, target, row);
        let value = match kind {
            Kind::Number => text
                .parse::<u64>()
                .with_context(|| format!("{column} is {text:?}"))?
                .into(),
            Kind::Text | Kind::Time => text.into(),
        };
        Ok((column.to_owned(), value))
    };
    COLUMNS.into_iter().map(value).collect()
}

/// What stands in a column of the patches table, most of which are the vendor's fields
/// (<https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-listinstancepatchstates>).
fn text<'a>(column: &str, target: &'a Target, row: &'a Map<String, Value>) -> &'a str {
    let field = |name: &str| match row.get(name).and_then(Value::as_str) {
        // The vendor's ways to say that there is nothing.
        None | Some("null" | "-" | "“”") => "",
        Some(text) => text,
    };
    let any = |name| !matches!(field(name), "" | "0");
    match column {
        "account" => &target.account,
        "region" => &target.region,
        "phase" if any("FailedCount") => "failed",
        "phase" if any("MissingCount") || any("InstalledPendingRebootCount") => "action",
        "phase" => "succeeded",
        "instance" => field("InstanceId"),
        "group" => field("PatchGroup"),
        "baseline" => field("BaselineId"),
        "operation" => field("OperationType"),
        "missing" => field("MissingCount"),
        "failed" => field("FailedCount"),
        "installed" => field("InstalledCount"),
        "installed_other" => field("InstalledOtherCount"),
        "pending_reboot" => field("InstalledPendingRebootCount"),
        "rejected" => field("InstalledRejectedCount"),
        "start" => field("OperationStartTime"),
        "end" => field("OperationEndTime"),
        _ => "",
    }
}

/// Files that are written one after the other.
struct Pieces<'a> {
    folder: &'a Path,
    name: &'a str,
    extension: &'a str,
    current: Option<BufWriter<File>>,
    written: usize,
    paths: Vec<PathBuf>,
}

impl<'a> Pieces<'a> {
    fn new(folder: &'a Path, name: &'a str, extension: &'a str) -> Self {
        Self {
            folder,
            name,
            extension,
            current: None,
            written: 0,
            paths: Vec::new(),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let file = match &mut self.current {
            Some(file) => file,
            none => {
                let path = self
                    .folder
                    .join(format!("{}-{}.{}", self.name, self.paths.len(), self.extension));
                let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
                self.paths.push(path);
                none.insert(BufWriter::new(file))
            }
        };
        self.written += bytes.len();
        Ok(file.write_all(bytes)?)
    }

    fn close(&mut self, end: &[u8]) -> Result<()> {
        if let Some(mut file) = self.current.take() {
            file.write_all(end)?;
            file.flush()?;
        }
        self.written = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_all_columns_and_the_phase_of_the_contract() {
        let target = Target {
            account: "prod".to_owned(),
            region: "cn-hangzhou".to_owned(),
        };
        let mut row: Map<String, Value> = [
            "FailedCount",
            "InstalledCount",
            "InstalledOtherCount",
            "InstalledPendingRebootCount",
            "InstalledRejectedCount",
        ]
        .into_iter()
        .map(|name| (name.to_owned(), "0".into()))
        .collect();
        row.insert("MissingCount".to_owned(), "7".into());
        row.insert("PatchGroup".to_owned(), "null".into());
        let made = object(&target, &row).unwrap();
        assert_eq!(made.len(), COLUMNS.len());
        assert_eq!(
            (&made["phase"], &made["missing"], &made["group"]),
            (&"action".into(), &7.into(), &"".into())
        );
        row.insert("MissingCount".to_owned(), "some".into());
        assert!(object(&target, &row).unwrap_err().to_string().contains("missing is"));
    }
}
