//! Items in the order of their bands and of time, and what is known of many of them at once, so that a picture need not look at each.

use super::axis::Scale;
use super::items::{End, Item, urgency};
use catalog::Phase;
use std::ops::Range;

/// Items that are known together.
const BLOCK: usize = 256;
/// Blocks that are made in one part.
const BLOCKS: usize = 50;
/// Bands that get known in one part.
const BANDS: usize = 10_000;
/// Items that are looked at one by one sooner than that they are searched.
const FEW: usize = 32;

/// What is known of the items of a block.
struct Block {
    /// After this instant nothing of them is in sight, unless it begins then.
    until: i64,
    /// The most urgent of their phases.
    phase: Phase,
}

/// Everything that is on the timeline. Items are put in as they are, brought into order, and then known by [`Ordered::step`]; before that there
/// is nothing to be found among them.
#[derive(Default)]
pub struct Ordered {
    /// Band by band, each in order of time.
    pub items: Vec<Item>,
    /// Where each band stands among them.
    pub bands: Vec<Range<usize>>,
    blocks: Vec<Block>,
    /// Of each band, when the first of its items begins, and after which instant nothing of them is in sight. There may be half a million bands, and
    /// most of them need not be looked at any closer.
    stretches: Vec<(i64, i64)>,
}

impl Ordered {
    /// Gets to know some thousands of items, or of bands once all items are known, and returns whether these were the last.
    pub fn step(&mut self) -> bool {
        let begun = self.blocks.len() * BLOCK;
        if begun < self.items.len() {
            let known = self.items[begun..].chunks(BLOCK).take(BLOCKS).map(|items| Block {
                until: until(items),
                phase: most_urgent(items.iter().map(|item| item.phase)),
            });
            self.blocks.extend(known);
            return false;
        }
        let begun = self.stretches.len();
        for at in begun..self.bands.len().min(begun + BANDS) {
            let band = self.bands[at].clone();
            let (blocks, ends) = self.parts(band.clone());
            let until = blocks.iter().map(|block| block.until).chain(ends.map(until)).max();
            let from = self.items.get(band.start).map_or(i64::MAX, |item| item.from);
            self.stretches.push((from, until.unwrap_or(i64::MAX)));
        }
        self.stretches.len() == self.bands.len()
    }

    /// What there is to be known of a stretch of items: blocks, and the items before and after these.
    fn parts(&self, items: Range<usize>) -> (&[Block], [&[Item]; 2]) {
        let Range { start, end } = items;
        let whole = start.div_ceil(BLOCK)..end / BLOCK;
        if whole.is_empty() {
            return (&[], [&self.items[start..end], &[]]);
        }
        let ends = [start..whole.start * BLOCK, whole.end * BLOCK..end].map(|end| &self.items[end]);
        (&self.blocks[whole], ends)
    }

    /// Of a band, what begins in sight, and with that is in sight.
    pub fn beginning(&self, band: &Range<usize>, scale: &Scale) -> Range<usize> {
        let before = |instant: i64| band.start + self.items[band.clone()].partition_point(|item| item.from < instant);
        before(scale.from)..before(scale.to)
    }

    /// Of items that begin before the stretch of time, those that reach into it.
    pub fn reaching(&self, items: Range<usize>, scale: &Scale, now: i64) -> impl Iterator<Item = usize> {
        let Range { start, end } = items;
        (start / BLOCK..end.div_ceil(BLOCK))
            .filter(move |block| self.blocks[*block].until > scale.from)
            .flat_map(move |block| start.max(block * BLOCK)..end.min((block + 1) * BLOCK))
            .filter(move |at| self.items[*at].is_in(scale, now))
    }

    /// How many items of a band are in sight, where one look tells.
    fn glance(&self, band: usize, scale: &Scale) -> Option<usize> {
        let (from, until) = self.stretches[band];
        if from >= scale.to || until < scale.from {
            return Some(0);
        }
        (from >= scale.from && until < scale.to).then(|| self.bands[band].len())
    }

    /// Whether anything of a band is in sight.
    pub fn sees(&self, band: usize, scale: &Scale, now: i64) -> bool {
        let closely = || {
            let band = &self.bands[band];
            let beginning = self.beginning(band, scale);
            let mut reaching = self.reaching(band.start..beginning.start, scale, now);
            !beginning.is_empty() || reaching.next().is_some()
        };
        self.glance(band, scale).map_or_else(closely, |count| count > 0)
    }

    /// How many items of a band are in sight.
    pub fn in_sight(&self, band: usize, scale: &Scale, now: i64) -> usize {
        let closely = || {
            let band = &self.bands[band];
            let items = &self.items[band.clone()];
            if items.len() <= FEW {
                return items.iter().filter(|item| item.is_in(scale, now)).count();
            }
            let beginning = self.beginning(band, scale);
            beginning.len() + self.reaching(band.start..beginning.start, scale, now).count()
        };
        self.glance(band, scale).unwrap_or_else(closely)
    }

    /// The most urgent phase of a stretch of items.
    pub fn most_urgent(&self, items: Range<usize>) -> Phase {
        let (blocks, ends) = self.parts(items);
        let ends = ends.into_iter().flatten().map(|item| item.phase);
        most_urgent(blocks.iter().map(|block| block.phase).chain(ends))
    }

    /// The first item of a stretch, in order of time, for which `before` does not hold.
    pub fn first(&self, items: Range<usize>, before: impl Fn(&Item) -> bool) -> usize {
        // Nearly always among the next, wherever the stretch ends.
        let mut size = 1;
        while items.start + size < items.end && before(&self.items[items.start + size - 1]) {
            size *= 2;
        }
        let half = items.start + size / 2..items.end.min(items.start + size);
        half.start + self.items[half].partition_point(before)
    }
}

/// After which instant nothing of some items is in sight; the first there is if there are none.
fn until(items: &[Item]) -> i64 {
    items.iter().map(latest).max().unwrap_or(i64::MIN)
}

/// When the last of an item is in sight, whatever the clock says.
fn latest(item: &Item) -> i64 {
    match item.end {
        End::At => item.to,
        End::Open => i64::MAX,
        End::Unknown => item.from,
    }
}

/// The most urgent of some phases.
pub fn most_urgent(phases: impl Iterator<Item = Phase>) -> Phase {
    phases.min_by_key(|phase| urgency(*phase)).unwrap_or(Phase::Unknown)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{BANDS, BLOCK, BLOCKS, Ordered, most_urgent};
    use crate::pages::timeline::axis::Scale;
    use crate::pages::timeline::items::Item;
    use crate::pages::timeline::lanes::tests::{SCALE, item};
    use catalog::Phase;
    use proptest::prelude::*;

    fn unknown(items: Vec<Item>) -> Ordered {
        let mut end = 0;
        let bands = items.chunk_by(|a, b| a.band == b.band).map(|band| {
            end += band.len();
            end - band.len()..end
        });
        Ordered {
            bands: bands.collect(),
            items,
            ..Ordered::default()
        }
    }

    /// Items that are in order, known.
    pub fn ordered(items: Vec<Item>) -> Ordered {
        let mut all = unknown(items);
        while !all.step() {}
        all
    }

    #[test]
    fn many_items_get_known_in_parts() {
        let count = 3 * BLOCK * BLOCKS + 7;
        let mut all = unknown(vec![item(1, 2); count]);
        assert_eq!((1..=9).find(|_| all.step()), Some(4 + 1));
        let of = |band| Item { band, ..item(1, 2) };
        let mut all = unknown((0..).map(of).take(2 * BANDS + 7).collect());
        assert_eq!((1..=9).find(|_| all.step()), Some(2 + 3));
        assert!(Ordered::default().step());
    }

    proptest! {
        /// What is known of many items is what looking at each would tell.
        #[test]
        fn many_are_known_as_each_is(
            spans in prop::collection::vec((-500..500_i64, 0..60_i64, 0..7_usize), 1..2000),
            (start, end, mark) in (0..2000_usize, 0..2000_usize, -500..500_i64),
        ) {
            let mut items: Vec<Item> = spans
                .iter()
                .map(|(from, length, phase)| Item {
                    phase: Phase::VALUES[*phase].phase,
                    ..item(*from, from + length)
                })
                .collect();
            items.sort_by_key(|item| item.from);
            let all = ordered(items);
            let range = start.min(end).min(all.items.len())..end.max(start).min(all.items.len());
            let phase = most_urgent(all.items[range.clone()].iter().map(|item| item.phase));
            prop_assert_eq!(all.most_urgent(range.clone()), phase);
            let before = |item: &Item| item.from < mark * 3_600_000;
            let first = all.items[range.clone()].iter().position(|item| !before(item)).map_or(range.end, |at| range.start + at);
            prop_assert_eq!(all.first(range, before), first);
            // The stretch of time as a whole, parts of it, and what is before and after all items.
            for scale in [SCALE, Scale { from: mark * 3_600_000, ..SCALE }, Scale { from: -9 * SCALE.to, to: mark * 3_600_000, ..SCALE }] {
                let in_sight = all.items.iter().filter(|item| item.is_in(&scale, 0)).count();
                prop_assert_eq!(all.in_sight(0, &scale, 0), in_sight);
                prop_assert_eq!(all.sees(0, &scale, 0), in_sight > 0);
            }
        }
    }
}
