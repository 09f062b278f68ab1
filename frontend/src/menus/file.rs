//! The exports' formats, written in the page: for what only this browser knows, such as what has changed since it last saw the table.

use crate::store::{Progress, Target};
use serde_json::json;
use table::export::{self, GroupRecords};
use table::rows::Rows;
use table::view::View;

/// What goes into a file: which rows and columns, in which order.
pub struct Content<'a> {
    /// The table's rows.
    pub rows: &'a Rows,
    /// The rows on screen, in order.
    pub matching: &'a [u32],
    /// Their groups, where the view has such: then a line is one of these.
    pub groups: Option<&'a GroupRecords>,
    /// The columns on screen, in order, as places in the table's columns.
    pub columns: &'a [usize],
    /// Where the rows came from.
    pub targets: &'a [Target],
    /// What is shown.
    pub view: &'a View,
    /// The address that shows the same.
    pub link: &'a str,
}

/// Bytes after which a piece of the file is handed over.
const PIECE: usize = 1 << 20;

impl Content<'_> {
    /// Writes the file piece by piece: one text of all rows could take half of what a page may use. `false` for a format that there is not.
    pub fn write(&self, format: &str, mut piece: impl FnMut(&[u8])) -> bool {
        let mut out = Vec::new();
        let (between, end) = match format {
            "csv" => {
                // Whoever asks for it here is a person with a spreadsheet.
                out.extend(export::BYTE_ORDER_MARK.bytes());
                match self.groups {
                    Some(groups) => groups.csv_header(&mut out, self.rows),
                    None => export::csv_header(&mut out, self.rows, self.columns),
                }
                ("", "")
            }
            "json" => {
                out.extend(self.head().bytes());
                (",\n", "\n]}\n")
            }
            "ndjson" => ("\n", "\n"),
            _ => return false,
        };
        let lines = self.groups.map_or(self.matching.len(), GroupRecords::len);
        for at in 0..lines {
            if at > 0 {
                out.extend(between.bytes());
            }
            let row = self.matching.get(at).copied().unwrap_or_default();
            match (self.groups, format) {
                (Some(groups), "csv") => groups.csv_record(&mut out, self.rows, at),
                (Some(groups), _) => groups.json_record(&mut out, self.rows, at),
                (None, "csv") => export::csv_row(&mut out, self.rows, row, self.columns),
                (None, _) => export::json_row(&mut out, self.rows, row, self.columns),
            }
            if out.len() > PIECE {
                piece(&out);
                out.clear();
            }
        }
        // Without rows there is no line to end.
        if format != "ndjson" || lines > 0 {
            out.extend(end.bytes());
        }
        piece(&out);
        true
    }

    /// What stands before the rows, as the proxy's exports have it: the link, how old the rows are, and what is missing.
    fn head(&self) -> String {
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
                "cloud": catalog::source(&target.source).map(|source| source.cloud().id),
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
        let mut about = json!({
            "link": self.link,
            "as_of": self.targets.iter().filter_map(as_of).min(),
            "zone": self.view.tz,
            "not_understood": unknown.map(|item| item.param).collect::<Vec<_>>(),
            "targets": targets.collect::<Vec<_>>(),
        })
        .to_string();
        // The rows are a member of the same object.
        about.pop();
        about + ",\"rows\":[\n"
    }
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
            asked: 0,
            account: "prod".to_owned(),
            region: "cn-hangzhou".to_owned(),
            source: source.id.to_owned(),
            labels: [String::new(), String::new()],
            unlisted: false,
            rows: 2,
            unreadable: 1,
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
            groups: None,
            columns: &columns,
            targets: &targets,
            view: &View::parse(table, "since=last"),
            link: "http://x/patches?since=last",
        };
        let mut all = Vec::new();
        assert!(content.write(format, |piece| all.extend(piece)));
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn spreadsheets_get_text_and_no_formulas() {
        assert_eq!(
            written("csv"),
            "\u{feff}instance,group,missing,end\r\ni-2,,,2026-11-22T03:00:00Z\r\n'=1+1,\"a,\"\"b\"\"\nc\",7,\r\n"
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
