//! The rows that need someone, found in parts.

use super::planned::Planned;
use crate::rows::{Cell, EMPTY, Rows};
use catalog::{Phase, Table};

/// How many rows one part of the work goes through at most.
const PART: usize = 1 << 16;

/// Which columns say what matters are made of.
pub(super) struct Columns {
    /// Where phases stand.
    pub(super) phase: usize,
    /// The columns that make a matter ([`catalog::Roles::matter`]).
    pub(super) by: Vec<usize>,
    /// When a piece of work began; nothing where rows are no work.
    pub(super) begin: Option<usize>,
    /// Whether rows of one matter are runs of one thing, so that it means something how many others there are.
    pub(super) runs: bool,
}

impl Columns {
    /// Of a table.
    pub(super) fn of(table: &'static Table) -> Self {
        let by = table.roles().map_or(&[][..], |roles| roles.matter);
        let work = table.span.filter(|span| span.work);
        let names = |first: &&str| table.references_of(first).next().is_some();
        Self {
            phase: table.index("phase").unwrap_or_default(),
            by: by.iter().filter_map(|id| table.index(id)).collect(),
            begin: work.and_then(|span| table.index(span.begin)),
            runs: work.is_some() && by.first().is_some_and(names),
        }
    }

    /// When a row began, where that is known.
    pub(super) fn begin(&self, rows: &Rows, row: u32) -> Option<i64> {
        match rows.cell(row, self.begin?) {
            Cell::Time(begin) => Some(begin),
            _ => None,
        }
    }
}

/// Looks for them.
pub(super) struct Selecting {
    at: usize,
    end: usize,
    /// Those that have a value in the first column of a matter.
    pub(super) named: Vec<u32>,
    /// Those that have none.
    pub(super) unnamed: Vec<u32>,
    /// How many rows of all there are with each value of that column, where rows are runs of one thing.
    pub(super) runs: Vec<u32>,
    /// What is planned.
    pub(super) planned: Planned,
}

impl Selecting {
    /// Among the rows that there are.
    pub(super) fn begin(rows: &Rows) -> Self {
        Self {
            at: 0,
            end: rows.len(),
            named: Vec::new(),
            unnamed: Vec::new(),
            runs: Vec::new(),
            planned: Planned::of(rows.table()),
        }
    }

    /// Does a part of the work; true when all is done.
    pub(super) fn step(&mut self, rows: &Rows, columns: &Columns, now: i64) -> bool {
        let Some(phases) = rows.column(columns.phase) else {
            return true;
        };
        // Phases are few, and known by their ids.
        let phase = |code: usize| {
            let text = phases.dict.text(u32::try_from(code).unwrap_or_default());
            super::phase(&text)
        };
        let meaning: Vec<Phase> = (0..phases.dict.len()).map(phase).collect();
        let first = columns.by.first().and_then(|first| rows.column(*first));
        let to = self.end.min(self.at + PART);
        for at in self.at..to {
            let Ok(row) = u32::try_from(at) else { break };
            if rows.is_gone(row) {
                continue;
            }
            let code = phases.codes.get(at).unwrap_or_default();
            let phase = meaning.get(code as usize).copied().unwrap_or(Phase::Unknown);
            let value = || first.and_then(|first| first.codes.get(at)).unwrap_or(EMPTY);
            if columns.runs {
                let value = value() as usize;
                if self.runs.len() <= value {
                    self.runs.resize(value + 1, 0);
                }
                self.runs[value] += 1;
            }
            if phase.needs_someone() {
                let list = if value() == EMPTY {
                    &mut self.unnamed
                } else {
                    &mut self.named
                };
                list.push(row);
            } else if phase == Phase::Scheduled && !self.planned.is_empty() {
                let begin = columns.begin(rows, row).filter(|begin| *begin > now);
                if let Some(begin) = begin {
                    self.planned.add(rows, row, begin);
                }
            }
        }
        self.at = to;
        self.at == self.end
    }
}
