//! The memory that kept pages take, all lists together.

use crate::telemetry::metrics;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes are taken.
#[derive(Debug, Default)]
pub struct Room(AtomicUsize);

impl Room {
    /// Takes so many bytes, unless more than `most` would be taken then.
    pub fn take(&self, bytes: usize, most: usize) -> bool {
        let more = |taken: usize| taken.checked_add(bytes).filter(|&taken| taken <= most);
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if taken {
            metrics().cache_bytes.add(bytes as i64);
        }
        taken
    }

    /// How many are taken now.
    pub fn taken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// What one list has taken, given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    room: Arc<Room>,
    bytes: usize,
}

impl Share {
    /// Nothing yet.
    pub fn nothing(room: &Arc<Room>) -> Self {
        Self {
            room: Arc::clone(room),
            bytes: 0,
        }
    }

    /// Adds bytes that were taken for this list.
    pub fn add(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// How many it has.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives so many back.
    pub fn give(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.room.0.fetch_sub(bytes, Ordering::Relaxed);
        metrics().cache_bytes.sub(bytes as i64);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_taken_than_there_is_and_all_is_given_back() {
        let room = Arc::new(Room::default());
        let (mut one, mut other) = (Share::nothing(&room), Share::nothing(&room));
        for share in [&mut one, &mut other] {
            assert!(room.take(40, 100));
            share.add(40);
        }
        assert!(!room.take(21, 100));
        assert!(!room.take(usize::MAX, usize::MAX));
        assert!(room.take(20, 100));
        one.add(20);
        one.give(30);
        assert_eq!((one.bytes(), room.taken()), (30, 70));
        one.give(usize::MAX);
        drop(other);
        assert_eq!(room.taken(), 0);
    }
}
