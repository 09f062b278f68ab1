//! What can be seen on the page, and the scripts that read it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The table as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Grid {
    /// Matching rows, without the header: `aria-rowcount` - 1.
    pub rows: usize,
    /// `aria-busy`
    pub busy: bool,
    /// Column headers from left to right.
    pub headers: Vec<Header>,
}

/// A column's header.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// `data-column`
    pub column: String,
    /// `aria-sort`, or `none`.
    pub sort: String,
}

/// A row in the DOM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// Its place among all matching rows, from 0: `aria-rowindex` - 2.
    pub index: usize,
    /// `data-row-id`
    pub id: String,
    /// By column id.
    pub cells: BTreeMap<String, Cell>,
}

impl Row {
    /// The cell of a column.
    ///
    /// # Errors
    /// When the row has no such column; says which it has.
    pub fn cell(&self, column: &str) -> Result<&Cell> {
        let columns = || self.cells.keys().cloned().collect::<Vec<_>>().join(" ");
        self.cells
            .get(column)
            .with_context(|| format!("no column {column:?} among: {}", columns()))
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Cell {
    /// What it shows.
    pub text: String,
    /// `data-value`, or what it shows where that is the value.
    pub value: String,
}

/// An active condition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Condition {
    /// As in the query string after decoding, such as `missing=gt.0`.
    pub condition: String,
    /// Whether the page understands it.
    pub understood: bool,
}

/// A value that a facet offers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FacetValue {
    /// `data-value`
    pub value: String,
    /// `data-count`
    pub count: usize,
    /// Whether it is ticked.
    pub checked: bool,
}

/// One target of the coverage strip.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Target {
    /// `account/region/source`
    pub target: String,
    /// `loading`, `ok`, `stale`, `capped` or `failed`.
    pub state: String,
    /// What it says.
    pub text: String,
}

/// The open row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Detail {
    /// `data-row-id`
    pub row: String,
    /// All that it shows.
    pub text: String,
}

pub const GRID: &str = "
    const grid = document.querySelector('[role=grid]');
    if (!grid) return null;
    return {
        rows: Number(grid.getAttribute('aria-rowcount')) - 1,
        busy: grid.getAttribute('aria-busy') === 'true',
        headers: [...grid.querySelectorAll('[role=columnheader][data-column]')].map(header => ({
            column: header.dataset.column,
            sort: header.getAttribute('aria-sort') ?? 'none',
        })),
    };";

/// Recycled rows need not stand in the order of the table.
pub const ROWS: &str = "
    const grid = document.querySelector('[role=grid]');
    if (!grid) return null;
    const rows = [...grid.querySelectorAll('[role=row][data-row-id]')].filter(row => row.checkVisibility());
    return rows.map(row => ({
        index: Number(row.getAttribute('aria-rowindex')) - 2,
        id: row.dataset.rowId,
        cells: Object.fromEntries([...row.querySelectorAll('[role=gridcell][data-column]')].map(cell => {
            const text = cell.innerText.trim();
            return [cell.dataset.column, { text, value: cell.dataset.value ?? text }];
        })),
    })).sort((a, b) => a.index - b.index);";

pub const CONDITIONS: &str = "
    return [...document.querySelectorAll('[data-testid=conditions] [data-condition]')].map(item => ({
        condition: item.dataset.condition,
        understood: item.dataset.understood !== 'false',
    }));";

pub const FACET: &str = "
    const facet = [...document.querySelectorAll('[data-facet]')].find(group => group.dataset.facet === arguments[0]);
    if (!facet) return null;
    return [...facet.querySelectorAll('[data-value][data-count]')].map(value => ({
        value: value.dataset.value,
        count: Number(value.dataset.count),
        checked: value.checked ?? value.getAttribute('aria-checked') === 'true',
    }));";

pub const COVERAGE: &str = "
    return [...document.querySelectorAll('[data-testid=coverage] [data-target]')].map(item => ({
        target: item.dataset.target,
        state: item.dataset.state,
        text: item.textContent.trim(),
    }));";

/// `textContent`: the raw JSON may be folded away.
pub const DETAIL: &str = "
    const detail = document.querySelector('[role=complementary][data-row-id]');
    return detail && { row: detail.dataset.rowId, text: detail.textContent };";

/// `1,234 of 2,000 rows` is 1234, whatever separates the thousands.
pub fn first_number(text: &str) -> Option<usize> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut digits = String::new();
    let mut rest = text[start..].chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if !(",.'’\u{a0}\u{202f}".contains(c) && rest.peek().is_some_and(char::is_ascii_digit)) {
            break;
        }
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_language() {
        for (text, number) in [
            ("1,234 of 2,000 rows", Some(1234)),
            ("共 2,000 条，显示 12 条", Some(2000)),
            ("1\u{202f}234 lignes", Some(1234)),
            ("0", Some(0)),
            ("12, 13", Some(12)),
            ("none", None),
        ] {
            assert_eq!(first_number(text), number, "{text}");
        }
    }
}
