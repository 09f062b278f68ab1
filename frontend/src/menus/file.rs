//! The exports' formats, written in the page: for what only this browser knows, such as what has changed since it last saw the table.

use crate::store::{Progress, Target};
use serde_json::json;
use table::rows::{Cell, Rows};
use table::view::View;

/// What goes into a file: which rows and columns, in which order.
pub struct Content<'a> {
    /// The table's rows.
    pub rows: &'a Rows,
    /// The rows on screen, in order.
    pub matching: &'a [u32],
    /// The columns on screen, in order, as places in the table's columns.
    pub columns: &'a [usize],
    /// Where the rows came from.
    pub targets: &'a [Target],
    /// What is shown.
    pub view: &'a View,
    /// The address that shows the same.
    pub link: &'a str,
}

/// Characters after which a piece of the file is handed over.
const PIECE: usize = 1 << 20;

impl Content<'_> {
    fn ids(&self) -> Vec<&'static str> {
        let id = |column: &usize| self.rows.table().columns().nth(*column).map_or("", |column| column.id);
        self.columns.iter().map(id).collect()
    }

    /// Writes the file piece by piece: one text of all rows could take half of what a page may use. `false` for a format that there is not.
    pub fn write(&self, format: &str, mut piece: impl FnMut(&str)) -> bool {
        let mut out = String::new();
        let ids = self.ids();
        let (between, end) = match format {
            "csv" => {
                out.push_str(&ids.join(","));
                out.push_str("\r\n");
                ("", "")
            }
            "json" => {
                self.head(&mut out);
                (",\n", "\n]}\n")
            }
            "ndjson" => ("", ""),
            _ => return false,
        };
        for (at, row) in self.matching.iter().enumerate() {
            if at > 0 {
                out.push_str(between);
            }
            match format {
                "csv" => self.line(&mut out, *row),
                _ => self.object(&mut out, *row, &ids),
            }
            if format == "ndjson" {
                out.push('\n');
            }
            if out.len() > PIECE {
                piece(&out);
                out.clear();
            }
        }
        out.push_str(end);
        piece(&out);
        true
    }

    /// A line of RFC 4180.
    fn line(&self, out: &mut String, row: u32) {
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            let text = self.rows.text(row, *column);
            // A spreadsheet would take such a text for a formula.
            let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            // A line with nothing in it would be no row to most readers.
            let alone = self.columns.len() == 1 && text.is_empty();
            let quoted = alone || text.contains(['"', ',', '\r', '\n']);
            let quote = if quoted { "\"" } else { "" };
            out.push_str(quote);
            if formula {
                out.push('\'');
            }
            if quoted {
                out.push_str(&text.replace('"', "\"\""));
            } else {
                out.push_str(&text);
            }
            out.push_str(quote);
        }
        out.push_str("\r\n");
    }

    fn object(&self, out: &mut String, row: u32, ids: &[&str]) {
        out.push('{');
        for (at, (column, id)) in self.columns.iter().zip(ids).enumerate() {
            if at > 0 {
                out.push(',');
            }
            text(out, id);
            out.push(':');
            match self.rows.cell(row, *column) {
                Cell::Empty => out.push_str("null"),
                Cell::Number(_) | Cell::Bool(_) => out.push_str(&self.rows.text(row, *column)),
                Cell::List(items) => {
                    let items: Vec<&str> = items.collect();
                    out.push_str(&serde_json::to_string(&items).unwrap_or_default());
                }
                _ => text(out, &self.rows.text(row, *column)),
            }
        }
        out.push('}');
    }

    /// What stands before the rows, as the proxy's exports have it: the link, how old the rows are, and what is missing.
    fn head(&self, out: &mut String) {
        let as_of = |target: &Target| match &target.progress {
            Progress::Done { as_of, .. } => Some(as_of.clone()),
            _ => target.kept().map(str::to_owned),
        };
        let targets = self.targets.iter().map(|target| {
            let (state, capped, error) = match &target.progress {
                Progress::Done { cap: None, .. } => ("ok", None, None),
                Progress::Done { cap, .. } => ("capped", *cap, None),
                Progress::Loading => ("failed", None, Some("Loading")),
                Progress::Failed(failed) => ("failed", None, Some(failed.code.as_str())),
            };
            json!({
                "account": target.account,
                "cloud": catalog::source(&target.source).map(|source| source.cloud.id()),
                "region": target.region,
                "source": target.source,
                "state": state,
                "as_of": as_of(target),
                "rows": target.rows,
                "capped": capped,
                "error": error.map(|code| json!({ "code": code })),
            })
        });
        let unknown = self.view.items().into_iter().filter(|item| !item.understood);
        let about = json!({
            "link": self.link,
            "as_of": self.targets.iter().filter_map(as_of).min(),
            "zone": self.view.tz,
            "not_understood": unknown.map(|item| item.param).collect::<Vec<_>>(),
            "targets": targets.collect::<Vec<_>>(),
        })
        .to_string();
        // The rows are a member of the same object.
        out.push_str(about.strip_suffix('}').unwrap_or_default());
        out.push_str(",\"rows\":[\n");
    }
}

/// Appends a JSON string.
fn text(out: &mut String, text: &str) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: &str) -> String {
        let table = catalog::table("patches").unwrap();
        let mut rows = Rows::new(table);
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let target = rows.add_target("alibaba", "prod", "cn-hangzhou", source);
        let items = r#"[{"InstanceId":"=1+1","PatchGroup":"a,\"b\"\nc","MissingCount":"7"},{"InstanceId":"i-2","OperationEndTime":"2026-11-22T03:00:00Z"}]"#;
        rows.ingest(target, items).unwrap();
        let columns: Vec<_> = ["instance", "group", "missing", "end"]
            .map(|id| table.index(id).unwrap())
            .into();
        let targets = [Target {
            account: "prod".to_owned(),
            region: "cn-hangzhou".to_owned(),
            source: source.id.to_owned(),
            rows: 2,
            total: None,
            progress: Progress::Done {
                as_of: "2026-11-22T03:00:00Z".to_owned(),
                cap: None,
                stale: false,
            },
            before: None,
        }];
        let content = Content {
            rows: &rows,
            matching: &[1, 0],
            columns: &columns,
            targets: &targets,
            view: &View::parse(table, "since=last"),
            link: "http://x/patches?since=last",
        };
        let mut all = String::new();
        assert!(content.write(format, |piece| all.push_str(piece)));
        all
    }

    #[test]
    fn spreadsheets_get_text_and_no_formulas() {
        assert_eq!(
            written("csv"),
            "instance,group,missing,end\r\ni-2,,,2026-11-22T03:00:00Z\r\n'=1+1,\"a,\"\"b\"\"\nc\",7,\r\n"
        );
    }

    #[test]
    fn json_has_types_and_says_where_it_is_from() {
        let json: serde_json::Value = serde_json::from_str(&written("json")).unwrap();
        assert_eq!(
            json["rows"][1],
            serde_json::json!({"instance": "=1+1", "group": "a,\"b\"\nc", "missing": 7, "end": null})
        );
        assert_eq!(json["as_of"], "2026-11-22T03:00:00Z");
        assert_eq!(json["targets"][0]["state"], "ok");
        let lines: Vec<serde_json::Value> = written("ndjson")
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines, json["rows"].as_array().unwrap()[..]);
    }
}
