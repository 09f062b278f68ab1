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
