//! Which rows a view shows, in which order, and how often each value occurs.
//!
//! Each row has a mask of the columns whose conditions it fails, one bit a column and one for the free text. A changed condition rewrites one
//! bit; a row matches when its mask is zero; a facet counts the rows whose mask is zero but for the facet's own bit. Conditions, free text and
//! order are worked out once a different value and looked up by code.

mod facet;
mod order;
mod predicate;
mod search;

pub use crate::clock::Clock;
pub use facet::FacetValue;

use crate::rows::Rows;
use crate::view::{SortKey, Test, View};
use order::Ranks;
use search::Lowered;

/// The free text's bit. Tables have fewer columns.
const Q: u32 = 31;

/// What was last asked of one column.
#[derive(Default)]
struct Field {
    /// Understood conditions, with times resolved.
    tests: Vec<Test>,
    /// The texts to search in, as far as they were needed yet.
    lowered: Lowered,
    /// The same for the items of lists.
    words: Lowered,
    ranks: Ranks,
}

/// Filter, order and facets of one table's rows by a view.
#[derive(Default)]
pub struct Engine {
    /// Which rows, and how often they changed in place.
    edits: (u64, u64),
    fields: Vec<Field>,
    q: Vec<String>,
    mask: Vec<u32>,
    sort: Vec<SortKey>,
    /// All rows in sort order.
    order: Vec<u32>,
    matching: Vec<u32>,
}

impl Engine {
    /// An engine that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the result up to date with rows, view and clock, and returns whether it changed: which rows match, in which order, or a count.
    /// What has not changed since the last call costs nothing.
    pub fn update(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>) -> bool {
        let edits = rows.edits();
        let columns = rows.table().columns().len();
        if self.edits.0 != edits.0 || self.fields.len() != columns {
            *self = Self::default();
            self.fields.resize_with(columns, Field::default);
        }
        // Rows that changed in place may pass or fail anything anew.
        let edited = self.edits != edits;
        self.edits = edits;
        let seen = if edited { 0 } else { self.mask.len() };
        let grown = rows.len() != self.mask.len();
        self.mask.resize(rows.len(), 0);

        let mut changed = edited || grown;
        for at in 0..self.fields.len() {
            changed |= self.update_field(rows, view, clock, at, seen);
        }
        changed |= self.update_q(rows, view, seen);

        let sort = view.effective_sort();
        let reorder = edited || grown || sort != self.sort;
        if reorder {
            self.sort = sort;
            self.order = order::sorted(rows, &mut self.fields, &self.sort);
        }
        if !changed && !reorder {
            return false;
        }
        let mask = &self.mask;
        let passes = |row: &u32| mask[*row as usize] == 0;
        let matching: Vec<u32> = self.order.iter().copied().filter(passes).collect();
        changed |= matching != self.matching;
        self.matching = matching;
        changed
    }

    fn update_field(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>, at: usize, seen: usize) -> bool {
        let field = &mut self.fields[at];
        let tests = predicate::resolved(view, clock, at);
        let from = if tests == field.tests { seen } else { 0 };
        if field.tests.is_empty() && tests.is_empty() {
            return false;
        }
        field.tests = tests;
        let Some(column) = rows.column(at) else { return false };
        if from == column.codes.len() {
            return false;
        }
        let bit = 1 << at;
        if field.tests.is_empty() {
            return write(&mut self.mask[from..], bit, |_| false);
        }
        let passes = predicate::passes(&column.dict, field);
        let codes = &column.codes[from..];
        write(&mut self.mask[from..], bit, |row| !passes[codes[row] as usize])
    }

    fn update_q(&mut self, rows: &Rows, view: &View, seen: usize) -> bool {
        let q = search::words(&view.q);
        let from = if q == self.q { seen } else { 0 };
        if self.q.is_empty() && q.is_empty() || from == rows.len() && q == self.q {
            return false;
        }
        self.q = q;
        if self.q.is_empty() {
            return write(&mut self.mask[from..], 1 << Q, |_| false);
        }
        let found = search::found(rows, &mut self.fields, &self.q, from);
        write(&mut self.mask[from..], 1 << Q, |row| !found[row])
    }

    /// The rows that match, in the view's order.
    pub fn matching(&self) -> &[u32] {
        &self.matching
    }

    /// A row's place among the matching ones.
    pub fn position(&self, row: u32) -> Option<usize> {
        self.matching.iter().position(|known| *known == row)
    }
}

/// Sets or clears one bit of every mask, and returns whether any changed.
fn write(mask: &mut [u32], bit: u32, fails: impl Fn(usize) -> bool) -> bool {
    let mut changed = 0;
    for (row, mask) in mask.iter_mut().enumerate() {
        let new = (*mask & !bit) | if fails(row) { bit } else { 0 };
        changed |= new ^ *mask;
        *mask = new;
    }
    changed != 0
}
