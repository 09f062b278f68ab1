//! The words of the axis.

use super::axis::{self, Scale, Unit};
use crate::i18n::format::TimeFormat;
use crate::i18n::{Locale, format};

/// Least distance between two ticks, in pixels.
const TICKS: f64 = 64.0;

/// Ticks with their words: those of the unit, and the coarser ones that say what the others leave out.
pub type Ticks = (Vec<(f64, String)>, Vec<(f64, String)>);

/// The ticks of a stretch of time in a zone.
pub fn ticks(scale: &Scale, locale: Locale, zone: Option<&str>) -> Ticks {
    if scale.width == 0.0 {
        return Ticks::default();
    }
    let lang = locale.lang();
    let offset = |at: i64| format::offset(at, zone);
    let unit = Unit::fitting(scale, TICKS);
    let word = |unit: Unit, at: i64| match unit {
        Unit::Clock(_) => format::time(lang, at, zone, TimeFormat::Clock),
        Unit::Day | Unit::Week => format::time(lang, at, zone, TimeFormat::Day),
        Unit::Months(_) => format::time(lang, at, zone, TimeFormat::Month),
        Unit::Years(_) => format::time(lang, at, zone, TimeFormat::Year),
    };
    let outer_word = |unit: Unit, at: i64| match unit {
        Unit::Day => format::time(lang, at, zone, TimeFormat::Date),
        Unit::Months(_) => format::time(lang, at, zone, TimeFormat::MonthYear),
        _ => format::time(lang, at, zone, TimeFormat::Year),
    };
    let inner = axis::ticks(scale, unit, &offset);
    let inner = inner.into_iter().map(|at| (scale.x(at), word(unit, at))).collect();
    let outer = unit.outer();
    let mut coarse: Vec<(f64, String)> = Vec::new();
    // The left edge is in the middle of a day or month, which is said there unless the next is too close.
    let starts = axis::ticks(scale, outer, &offset);
    let first = starts.first().map_or(scale.width, |at| scale.x(*at));
    if first > 110.0 {
        coarse.push((0.0, outer_word(outer, scale.from)));
    }
    coarse.extend(starts.into_iter().map(|at| (scale.x(at), outer_word(outer, at))));
    (inner, coarse)
}
