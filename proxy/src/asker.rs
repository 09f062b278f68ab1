//! For whom the clouds are asked, and how much one person reads side by side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many readings of one person may be under way at once: six windows with everything in each. Each costs memory while its
/// reader is slow; that none of them keeps others from the clouds is seen to where requests wait for their turn.
pub const MOST: usize = 32;

/// For whom the clouds are asked: a person or program, by the id of its principal. The default is nobody in particular: all where nobody signs in, and the
/// program itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asker(Arc<str>);

impl Asker {
    /// By a principal's id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self(id.into())
    }
}

/// What everybody is reading: streams of rows, and exports.
#[derive(Debug, Default)]
pub struct Readings(Mutex<HashMap<Asker, usize>>);

/// One reading, which is under way until this is dropped. The default is one of nobody in particular, which is not counted.
#[derive(Debug, Default)]
pub struct Reading {
    asker: Asker,
    counted: Option<Arc<Readings>>,
}

impl Readings {
    /// One more reading of somebody; none where [`MOST`] of theirs are under way.
    #[must_use]
    pub fn begin(self: &Arc<Self>, asker: Asker) -> Option<Reading> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(asker.clone()).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(Reading {
            asker,
            counted: Some(Arc::clone(self)),
        })
    }
}

impl Reading {
    /// Whose it is.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// One on behalf of the same person that is not counted, since others read the same.
    #[must_use]
    pub fn shared(&self) -> Self {
        Self {
            asker: self.asker.clone(),
            counted: None,
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(readings) = &self.counted else { return };
        let mut under_way = readings.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.asker) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.asker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_so_many_questions_and_another_as_many() {
        let readings = Arc::new(Readings::default());
        let begin = |name: &str| readings.begin(Asker::of(name));
        let mut of_a: Vec<Reading> = (0..MOST).filter_map(|_| begin("a")).collect();
        assert_eq!(of_a.len(), MOST);
        assert!(begin("a").is_none());
        let of_b = begin("b");
        assert!(of_b.is_some());
        drop(of_a.pop());
        let again = begin("a");
        assert!(again.is_some());
        assert!(begin("a").is_none());
        drop((of_a, again, of_b));
        assert!(readings.0.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
