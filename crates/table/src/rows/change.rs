//! What a refresh did: rows that are new, changed, or gone.

use super::{Code, Rows, with_codes};
use hashbrown::HashMap;

/// What happened to a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// It was not there before.
    pub new: bool,
    /// It is not there any more.
    pub gone: bool,
    /// The columns whose value is another, one bit each by their place in [`catalog::Table::columns`].
    pub columns: u32,
}

/// How many rows something happened to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rows that were not there before.
    pub new: usize,
    /// Rows with another value somewhere.
    pub changed: usize,
    /// Rows that are not there any more.
    pub gone: usize,
}

impl Changes {
    /// Rows that are not as they were.
    pub fn all(self) -> usize {
        self.new + self.changed + self.gone
    }
}

/// What happened since the reader last looked.
#[derive(Default)]
pub(super) struct Log {
    /// Whether anyone looks: the first load is no change.
    open: bool,
    changes: HashMap<u32, Change>,
}

impl Rows {
    /// A new walk of a target begins: its rows will come again, and those that do not are gone when it is finished.
    pub fn begin(&mut self, target: u32) {
        if let Some(target) = self.targets.get_mut(target as usize) {
            target.walk += 1;
        }
    }

    /// A walk of a target has come to its end: its rows that did not come again are gone. Returns how many. Their numbers stay theirs, and they
    /// come back if the cloud lists them again. After a walk that broke off this must not be called: nobody knows what it would have brought.
    pub fn finish(&mut self, target: u32) -> usize {
        let Some(walk) = self.targets.get(target as usize).map(|target| target.walk) else {
            return 0;
        };
        let missing: Vec<u32> = with_codes!(&self.walked, walks => {
            let earlier = walks.iter().enumerate().filter(|(_, last)| last.at() != walk as usize);
            let earlier = earlier.filter_map(|(row, _)| u32::try_from(row).ok());
            earlier.filter(|row| self.target(*row) == target && !self.is_gone(*row)).collect()
        });
        for row in &missing {
            self.gone.insert(*row);
            if self.log.open {
                let change = self.log.changes.entry(*row).or_default();
                if change.new {
                    self.log.changes.remove(row);
                } else {
                    change.gone = true;
                }
            }
        }
        if !missing.is_empty() {
            self.version += 1;
            self.edits += 1;
        }
        self.part_twins();
        self.originals.tidy();
        missing.len()
    }

    /// Whether a row is not there any more. It matches nothing.
    pub fn is_gone(&self, row: u32) -> bool {
        !self.gone.is_empty() && self.gone.contains(&row)
    }

    /// How many rows are there.
    pub fn count(&self) -> usize {
        self.len() - self.gone.len()
    }

    /// Begins to note what changes, and forgets what was noted.
    pub fn acknowledge(&mut self) {
        self.log.open = true;
        self.log.changes.clear();
    }

    /// How many rows changed since [`Rows::acknowledge`].
    pub fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        for change in self.log.changes.values() {
            match (change.new, change.gone) {
                (_, true) => changes.gone += 1,
                (true, _) => changes.new += 1,
                _ => changes.changed += 1,
            }
        }
        changes
    }

    /// What happened to a row since [`Rows::acknowledge`].
    pub fn change(&self, row: u32) -> Change {
        self.log.changes.get(&row).copied().unwrap_or_default()
    }

    pub(super) fn note_new(&mut self, row: u32) {
        if self.log.open {
            self.log.changes.entry(row).or_default().new = true;
        }
    }

    pub(super) fn note_changed(&mut self, row: u32, columns: u32) {
        if self.log.open {
            self.log.changes.entry(row).or_default().columns |= columns;
        }
    }

    /// A row came; it may have been gone.
    pub(super) fn note_back(&mut self, row: u32) {
        if self.gone.is_empty() || !self.gone.remove(&row) {
            return;
        }
        self.edits += 1;
        if self.log.open {
            let change = self.log.changes.entry(row).or_default();
            if change.gone {
                change.gone = false;
                if *change == Change::default() {
                    self.log.changes.remove(&row);
                }
            } else {
                change.new = true;
            }
        }
    }
}
