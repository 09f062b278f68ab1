//! Sorting in parts, between which the page answers.

use std::cmp::Ordering;
use std::ops::Range;

/// What is sorted in one part.
const SHORT: usize = 30_000;

/// A sort that is under way.
pub struct Sorting {
    /// Stretches that are to be sorted in themselves.
    open: Vec<Range<usize>>,
}

impl Sorting {
    /// For so many.
    pub fn new(count: usize) -> Self {
        let all = 0..count;
        Self { open: vec![all] }
    }

    /// Sorts one short stretch, or divides a long one at its median, and returns whether all is in order. No two may be equal.
    pub fn step<T>(&mut self, all: &mut [T], compare: impl Fn(&T, &T) -> Ordering) -> bool {
        let Some(Range { start, end }) = self.open.pop() else {
            return true;
        };
        let stretch = &mut all[start..end];
        if stretch.len() <= SHORT {
            stretch.sort_unstable_by(compare);
        } else {
            let middle = stretch.len() / 2;
            stretch.select_nth_unstable_by(middle, compare);
            self.open.extend([start + middle..end, start..start + middle]);
        }
        self.open.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Sorting;

    #[test]
    fn many_are_sorted_in_parts() {
        let mut all: Vec<u32> = (0..100_000_u32)
            .map(|number| number.wrapping_mul(2_654_435_761))
            .collect();
        let mut sorting = Sorting::new(all.len());
        let steps = (1..100).find(|_| sorting.step(&mut all, Ord::cmp)).unwrap();
        assert!(steps > 4, "all of it in {steps} parts");
        assert!(all.is_sorted());
        assert!(Sorting::new(0).step(&mut [0_u32; 0], Ord::cmp));
    }
}
