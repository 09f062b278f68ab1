//! The figures, and what has been measured of them.

use std::collections::BTreeMap;

/// What is measured. Times are in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Figure {
    /// Bytes that a first visit loads.
    FirstLoad,
    /// From bytes in memory until the first rows are painted.
    FirstRows,
    /// From bytes in memory until all rows are loaded and painted.
    AllRows,
    /// The longest task meanwhile; 0 if none was over 50 ms.
    LoadingTask,
    /// Bytes of the page's process after loading.
    Memory,
    /// The same without files that it shares with other processes.
    OwnMemory,
    /// Bytes of the page's process after all that follows.
    MemoryAfter,
    /// A key in the search box.
    Key,
    /// The browser's own figure for the same keys, from 16 ms in steps of 8; 0 below.
    Event,
    /// The longest task while typing.
    TypingTask,
    /// Ticking a facet's value.
    Tick,
    /// Unticking it.
    Untick,
    /// Sorting by a time.
    SortTime,
    /// Sorting by a text.
    SortText,
    /// Sorting by a text and a number.
    SortTwo,
    /// Frames that a 60 Hz display would have shown with new rows, but did not get.
    Dropped,
    /// The longest time between two frames with new rows.
    WorstFrame,
    /// The longest task while scrolling; 0 if none was over 50 ms.
    ScrollTask,
    /// The longest task while the timeline moves sideways; 0 if none was over 50 ms.
    Pan,
    /// The same while it shows more and more.
    ZoomOut,
    /// The same while it shows less and less.
    ZoomIn,
    /// Scrolling to the middle at once.
    Middle,
    /// Scrolling to the end at once.
    End,
}

/// All that was measured on one subject.
#[derive(Default)]
pub struct Measures {
    samples: BTreeMap<Figure, Vec<f64>>,
    /// What went wrong, or must be known.
    pub notes: Vec<String>,
    /// How many rows each word found.
    pub found: Vec<usize>,
    /// Of each key, whether it changed anything.
    pub changed: Vec<bool>,
}

impl Measures {
    /// One more sample.
    pub fn add(&mut self, figure: Figure, value: f64) {
        self.samples.entry(figure).or_default().push(value);
    }

    /// Keeps what went wrong, in one line; what was measured before stays.
    pub fn note<T>(&mut self, what: &str, outcome: anyhow::Result<T>) -> Option<T> {
        let keep = |error: &anyhow::Error| {
            // Drivers add what they know of the browser's stack.
            let text = format!("{error:#}");
            let line = text.lines().next().unwrap_or_default().trim_end_matches([' ', ':']);
            self.notes.push(format!("{what}: {line}"));
        };
        outcome.inspect_err(keep).ok()
    }

    /// The smallest sample that at least this share of all is not above.
    pub fn quantile(&self, figure: Figure, share: f64) -> Option<f64> {
        quantile(self.samples.get(&figure)?, share)
    }

    /// How many samples there are.
    pub fn count(&self, figure: Figure) -> usize {
        self.samples.get(&figure).map_or(0, Vec::len)
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred values"
)]
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(50.0));
        assert_eq!(quantile(&values, 0.95), Some(95.0));
        assert_eq!(quantile(&values, 1.0), Some(100.0));
        assert_eq!(quantile(&[7.0], 0.5), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn what_fails_is_kept_as_a_note() {
        let mut measures = Measures::default();
        measures.add(Figure::Key, 3.0);
        assert_eq!(
            measures.note("sorting", Err::<(), _>(anyhow::anyhow!("too slow"))),
            None
        );
        assert_eq!(
            measures.note("typing", Err::<(), _>(anyhow::anyhow!("gone:   \n  Stacktrace"))),
            None
        );
        assert_eq!(measures.notes, ["sorting: too slow", "typing: gone"]);
        assert_eq!((measures.count(Figure::Key), measures.count(Figure::Tick)), (1, 0));
    }
}
