//! One JSON object around all rows.

use super::exported::Export;
use super::format::{Format, WriteError, Written};
use super::ndjson::object;
use super::printer::{Print, Printer};

/// What the export says about itself, then `rows`, one a line.
pub struct Json;

impl Format for Json {
    fn ending(&self) -> &'static str {
        "json"
    }

    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn write(&'static self, export: Export) -> Result<Written, WriteError> {
        Ok(Printer::new(export, self).written())
    }
}

impl Print for Json {
    fn begin(&self, out: &mut Vec<u8>, export: &Export) {
        // Memory takes all bytes, and all keys are text, so it cannot fail.
        _ = serde_json::to_writer(&mut *out, &export.about);
        // The rows are a member of the same object.
        out.pop();
        out.extend_from_slice(b",\"rows\":[");
    }

    fn row(&self, out: &mut Vec<u8>, export: &Export, line: u32, first: bool) {
        out.extend_from_slice(if first { b"\n" } else { b",\n" });
        object(out, export, line);
    }

    fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]}\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::exported::tests::{ITEMS, QUERY, export};
    use crate::export::ndjson::Ndjson;
    use crate::export::printer::tests::printed;
    use serde_json::{Value, json};

    #[test]
    fn the_rows_stand_beside_what_they_are() {
        let read =
            |query: &str| -> Value { serde_json::from_str(&printed(export("patches", query, ITEMS), &Json)).unwrap() };
        let whole = read(QUERY);
        let lines = printed(export("patches", QUERY, ITEMS), &Ndjson);
        let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(whole["rows"], Value::from(rows));
        assert_eq!(whole["as_of"], "2026-11-24T17:20:00Z");
        assert_eq!(
            whole["link"],
            "https://ops.example.com/patches?sort=instance&cols=missing,instance,start"
        );
        assert_eq!(whole["zone"], "UTC");
        assert_eq!(whole["not_understood"], json!([]));
        assert_eq!(read("missing=gt.9")["rows"], json!([]));
        let grouped = read("by=region&cols=installed,missing&missing=ge.0&sort=-count");
        assert_eq!(
            grouped["rows"],
            json!([{"region": "cn-north-4", "count": 2, "installed": null, "missing": 3, "at_least": ["installed"]}])
        );
        assert_eq!(
            grouped["link"],
            "https://ops.example.com/patches?missing=ge.0&by=region&sort=-count&cols=installed,missing"
        );
    }
}
