//! Which row an object is of those that are there.

use super::Rows;
use super::dictionary::EMPTY;
use super::identity::{Name, code};
use super::item::Item;
use hashbrown::HashMap;

/// What an object is to the rows that are there.
pub(super) enum Place {
    /// It is this row.
    Known(u32),
    /// It is none of them.
    New(Name),
}

/// Bits of a mark, as many as twelve digits of a row's id say.
const MARK: u64 = (1 << 48) - 1;

/// The mark of the `n`th of rows whose values make `content`.
fn nth(content: u64, n: u32) -> u64 {
    fnv(content, &n.to_le_bytes()) & MARK
}

/// FNV-1a (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>): the same in every browser and version.
fn fnv(start: u64, bytes: &[u8]) -> u64 {
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(start, mix)
}

impl Rows {
    /// What an object is to the rows that are there: the one with its identity, another of the same identity, or one that is as it is.
    pub(super) fn place(&self, target: u32, item: &Item, parent: Option<u32>) -> Place {
        let identity = &self.identity;
        let cells = |column: usize| item.cells.get(column).copied().unwrap_or(EMPTY);
        let id = identity.of(&self.columns, cells);
        if !identity.is_whole(&id) {
            return self.place_nameless(target, self.content(target, cells));
        }
        let hash = identity.hash(&id);
        let Some(first) = identity.find(&self.columns, hash, &id) else {
            return Place::New(Name::Identity(hash));
        };
        let shared = identity.is_shared(first);
        if !shared && !self.has_come(target, first) {
            return Place::Known(first);
        }
        if self.is_as(first, item, parent) {
            return Place::Known(first);
        }
        let mark = nth(self.content(target, cells), 0);
        if let Some(twin) = identity.find_mark(mark, |row| row != first && self.is_as(row, item, parent)) {
            return Place::Known(twin);
        }
        // A list that moves brings what it has brought before, with what happened to it since.
        let moves = self
            .targets
            .get(target as usize)
            .is_some_and(|target| target.source.moves);
        if moves && !shared && !self.page.contains(&first) {
            return Place::Known(first);
        }
        let of_first = self.content(self.target(first), |column| code(&self.columns, first, column));
        Place::New(Name::Twin(mark, first, nth(of_first, 0)))
    }

    /// Of rows that nothing but their values tells apart, the first that has not come in this walk.
    fn place_nameless(&self, target: u32, content: u64) -> Place {
        let nth_row = |n: u32| {
            self.identity
                .find_mark(nth(content, n), |row| !self.identity.is_shared(row))
        };
        let has_come = |n: u32| nth_row(n).is_some_and(|row| self.has_come(target, row));
        // They come in order, so that the first is found in few steps among any number.
        let mut end = 1;
        while has_come(end - 1) {
            end *= 2;
        }
        let mut from = end / 2;
        while from < end - 1 {
            let middle = from + (end - 1 - from) / 2;
            if has_come(middle) {
                from = middle + 1;
            } else {
                end = middle + 1;
            }
        }
        match nth_row(from) {
            Some(row) => Place::Known(row),
            None => Place::New(Name::Mark(nth(content, from))),
        }
    }

    /// Whether a row has come in the walk of a target that is under way.
    fn has_come(&self, target: u32, row: u32) -> bool {
        let walk = self.targets.get(target as usize).map(|target| target.walk);
        self.target.get(row as usize) == Some(target) && self.walked.get(row as usize) == walk
    }

    /// Whether a row has the values and the words of an object.
    fn is_as(&self, row: u32, item: &Item, parent: Option<u32>) -> bool {
        let mut cells = item.cells.iter().enumerate();
        cells.all(|(column, cell)| code(&self.columns, row, column) == *cell) && self.originals.is_as(row, item, parent)
    }

    /// A number that follows from where a row comes from and all its values.
    fn content(&self, target: u32, code: impl Fn(usize) -> u32) -> u64 {
        let phase = self.common[3];
        let columns = self.columns.iter().enumerate().filter(|(at, _)| Some(*at) != phase);
        let source = self.targets.get(target as usize).map_or("", |target| target.source.id);
        columns.fold(fnv(0xcbf2_9ce4_8422_2325, source.as_bytes()), |hash, (at, column)| {
            fnv(fnv(hash, column.dict.text(code(at)).as_bytes()), b"\n")
        })
    }

    /// The walk of a target has ended. Where of the rows that share an identity only one is left, it has it to itself again.
    pub(super) fn part_twins(&mut self) {
        let mut left: HashMap<u32, u32> = HashMap::new();
        let mut many: HashMap<u32, u32> = HashMap::new();
        for (row, first) in self.identity.shared() {
            let many = many.entry(first).or_default();
            if !self.is_gone(row) {
                *many += 1;
                left.insert(first, row);
            }
        }
        for (first, _) in many.into_iter().filter(|(_, many)| *many < 2) {
            let heir = left.get(&first).copied().unwrap_or(first);
            let hash = self.identity.hash(&self.id_of(first));
            self.identity.part(hash, first, heir);
        }
    }
}
