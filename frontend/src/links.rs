//! Links within the page, and the short name of a row that they carry.

use crate::grid::cell::{self, Look};
use catalog::{Column, Format, Kind, Table};
use table::Rows;
pub use table::view::resource_path as to_resource;
use table::view::row_path;

/// The columns that name a row best: the first two words that its table shows.
pub fn title_columns(table: &'static Table) -> impl Iterator<Item = (usize, &'static Column)> {
    let shown = table
        .shown
        .iter()
        .filter_map(|id| Some((table.index(id)?, table.column(id)?)));
    shown
        .filter(|(_, column)| column.kind == Kind::Text && column.format != Format::Status)
        .take(2)
}

/// A row's name: `Kubelet upgrade · c02b…`.
pub fn title(rows: &Rows, row: u32, look: Look<'_>) -> String {
    let words = title_columns(rows.table()).map(|(at, column)| cell::show(rows, row, at, column, look).text);
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        rows.id(row)
    } else {
        words.join(" · ")
    }
}

/// Path and query string that open a row in its table.
pub fn to_row(rows: &Rows, row: u32, zone: Option<&str>) -> String {
    row_path(rows.table(), &rows.id(row), zone)
}

/// The same for a value in a table, where its column names such resources. The cloud's own JSON is no name.
pub fn to_named(table: &Table, column: &str, value: &str) -> Option<String> {
    let names = table.references_of(column).next().is_some();
    (names && !value.is_empty() && !value.starts_with(['{', '['])).then(|| to_resource(value))
}

#[cfg(test)]
mod tests {
    use super::title_columns;

    #[test]
    fn rows_are_named_by_what_people_call_them() {
        let names = |id| {
            let columns = title_columns(catalog::table(id).unwrap());
            columns.map(|(_, column)| column.id).collect::<Vec<_>>()
        };
        assert_eq!(names("plans"), ["type", "cluster"]);
        assert_eq!(names("tickets"), ["name", "creator"]);
        assert_eq!(names("patches"), ["instance", "group"]);
        assert_eq!(names("plugins"), ["plugin", "machine"]);
        assert_eq!(names("operations"), ["stack_set", "action"]);
    }
}
