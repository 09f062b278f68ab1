//! Which bar of a band stands where: lanes without overlaps, and counts in place of bars where there are more than anyone could tell apart.

use super::axis::Scale;
use super::items::Item;
use super::order::{Ordered, most_urgent};
use catalog::Phase;
use std::ops::Range;

/// Width of the narrowest bar in CSS pixels.
const NARROWEST: f64 = 8.0;
/// Room between two bars of a lane.
const GAP: f64 = 2.0;
/// Width of a stretch whose surplus bars become one bubble.
const BUCKET: f64 = 36.0;

/// A bar in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Which item.
    pub item: usize,
    /// Which lane of its band, from the top.
    pub lane: usize,
    /// Left edge in pixels.
    pub x: f64,
    /// Width in pixels.
    pub width: f64,
}

/// A count in place of bars for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bubble {
    /// Left edge in pixels.
    pub x: f64,
    /// Width in pixels.
    pub width: f64,
    /// How many bars it stands for.
    pub count: usize,
    /// The most urgent of their phases.
    pub phase: Phase,
    /// The first of their beginnings.
    pub from: i64,
    /// The last of their beginnings.
    pub to: i64,
}

/// One band, laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packed {
    /// Bars in order of time.
    pub bars: Vec<Bar>,
    /// Bubbles from left to right. They have the last lane for themselves.
    pub bubbles: Vec<Bubble>,
    /// How many lanes there are, the bubbles' included.
    pub lanes: usize,
    /// How many items are in sight.
    pub count: usize,
}

/// Lays out one band. Each bar takes the first lane that is free, so at most as many lanes are used as bars ever stand side by side. Beyond `most`
/// lanes bars become bubbles. What it costs depends on the bars, hardly on the items in the bubbles.
pub fn pack(all: &Ordered, band: &Range<usize>, scale: &Scale, now: i64, most: usize) -> Packed {
    let mut packing = Packing {
        all,
        scale,
        now,
        most: most.max(1),
        free: Vec::new(),
        packed: Packed::default(),
    };
    let beginning = all.beginning(band, scale);
    for at in all.reaching(band.start..beginning.start, scale, now) {
        packing.packed.count += 1;
        if packing.bar(at).is_err() {
            packing.count(at..at + 1);
        }
    }
    packing.packed.count += beginning.len();
    let Range { start: mut at, end } = beginning;
    while at < end {
        match packing.bar(at) {
            Ok(()) => at += 1,
            Err(free) => {
                let next = all.first(at..end, |item| packing.left(item) < free);
                packing.count(at..next);
                at = next;
            }
        }
    }
    let mut packed = packing.packed;
    packed.lanes = packing.free.len() + usize::from(!packed.bubbles.is_empty());
    packed
}

/// A band that is being laid out.
struct Packing<'a> {
    all: &'a Ordered,
    scale: &'a Scale,
    now: i64,
    most: usize,
    /// Where each lane is free again.
    free: Vec<f64>,
    packed: Packed,
}

impl Packing<'_> {
    /// Where the bar of an item begins; never before those of earlier items.
    fn left(&self, item: &Item) -> f64 {
        let rightmost = (self.scale.width - NARROWEST).max(0.0);
        self.scale.x(item.from).max(0.0).min(rightmost)
    }

    /// Gives an item a bar.
    ///
    /// # Errors
    /// When there is no room for it: where there is some again.
    fn bar(&mut self, at: usize) -> Result<(), f64> {
        let item = &self.all.items[at];
        let left = self.left(item);
        let right = self.scale.x(item.until(self.now)).min(self.scale.width);
        let width = (right - left).max(NARROWEST);
        let lane = match self.free.iter().position(|free| *free <= left) {
            Some(lane) => lane,
            None if self.free.len() < self.most => {
                self.free.push(0.0);
                self.free.len() - 1
            }
            None => return Err(self.free.iter().copied().fold(f64::INFINITY, f64::min)),
        };
        self.free[lane] = left + width + GAP;
        self.packed.bars.push(Bar {
            item: at,
            lane,
            x: left,
            width,
        });
        Ok(())
    }

    /// Counts items in bubbles. Items stand in order of time, and so do the bubbles.
    fn count(&mut self, mut items: Range<usize>) {
        while !items.is_empty() {
            let place = bucket(self.left(&self.all.items[items.start]));
            let next = self.all.first(items.clone(), |item| bucket(self.left(item)) <= place);
            let (first, last) = (self.all.items[items.start].from, self.all.items[next - 1].from);
            let phase = self.all.most_urgent(items.start..next);
            #[expect(clippy::cast_precision_loss, reason = "a place on a screen")]
            let x = place as f64 * BUCKET;
            let count = next - items.start;
            match self.packed.bubbles.last_mut() {
                #[expect(clippy::float_cmp, reason = "made of the same whole number in the same way")]
                Some(bubble) if bubble.x == x => {
                    bubble.count += count;
                    bubble.phase = most_urgent([bubble.phase, phase].into_iter());
                    bubble.to = last;
                }
                _ => self.packed.bubbles.push(Bubble {
                    x,
                    width: BUCKET - GAP,
                    count,
                    phase,
                    from: first,
                    to: last,
                }),
            }
            items.start = next;
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place on a screen"
)]
fn bucket(x: f64) -> usize {
    (x / BUCKET).floor().max(0.0) as usize
}

#[cfg(test)]
pub(super) mod tests {
    use super::Bar;
    use super::{BUCKET, Bubble, GAP, NARROWEST, Packed, Scale, bucket};
    use crate::pages::timeline::items::{End, Item};
    use crate::pages::timeline::order::most_urgent;
    use crate::pages::timeline::order::tests::ordered;
    use catalog::Phase;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000;
    /// A hundred hours, ten pixels each.
    pub const SCALE: Scale = Scale {
        from: 0,
        to: 100 * HOUR,
        width: 1000.0,
    };

    /// From one hour to another.
    pub fn item(from: i64, to: i64) -> Item {
        Item {
            from: from * HOUR,
            to: to * HOUR,
            end: End::At,
            phase: Phase::Succeeded,
            band: 0,
            table: 0,
            target: 0,
            row: 0,
        }
    }

    fn pack(items: &[Item], scale: &Scale, now: i64, most: usize) -> Packed {
        super::pack(&ordered(items.to_vec()), &(0..items.len()), scale, now, most)
    }

    /// The same, by looking at each item.
    fn packed_one_by_one(items: &[Item], scale: &Scale, now: i64, most: usize) -> Packed {
        let mut packed = Packed::default();
        // Where each lane is free again.
        let mut free: Vec<f64> = Vec::new();
        let mut surplus: Vec<(usize, usize)> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if !item.is_in(scale, now) {
                continue;
            }
            packed.count += 1;
            let left = scale.x(item.from).max(0.0).min((scale.width - NARROWEST).max(0.0));
            let right = scale.x(item.until(now)).min(scale.width);
            let width = (right - left).max(NARROWEST);
            let lane = match free.iter().position(|free| *free <= left) {
                Some(lane) => lane,
                None if free.len() < most.max(1) => {
                    free.push(0.0);
                    free.len() - 1
                }
                None => {
                    surplus.push((bucket(left), at));
                    continue;
                }
            };
            free[lane] = left + width + GAP;
            packed.bars.push(Bar {
                item: at,
                lane,
                x: left,
                width,
            });
        }
        packed.lanes = free.len();
        if surplus.is_empty() {
            return packed;
        }
        packed.lanes += 1;
        // Items stand in order of time, and so do their buckets, but for those that all begin at the left edge: which are the first anyway.
        for run in surplus.chunk_by(|a, b| a.0 == b.0) {
            let of = || run.iter().map(|(_, at)| &items[*at]);
            #[expect(clippy::cast_precision_loss, reason = "a place on a screen")]
            let x = run[0].0 as f64 * BUCKET;
            packed.bubbles.push(Bubble {
                x,
                width: BUCKET - GAP,
                count: run.len(),
                phase: most_urgent(of().map(|item| item.phase)),
                from: of().map(|item| item.from).min().unwrap_or_default(),
                to: of().map(|item| item.from).max().unwrap_or_default(),
            });
        }
        packed
    }

    fn lanes(packed: &Packed) -> Vec<usize> {
        packed.bars.iter().map(|bar| bar.lane).collect()
    }

    #[test]
    fn bars_share_a_lane_when_they_do_not_meet() {
        let packed = pack(&[item(0, 10), item(5, 8), item(12, 20)], &SCALE, 0, 8);
        assert_eq!(lanes(&packed), [0, 1, 0]);
        assert_eq!((packed.lanes, packed.count), (2, 3));
        assert_eq!(packed.bars[1].item, 1);
        assert!((packed.bars[2].x - 120.0).abs() < 1e-9 && (packed.bars[2].width - 80.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_out_of_sight_is_left_out_and_the_rest_cut_at_the_edges() {
        let packed = pack(
            &[item(-9, -1), item(-5, 5), item(90, 120), item(100, 101)],
            &SCALE,
            0,
            8,
        );
        assert_eq!(packed.count, 2);
        let [early, late] = packed.bars[..] else {
            panic!("{packed:?}")
        };
        assert_eq!((early.x, early.width), (0.0, 50.0));
        assert!((late.x + late.width - 1000.0).abs() < 1e-9);
    }

    #[test]
    fn what_goes_on_ends_now_and_what_has_no_end_is_a_mark() {
        let running = Item {
            end: End::Open,
            ..item(10, 10)
        };
        let mark = Item {
            end: End::Unknown,
            ..item(10, 99)
        };
        let packed = pack(&[running, mark], &SCALE, 40 * HOUR, 8);
        assert!((packed.bars[0].width - 300.0).abs() < 1e-9);
        assert!((packed.bars[1].width - NARROWEST).abs() < 1e-9);
        // A clock that is behind does not turn bars round.
        assert_eq!(running.until(0), running.from);
    }

    #[test]
    fn a_crowd_becomes_a_count_of_its_most_urgent_phase() {
        let mut items = vec![item(50, 51); 40];
        items[33].phase = Phase::Failed;
        items[34].phase = Phase::Running;
        let packed = pack(&items, &SCALE, 0, 4);
        assert_eq!((packed.bars.len(), packed.lanes, packed.count), (4, 5, 40));
        let [bubble] = packed.bubbles[..] else {
            panic!("{packed:?}")
        };
        assert_eq!((bubble.count, bubble.phase), (36, Phase::Failed));
        assert_eq!((bubble.from, bubble.to), (50 * HOUR, 50 * HOUR));
    }

    proptest! {
        /// Every item in sight is a bar or is counted in a bubble; nothing overlaps, nothing sticks out.
        #[test]
        fn nothing_is_lost_and_nothing_overlaps(
            spans in prop::collection::vec((-50..150_i64, 0..60_i64, 0..3_u8, 0..7_usize), 0..900),
            most in 1..10_usize,
            now in -10..120_i64,
        ) {
            let mut items: Vec<Item> = spans
                .iter()
                .map(|(from, length, end, phase)| Item {
                    phase: Phase::VALUES[*phase].phase,
                    end: [End::At, End::Open, End::Unknown][usize::from(*end)],
                    ..item(*from, from + length)
                })
                .collect();
            items.sort_by_key(|item| item.from);
            let now = now * HOUR;
            let packed = pack(&items, &SCALE, now, most);
            prop_assert_eq!(&packed, &packed_one_by_one(&items, &SCALE, now, most));
            let in_sight = items.iter().filter(|item| item.is_in(&SCALE, now)).count();
            let counted: usize = packed.bubbles.iter().map(|bubble| bubble.count).sum();
            prop_assert_eq!(packed.bars.len() + counted, in_sight);
            prop_assert_eq!(packed.count, in_sight);
            let bars = most + usize::from(!packed.bubbles.is_empty());
            prop_assert!(packed.lanes <= bars);
            let mut seen = std::collections::HashSet::new();
            for (at, bar) in packed.bars.iter().enumerate() {
                prop_assert!(seen.insert(bar.item));
                prop_assert!(bar.lane < most);
                prop_assert!(bar.x >= 0.0 && bar.width >= NARROWEST && bar.x + bar.width <= SCALE.width + 1e-6, "{bar:?}");
                for other in packed.bars[..at].iter().filter(|other| other.lane == bar.lane) {
                    prop_assert!(other.x + other.width <= bar.x, "{other:?} {bar:?}");
                }
            }
            for pair in packed.bubbles.windows(2) {
                prop_assert!(pair[0].x + BUCKET <= pair[1].x + 1e-6, "{pair:?}");
            }
        }
    }
}
