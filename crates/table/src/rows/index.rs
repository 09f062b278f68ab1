//! Numbers, found by the hash of what they stand for.
//!
//! A column of a million different values has its numbers here, so room and the time to grow count. They are dealt into compartments of
//! different sizes, of which each grows when it is full: never does all of it move at once, and there is never room for twice what there is.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};

/// Compartments. The last takes nearly twice the share of the first, so that they are full at different times.
const COMPARTMENTS: usize = 32;

/// All shares together: 32 + 33 + … + 63.
const SHARES: usize = COMPARTMENTS * (3 * COMPARTMENTS - 1) / 2;

/// Which compartment each share belongs to.
const OWNERS: [u8; SHARES] = owners();

const fn owners() -> [u8; SHARES] {
    let mut owners = [0; SHARES];
    let (mut share, mut owner) = (0, 0_u8);
    while (owner as usize) < COMPARTMENTS {
        let end = share + COMPARTMENTS + owner as usize;
        while share < end {
            owners[share] = owner;
            share += 1;
        }
        owner += 1;
    }
    owners
}

/// A hash, all of whose bits are good.
#[derive(Clone, Copy)]
pub(super) struct Hashed(u64);

impl Hashed {
    /// The compartment, by bits that the tables do not look at: they take the lowest and the highest seven.
    fn compartment(self) -> usize {
        let share = (((self.0 >> 32) & 0xff_ffff) * SHARES as u64) >> 24;
        OWNERS.get(share as usize).map_or(0, |owner| usize::from(*owner))
    }
}

/// The numbers of things that are kept elsewhere.
pub(super) struct Index {
    tables: [HashTable<u32>; COMPARTMENTS],
    hasher: DefaultHashBuilder,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            tables: std::array::from_fn(|_| HashTable::new()),
            hasher: DefaultHashBuilder::default(),
        }
    }
}

/// Makes hashes for one [`Index`].
#[derive(Clone, Copy)]
pub(super) struct Hasher<'i>(&'i DefaultHashBuilder);

impl Hasher<'_> {
    /// The hash of a thing.
    pub(super) fn hash<T: Hash>(self, of: T) -> Hashed {
        let [low, high] = halves(self.0.hash_one(of));
        // Where words have 32 bits, the upper half of this hash is worse than the lower.
        Hashed(u64::from(low ^ high).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

/// The two halves of a hash.
fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

impl Index {
    /// What makes the hashes of this index.
    pub(super) fn hasher(&self) -> Hasher<'_> {
        Hasher(&self.hasher)
    }

    /// The number with this hash that `is` the one sought.
    pub(super) fn find(&self, hash: Hashed, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        let table = self.tables.get(hash.compartment())?;
        table.find(hash.0, |number| is(*number)).copied()
    }

    /// Puts a number in the place of one that has the same hash.
    pub(super) fn replace(&mut self, hash: Hashed, old: u32, new: u32) {
        let table = self.tables.get_mut(hash.compartment());
        if let Some(place) = table.and_then(|table| table.find_mut(hash.0, |number| *number == old)) {
            *place = new;
        }
    }

    /// Adds a number that is not there yet. `again` makes the hash of a number that is, for when its compartment has to grow: hashes are not
    /// kept, they would take as much room as the numbers.
    pub(super) fn insert(&mut self, hash: Hashed, number: u32, again: impl Fn(Hasher<'_>, u32) -> Hashed) {
        let hasher = Hasher(&self.hasher);
        if let Some(table) = self.tables.get_mut(hash.compartment()) {
            table.insert_unique(hash.0, number, |number| again(hasher, *number).0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COMPARTMENTS, Index, OWNERS, SHARES};

    #[test]
    fn shares_grow_from_one_to_nearly_two() {
        let share = |owner: usize| OWNERS.iter().filter(|known| usize::from(**known) == owner).count();
        assert_eq!(share(0), 32);
        assert_eq!(share(COMPARTMENTS - 1), 63);
        assert_eq!((0..COMPARTMENTS).map(share).sum::<usize>(), SHARES);
    }

    #[test]
    fn numbers_are_found_and_room_is_not_wasted() {
        let mut index = Index::default();
        let count = 100_000_u32;
        for number in 0..count {
            let hash = index.hasher().hash(number * 3);
            assert_eq!(index.find(hash, |known| known == number), None);
            index.insert(hash, number, |hasher, number| hasher.hash(number * 3));
        }
        for number in 0..count {
            assert_eq!(
                index.find(index.hasher().hash(number * 3), |known| known == number),
                Some(number)
            );
        }
        let room: usize = index.tables.iter().map(hashbrown::HashTable::capacity).sum();
        assert!(room < count as usize * 9 / 5, "{room}");
        let grown = index
            .tables
            .iter()
            .filter(|table| table.capacity() > room / COMPARTMENTS);
        assert!((1..COMPARTMENTS).contains(&grown.count()), "all have grown at once");
    }
}
