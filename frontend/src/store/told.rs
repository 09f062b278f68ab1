//! How completely a table's sources have told.

use super::{Data, Load, Target};
use crate::tally::Completeness;

impl Data {
    /// How completely the sources have told; tracked. A table that could not even say whom it would ask counts as one that did not answer.
    pub fn completeness(self, mine: impl Fn(&Target) -> bool) -> Completeness {
        let broken = self.load.with(|load| matches!(load, Load::Broken(_)));
        self.targets.with(|targets| {
            if broken && targets.is_empty() {
                return Completeness {
                    asked: 1,
                    failed: 1,
                    cut: 0,
                };
            }
            Completeness::of(targets.iter().filter(|target| mine(target)))
        })
    }

    /// How many sources could not be asked; tracked.
    pub fn gaps(self, mine: impl Fn(&Target) -> bool) -> usize {
        self.completeness(mine).failed
    }
}

/// When the oldest of the rows came that a page shows: those of one table, or all that were asked for; tracked.
pub fn oldest(all: &[Data], path: &str) -> Option<i64> {
    let shown = catalog::table(path.trim_matches('/')).map(|table| table.id);
    let mine = all.iter().filter(|data| shown.is_none_or(|id| data.table.id == id));
    let ages = mine.filter_map(|data| {
        data.targets
            .with(|targets| targets.iter().filter_map(Target::as_of).min())
    });
    ages.min()
}
