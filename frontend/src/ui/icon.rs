//! Icons: 16 × 16 strokes in the text's colour.

use leptos::prelude::*;

/// An SVG path.
pub type Path = &'static str;

/// A magnifying glass.
pub const SEARCH: Path = "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14";
/// A cross.
pub const CLOSE: Path = "m4 4 8 8m0-8-8 8";
/// Up.
pub const UP: Path = "M8 13V3M4 7l4-4 4 4";
/// Down.
pub const DOWN: Path = "M8 3v10M4 9l4 4 4-4";
/// Two sheets.
pub const COPY: Path = "M6 5.5h7.5V14H6zM3.5 11H2.5V2.5H10V3.5";
/// A chain link.
pub const LINK: Path =
    "M7 9a2.5 2.5 0 0 0 3.5 0l2.5-2.5A2.5 2.5 0 0 0 9.5 3L8.5 4M9 7a2.5 2.5 0 0 0-3.5 0L3 9.5A2.5 2.5 0 0 0 6.5 13l1-1";
/// A funnel.
pub const FILTER: Path = "M2.5 3.5h11L9.5 8.5v4l-3 1.5V8.5z";
/// Three columns.
pub const COLUMNS: Path = "M2.5 3h11v10h-11zM6 3v10M10 3v10";
/// Two lines, each with shorter ones below it.
pub const GROUPS: Path = "M2.5 3h11M5.5 6h8M2.5 10h11M5.5 13h8";
/// To the right.
pub const RIGHT: Path = "m6 3.5 4.5 4.5L6 12.5";
/// Three lines with a point before each.
pub const LIST: Path = "M6 4h7.5M6 8h7.5M6 12h7.5M2.7 4h.1M2.7 8h.1M2.7 12h.1";
/// A circling arrow.
pub const RELOAD: Path = "M13 8A5 5 0 1 1 11.5 4.5M13 2.5V5.5H10";
/// A plus sign.
pub const PLUS: Path = "M8 3v10M3 8h10";
/// A minus sign.
pub const MINUS: Path = "M3 8h10";
/// A leaf of a calendar.
pub const CALENDAR: Path = "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2v3M10.5 2v3";
/// A ring around a point.
pub const RESOURCE: Path =
    "M8 13a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM8 1v2M8 13v2M1 8h2M13 8h2";
/// An arrow out of a box.
pub const OUTSIDE: Path = "M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7";
/// The sun.
pub const SUN: Path =
    "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1";
/// The moon.
pub const MOON: Path = "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z";
/// A circle with a bar.
pub const EXCLUDE: Path = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM4 12l8-8";

/// Head and shoulders.
pub const PERSON: Path = "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8ZM2.8 13.5a5.2 5.2 0 0 1 10.4 0";

/// A star.
pub const STAR: Path = "m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z";
/// A pin.
pub const PIN: Path = "M6 2h4l-.5 5L12 9.5H4L6.5 7zM8 9.5V14";
/// A pen.
pub const PEN: Path = "m3 13 .7-3L11 2.7 13.3 5 6 12.3z";
/// An arrow into a tray.
pub const DOWNLOAD: Path = "M8 2v8M4.5 6.5 8 10l3.5-3.5M2.5 11v2.5h11V11";
/// A prompt.
pub const COMMAND: Path = "m3 4 4 4-4 4M8.5 12H13";
/// A question mark.
pub const QUESTION: Path = "M5.5 6a2.5 2.5 0 1 1 3.8 2.1C8.4 8.7 8 9.1 8 10M8 12.8v.1";
/// A clock.
pub const CLOCK: Path = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.5V8l2.5 1.5";
/// Two bars.
pub const PAUSE: Path = "M5.5 3.5v9M10.5 3.5v9";
/// A triangle.
pub const PLAY: Path = "M5 3.5v9l7-4.5z";

/// An icon that says nothing to a screen reader: whatever it stands in has a name.
pub fn icon(path: Path) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
}

/// The same icon as an element, for what is drawn without Leptos.
///
/// # Errors
/// When the browser refuses an element, which it never does in a document.
pub fn element(path: Path) -> Result<web_sys::Element, wasm_bindgen::JsValue> {
    const SVG: Option<&str> = Some("http://www.w3.org/2000/svg");
    let icon = document().create_element_ns(SVG, "svg")?;
    for (name, value) in [
        ("class", "icon"),
        ("viewBox", "0 0 16 16"),
        ("width", "16"),
        ("height", "16"),
        ("aria-hidden", "true"),
    ] {
        icon.set_attribute(name, value)?;
    }
    let stroke = document().create_element_ns(SVG, "path")?;
    stroke.set_attribute("d", path)?;
    icon.append_child(&stroke)?;
    Ok(icon)
}
