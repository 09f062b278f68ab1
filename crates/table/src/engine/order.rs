//! Sort order: rows are dealt into the ranks of their values.

use super::find::Lowered;
use super::rank::{Ranking, Ranks};
use crate::rows::{Code, Codes, Rows, with_codes};
use view::SortKey;

/// A sort in progress. It is done in parts, so that a page can draw in between.
pub(super) struct Sorting {
    keys: Vec<SortKey>,
    /// What the rows were when it began: which, how often changed, how many. Rows that came later are left out.
    edits: (u64, u64),
    rows: usize,
    order: Vec<u32>,
    /// How many sort keys are done; the least important key comes first.
    done: usize,
    /// The ranking of the next key's values, while it is under way.
    ranking: Option<Ranking>,
    /// Whether that ranking is finished for the rows of this sort; more values may have come since.
    ranked: bool,
}

impl Sorting {
    /// All rows target by target, within one in order of arrival: which target answers first is chance, and a link must show the same order
    /// twice. That is the order of rows that are equal by all keys.
    pub(super) fn begin(rows: &Rows, keys: &[SortKey]) -> Self {
        let order: Vec<u32> = (0..rows.len()).filter_map(|row| u32::try_from(row).ok()).collect();
        let mut sorting = Self {
            keys: keys.to_vec(),
            edits: rows.edits(),
            rows: rows.len(),
            order,
            done: 0,
            ranking: None,
            ranked: false,
        };
        let targets: Vec<u32> = (0..rows.targets())
            .filter_map(|target| u32::try_from(target).ok())
            .collect();
        sorting.deal(rows.target_codes(), &targets, targets.len());
        sorting
    }

    /// Whether it sorts these rows by these keys.
    pub(super) fn fits(&self, rows: &Rows, keys: &[SortKey]) -> bool {
        self.keys == keys && self.edits == rows.edits() && self.rows <= rows.len()
    }

    /// Does one part of the work; true when all is done.
    pub(super) fn step(&mut self, rows: &Rows, ranks: &mut [Ranks], lowered: &mut [Lowered]) -> bool {
        let Some(key) = self.keys.iter().rev().nth(self.done).copied() else {
            return true;
        };
        let (Some(column), Some(ranks), Some(lowered)) = (
            rows.column(key.column),
            ranks.get_mut(key.column),
            lowered.get_mut(key.column),
        ) else {
            self.done += 1;
            return false;
        };
        if !self.ranked {
            self.ranking = match self.ranking.take() {
                None => Ranking::begin(&column.dict, ranks),
                Some(mut ranking) => (!ranking.step(&column.dict, lowered, ranks)).then_some(ranking),
            };
            self.ranked = self.ranking.is_none();
            return false;
        }
        let (places, count) = ranks.places(key.descending);
        self.deal(&column.codes, &places, count);
        self.done += 1;
        self.ranked = false;
        self.done == self.keys.len()
    }

    /// One pass of a radix sort: orders all rows by the places of their codes. Rows of one place keep their order.
    fn deal(&mut self, codes: &Codes, places: &[u32], count: usize) {
        let mut dealt = vec![0; self.order.len()];
        with_codes!(codes, codes => {
            let place = |row: u32| places.get(codes[row as usize].at()).copied().unwrap_or_default() as usize;
            let mut starts = vec![0u32; count + 1];
            for code in &codes[..self.rows] {
                starts[places.get(code.at()).copied().unwrap_or_default() as usize + 1] += 1;
            }
            for at in 1..starts.len() {
                starts[at] += starts[at - 1];
            }
            for row in &self.order {
                let next = &mut starts[place(*row)];
                dealt[*next as usize] = *row;
                *next += 1;
            }
        });
        self.order = dealt;
    }

    /// The rows in order.
    pub(super) fn finish(self) -> Vec<u32> {
        self.order
    }
}
