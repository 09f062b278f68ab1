//! Numbers and times as people read them, by the browser's own `Intl`.

use super::{Lang, fill, words};
use js_sys::{Array, Intl, Object, Reflect};
use std::cell::{OnceCell, RefCell};
use wasm_bindgen::{JsCast, JsValue};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A format function of `Intl`, kept because making one costs a thousand times as much as using it.
type Formatter = js_sys::Function;

thread_local! {
    /// By language.
    static NUMBERS: [OnceCell<Formatter>; 2] = const { [const { OnceCell::new() }; 2] };
    /// By language.
    static RELATIVE: [OnceCell<Intl::RelativeTimeFormat>; 2] = const { [const { OnceCell::new() }; 2] };
    /// By language, zone and form: a handful.
    static DATES: RefCell<Vec<(String, Option<Formatter>)>> = const { RefCell::new(Vec::new()) };
}

/// The date formatter that is kept under a name.
fn kept(name: &str, make: impl FnOnce() -> Option<Formatter>) -> Option<Formatter> {
    let known = DATES.with_borrow(|kept| {
        kept.iter()
            .find(|(known, _)| known == name)
            .map(|(_, made)| made.clone())
    });
    known.unwrap_or_else(|| {
        let made = make();
        DATES.with_borrow_mut(|kept| kept.push((name.to_owned(), made.clone())));
        made
    })
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        drop(Reflect::set(
            &object,
            &JsValue::from_str(key),
            &JsValue::from_str(value),
        ));
    }
    object
}

fn locales(tag: &str) -> Array {
    Array::of1(&JsValue::from_str(tag))
}

/// A whole or broken number with the language's grouping.
pub fn number(lang: Lang, value: f64) -> String {
    let make = || Intl::NumberFormat::new(&locales(lang.tag()), &Object::new()).format();
    NUMBERS
        .with(|kept| {
            let formatter = kept[lang as usize].get_or_init(make);
            formatter.call1(&JsValue::UNDEFINED, &JsValue::from_f64(value)).ok()
        })
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| table::number::text(value))
}

/// A count of rows.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub fn count(lang: Lang, value: usize) -> String {
    number(lang, value as f64)
}

/// How long ago or ahead, in the largest unit that says something: `5 min. ago`, `in 3 hr.`, `2天前`.
pub fn relative(lang: Lang, ms: i64, now: i64) -> String {
    let distance = ms - now;
    let (unit, size) = match distance.abs() {
        far if far >= 365 * DAY => ("year", 365 * DAY),
        far if far >= 60 * DAY => ("month", 30 * DAY),
        far if far >= DAY => ("day", DAY),
        far if far >= HOUR => ("hour", HOUR),
        far if far >= MINUTE => ("minute", MINUTE),
        _ => ("second", SECOND),
    };
    let make = || {
        let options = options(&[("style", "narrow"), ("numeric", "always")]);
        Intl::RelativeTimeFormat::new(&locales(lang.tag()), &options)
    };
    RELATIVE.with(|kept| {
        let formatter = kept[lang as usize].get_or_init(make);
        #[expect(clippy::cast_precision_loss, reason = "distances in units are small")]
        let value = (distance / size) as f64;
        formatter.format(value, unit).into()
    })
}

/// The exact time, `2026-11-22 11:00:00`, in a zone (an IANA name or an offset like `+08:00`; `None` is the browser's own).
/// An unknown zone falls back to UTC and says so.
pub fn exact(ms: i64, zone: Option<&str>) -> String {
    let name = match zone {
        None | Some("local") => String::new(),
        Some(name) => name.to_owned(),
    };
    let formatter = kept(&name, || date_formatter(&name));
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of the common era are below 2^53"
    )]
    let at = JsValue::from_f64(ms as f64);
    let text = formatter
        .and_then(|formatter| formatter.call1(&JsValue::UNDEFINED, &at).ok())
        .and_then(|text| text.as_string());
    match text {
        Some(text) if name.is_empty() => text,
        Some(text) => format!("{text} {name}"),
        None => table::time::format(ms),
    }
}

/// What of a time is written: as a clock shows it, or a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// `14:30`
    Clock,
    /// `Sun 22`
    Day,
    /// `Sun, Nov 22, 2026`
    Date,
    /// `Nov`
    Month,
    /// `November 2026`
    MonthYear,
    /// `2026`
    Year,
}

/// A time in a zone, as the language writes it. An unknown zone falls back to UTC, as in [`exact`].
pub fn time(lang: Lang, ms: i64, zone: Option<&str>, shape: TimeFormat) -> String {
    let pairs: &[(&'static str, &'static str)] = match shape {
        TimeFormat::Clock => &[("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")],
        TimeFormat::Day => &[("weekday", "short"), ("day", "numeric")],
        TimeFormat::Date => &[
            ("weekday", "short"),
            ("day", "numeric"),
            ("month", "short"),
            ("year", "numeric"),
        ],
        TimeFormat::Month => &[("month", "short")],
        TimeFormat::MonthYear => &[("month", "long"), ("year", "numeric")],
        TimeFormat::Year => &[("year", "numeric")],
    };
    let zone = zone.filter(|zone| *zone != "local").unwrap_or_default();
    // Letters and digits that no zone is named after.
    let key = [
        lang.tag(),
        " ",
        pairs[0].0,
        pairs.get(1).map_or("", |pair| pair.0),
        pairs[0].1,
        " ",
        zone,
    ]
    .concat();
    let formatter = kept(&key, || {
        formatter(lang.tag(), pairs, zone).or_else(|| formatter(lang.tag(), pairs, "UTC"))
    });
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of the common era are below 2^53"
    )]
    let at = JsValue::from_f64(ms as f64);
    let text = formatter.and_then(|formatter| formatter.call1(&JsValue::UNDEFINED, &at).ok());
    text.and_then(|text| text.as_string())
        .unwrap_or_else(|| table::time::format(ms))
}

/// Swedish writes dates as ISO 8601 does, which every language reads.
fn date_formatter(zone: &str) -> Option<Formatter> {
    let pairs = [
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
    ];
    formatter("sv-SE", &pairs, zone)
}

/// The format of a language with these options, in a zone; nothing for the browser's own.
fn formatter(tag: &str, pairs: &[(&str, &str)], zone: &str) -> Option<Formatter> {
    let mut pairs = pairs.to_vec();
    if !zone.is_empty() {
        pairs.push(("timeZone", zone));
    }
    // The constructor throws on a zone that the browser does not know, so it is called in a way that returns the error.
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let constructor: js_sys::Function = Reflect::get(&intl, &JsValue::from_str("DateTimeFormat"))
        .ok()?
        .dyn_into()
        .ok()?;
    let arguments = Array::of2(&JsValue::from_str(tag), &options(&pairs));
    let formatter = Reflect::construct(&constructor, &arguments).ok()?;
    Some(formatter.unchecked_into::<Intl::DateTimeFormat>().format())
}

/// The first instant of a date in a zone, in milliseconds since the epoch.
pub fn midnight(date: chrono::NaiveDate, zone: Option<&str>) -> i64 {
    table::time::first_instant(date, &|instant| offset(instant, zone))
}

/// How far a zone's clock is ahead of UTC at an instant, in milliseconds.
pub fn offset(ms: i64, zone: Option<&str>) -> i64 {
    let shown = exact(ms, zone);
    // `2026-11-22 11:00:00` read as if it were UTC.
    let wall = shown
        .get(..19)
        .and_then(|text| table::time::parse(&format!("{}Z", text.replace(' ', "T"))));
    wall.map_or(0, |wall| wall - ms.div_euclid(SECOND) * SECOND)
}

/// A long id with its middle left out: `i-bp1jaxa…bps7`. The whole id is copied, never this.
pub fn shortened(id: &str) -> String {
    const KEEP: usize = 22;
    let length = id.chars().count();
    if length <= KEEP {
        return id.to_owned();
    }
    let head: String = id.chars().take(12).collect();
    let tail: String = id.chars().skip(length - 7).collect();
    format!("{head}…{tail}")
}

/// A time of today as `20:13`, another one with its date: `2026-11-22 20:13`.
pub fn clock_time(at: i64, now: i64) -> String {
    let (exact, today) = (exact(at, None), exact(now, None));
    match (exact.get(..10), exact.get(11..16)) {
        (Some(date), Some(time)) if today.starts_with(date) => time.to_owned(),
        _ => exact.get(..16).map(str::to_owned).unwrap_or(exact),
    }
}

/// A length of time in its largest unit of which it has two or more.
pub fn length(lang: Lang, ms: i64) -> String {
    let minutes = (ms + 30_000) / 60_000;
    let (number, unit) = match minutes {
        ..120 => (minutes, &words::MINUTES),
        120..2880 => (minutes / 60, &words::HOURS),
        _ => (minutes / 1440, &words::DAYS),
    };
    let number = usize::try_from(number).unwrap_or_default().max(1);
    fill(lang.pick(unit), &[("n", &count(lang, number))])
}
