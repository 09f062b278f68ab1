//! Zooming and moving the stretch of time in sight.

use super::axis::Scale;
use table::view::timeline::{LONGEST, SHORTEST};

/// A stretch `factor` times as long, of which the instant `around` stays where it is.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds of the common era are below 2^53"
)]
pub fn zoomed(scale: &Scale, factor: f64, around: i64) -> (i64, i64) {
    let span = (scale.span() as f64 * factor).clamp(SHORTEST as f64, LONGEST as f64);
    let before = (around - scale.from) as f64 / scale.span() as f64;
    let from = around - (span * before) as i64;
    (from, from + span as i64)
}

/// The same length of time, moved by a part of it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds of the common era are below 2^53"
)]
pub fn moved(scale: &Scale, part: f64) -> (i64, i64) {
    let by = (scale.span() as f64 * part) as i64;
    (scale.from + by, scale.to + by)
}

#[cfg(test)]
mod tests {
    use super::{SHORTEST, Scale, moved, zoomed};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn zooming_keeps_the_place_under_the_pointer(from in -90_000_000..90_000_000_i64, span in SHORTEST..900_000_000_i64, place in 0.0..1.0_f64, factor in 0.1..10.0_f64) {
            let scale = Scale { from, to: from + span, width: 1000.0 };
            let around = scale.at(place * 1000.0);
            let (first, last) = zoomed(&scale, factor, around);
            let after = Scale { from: first, to: last, width: 1000.0 };
            prop_assert!((after.x(around) - scale.x(around)).abs() < 1.0);
            prop_assert!(last - first >= SHORTEST - 1);
            let (left, right) = moved(&scale, 0.25);
            prop_assert_eq!(right - left, span);
        }
    }
}
