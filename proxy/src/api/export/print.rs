//! An export as text, chunk by chunk.

use super::about::About;
use super::calendar;
use super::gather::Held;
use bytes::Bytes;
use catalog::Table;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use table::{Rows, export as lines};

/// Bytes after which a chunk ends.
const CHUNK: usize = 64 << 10;

/// What is exported.
pub struct Export {
    /// All rows that came.
    pub rows: Rows,
    /// Those that the view shows, in its order.
    pub order: Vec<u32>,
    /// The columns on screen, as places in the table.
    pub columns: Vec<usize>,
    /// The rest.
    pub about: About,
    /// The memory of the rows, as long as they are there.
    _held: Held,
}

impl Export {
    /// An export of these rows.
    pub fn new(rows: Rows, order: Vec<u32>, columns: Vec<usize>, about: About, held: Held) -> Self {
        Self {
            rows,
            order,
            columns,
            about,
            _held: held,
        }
    }
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// One JSON object around all rows.
    Json,
    /// One JSON object a row and line.
    Ndjson,
    /// iCalendar, RFC 5545.
    Calendar,
}

impl Format {
    /// The format of a file name's ending.
    pub fn of(ending: &str) -> Option<Self> {
        [Self::Csv, Self::Json, Self::Ndjson, Self::Calendar]
            .into_iter()
            .find(|format| format.ending() == ending)
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Calendar => "ics",
        }
    }

    /// What the file is, and how to call it.
    pub fn headers(self, table: &Table, about: &About) -> HeaderMap {
        let kind = match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Calendar => "text/calendar; charset=utf-8",
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let name = format!(
            "attachment; filename=\"{}-{}.{}\"",
            table.id,
            about.stamp(),
            self.ending()
        );
        if let Ok(name) = name.try_into() {
            headers.insert(CONTENT_DISPOSITION, name);
        }
        headers
    }

    fn begin(self, out: &mut Vec<u8>, export: &Export) {
        match self {
            Self::Csv => lines::csv_header(out, &export.rows, &export.columns),
            Self::Json => {
                // Memory takes all bytes, and all keys are text, so it cannot fail.
                _ = serde_json::to_writer(&mut *out, &export.about);
                // The rows are a member of the same object.
                out.pop();
                out.extend_from_slice(b",\"rows\":[");
            }
            Self::Ndjson => {}
            Self::Calendar => calendar::begin(out, export),
        }
    }

    fn row(self, out: &mut Vec<u8>, export: &Export, row: u32, first: bool) {
        match self {
            Self::Csv => lines::csv_row(out, &export.rows, row, &export.columns),
            Self::Json => {
                out.extend_from_slice(if first { b"\n" } else { b",\n" });
                lines::json_row(out, &export.rows, row, &export.columns);
            }
            Self::Ndjson => {
                lines::json_row(out, &export.rows, row, &export.columns);
                out.push(b'\n');
            }
            Self::Calendar => calendar::event(out, export, row),
        }
    }

    fn end(self, out: &mut Vec<u8>) {
        match self {
            Self::Csv | Self::Ndjson => {}
            Self::Json => out.extend_from_slice(b"\n]}\n"),
            Self::Calendar => calendar::end(out),
        }
    }
}

/// An export that is being written.
pub struct Printer {
    export: Export,
    format: Format,
    /// How many rows have been written.
    written: usize,
    begun: bool,
    ended: bool,
}

impl Printer {
    /// At its beginning.
    pub fn new(export: Export, format: Format) -> Self {
        Self {
            export,
            format,
            written: 0,
            begun: false,
            ended: false,
        }
    }

    /// The next part of the file; none after the last.
    pub fn chunk(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        let mut out = Vec::with_capacity(CHUNK + (CHUNK >> 3));
        if !self.begun {
            self.format.begin(&mut out, &self.export);
            self.begun = true;
        }
        while let Some(row) = self.export.order.get(self.written) {
            if out.len() >= CHUNK {
                return Some(out.into());
            }
            self.format.row(&mut out, &self.export, *row, self.written == 0);
            self.written += 1;
        }
        self.format.end(&mut out);
        self.ended = true;
        Some(out.into())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use crate::api::export::arrange;
    use crate::api::export::coverage::Covered;
    use crate::api::export::gather::Memory;
    use crate::api::export::zone::Zone;
    use crate::crawl::Done;
    use crate::targets::Target;
    use std::sync::Arc;
    use std::time::{Duration, UNIX_EPOCH};
    use table::View;

    /// The export of a table's view over these items of its first source.
    pub(in crate::api::export) fn export(table: &str, query: &str, items: &str) -> Export {
        let source = catalog::table(table).unwrap().sources().next().unwrap();
        let mut rows = Rows::new(source.table);
        rows.add_target(source.cloud.id(), "prod", "cn-north-4", source);
        let count = rows.ingest(0, items).unwrap() as u64;
        let view = View::parse(source.table, query);
        let zone = Zone::of(view.tz.as_deref());
        let order = arrange(&rows, &view, 0, &zone);
        let target = Target {
            account: Arc::new(account(source.cloud)),
            source,
            region: "cn-north-4".into(),
        };
        let now = UNIX_EPOCH + Duration::from_secs(1_795_540_800);
        let done = Done {
            as_of: now,
            rows: count,
            capped: None,
        };
        let targets = vec![Covered::new(&target, count, Ok(done))];
        let about = About::new(&view, &zone, "https://ops.example.com".into(), targets, now);
        let held = Held::nothing(&Memory::new(0));
        Export::new(rows, order, view.effective_cols(), about, held)
    }

    /// The whole file.
    pub(in crate::api::export) fn printed(export: Export, format: Format) -> String {
        let mut printer = Printer::new(export, format);
        let chunks: Vec<Bytes> = std::iter::from_fn(|| printer.chunk()).collect();
        assert!(printer.chunk().is_none());
        String::from_utf8(chunks.concat()).unwrap()
    }

    const ITEMS: &str = r#"[
        {"InstanceId": "i-1", "MissingCount": 3, "OperationStartTime": "2026-11-24T17:20:00Z"},
        {"InstanceId": "i-2", "MissingCount": "many"},
        {"InstanceId": "=i", "MissingCount": 0}
    ]"#;
    const QUERY: &str = "cols=missing,instance,start&sort=instance";

    #[test]
    fn csv_has_the_views_columns_and_order() {
        assert_eq!(
            printed(export("patches", QUERY, ITEMS), Format::Csv),
            "missing,instance,start\r\n0,'=i,\r\n3,i-1,2026-11-24T17:20:00Z\r\nmany,i-2,\r\n"
        );
        assert_eq!(
            printed(export("patches", "cols=instance,missing", "[]"), Format::Csv),
            "instance,missing\r\n"
        );
    }

    #[test]
    fn json_has_typed_values() {
        let lines = "{\"missing\":0,\"instance\":\"=i\",\"start\":null}\n\
            {\"missing\":3,\"instance\":\"i-1\",\"start\":\"2026-11-24T17:20:00Z\"}\n\
            {\"missing\":\"many\",\"instance\":\"i-2\",\"start\":null}\n";
        assert_eq!(printed(export("patches", QUERY, ITEMS), Format::Ndjson), lines);
        let whole: serde_json::Value =
            serde_json::from_str(&printed(export("patches", QUERY, ITEMS), Format::Json)).unwrap();
        let rows: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(whole["rows"], serde_json::Value::from(rows));
        assert_eq!(whole["as_of"], "2026-11-24T17:20:00Z");
        assert_eq!(
            whole["link"],
            "https://ops.example.com/patches?sort=instance&cols=missing,instance,start"
        );
        assert_eq!(whole["zone"], "UTC");
        assert_eq!(whole["not_understood"], serde_json::json!([]));
        let empty: serde_json::Value =
            serde_json::from_str(&printed(export("patches", "missing=gt.9", ITEMS), Format::Json)).unwrap();
        assert_eq!(empty["rows"], serde_json::json!([]));
    }

    #[test]
    fn large_files_come_in_chunks() {
        let items: Vec<String> = (0..20_000)
            .map(|at| format!(r#"{{"InstanceId": "i-{at:08}", "MissingCount": {at}}}"#))
            .collect();
        let export = export("patches", "cols=instance,missing", &format!("[{}]", items.join(",")));
        let mut printer = Printer::new(export, Format::Csv);
        let chunks: Vec<Bytes> = std::iter::from_fn(|| printer.chunk()).collect();
        assert!(chunks.len() > 4, "{}", chunks.len());
        assert!(chunks.iter().all(|chunk| chunk.len() < CHUNK + 1024));
        let text = String::from_utf8(chunks.concat()).unwrap();
        assert_eq!(text.lines().count(), 20_001);
    }
}
