//! The tables, one file each: their columns, whichever sources fill them.

pub mod operations;
pub mod patches;
pub mod plans;
pub mod plugins;
pub mod tickets;

use crate::clouds;
use crate::column::Column;
use crate::phase::Phase;
use crate::resource::Reference;
use crate::values::Label;

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
    /// When what a row tells about begins and ends; `None` where rows have no times.
    pub span: Option<Span>,
    /// The columns that name the resources that rows are about. The first names what a row is about above all.
    pub references: &'static [Reference],
}

/// The two time columns between which what a row tells about takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Id of the column that holds the beginning.
    pub begin: &'static str,
    /// Id of the column that holds the end.
    pub end: &'static str,
    /// Whether the beginning is planned and may lie ahead. Otherwise it is when the row was made.
    pub planned: bool,
    /// Whether a row is one piece of work that its state follows to the end. Otherwise it tells how something is since it was last looked at,
    /// and its phase says nothing about the run that found it.
    pub work: bool,
}

/// What single columns are to whoever reads one row. Not in [`Table`]: what only an open row needs costs no other visit anything.
#[derive(Debug)]
pub struct Roles {
    /// The columns that say why a row is in its state, what says most first: the cloud's reason, or the values that the state follows from.
    pub reasons: &'static [&'static str],
    /// The column that says who is behind a row: a person, or the program that acts for one.
    pub person: Option<&'static str>,
    /// By which columns rows that need someone are told as one matter: those that have the same value in the first, and where that has none, those that have the
    /// same in all of them.
    pub matter: &'static [&'static str],
}

/// The roles of each table's columns.
const ROLES: &[(&Table, &Roles)] = &[
    (&plans::TABLE, &plans::ROLES),
    (&tickets::TABLE, &tickets::ROLES),
    (&patches::TABLE, &patches::ROLES),
    (&plugins::TABLE, &plugins::ROLES),
    (&operations::TABLE, &operations::ROLES),
];

/// Columns that every table begins with.
pub const COMMON: &[Column] = &[
    Column::text("cloud", "Cloud", "云")
        .facet()
        .wide(96)
        .values(clouds::VALUES),
    Column::text("account", "Account", "账号").facet().wide(112),
    Column::text("region", "Region", "地域").facet().wide(124),
    Column {
        width: 128,
        ..Column::status("phase", "Phase", "总体状态", Phase::VALUES)
    },
    // What accounts are called besides: empty where nobody says so.
    Column::text("env", "Environment", "环境").facet().wide(112),
    Column::text("team", "Team", "团队").facet().wide(128),
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

    /// What a column may name.
    pub fn references_of(&self, column: &str) -> impl Iterator<Item = &'static Reference> {
        self.references
            .iter()
            .filter(move |reference| reference.column == column)
    }

    /// What its columns are to whoever reads one row; `None` for a table that is none of [`TABLES`].
    pub fn roles(&self) -> Option<&'static Roles> {
        let own = ROLES.iter().find(|(table, _)| table.id == self.id)?;
        Some(own.1)
    }

    /// The places of the two columns of [`Table::span`] in canonical order: beginning, end.
    pub fn span_columns(&self) -> Option<[usize; 2]> {
        let span = self.span?;
        Some([self.index(span.begin)?, self.index(span.end)?])
    }
}

/// Every table, in the order in which the page and the catalogue's endpoint list them.
pub const TABLES: &[&Table] = &[
    &plans::TABLE,
    &tickets::TABLE,
    &patches::TABLE,
    &plugins::TABLE,
    &operations::TABLE,
];

/// [`TABLES`] as a list of one's own.
pub fn tables() -> Vec<&'static Table> {
    TABLES.to_vec()
}

/// The table with an id.
pub fn table(id: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|table| table.id == id)
}
