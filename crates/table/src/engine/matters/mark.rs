//! What somebody has seen of a matter, small enough for a browser to keep.

use crate::rows::Rows;

/// How many compartments rows are dealt into.
const COMPARTMENTS: usize = 1024;
/// How many rows one part of the work goes through at most: their ids are texts.
const PART: usize = 1 << 12;

/// Which rows a matter had when somebody marked it as seen: how many fell into each of 1,024 compartments, by their ids. Rows that go leave it seen; one that
/// comes does not, unless another one of its compartment has gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Empty, or one number a compartment.
    counts: Vec<u32>,
}

impl Mark {
    fn add(&mut self, id: &str) {
        self.counts.resize(COMPARTMENTS, 0);
        let at = usize::try_from(hash(&[id]) % COMPARTMENTS as u64).unwrap_or_default();
        if let Some(count) = self.counts.get_mut(at) {
            *count = count.saturating_add(1);
        }
    }

    /// Whether all rows of the other were there when this one was made, as far as that can be told.
    pub fn covers(&self, other: &Self) -> bool {
        let own = |at: usize| self.counts.get(at).copied().unwrap_or_default();
        other.counts.iter().enumerate().all(|(at, count)| *count <= own(at))
    }

    /// As text: the compartments that are not empty.
    pub fn text(&self) -> String {
        let full = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let full = full.map(|(at, count)| [at.to_string(), count.to_string()].join("."));
        full.collect::<Vec<_>>().join("-")
    }

    /// From such a text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut counts = vec![0; COMPARTMENTS];
        for word in text.split('-') {
            let (at, count) = word.split_once('.')?;
            *counts.get_mut(at.parse::<usize>().ok()?)? = count.parse().ok()?;
        }
        Some(Self { counts })
    }
}

/// Making a mark, in parts.
#[derive(Default)]
pub struct Marking {
    /// The rows that are still to be marked.
    left: Vec<u32>,
    mark: Mark,
}

impl Marking {
    /// Of these rows.
    pub(super) fn begin(rows: &[u32]) -> Self {
        Self {
            left: rows.to_vec(),
            mark: Mark::default(),
        }
    }

    /// Does a part of the work, of some milliseconds. `Some` when that was the last.
    pub fn step(&mut self, rows: &Rows) -> Option<Mark> {
        let keep = self.left.len().saturating_sub(PART);
        for row in self.left.drain(keep..) {
            self.mark.add(&rows.id(row));
        }
        self.left.is_empty().then(|| std::mem::take(&mut self.mark))
    }
}

/// FNV-1a (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>) of texts, each with an end: the same in every browser and version.
pub(super) fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::Mark;
    use proptest::prelude::*;

    fn mark(ids: &[u16]) -> Mark {
        let mut mark = Mark::default();
        for id in ids {
            mark.add(&format!("prod/{id}"));
        }
        mark
    }

    proptest! {
        /// What has gone leaves the rest seen, what has come does not, and a browser keeps all of it.
        #[test]
        fn only_what_comes_is_new(ids in prop::collection::hash_set(any::<u16>(), 1..300), gone in 0..300_usize, new in any::<u32>()) {
            let ids: Vec<u16> = ids.into_iter().collect();
            let seen = mark(&ids);
            prop_assert_eq!(Mark::parse(&seen.text()), Some(seen.clone()));
            prop_assert!(seen.covers(&mark(&ids[gone.min(ids.len())..])));
            let mut more = seen.clone();
            more.add(&format!("new/{new}"));
            prop_assert!(!seen.covers(&more));
        }
    }

    #[test]
    fn what_is_no_mark_is_none() {
        for broken in ["", "x", "1", "1024.1", "1.x", "-", "1.1--2.2"] {
            assert_eq!(Mark::parse(broken), None, "{broken}");
        }
        assert!(!Mark::default().covers(&mark(&[1])));
    }
}
