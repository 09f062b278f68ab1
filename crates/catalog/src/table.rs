//! A table: the columns that its sources share.

use crate::column::{Column, Label, word};
use crate::{Mention, Phase, SOURCES};

/// A table of the page.
#[derive(Debug)]
pub struct Table {
    /// Machine id and URL path.
    pub id: &'static str,
    /// Name.
    pub label: Label,
    /// One sentence: what its rows are.
    pub about: Label,
    /// The columns that are this table's own, in order. [`Table::columns`] also has the common ones.
    pub own: &'static [Column],
    /// Columns that together name a row within the table; where one says `a|b`, `b` stands in for an empty `a`.
    pub identity: &'static [&'static str],
    /// Columns on screen unless the view says otherwise, in order.
    pub shown: &'static [&'static str],
    /// Sort order unless the view says otherwise: column ids, `-` before descending ones.
    pub sort: &'static [&'static str],
    /// The things that rows are about. The first is what a row is about above all.
    pub things: &'static [Mention],
}

/// Columns that every table begins with.
pub const COMMON: &[Column] = &[
    Column::text("cloud", "Cloud", "云").facet().wide(96).values(&[
        word("alibaba", "Alibaba Cloud", "阿里云"),
        word("huawei", "Huawei Cloud", "华为云"),
    ]),
    Column::text("account", "Account", "账号").facet().wide(112),
    Column::text("region", "Region", "地域").facet().wide(124),
    Column {
        width: 128,
        ..Column::status("phase", "Phase", "阶段", Phase::VALUES)
    },
];

impl Table {
    /// All columns in canonical order: the common ones, then the table's own.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &'static Column> + Clone + use<> {
        let own = self.own;
        (0..COMMON.len() + own.len()).map(move |at| {
            if at < COMMON.len() {
                &COMMON[at]
            } else {
                &own[at - COMMON.len()]
            }
        })
    }

    /// The column with an id.
    pub fn column(&self, id: &str) -> Option<&'static Column> {
        self.columns().find(|column| column.id == id)
    }

    /// A column's place in canonical order.
    pub fn index(&self, id: &str) -> Option<usize> {
        self.columns().position(|column| column.id == id)
    }

    /// The kinds of things that a column may name.
    pub fn things_of(&self, column: &str) -> impl Iterator<Item = &'static Mention> {
        self.things.iter().filter(move |mention| mention.column == column)
    }

    /// The sources that fill the table.
    pub fn sources(&'static self) -> impl Iterator<Item = &'static crate::Source> {
        SOURCES.iter().copied().filter(move |source| source.table.id == self.id)
    }
}

/// All tables, in the order of their first source in [`SOURCES`].
pub fn tables() -> Vec<&'static Table> {
    let mut found: Vec<&'static Table> = Vec::new();
    for source in SOURCES {
        if !found.iter().any(|table| table.id == source.table.id) {
            found.push(source.table);
        }
    }
    found
}

/// The table with an id.
pub fn table(id: &str) -> Option<&'static Table> {
    SOURCES.iter().map(|source| source.table).find(|table| table.id == id)
}
