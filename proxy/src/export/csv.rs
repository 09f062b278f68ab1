//! Comma-separated values ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)).

use super::exported::Export;
use super::format::{Format, WriteError, Written};
use super::printer::{Print, Printer};
use table::export as lines;

/// A header of ids, then a line a row or group. A byte order mark stands first where the query wants one: Excel then knows the encoding, while most
/// scripts would take it for a part of the first id.
pub struct Csv;

impl Format for Csv {
    fn ending(&self) -> &'static str {
        "csv"
    }

    fn content_type(&self) -> &'static str {
        "text/csv; charset=utf-8; header=present"
    }

    fn write(&'static self, export: Export) -> Result<Written, WriteError> {
        Ok(Printer::new(export, self).written())
    }
}

impl Print for Csv {
    fn begin(&self, out: &mut Vec<u8>, export: &Export) {
        if export.wanted.byte_order_mark {
            out.extend_from_slice(lines::BYTE_ORDER_MARK.as_bytes());
        }
        match &export.groups {
            Some(groups) => groups.csv_header(out, &export.rows),
            None => lines::csv_header(out, &export.rows, &export.columns),
        }
    }

    fn row(&self, out: &mut Vec<u8>, export: &Export, line: u32, _first: bool) {
        match &export.groups {
            Some(groups) => groups.csv_record(out, &export.rows, line as usize),
            None => lines::csv_row(out, &export.rows, line, &export.columns),
        }
    }

    fn end(&self, _out: &mut Vec<u8>) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::exported::tests::{ITEMS, QUERY, export};
    use crate::export::printer::tests::printed;

    #[test]
    fn csv_has_the_views_columns_and_order() {
        assert_eq!(
            printed(export("patches", QUERY, ITEMS), &Csv),
            "missing,instance,start\r\n0,'=i,\r\n3,i-1,2026-11-24T17:20:00Z\r\nmany,i-2,\r\n"
        );
        assert_eq!(
            printed(export("patches", "cols=instance,missing", "[]"), &Csv),
            "instance,missing\r\n"
        );
        assert_eq!(
            printed(export("patches", "cols=missing&by=region", ITEMS), &Csv),
            "region,count,missing,at_least\r\ncn-north-4,3,3,missing\r\n"
        );
        assert_eq!(
            printed(export("patches", "bom=true&cols=instance", "[]"), &Csv),
            "\u{feff}instance\r\n"
        );
    }
}
