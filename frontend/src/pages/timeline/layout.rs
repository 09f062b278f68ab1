//! Which band stands where, and how many lanes it has.

use super::axis::Scale;
use super::lanes::{Packed, pack};
use super::order::Ordered;
use std::ops::Range;

/// Height of a lane in CSS pixels. The style sheet's bars are a little lower.
pub const LANE: f64 = 26.0;
/// Room above and below the lanes of a band.
const PAD: f64 = 6.0;
/// Height of a band's label where it stands above the lanes, for want of room beside them.
const LABEL: f64 = 24.0;
/// The lowest band: its label has two lines.
const LOWEST: f64 = 52.0;
/// Lanes of a band before bars become bubbles, where there are many bands; and the most that a band ever has.
const LANES: (usize, usize) = (6, 60);
/// Bands beyond these are left out: nobody scrolls through a thousand.
const BANDS: usize = 400;

/// A band in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Which.
    pub band: u32,
    /// Its upper edge in pixels.
    pub top: f64,
    /// Its height.
    pub height: f64,
    /// Where its lanes begin, from its upper edge.
    pub lanes: f64,
    /// What is in it.
    pub packed: Packed,
    /// Whether it shows more lanes than others.
    pub unfolded: bool,
}

/// Everything in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The stretch of time.
    pub scale: Scale,
    /// The bands that have something in sight, from the top.
    pub places: Vec<Place>,
    /// Their height in all.
    pub height: f64,
    /// How many items are in sight, those of bands that were left out included.
    pub count: usize,
    /// How many bands were left out.
    pub more: usize,
}

/// Lays out all bands. `narrow` puts labels above the lanes; few bands share the `room` of the window, in pixels; `unfolded` tells of a band
/// whether it shows all the lanes that it can.
pub fn picture(
    all: &Ordered,
    scale: Scale,
    now: i64,
    narrow: bool,
    room: f64,
    unfolded: impl Fn(u32) -> bool,
) -> Picture {
    let label = if narrow { LABEL } else { 0.0 };
    let mut seen: Vec<&Range<usize>> = Vec::new();
    // Bands that are left out, and what of them is in sight.
    let (mut more, mut left_out) = (0, 0);
    for (at, band) in all.bands.iter().enumerate() {
        if seen.len() < BANDS {
            if all.sees(at, &scale, now) {
                seen.push(band);
            }
        } else {
            let count = all.in_sight(at, &scale, now);
            more += usize::from(count > 0);
            left_out += count;
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a handful of lanes"
    )]
    let usual = {
        let each = room / (seen.len() + more).max(1) as f64 - 2.0 * PAD - label;
        // One lane is the bubbles'.
        ((each / LANE).floor().max(1.0) as usize - 1).clamp(LANES.0, LANES.1)
    };
    let mut picture = Picture {
        scale,
        places: Vec::new(),
        height: 0.0,
        count: left_out,
        more,
    };
    for run in seen {
        let band = all.items[run.start].band;
        let unfolded = unfolded(band);
        let most = if unfolded { LANES.1 } else { usual };
        let packed = pack(all, run, &scale, now, most);
        picture.count += packed.count;
        let lanes = PAD + label;
        #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
        let height = (lanes + packed.lanes as f64 * LANE + PAD).max(if narrow { 0.0 } else { LOWEST });
        picture.places.push(Place {
            band,
            top: picture.height,
            height,
            lanes,
            packed,
            unfolded,
        });
        picture.height += height;
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::{BANDS, picture};
    use crate::pages::timeline::items::Item;
    use crate::pages::timeline::lanes::tests::{SCALE, item};
    use crate::pages::timeline::order::tests::ordered;

    #[test]
    fn bands_stand_one_below_the_other_and_empty_ones_not_at_all() {
        let of = |band, item: Item| Item { band, ..item };
        let items = [
            of(4, item(0, 10)),
            of(4, item(5, 8)),
            of(2, item(200, 300)),
            of(9, item(1, 2)),
        ];
        let items = ordered(items.to_vec());
        let wide = picture(&items, SCALE, 0, false, 0.0, |_| false);
        let places: Vec<_> = wide
            .places
            .iter()
            .map(|place| (place.band, place.top, place.packed.lanes))
            .collect();
        assert_eq!(places, [(4, 0.0, 2), (9, wide.places[0].height, 1)]);
        assert_eq!((wide.count, wide.more), (3, 0));
        assert_eq!(wide.places[1].packed.bars[0].item, 3);
        let narrow = picture(&items, SCALE, 0, true, 0.0, |_| false);
        assert!(narrow.places[0].lanes > wide.places[0].lanes);
    }

    #[test]
    fn a_band_can_be_unfolded() {
        let items = ordered(vec![item(50, 51); 40]);
        let folded = picture(&items, SCALE, 0, false, 0.0, |_| false);
        assert_eq!(folded.places[0].packed.bubbles.len(), 1);
        let roomy = picture(&items, SCALE, 0, false, 1000.0, |_| false);
        assert_eq!(
            (roomy.places[0].packed.lanes, roomy.places[0].packed.bars.len()),
            (38, 37)
        );
        assert!(roomy.height <= 1000.0);
        let unfolded = picture(&items, SCALE, 0, false, 0.0, |band| band == 0);
        assert_eq!(
            (
                unfolded.places[0].packed.bars.len(),
                unfolded.places[0].packed.bubbles.len()
            ),
            (40, 0)
        );
    }

    #[test]
    fn more_bands_than_anyone_scrolls_through_are_counted() {
        let bands = u32::try_from(BANDS).unwrap() + 7;
        let items = ordered((0..bands).map(|band| Item { band, ..item(1, 2) }).collect());
        let picture = picture(&items, SCALE, 0, false, 0.0, |_| false);
        assert_eq!(
            (picture.places.len(), picture.more, picture.count),
            (BANDS, 7, BANDS + 7)
        );
    }
}
