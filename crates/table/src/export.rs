//! Rows as lines of files. The proxy's exports and those that the page writes itself are the same because they are written here.

mod groups;

pub use groups::{Field, GroupRecords, Member};

use crate::rows::{Cell, Rows};
use serde::Serialize;
use values::unseen::is_unseen;
use values::{number, time};

/// What stands at the start of a file for programs that otherwise take its text for the system's old encoding, as Excel does on a Chinese Windows.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// With one of these at its start a spreadsheet takes a cell for a formula, and runs it (<https://owasp.org/www-community/attacks/CSV_Injection>).
/// Besides the plain ones, those that compatibility normalisation (NFKC) makes of them, as input in Chinese and Japanese does, and the minus sign
/// of mathematics, which some languages write.
const FORMULA: [char; 20] = [
    '=', '＝', '﹦', '⁼', '₌', '+', '＋', '﹢', '⁺', '₊', '﬩', '-', '－', '﹣', '⁻', '₋', '−', '@', '＠', '﹫',
];

/// White space at the very start that makes a cell dangerous by itself.
const BREAK: [char; 3] = ['\t', '\r', '\n'];

/// Whether a spreadsheet may take a text for a formula. Some drop what cannot be seen at its start before they look.
fn is_formula(text: &str) -> bool {
    text.starts_with(BREAK) || text.trim_start_matches(is_nothing_to_see).starts_with(FORMULA)
}

fn is_nothing_to_see(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_unseen(character)
}

/// Appends the CSV line of column ids. Columns are places in [`catalog::Table::columns`].
pub fn csv_header(out: &mut Vec<u8>, rows: &Rows, columns: &[usize]) {
    record(out, columns.iter().map(|column| id(rows, *column)));
}

/// Appends a row as a line of comma-separated values as in [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180): numbers plain, times in RFC 3339 and
/// UTC, lists joined by commas.
pub fn csv_row(out: &mut Vec<u8>, rows: &Rows, row: u32, columns: &[usize]) {
    record(out, columns.iter().map(|column| rows.text(row, *column)));
}

/// Appends a row as a JSON object on one line, by column id and with typed values: numbers, times in RFC 3339 and UTC, `true` and `false`, lists,
/// and `null` for no value. What is no number or time in a column of such stands there as the cloud wrote it.
pub fn json_row(out: &mut Vec<u8>, rows: &Rows, row: u32, columns: &[usize]) {
    out.push(b'{');
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        json(out, id(rows, *column));
        out.push(b':');
        json_cell(out, rows.cell(row, *column));
    }
    out.push(b'}');
}

fn id(rows: &Rows, column: usize) -> &'static str {
    rows.table().columns().nth(column).map_or("", |column| column.id)
}

/// Appends a line of cells.
fn record<T: AsRef<str>>(out: &mut Vec<u8>, cells: impl ExactSizeIterator<Item = T>) {
    let alone = cells.len() == 1;
    for (index, text) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        csv_cell(out, text.as_ref(), alone);
    }
    out.extend_from_slice(b"\r\n");
}

/// Appends a cell, quoted where it must be. One that begins like a formula gets a `'` before it, which spreadsheets take for "this is text".
fn csv_cell(out: &mut Vec<u8>, text: &str, alone: bool) {
    let defuse = is_formula(text);
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

fn json_cell(out: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Empty => json(out, &()),
        Cell::Text(text) | Cell::Unreadable(text) => json(out, text),
        Cell::Number(number) => out.extend_from_slice(number::text(number).as_bytes()),
        Cell::Time(instant) => json(out, &time::format(instant)),
        Cell::Bool(flag) => json(out, &flag),
        Cell::List(items) => {
            out.push(b'[');
            for (index, item) in items.enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                json(out, item);
            }
            out.push(b']');
        }
    }
}

/// Appends a value as JSON. Memory takes all bytes, and nothing that is written here has keys that are no text, so it cannot fail.
fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_keep_their_type() {
        let text = |given: Cell<'_>| {
            let mut out = Vec::new();
            json_cell(&mut out, given);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(Cell::Empty), "null");
        assert_eq!(text(Cell::Text("a\"\u{1}中")), r#""a\"\u0001中""#);
        assert_eq!(text(Cell::Unreadable("many")), r#""many""#);
        assert_eq!(text(Cell::Number(3.0)), "3");
        assert_eq!(text(Cell::Number(-0.5)), "-0.5");
        assert_eq!(text(Cell::Time(0)), r#""1970-01-01T00:00:00Z""#);
        assert_eq!(text(Cell::Bool(false)), "false");
        for number in [0.0, 1e21, 1e-7, -2.5e300, f64::MAX, 9_007_199_254_740_992.0] {
            let read: f64 = serde_json::from_str(&text(Cell::Number(number))).unwrap();
            assert_eq!(read.to_bits(), number.to_bits());
        }
    }

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
            text(&["=1+1", "+1", "-5", "@x", "\tx", "\rx", "\nx", "5-1", "'="]),
            "'=1+1,'+1,'-5,'@x,'\tx,\"'\rx\",\"'\nx\",5-1,'=\r\n"
        );
        // Full width, small, raised, lowered, and as other languages write it.
        for formula in FORMULA {
            for before in ["", " ", "\u{3000}", "\u{a0}\u{feff}", "\u{200b}\u{202e}", "\u{b}\u{1}"] {
                let cell = format!("{before}{formula}1+1");
                assert_eq!(text(&[&cell]), format!("'{cell}\r\n"), "{}", cell.escape_unicode());
            }
        }
        // Nothing is added to what no spreadsheet runs.
        for harmless in [
            "a=1",
            " x",
            "\u{feff}x",
            "'=1",
            "ー1",
            "–",
            "1\u{2212}1",
            "中",
            "\u{200b}",
        ] {
            assert_eq!(text(&[harmless]), format!("{harmless}\r\n"));
        }
        assert_eq!(
            text(&["=HYPERLINK(\"http://x\",\"y\")"]),
            "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n"
        );
        assert_eq!(text(&[""]), "\"\"\r\n");
    }

    /// Any text, with what matters here made likely.
    fn any_cell() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[-=+@＝＋－＠\t\r\n\",' \u{feff}a中]{0,6}",
            Just(String::new())
        ]
    }

    proptest! {
        #[test]
        fn another_reader_reads_the_same(
            width in 1_usize..5,
            cells in prop::collection::vec(any_cell(), 0..40),
        ) {
            let rows: Vec<Vec<String>> = cells.chunks_exact(width).map(<[String]>::to_vec).collect();
            // A file begins with ids: a byte order mark at its very start would be the file's, not a cell's.
            let head = vec!["id".to_owned(); width];
            let text = written(&[vec![head], rows.clone()].concat());
            let mut reader = csv::Reader::from_reader(text.as_slice());
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            prop_assert_eq!(read.len(), rows.len());
            for (read, given) in read.iter().flatten().zip(rows.iter().flatten()) {
                if is_formula(given) {
                    prop_assert_eq!(read.strip_prefix('\''), Some(given.as_str()));
                } else {
                    prop_assert_eq!(read, given);
                }
                prop_assert!(!is_formula(read));
            }
        }
    }
}
