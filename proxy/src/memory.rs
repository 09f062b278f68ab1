//! The memory that exports may have together: counted before it is filled, given back when it is dropped.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is counted at a time, in bytes.
const UNIT: usize = 1 << 10;

/// Memory that several share, counted by the text that the clouds sent.
#[derive(Clone, Debug)]
pub struct Memory {
    free: Arc<Semaphore>,
    units: usize,
}

/// Why there is no more memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// More than there is, even for one alone.
    #[error("more than there is memory for")]
    TooLarge,
    /// Others have it now.
    #[error("others have the memory")]
    Busy,
}

impl Memory {
    /// So many bytes for all together.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(units)),
            units,
        }
    }
}

/// What one of them has of it, until it is dropped.
#[derive(Debug)]
pub struct Held {
    memory: Memory,
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Nothing yet.
    #[must_use]
    pub fn nothing(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            permit: None,
        }
    }

    /// Takes room for so many bytes more.
    ///
    /// # Errors
    /// There is not enough.
    pub fn take(&mut self, bytes: usize) -> Result<(), MemoryError> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&self.memory.free).try_acquire_many_owned(units) else {
            let held = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
            let alone = held + units as usize <= self.memory.units;
            return Err(if alone {
                MemoryError::Busy
            } else {
                MemoryError::TooLarge
            });
        };
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_and_given_back() {
        let memory = Memory::new(10 * UNIT);
        let mut one = Held::nothing(&memory);
        let mut other = Held::nothing(&memory);
        assert_eq!(one.take(4 * UNIT + 1), Ok(()));
        assert_eq!(other.take(5 * UNIT), Ok(()));
        assert_eq!(other.take(1), Err(MemoryError::Busy), "the first has it");
        assert_eq!(other.take(6 * UNIT), Err(MemoryError::TooLarge), "not even alone");
        drop(one);
        assert_eq!(other.take(5 * UNIT), Ok(()));
        drop(other);
        assert_eq!(memory.free.available_permits(), 10);
    }
}
