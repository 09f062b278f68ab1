//! Downloads of exactly what is on screen: the proxy's exports, by the page's own query string, so that a script can ask the same. What has changed
//! since the last visit only this browser knows: that it writes itself.

use super::elsewhere::query;
use super::file::Content;
use super::{feeds, link};
use crate::i18n::{Locale, fill, format, words};
use crate::screen::Screen;
use crate::session::Who;
use crate::ui::icon;
use crate::ui::popover::Popover;
use catalog::Label;
use leptos::prelude::*;
use std::time::Duration;
use table::export::GroupRecords;
use table::view::{View, export_path};
use wasm_bindgen::{JsCast, JsValue};

/// The button and its menu.
#[component]
pub fn ExportMenu(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let (open, subscribing) = (RwSignal::new(false), RwSignal::new(false));
    let plans = (screen.table.id == "plans").then(|| Memo::new(move |_| Some(screen.view.with(View::clone))));
    view! {
        <div data-testid="export">
            <Popover open icon=icon::DOWNLOAD compact=true label=Signal::derive(move || locale.pick(&words::EXPORT).to_owned())>
                {formats(screen, open, subscribing)}
            </Popover>
            {plans.map(|plans| feeds::dialog(subscribing, plans))}
        </div>
    }
}

fn formats(screen: Screen, open: RwSignal<bool>, subscribing: RwSignal<bool>) -> AnyView {
    let locale = Locale::get();
    let who = Who::get();
    let grouped = Memo::new(move |_| screen.view.with(|view| !view.by.is_empty()));
    let lines = move || {
        // What each says about the file itself stands behind the view: spreadsheets need the mark, scripts do not want it.
        let lang = locale.pick(&words::EXPORT_LANG);
        let (lines, windows) = if grouped.get() {
            (&words::EXPORT_NDJSON_GROUPS, &words::EXPORT_ICS_GROUPS)
        } else {
            (&words::EXPORT_NDJSON, &words::EXPORT_ICS)
        };
        let all = [
            ("xlsx", "Excel", locale.pick(&words::EXPORT_XLSX), lang),
            ("csv", "CSV", locale.pick(&words::EXPORT_CSV), "bom=true"),
            ("json", "JSON", locale.pick(&words::EXPORT_JSON), ""),
            ("ndjson", "NDJSON", locale.pick(lines), ""),
            ("ics", "iCalendar", locale.pick(windows), lang),
        ];
        let (query, own) = screen.view.with(|view| (query(view), view.since.is_some()));
        let offered = |format: &str| match format {
            "xlsx" => !own,
            "ics" => !own && screen.table.id == "plans",
            _ => true,
        };
        let line = |(format, name, about, wanted): (&'static str, &'static str, &'static str, &'static str)| {
            let parts: Vec<_> = [query.as_str(), wanted]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            let link = export_path(screen.table, format, &parts.join("&"));
            let file = [screen.table.id, ".", format].concat();
            let inside = view! {
                <b>{name}</b>
                <span class="hint">{about}</span>
            };
            if own {
                let write = move |_| {
                    open.set(false);
                    if let Err(error) = save(screen, format) {
                        leptos::logging::error!("signalbox: the file could not be written: {error:?}");
                    }
                };
                view! { <li><button type="button" class="line" data-format=format on:click=write>{inside}</button></li> }.into_any()
            } else {
                // The answer has a better name for the file.
                view! { <li><a class="line" href=link download=file data-format=format on:click=move |_| open.set(false)>{inside}</a></li> }.into_any()
            }
        };
        all.into_iter()
            .filter(|(format, ..)| offered(format))
            .map(line)
            .collect_view()
    };
    let subscribe = move || {
        let calendar = screen.table.id == "plans" && screen.view.with(|view| view.since.is_none());
        let run = move |_| {
            open.set(false);
            subscribing.set(true);
        };
        (calendar && who.is_some_and(Who::feeds)).then(|| {
            view! {
                <li>
                    <button type="button" class="line" data-testid="subscribe" aria-haspopup="dialog" on:click=run>
                        <b>{locale.word(&words::SUBSCRIBE)}</b>
                        <span class="hint">{locale.word(&words::SUBSCRIBE_ABOUT)}</span>
                    </button>
                </li>
            }
        })
    };
    let gaps = move || {
        let gaps = gaps(screen, locale);
        (!gaps.is_empty()).then(|| {
            let text = format!("{} {}", gaps.join(" "), locale.pick(&words::EXPORT_INCOMPLETE));
            view! { <p class="notice" role="note" data-testid="export-gaps">{text}</p> }
        })
    };
    view! {
        <p class="hint">{move || locale.pick(if grouped.get() { &words::EXPORT_ABOUT_GROUPS } else { &words::EXPORT_ABOUT })}</p>
        {gaps}
        <ul class="menu">{lines}{subscribe}</ul>
    }
    .into_any()
}

/// What a file of the view will lack, in words: the sources that did not answer, and those whose list is cut.
fn gaps(screen: Screen, locale: Locale) -> Vec<String> {
    let told = screen.told.get();
    let count = |count: usize| format::count(locale.lang(), count);
    let say = |some: usize, one: &Label, many: &Label| {
        let phrase = locale.pick(if some == 1 { one } else { many });
        (some > 0).then(|| fill(phrase, &[("n", &count(some)), ("m", &count(told.asked))]))
    };
    let missing = say(told.failed, &words::EXPORT_MISSING_ONE, &words::EXPORT_MISSING_MANY);
    let cut = say(told.cut, &words::EXPORT_CUT_ONE, &words::EXPORT_CUT_MANY);
    missing.into_iter().chain(cut).collect()
}

/// Writes a file and hands it to the browser's downloads.
fn save(screen: Screen, format: &str) -> Result<(), JsValue> {
    let whole = screen.told.get_untracked().whole() && !screen.data.loading();
    let name = [screen.table.id, if whole { "." } else { "-incomplete." }, format].concat();
    let parts = js_sys::Array::new();
    let view = screen.view.peek();
    let link = link::address(&view);
    screen.data.targets.with_untracked(|targets| {
        screen.engine.update_untracked(|engine| {
            screen.data.rows.with_untracked(|rows| {
                let groups = (!view.by.is_empty()).then(|| GroupRecords::new(engine, rows, &view));
                let content = Content {
                    rows,
                    groups: groups.as_ref(),
                    matching: engine.matching(),
                    columns: &screen.columns.get_untracked(),
                    targets,
                    view: &view,
                    link: &link,
                };
                content.write(format, |piece| {
                    parts.push(&js_sys::Uint8Array::from(piece));
                });
            });
        });
    });
    let address = web_sys::Url::create_object_url_with_blob(&web_sys::Blob::new_with_u8_array_sequence(&parts)?)?;
    let anchor: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(&name);
    anchor.click();
    // Some browsers fetch it only after this turn.
    set_timeout(
        move || drop(web_sys::Url::revoke_object_url(&address)),
        Duration::from_secs(60),
    );
    Ok(())
}
