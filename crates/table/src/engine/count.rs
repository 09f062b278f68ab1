//! How many rows a view shows, for links that say so before anybody follows them.

use super::Engine;
use super::facet::of_items;
use crate::rows::{EMPTY, Rows};
use values::Clock;
use view::View;

/// How many rows there are, and how many different things they name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Rows.
    pub rows: usize,
    /// Different values of a column among them, without "no value".
    pub different: usize,
}

impl Engine {
    /// How many rows a view shows, and how many different values they have in a column; of a list, each item is one. Nothing is put in order, so this is for
    /// engines that are asked for nothing else: what is the same in the next view is not worked out again.
    pub fn count(&mut self, rows: &Rows, view: &View, clock: &Clock<'_>, column: Option<usize>) -> Count {
        self.fit(rows);
        self.filter(rows, view, clock);
        self.settle();
        let selected = self.selection.words();
        Count {
            rows: selected.iter().map(|block| block.count_ones() as usize).sum(),
            different: column.map_or(0, |column| self.different(rows, column, selected)),
        }
    }

    fn different(&self, rows: &Rows, at: usize, selected: &[u64]) -> usize {
        let Some(column) = rows.column(at) else { return 0 };
        let mut counts = self.codes(rows, at, selected);
        if let Some(words) = column.dict.words() {
            counts = of_items(&column.dict, words.len(), &counts);
        }
        let valued = counts.iter().skip(EMPTY as usize + 1);
        valued.filter(|count| **count > 0).count()
    }
}
