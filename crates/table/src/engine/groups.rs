//! The rows that match in groups: those that have the same values in the columns that a view is grouped by.
//!
//! Rows are dealt into groups by the codes of their values, one column after the other; no text is looked at. What a group's line shows is then
//! worked out for those lines that somebody sees, and for what they are sorted by.

pub(super) mod deal;
pub(super) mod figure;
mod order;

pub use figure::{Figure, Sum, shows_phases};

use super::Engine;
use crate::bits::Bits;
use crate::rows::{Cell, Rows};
use catalog::Phase;
use deal::{Dealing, Dealt};
use hashbrown::HashSet;
use order::Ordering;
use std::borrow::Cow;
use view::{ColRef, SortKey, View};

/// The groups of a view, in its order. They are those of the rows as they were: after the next [`Engine::update`] they are to be made anew.
pub struct Groups {
    dealt: Dealt,
    /// The groups in the view's order.
    order: Vec<u32>,
    /// Which [`Rows`] they are made of.
    rows: u64,
}

/// What tells a group from all others by the same columns, for as long as the [`Rows`] are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupKey(Vec<u32>);

/// Groups in the making: in parts, between which a page can draw.
pub struct Grouping {
    by: Vec<ColRef>,
    sort: Vec<SortKey>,
    /// Which rows, and how often they changed in place.
    edits: (u64, u64),
    stage: Stage,
}

enum Stage {
    /// Which row belongs to which group.
    Dealing(Dealing),
    /// Which group comes first.
    Ordering(Dealt, Box<Ordering>),
}

impl Engine {
    /// The rows that match, as of the last [`Engine::update`], in the groups of the view, in its order. A row with a list is in the group of each of its
    /// different items, a row without a value in that of those without.
    pub fn groups(&mut self, rows: &Rows, view: &View) -> Groups {
        let mut grouping = Grouping::begin(self, rows, &view.by, &view.effective_sort());
        loop {
            if let Some(groups) = grouping.step(self, rows) {
                return groups;
            }
        }
    }
}

impl Grouping {
    /// Begins to make what [`Engine::groups`] makes at once, of a view that groups by these columns and has these sort keys in force.
    pub fn begin(engine: &Engine, rows: &Rows, by: &[ColRef], sort: &[SortKey]) -> Self {
        let selected = engine.selection.iter().take_while(|row| *row < engine.order.len());
        let selected = selected.filter_map(|row| u32::try_from(row).ok()).collect();
        Self {
            by: by.to_vec(),
            sort: sort.to_vec(),
            edits: rows.edits(),
            stage: Stage::Dealing(Dealing::begin(by, selected)),
        }
    }

    /// Does a part of the work, of some milliseconds for a million rows. `Some` when that was the last. Rows may come in between, which are in none of the
    /// groups; when rows have changed that were there, the work begins anew.
    pub fn step(&mut self, engine: &mut Engine, rows: &Rows) -> Option<Groups> {
        if self.edits != rows.edits() {
            *self = Self::begin(engine, rows, &self.by, &self.sort);
            return None;
        }
        match &mut self.stage {
            Stage::Dealing(dealing) => {
                if dealing.step(rows) {
                    let dealt = std::mem::take(dealing).finish();
                    let ordering = Ordering::begin(&dealt, rows, &self.sort);
                    self.stage = Stage::Ordering(dealt, Box::new(ordering));
                }
                None
            }
            Stage::Ordering(dealt, ordering) => ordering.step(dealt, engine, rows).then(|| Groups {
                dealt: std::mem::take(dealt),
                order: std::mem::take(ordering).finish(),
                rows: self.edits.0,
            }),
        }
    }
}

/// Groups are named by their places in the view's order.
impl Groups {
    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether no row matches.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether they are made of these rows, and not of others that stood in their place.
    pub fn are_of(&self, rows: &Rows) -> bool {
        self.rows == rows.edits().0
    }

    /// What tells a group from the others.
    pub fn key(&self, place: usize) -> Option<GroupKey> {
        self.at(place).map(|group| GroupKey(self.dealt.codes(group).to_vec()))
    }

    /// The places of the groups that have these keys, in rising order.
    pub fn find(&self, keys: &[GroupKey]) -> Vec<usize> {
        if keys.is_empty() {
            return Vec::new();
        }
        let keys: HashSet<&[u32]> = keys.iter().map(|key| key.0.as_slice()).collect();
        let groups = self.order.iter().enumerate();
        let wanted = groups.filter(|(_, group)| keys.contains(self.dealt.codes(**group as usize)));
        wanted.map(|(place, _)| place).collect()
    }

    /// How many rows a group has.
    pub fn count(&self, place: usize) -> usize {
        self.at(place).map_or(0, |group| self.dealt.rows(group).len())
    }

    /// The text forms of the values that all rows of a group have, one for each column of [`View::by`]; of columns with lists, an item that all have.
    /// Empty for "no value".
    pub fn values<'r>(&self, rows: &'r Rows, place: usize) -> Vec<Cow<'r, str>> {
        self.at(place)
            .map_or_else(Vec::new, |group| self.dealt.values(rows, group))
    }

    /// What the line of a group shows of a column.
    pub fn figure<'r>(&self, rows: &'r Rows, place: usize, column: usize) -> Figure<'r> {
        let Some(group) = self.at(place) else {
            return Figure::Value(Cell::Empty);
        };
        if let Some(key) = self.dealt.by().iter().position(|by| *by == column) {
            let dict = deal::key_dictionary(rows, column);
            return Figure::Value(dict.map_or(Cell::Empty, |dict| dict.cell(self.dealt.code(group, key))));
        }
        if shows_phases(rows.table(), column) {
            return Figure::Phases(self.phases(rows, place));
        }
        figure::of(rows, self.dealt.rows(group), column)
    }

    /// How many rows of a group have each phase, in the order of [`Phase::VALUES`]; phases that none has are left out.
    pub fn phases(&self, rows: &Rows, place: usize) -> Vec<(Phase, u32)> {
        let counts = self.at(place).map(|group| figure::phases(rows, self.dealt.rows(group)));
        let counts = Phase::VALUES.iter().zip(counts.unwrap_or_default());
        counts
            .filter(|(_, count)| *count > 0)
            .map(|(known, count)| (known.phase, count))
            .collect()
    }

    /// The rows of a group in the view's order.
    pub fn members(&self, engine: &Engine, place: usize) -> Vec<u32> {
        let Some(group) = self.at(place) else { return Vec::new() };
        let mut own = Bits::none(engine.mask.len());
        self.dealt.rows(group).iter().for_each(|row| own.add(*row as usize));
        let matching = engine.matching.iter().copied();
        matching.filter(|row| own.has(*row as usize)).collect()
    }

    /// The group at a place.
    fn at(&self, place: usize) -> Option<usize> {
        self.order.get(place).map(|group| *group as usize)
    }
}
