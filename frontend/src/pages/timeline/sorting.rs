//! Sorting in parts, between which the page answers.

use std::cmp::Ordering;
use std::ops::Range;
use table::sort;

/// What is sorted in one go.
const SHORT: usize = 4_000;
/// How many things one part looks at. It takes the page a millisecond or two, and its longest turn is longer by so much.
const LOOKS: usize = 32_000;
/// How often each thing is looked at where a short stretch is sorted, about.
const OFTEN: usize = 8;
/// Of so many things, the middle one divides a stretch.
const SAMPLE: usize = 63;

/// A sort that is under way.
pub struct Sorting<T> {
    /// Stretches that are to be sorted in themselves.
    open: Vec<Range<usize>>,
    dividing: Option<Dividing<T>>,
}

/// A long stretch that is being divided into two.
struct Dividing<T> {
    stretch: Range<usize>,
    /// What comes before this goes to the front.
    middle: T,
    /// Where the front ends.
    front: usize,
    /// What has been looked at ends here.
    seen: usize,
}

impl<T: Copy> Sorting<T> {
    /// Of stretches, each in itself.
    pub fn new(stretches: Vec<Range<usize>>) -> Self {
        Self {
            open: stretches,
            dividing: None,
        }
    }

    /// Sorts some short stretches, or goes on with the division of a long one, and returns whether all is in order. No two of a stretch may be
    /// equal.
    pub fn step(&mut self, all: &mut [T], compare: impl Fn(&T, &T) -> Ordering) -> bool {
        let mut looks = LOOKS;
        while looks > 0 {
            if let Some(mut dividing) = self.dividing.take() {
                let end = dividing.stretch.end.min(dividing.seen + looks);
                for at in dividing.seen..end {
                    if compare(&all[at], &dividing.middle).is_lt() {
                        all.swap(at, dividing.front);
                        dividing.front += 1;
                    }
                }
                looks -= end - dividing.seen;
                dividing.seen = end;
                let Dividing { stretch, front, .. } = &dividing;
                if end == stretch.end {
                    self.open.extend([*front..end, stretch.start..*front]);
                } else {
                    self.dividing = Some(dividing);
                }
                continue;
            }
            let Some(stretch) = self.open.pop() else { break };
            let things = &mut all[stretch.clone()];
            if things.len() <= SHORT {
                let mut sorted = things.to_vec();
                sort::by(&mut sorted, &compare);
                things.copy_from_slice(&sorted);
                looks = looks.saturating_sub(1 + OFTEN * things.len());
                continue;
            }
            let mut sample: Vec<T> = things.iter().step_by(things.len() / SAMPLE).copied().collect();
            sort::by(&mut sample, &compare);
            self.dividing = Some(Dividing {
                middle: sample[sample.len() / 2],
                front: stretch.start,
                seen: stretch.start,
                stretch,
            });
        }
        self.open.is_empty() && self.dividing.is_none()
    }
}

/// Bringing each thing into the stretch that is meant for it. What comes before what in a stretch is left to chance.
pub struct Dealing {
    /// Where each stretch goes on, and where it ends.
    stretches: Vec<Range<usize>>,
    /// All stretches before this one are full.
    at: usize,
}

impl Dealing {
    /// To these stretches, which are as long as there are things for them.
    pub fn new(stretches: Vec<Range<usize>>) -> Self {
        Self { stretches, at: 0 }
    }

    /// Deals out some thousands, and returns whether all are where they belong. `stretch` tells which is meant for a thing.
    pub fn step<T>(&mut self, all: &mut [T], stretch: impl Fn(&T) -> usize) -> bool {
        for _ in 0..LOOKS / 2 {
            let Some(Range { start, end }) = self.stretches.get(self.at).cloned() else {
                return true;
            };
            if start == end {
                self.at += 1;
                continue;
            }
            let meant = stretch(&all[start]);
            let next = &mut self.stretches[meant].start;
            all.swap(start, *next);
            *next += 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Dealing, Sorting};

    fn numbers(count: u32) -> Vec<u32> {
        (0..count).map(|number| number.wrapping_mul(2_654_435_761)).collect()
    }

    #[test]
    fn many_are_sorted_in_parts() {
        let mut all = numbers(100_000);
        let mut sorting = Sorting::new(vec![0..20, 20..70_000, 70_000..100_000]);
        let steps = (1..100).find(|_| sorting.step(&mut all, Ord::cmp)).unwrap();
        assert!(steps > 4, "all of it in {steps} parts");
        for stretch in [&all[..20], &all[20..70_000], &all[70_000..]] {
            assert!(stretch.is_sorted());
        }
        assert!(!all.is_sorted());
        assert!(Sorting::new(Vec::new()).step(&mut [0_u32; 0], Ord::cmp));
    }

    #[test]
    fn many_are_dealt_out_in_parts() {
        let mut all = numbers(100_000);
        let before = all.clone();
        let of = |number: &u32| (number % 7) as usize;
        let mut stretches = vec![0..0; 7];
        let mut end = 0;
        // The last stretch comes first.
        for stretch in [6, 2, 0, 1, 3, 5, 4] {
            let start = end;
            end += all.iter().filter(|number| of(number) == stretch).count();
            stretches[stretch] = start..end;
        }
        let mut dealing = Dealing::new(stretches.clone());
        let steps = (1..100).find(|_| dealing.step(&mut all, of)).unwrap();
        assert!(steps > 2, "all of it in {steps} parts");
        for (stretch, range) in stretches.into_iter().enumerate() {
            assert!(all[range].iter().all(|number| of(number) == stretch));
        }
        let sorted = |mut all: Vec<u32>| {
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(all), sorted(before));
        assert!(Dealing::new(Vec::new()).step(&mut [0_u32; 0], of));
    }
}
