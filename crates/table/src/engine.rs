//! Which rows a view shows, in which order, and how often each value occurs.
//!
//! Each row has a mask of the columns whose conditions it fails, one bit a column and a few for what is no column. A changed condition rewrites
//! one bit; a row matches when its mask is zero; a facet counts the rows whose mask is zero but for the facet's own bit. Conditions, free text
//! and order are worked out once a different value and looked up by code.

mod beginning;
mod count;
mod facet;
mod find;
mod groups;
pub mod matters;
mod order;
mod predicate;
mod rank;
mod search;
mod sought;
mod times;

pub use count::Count;
pub use facet::FacetValue;
pub use groups::{Figure, GroupKey, Grouping, Groups, Sum, shows_phases};
pub use values::Clock;

use crate::bits::Bits;
use crate::rows::{Change, Code, MOST_COLUMNS, Rows, with_codes};
use find::Lowered;
use order::Sorting;
use rank::Ranks;
use search::Search;
use std::sync::OnceLock;
use view::{Since, SortKey, Test, View};

/// The bit of rows that are not there any more: the first behind those of the columns.
const GONE: u32 = MOST_COLUMNS;
/// The bit of rows that are as they were when the reader last looked.
const SINCE: u32 = GONE + 1;
/// The free text's bit.
const Q: u32 = SINCE + 1;
const _: () = assert!(Q < u32::BITS);

/// How far [`Engine::step`] has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do. Until then the result is that of before, as far as order goes.
    More,
    /// The result is up to date with the rows that were there when its order began. Whether it changed: which rows match, in which order, or
    /// a count.
    Done(bool),
}

/// Filter, order and facets of one table's rows by a view.
#[derive(Default)]
pub struct Engine {
    /// Which rows, and how often they changed in place.
    edits: (u64, u64),
    /// Understood conditions of each column, with times resolved.
    tests: Vec<Vec<Test>>,
    /// The texts to search in, as far as they were needed yet.
    lowered: Vec<Lowered>,
    /// The same for the items of lists.
    words: Vec<Lowered>,
    ranks: Vec<Ranks>,
    search: Search,
    since: Option<Since>,
    mask: Vec<u32>,
    sort: Vec<SortKey>,
    sorting: Option<Sorting>,
    /// All rows in sort order, but for those that came after the sort began.
    order: Vec<u32>,
    matching: Vec<u32>,
    /// Rows whose mask is zero.
    selection: Bits,
    /// How many of all rows have each code, in columns where that was needed since rows came or changed.
    totals: Vec<OnceLock<Vec<u32>>>,
    /// Whether rows came or changed since they were counted.
    uncounted: bool,
    /// What changed since the last [`Step::Done`].
    changed: bool,
}

impl Engine {
    /// An engine that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the result up to date with rows, view and clock, and returns whether it changed: which rows match, in which order, or a count.
    /// What has not changed since the last call costs nothing.
    pub fn update(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>) -> bool {
        let mut any = false;
        loop {
            if let Step::Done(changed) = self.step(rows, view, clock) {
                any |= changed;
                // A sort that a step began knows nothing of rows that came since.
                if self.order.len() == rows.len() {
                    return any;
                }
            }
        }
    }

    /// Does a part of what [`Engine::update`] does: some tens of milliseconds for a million rows. Between two parts rows may come.
    pub fn step(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>) -> Step {
        let edits = rows.edits();
        self.fit(rows);
        let filtered = self.filter(rows, view, clock);

        let sort = view.effective_sort();
        let sorted =
            self.sorting.is_none() && self.sort == sort && self.order.len() == rows.len() && self.edits == edits;
        if !sorted {
            if self.sorting.as_ref().is_none_or(|sorting| !sorting.fits(rows, &sort)) {
                // Who only filters waits for both at once; a sort of many rows takes several turns of the page anyway.
                if filtered {
                    return Step::More;
                }
                self.sorting = Some(Sorting::begin(rows, &sort));
                self.edits = edits;
                self.changed = true;
                return Step::More;
            }
            let done = self
                .sorting
                .as_mut()
                .is_none_or(|sorting| sorting.step(rows, &mut self.ranks, &mut self.lowered));
            if !done {
                return Step::More;
            }
            self.sort = sort;
            self.order = self.sorting.take().map(Sorting::finish).unwrap_or_default();
        } else if !self.changed {
            return Step::Done(false);
        } else if std::mem::take(&mut self.uncounted) {
            self.count_all(rows);
            return Step::More;
        }
        Step::Done(self.settle())
    }

    /// Begins anew with other rows than before.
    fn fit(&mut self, rows: &Rows) {
        let columns = rows.table().columns().len();
        if self.edits.0 != rows.edits().0 || self.tests.len() != columns {
            *self = Self::default();
            self.tests.resize_with(columns, Vec::new);
            self.lowered.resize_with(columns, Lowered::default);
            self.words.resize_with(columns, Lowered::default);
            self.ranks.resize_with(columns, Ranks::default);
            self.totals.resize_with(columns, OnceLock::new);
        }
    }

    /// Takes the matching rows out of the order.
    fn settle(&mut self) -> bool {
        let mut selection = Bits::none(self.mask.len());
        for (block, mask) in selection.words_mut().iter_mut().zip(self.mask.chunks(64)) {
            *block = (0..)
                .zip(mask)
                .fold(0, |block, (bit, mask)| block | u64::from(*mask == 0) << bit);
        }
        self.selection = selection;
        // Rows of the order stand anywhere; a bit each of them is near at hand, a mask each is not.
        let mut matching = Vec::with_capacity(self.matching.len());
        matching.extend(self.order.iter().filter(|row| self.selection.has(**row as usize)));
        let changed = std::mem::take(&mut self.changed);
        let moved = matching != self.matching;
        self.matching = matching;
        changed || moved
    }

    /// Brings the masks up to date, and returns whether any changed.
    fn filter(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>) -> bool {
        // Rows that changed in place may pass or fail anything anew.
        let edited = self.edits != rows.edits();
        let seen = if edited { 0 } else { self.mask.len() };
        let mut changed = edited || rows.len() != self.mask.len();
        self.mask.resize(rows.len(), 0);
        if changed {
            self.totals.fill_with(OnceLock::new);
            self.uncounted = true;
        }
        if edited {
            self.search.forget();
        }
        for at in 0..self.tests.len() {
            changed |= self.filter_column(rows, view, clock, at, seen);
        }
        if !self.search.is_empty() || !view.q.is_empty() {
            let anew = self.search.ask(rows, &mut self.lowered, &view.q, edited);
            let from = if anew { 0 } else { seen };
            changed |= write_blocks(&mut self.mask, from / 64, 1 << Q, |block| !self.search.block(block));
        }
        if edited || self.since != view.since {
            let same = |row: u32| rows.compared_with().is_some() && rows.delta(row) == Change::default();
            let fails = |row: usize| view.since.is_some() && u32::try_from(row).is_ok_and(same);
            changed |= write(&mut self.mask, 0, 1 << SINCE, fails);
            self.since = view.since;
        }
        if edited {
            let gone = |row: usize| u32::try_from(row).is_ok_and(|row| rows.is_gone(row));
            changed |= write(&mut self.mask, 0, 1 << GONE, gone);
        }
        self.changed |= changed;
        if edited {
            // The masks are those of now; the order is not yet.
            self.edits = rows.edits();
            self.order.clear();
            self.sorting = None;
        }
        changed
    }

    fn filter_column(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>, at: usize, seen: usize) -> bool {
        let tests = predicate::resolved(view, clock, at);
        let from = if tests == self.tests[at] { seen } else { 0 };
        if self.tests[at].is_empty() && tests.is_empty() {
            return false;
        }
        self.tests[at] = tests;
        let Some(column) = rows.column(at) else { return false };
        if from == column.codes.len() {
            return false;
        }
        let bit = 1 << at;
        if self.tests[at].is_empty() {
            return write(&mut self.mask, from, bit, |_| false);
        }
        let passes = predicate::passes(
            &column.dict,
            &self.tests[at],
            &mut self.lowered[at],
            &mut self.words[at],
        );
        with_codes!(&column.codes, codes => {
            write(&mut self.mask, from, bit, |row| !passes[codes[row].at()])
        })
    }

    /// Does beforehand what only the first search has to: lower-cased texts, and whatever a processor or a browser needs to find its way through
    /// code that has never run. Costs as much as a key; for when somebody is about to type.
    pub fn prepare(&mut self, rows: &Rows) {
        if self.edits == rows.edits() {
            self.search.prepare(rows, &mut self.lowered);
        }
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

/// The same for 64 rows at a time, from a block on: bit n of `fails` is the block's row n.
fn write_blocks(mask: &mut [u32], from: usize, bit: u32, fails: impl Fn(usize) -> u64) -> bool {
    let mut changed = 0;
    for (at, masks) in mask.chunks_mut(64).enumerate().skip(from) {
        let fails = fails(at);
        for (row, mask) in masks.iter_mut().enumerate() {
            let new = (*mask & !bit) | if fails >> row & 1 == 1 { bit } else { 0 };
            changed |= new ^ *mask;
            *mask = new;
        }
    }
    changed != 0
}

/// Sets or clears one bit of every mask from row `from` on, and returns whether any changed.
fn write(mask: &mut [u32], from: usize, bit: u32, fails: impl Fn(usize) -> bool) -> bool {
    let mut changed = 0;
    for (row, mask) in mask.iter_mut().enumerate().skip(from) {
        let new = (*mask & !bit) | if fails(row) { bit } else { 0 };
        changed |= new ^ *mask;
        *mask = new;
    }
    changed != 0
}
