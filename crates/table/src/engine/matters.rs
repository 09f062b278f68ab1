//! What needs someone, told in matters: rows that wait for a person or have failed, with the same document, cause or place as one.
//!
//! Which columns make a matter is the catalogue's ([`catalog::Roles::matter`]). Rows are dealt by the codes of their values, as groups are. What a matter shows is
//! worked out for those that somebody sees.

mod mark;
mod matter;
mod planned;
mod select;

pub use mark::{Mark, Marking};
pub use matter::{Matter, Place, Reason};
pub use planned::Next;

use super::groups::deal::{Dealing, Dealt};
use crate::rows::Rows;
use catalog::{Phase, ResourceKind};
use planned::Planned;
use select::{Columns, Selecting};
use std::cmp::Reverse;
use values::sort;

/// How many rows one part of the work weighs at most.
const PART: usize = 1 << 15;

/// What was marked as seen, with the keys of matters.
pub type SeenMarks = Vec<(u64, Mark)>;

/// The matters of one table.
pub struct Matters {
    /// Which [`Rows`] they are told of.
    of: u64,
    columns: Columns,
    /// The rows of matters that the first column makes, and of those that all columns make.
    dealt: Vec<Dealt>,
    /// One for each matter of the first, then of the second.
    weights: Vec<Weight>,
    /// How many rows of all there are with each value of the first column.
    runs: Vec<u32>,
    planned: Planned,
    /// When what the rows were compared with was seen.
    compared: Option<i64>,
}

/// What matters are ordered by.
struct Weight {
    key: u64,
    phase: Phase,
    /// How many rows.
    rows: usize,
    /// When the first and the last of them began.
    begun: Option<(i64, i64)>,
    /// The row that began last; of those that began at one time, and where none has a time, the one that came last.
    last: u32,
    /// How many are new, or need someone newly.
    fresh: u32,
    /// Whether it was marked as seen with all of its rows; `None` where it was never marked.
    seen: Option<bool>,
}

/// Telling the matters of a table, in parts between which a page can draw.
pub struct Telling {
    /// Which rows, and how often they changed in place.
    edits: (u64, u64),
    now: i64,
    seen: SeenMarks,
    columns: Columns,
    selecting: Selecting,
    dealing: Option<Dealing>,
    dealt: Vec<Dealt>,
    weights: Vec<Weight>,
    /// The matter that is being weighed.
    weighing: Option<Weighing>,
}

struct Weighing {
    weight: Weight,
    /// How many of its rows are done.
    done: usize,
    /// What it was marked with, and what it would be marked with now.
    marks: Option<(Mark, Marking)>,
}

/// The phase with this id.
fn phase(id: &str) -> Phase {
    let known = Phase::VALUES.iter().find(|known| known.value == id);
    known.map_or(Phase::Unknown, |known| known.phase)
}

impl Telling {
    /// Begins to tell what is the matter now, given what was seen before. Rows that come later are in none of the matters.
    pub fn begin(rows: &Rows, now: i64, seen: SeenMarks) -> Self {
        Self {
            edits: rows.edits(),
            now,
            seen,
            columns: Columns::of(rows.table()),
            selecting: Selecting::begin(rows),
            dealing: None,
            dealt: Vec::new(),
            weights: Vec::new(),
            weighing: None,
        }
    }

    /// Does a part of the work, of some milliseconds. `Some` when that was the last. When rows have changed that were there, the work begins anew.
    pub fn step(&mut self, rows: &Rows) -> Option<Matters> {
        if self.edits != rows.edits() {
            *self = Self::begin(rows, self.now, std::mem::take(&mut self.seen));
            return None;
        }
        if !self.selecting.step(rows, &self.columns, self.now) {
            return None;
        }
        if self.dealt.len() < 2 {
            self.deal(rows);
            return None;
        }
        if !self.weigh(rows) {
            return None;
        }
        Some(Matters {
            of: self.edits.0,
            columns: std::mem::replace(&mut self.columns, Columns::of(rows.table())),
            dealt: std::mem::take(&mut self.dealt),
            weights: std::mem::take(&mut self.weights),
            runs: std::mem::take(&mut self.selecting.runs),
            planned: std::mem::take(&mut self.selecting.planned),
            compared: rows.compared_with(),
        })
    }

    fn deal(&mut self, rows: &Rows) {
        let named = self.dealt.is_empty();
        let dealing = self.dealing.get_or_insert_with(|| {
            let columns = if named { 1 } else { self.columns.by.len() };
            let mut by = vec![self.columns.phase];
            by.extend(self.columns.by.iter().take(columns));
            let selected = if named {
                &mut self.selecting.named
            } else {
                &mut self.selecting.unnamed
            };
            Dealing::begin(&by, std::mem::take(selected))
        });
        if dealing.step(rows) {
            self.dealt.push(std::mem::take(dealing).finish());
            self.dealing = None;
        }
    }

    /// Weighs some more matters; true when all are weighed.
    fn weigh(&mut self, rows: &Rows) -> bool {
        let phase_bit = 1_u32 << self.columns.phase;
        let mut left = PART;
        while left > 0 {
            let Some((dealt, group)) = place(&self.dealt, self.weights.len()) else {
                return true;
            };
            let of = dealt.rows(group);
            let mut weighing = match self.weighing.take() {
                Some(weighing) => weighing,
                None => Weighing::begin(rows, dealt, group, &self.seen),
            };
            let chunk = &of[weighing.done..of.len().min(weighing.done + left)];
            for row in chunk {
                weighing
                    .weight
                    .add(rows, *row, self.columns.begin(rows, *row), phase_bit);
            }
            weighing.done += chunk.len();
            left -= chunk.len().max(1);
            if weighing.done < of.len() || !weighing.compare_marks(rows) {
                self.weighing = Some(weighing);
                return false;
            }
            self.weights.push(weighing.weight);
        }
        false
    }
}

impl Weighing {
    fn begin(rows: &Rows, dealt: &Dealt, group: usize, seen: &SeenMarks) -> Self {
        let texts = dealt.values(rows, group);
        let columns = rows.table().columns();
        let ids = dealt
            .by()
            .iter()
            .map(|column| columns.clone().nth(*column).map_or("", |column| column.id));
        let parts: Vec<&str> = std::iter::once(rows.table().id)
            .chain(ids.zip(&texts).flat_map(|(id, text)| [id, &**text]))
            .collect();
        let key = mark::hash(&parts);
        let of = dealt.rows(group);
        let marked = seen.iter().find(|(known, _)| *known == key);
        Self {
            weight: Weight {
                key,
                phase: texts.first().map_or(Phase::Unknown, |text| phase(text)),
                rows: of.len(),
                begun: None,
                last: of.first().copied().unwrap_or_default(),
                fresh: 0,
                seen: None,
            },
            done: 0,
            marks: marked.map(|(_, mark)| (mark.clone(), Marking::begin(of))),
        }
    }

    /// Finds out whether it has rows that it had not when it was marked; true when that is known.
    fn compare_marks(&mut self, rows: &Rows) -> bool {
        let Some((before, marking)) = &mut self.marks else {
            return true;
        };
        let now = marking.step(rows);
        self.weight.seen = now.as_ref().map(|now| before.covers(now));
        now.is_some()
    }
}

impl Weight {
    fn add(&mut self, rows: &Rows, row: u32, begin: Option<i64>, phase_bit: u32) {
        let last = self.begun.map(|(_, last)| last);
        if begin >= last {
            self.last = row;
        }
        if let Some(begin) = begin {
            let (first, last) = self.begun.unwrap_or((begin, begin));
            self.begun = Some((first.min(begin), last.max(begin)));
        }
        let delta = rows.delta(row);
        self.fresh += u32::from(delta.new || delta.columns & phase_bit != 0);
    }

    /// The smaller, the more urgent: not seen yet, new since the last visit, failed, what began last; then what has most rows.
    fn urgency(&self, compared: bool) -> impl Ord + use<> {
        (
            self.seen == Some(true),
            !(compared && self.fresh > 0),
            self.phase != Phase::Failed,
            self.begun.is_none(),
            Reverse(self.begun.map(|(_, last)| last)),
            Reverse(self.rows),
            self.key,
        )
    }
}

/// Where a matter's rows are: among those that the first column makes, or those that all columns make.
fn place(dealt: &[Dealt], at: usize) -> Option<(&Dealt, usize)> {
    let [named, unnamed] = dealt else { return None };
    match at.checked_sub(named.len()) {
        None => Some((named, at)),
        Some(at) if at < unnamed.len() => Some((unnamed, at)),
        Some(_) => None,
    }
}

/// Matters are named by their places, in no order.
impl Matters {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether nothing needs anyone.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The place of the matter with a key.
    pub fn find(&self, key: u64) -> Option<usize> {
        self.weights.iter().position(|weight| weight.key == key)
    }

    /// How many of them are marked as seen, with all of their rows.
    pub fn seen(&self) -> usize {
        self.weights.iter().filter(|weight| weight.seen == Some(true)).count()
    }

    /// How many rows need someone.
    pub fn rows(&self) -> usize {
        self.weights.iter().map(|weight| weight.rows).sum()
    }

    /// The rows of a matter, in order of arrival.
    pub fn rows_of(&self, at: usize) -> &[u32] {
        self.place(at).map_or(&[], |(dealt, group)| dealt.rows(group))
    }

    /// Begins to mark a matter as seen with the rows that it has.
    pub fn marking(&self, rows: &Rows, at: usize) -> Option<Marking> {
        self.are_of(rows).then(|| Marking::begin(self.rows_of(at)))
    }

    /// The next thing that is planned in this table for any of these resources.
    pub fn next(&self, rows: &Rows, kind: ResourceKind, ids: &[String]) -> Option<Next> {
        self.are_of(rows).then(|| self.planned.next(rows, kind, ids))?
    }

    /// Whether they are told of these rows, and not of others that stood in their place.
    fn are_of(&self, rows: &Rows) -> bool {
        self.of == rows.edits().0
    }

    fn place(&self, at: usize) -> Option<(&Dealt, usize)> {
        place(&self.dealt, at)
    }

    /// Up to so many matters of a phase, the most urgent first.
    fn most_urgent(&self, failed: bool, most: usize) -> Vec<usize> {
        let compared = self.compared.is_some();
        let urgency = |at: usize| self.weights[at].urgency(compared);
        // There may be very many, and few are wanted.
        let mut own: Vec<usize> = Vec::new();
        for at in (0..self.len()).filter(|at| (self.weights[*at].phase == Phase::Failed) == failed) {
            let place = own.partition_point(|other| urgency(*other) <= urgency(at));
            if place < most {
                own.truncate(most - 1);
                own.insert(place, at);
            }
        }
        own
    }
}

/// Up to so many matters of several tables, the most urgent first, each by its table's place and its own. So that no table pushes the others out, of
/// those that are as new the first of every table and phase come in before the second of any.
pub fn most_urgent(all: &[&Matters], most: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (table, matters) in all.iter().enumerate() {
        for failed in [true, false] {
            let own = matters.most_urgent(failed, most).into_iter().enumerate();
            found.extend(own.map(|(rank, at)| (rank, table, at)));
        }
    }
    let urgency = |(_, table, at): &(usize, usize, usize)| {
        let matters = all[*table];
        (matters.weights[*at].urgency(matters.compared.is_some()), *table)
    };
    let standing = |one: &(usize, usize, usize)| {
        let matters = all[one.1];
        let weight = &matters.weights[one.2];
        let fresh = matters.compared.is_some() && weight.fresh > 0;
        (weight.seen == Some(true), !fresh, one.0)
    };
    sort::by(&mut found, |a, b| {
        standing(a).cmp(&standing(b)).then_with(|| urgency(a).cmp(&urgency(b)))
    });
    found.truncate(most);
    sort::by(&mut found, |a, b| urgency(a).cmp(&urgency(b)));
    found.into_iter().map(|(_, table, at)| (table, at)).collect()
}
