//! Comma-separated values as in [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180).

use super::print::Export;

/// With one of these at its start a spreadsheet takes a cell for a formula, and runs it (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Appends the line of column ids.
pub fn header(out: &mut Vec<u8>, export: &Export) {
    record(out, export.columns.iter().map(|(_, id)| *id));
}

/// Appends one row: numbers plain, times in RFC 3339 and UTC, lists joined by commas.
pub fn row(out: &mut Vec<u8>, export: &Export, row: u32) {
    record(out, export.columns.iter().map(|(at, _)| export.rows.text(row, *at)));
}

/// Appends a line of cells.
fn record<T: AsRef<str>>(out: &mut Vec<u8>, cells: impl ExactSizeIterator<Item = T>) {
    let alone = cells.len() == 1;
    for (index, text) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        cell(out, text.as_ref(), alone);
    }
    out.extend_from_slice(b"\r\n");
}

/// Appends a cell, quoted where it must be. One that begins like a formula gets a `'` before it, which spreadsheets take for "this is text".
fn cell(out: &mut Vec<u8>, text: &str, alone: bool) {
    let defuse = text.starts_with(FORMULA);
    // A line with nothing in it would be no row to most readers.
    let quote = text.contains(['"', ',', '\r', '\n']) || alone && text.is_empty();
    if quote {
        out.push(b'"');
    }
    if defuse {
        out.push(b'\'');
    }
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    if quote {
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(rows: &[Vec<String>]) -> Vec<u8> {
        let mut out = Vec::new();
        for row in rows {
            record(&mut out, row.iter());
        }
        out
    }

    #[test]
    fn cells_are_quoted_and_defused() {
        let text = |cells: &[&str]| {
            let cells = cells.iter().map(ToString::to_string).collect();
            String::from_utf8(written(&[cells])).unwrap()
        };
        assert_eq!(
            text(&["a", "b c", "", "x,y", "say \"hi\"", "1\r\n2"]),
            "a,b c,,\"x,y\",\"say \"\"hi\"\"\",\"1\r\n2\"\r\n"
        );
        assert_eq!(
            text(&["=1+1", "+1", "-5", "@x", "\tx", "\rx", "5-1", "'="]),
            "'=1+1,'+1,'-5,'@x,'\tx,\"'\rx\",5-1,'=\r\n"
        );
        assert_eq!(
            text(&["=HYPERLINK(\"http://x\",\"y\")"]),
            "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n"
        );
        assert_eq!(text(&[""]), "\"\"\r\n");
    }

    /// Any text, with what matters here made likely.
    fn any_cell() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[-=+@\t\r\n\",' a中]{0,6}", Just(String::new())]
    }

    proptest! {
        #[test]
        fn another_reader_reads_the_same(
            width in 1_usize..5,
            cells in prop::collection::vec(any_cell(), 0..40),
        ) {
            let rows: Vec<Vec<String>> = cells.chunks_exact(width).map(<[String]>::to_vec).collect();
            let text = written(&rows);
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_slice());
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(read.len(), rows.len());
            for (read, given) in read.iter().flatten().zip(rows.iter().flatten()) {
                if given.starts_with(FORMULA) {
                    prop_assert_eq!(read.strip_prefix('\''), Some(given.as_str()));
                } else {
                    prop_assert_eq!(read, given);
                }
                prop_assert!(!read.starts_with(FORMULA));
            }
        }
    }
}
