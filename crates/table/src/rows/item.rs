//! One object on its way into a row.

use super::dictionary::EMPTY;
use super::residue;
use super::template::Span;

/// What reading an object has found.
#[derive(Default)]
pub(super) struct Item {
    /// A code for each column.
    pub(super) cells: Vec<u32>,
    /// The number of its layout.
    pub(super) layout: u32,
    /// What of its text stands with the row.
    pub(super) texts: residue::Texts,
    /// Where the values of its template stand.
    pub(super) spans: Vec<Span>,
    /// How each of these values is written.
    pub(super) styles: Vec<u8>,
}

/// A dictionary or a table of the rows has no room for another number.
pub(super) struct Full;

impl Item {
    /// Forgets the object before.
    pub(super) fn begin(&mut self, columns: usize) {
        self.cells.clear();
        self.cells.resize(columns, EMPTY);
    }
}
