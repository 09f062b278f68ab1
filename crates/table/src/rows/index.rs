//! Numbers, found by the hash of what they stand for.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};

/// Half a hash: enough to tell millions apart, and small enough to be kept beside each number, so that growing looks at nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hashed(u32);

impl Hashed {
    /// All bits of it in both halves, as the table wants them.
    fn spread(self) -> u64 {
        u64::from(self.0).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// The numbers of things that are kept elsewhere.
#[derive(Default)]
pub(super) struct Index {
    table: HashTable<(Hashed, u32)>,
    hasher: DefaultHashBuilder,
}

impl Index {
    /// The hash of a thing.
    pub(super) fn hash<T: Hash>(&self, of: T) -> Hashed {
        let [a, b, c, d, e, f, g, h] = self.hasher.hash_one(of).to_le_bytes();
        Hashed(u32::from_le_bytes([a, b, c, d]) ^ u32::from_le_bytes([e, f, g, h]))
    }

    /// The number with this hash that `is` the one sought.
    pub(super) fn find(&self, hash: Hashed, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        let found = self
            .table
            .find(hash.spread(), |(known, number)| *known == hash && is(*number));
        found.map(|(_, number)| *number)
    }

    /// Adds a number that is not there yet.
    pub(super) fn insert(&mut self, hash: Hashed, number: u32) {
        self.table
            .insert_unique(hash.spread(), (hash, number), |(hash, _)| hash.spread());
    }
}
