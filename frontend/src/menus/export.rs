//! Downloads of exactly what is on screen: the proxy's exports, by the page's own query string, so that a script can ask the same.

use crate::i18n::Locale;
use crate::screen::Screen;
use crate::ui::icon;
use crate::ui::popover::Popover;
use leptos::prelude::*;
use table::view::View;

/// The button and its menu.
#[component]
pub fn ExportMenu(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let open = RwSignal::new(false);
    view! {
        <div data-testid="export">
            <Popover open icon=icon::DOWNLOAD compact=true label=Signal::derive(move || locale.words().export.to_owned())>
                <Formats screen open/>
            </Popover>
        </div>
    }
}

#[component]
fn Formats(screen: Screen, open: RwSignal<bool>) -> impl IntoView {
    let locale = Locale::get();
    let formats = move || {
        let words = locale.words();
        let all = [("csv", "CSV", words.export_csv), ("json", "JSON", words.export_json), ("ndjson", "NDJSON", words.export_ndjson)];
        let calendar = (screen.table.id == "plans").then_some(("ics", "iCalendar", words.export_ics));
        let query = screen.view.with(query);
        let link = |(format, name, about): (&'static str, &'static str, &'static str)| {
            let mark = if query.is_empty() { "" } else { "?" };
            let link = ["/api/v1/export/", screen.table.id, ".", format, mark, &query].concat();
            view! {
                <li><a class="line" href=link download data-format=format on:click=move |_| open.set(false)>
                    <b>{name}</b>
                    <span class="hint">{about}</span>
                </a></li>
            }
        };
        all.into_iter().chain(calendar).map(link).collect_view()
    };
    view! {
        <p class="hint">{locale.word(|words| words.export_about)}</p>
        <ul class="menu">{formats}</ul>
    }
}

/// The query that means the same elsewhere: dates begin at this reader's midnight, and the open row is nobody's business.
fn query(view: &View) -> String {
    let view = view.with_row(None).with_name(None);
    let own = view.tz.as_deref().is_none_or(|zone| zone == "local");
    if own { view.with_tz(Some(&here())).to_query() } else { view.to_query() }
}

/// The browser's offset from UTC: `+08:00`.
#[expect(clippy::cast_possible_truncation, reason = "less than a day of minutes")]
fn here() -> String {
    let west = js_sys::Date::new_0().get_timezone_offset() as i32;
    let sign = if west > 0 { '-' } else { '+' };
    let minutes = west.abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
