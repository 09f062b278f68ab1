//! One JSON object a line: a row or group.

use super::exported::Export;
use super::format::{Format, WriteError, Written};
use super::printer::{Print, Printer};
use table::export as lines;

/// Rows alone: what else there is to say stands in the headers.
pub struct Ndjson;

impl Format for Ndjson {
    fn ending(&self) -> &'static str {
        "ndjson"
    }

    fn content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn write(&'static self, export: Export) -> Result<Written, WriteError> {
        Ok(Printer::new(export, self).written())
    }
}

impl Print for Ndjson {
    fn begin(&self, _out: &mut Vec<u8>, _export: &Export) {}

    fn row(&self, out: &mut Vec<u8>, export: &Export, line: u32, _first: bool) {
        object(out, export, line);
        out.push(b'\n');
    }

    fn end(&self, _out: &mut Vec<u8>) {}
}

/// Appends a row or group as an object.
pub(super) fn object(out: &mut Vec<u8>, export: &Export, line: u32) {
    match &export.groups {
        Some(groups) => groups.json_record(out, &export.rows, line as usize),
        None => lines::json_row(out, &export.rows, line, &export.columns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::exported::tests::{ITEMS, QUERY, export};
    use crate::export::printer::tests::printed;

    #[test]
    fn a_line_has_typed_values() {
        assert_eq!(
            printed(export("patches", QUERY, ITEMS), &Ndjson),
            "{\"missing\":0,\"instance\":\"=i\",\"start\":null}\n\
            {\"missing\":3,\"instance\":\"i-1\",\"start\":\"2026-11-24T17:20:00Z\"}\n\
            {\"missing\":\"many\",\"instance\":\"i-2\",\"start\":null}\n"
        );
    }
}
