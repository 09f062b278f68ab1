//! What a view means to whoever is not its reader: a script, a calendar.

use table::view::View;

/// The query that means the same elsewhere: dates begin at this reader's midnight, and the open row is nobody's business.
pub fn query(view: &View) -> String {
    let view = view.with_row(None).with_name(None).with_since(None);
    if view.tz.as_deref().is_some_and(|zone| zone != "local") {
        return view.to_query();
    }
    let zoned = view.with_tz(None);
    let here = zone()
        .map(|zone| zoned.with_tz(Some(&zone)))
        .filter(|view| view.tz.is_some());
    here.unwrap_or_else(|| zoned.with_tz(Some(&offset()))).to_query()
}

/// The browser's time zone by its name.
fn zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// The browser's present offset from UTC, where its zone has no name that links know: `+08:00`.
#[expect(clippy::cast_possible_truncation, reason = "less than a day of minutes")]
fn offset() -> String {
    let west = js_sys::Date::new_0().get_timezone_offset() as i32;
    let sign = if west > 0 { '-' } else { '+' };
    let minutes = west.abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
