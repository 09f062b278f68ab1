//! Rows as JSON objects, by column id and with typed values.

use super::print::Export;
use serde::Serialize;
use table::rows::Cell;
use table::{number, time};

/// Appends all that stands before the first row of a JSON document.
pub fn begin(out: &mut Vec<u8>, export: &Export) {
    value(out, &export.about);
    // The rows are a member of the same object.
    out.pop();
    out.extend_from_slice(b",\"rows\":[");
}

/// Appends one row as an object on one line.
pub fn row(out: &mut Vec<u8>, export: &Export, row: u32) {
    out.push(b'{');
    for (index, (at, id)) in export.columns.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        value(out, id);
        out.push(b':');
        cell(out, export.rows.cell(row, *at));
    }
    out.push(b'}');
}

fn cell(out: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Empty => value(out, &()),
        // What is no number or time stands there as the cloud wrote it.
        Cell::Text(text) | Cell::Odd(text) => value(out, text),
        Cell::Number(number) => out.extend_from_slice(number::text(number).as_bytes()),
        Cell::Time(instant) => value(out, &time::format(instant)),
        Cell::Bool(flag) => value(out, &flag),
        Cell::List(items) => {
            out.push(b'[');
            for (index, item) in items.enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                value(out, item);
            }
            out.push(b']');
        }
    }
}

/// Appends a value as JSON. Memory takes all bytes, and nothing that is written here has keys that are no text, so it cannot fail.
fn value<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_type() {
        let text = |given: Cell<'_>| {
            let mut out = Vec::new();
            cell(&mut out, given);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(Cell::Empty), "null");
        assert_eq!(text(Cell::Text("a\"\u{1}中")), r#""a\"\u0001中""#);
        assert_eq!(text(Cell::Odd("many")), r#""many""#);
        assert_eq!(text(Cell::Number(3.0)), "3");
        assert_eq!(text(Cell::Number(-0.5)), "-0.5");
        assert_eq!(text(Cell::Time(0)), r#""1970-01-01T00:00:00Z""#);
        assert_eq!(text(Cell::Bool(false)), "false");
        for number in [0.0, 1e21, 1e-7, -2.5e300, f64::MAX, 9_007_199_254_740_992.0] {
            let read: f64 = serde_json::from_str(&text(Cell::Number(number))).unwrap();
            assert_eq!(read.to_bits(), number.to_bits());
        }
    }
}
