//! A table on paper: what it is, which conditions it answers, how complete it is, and its rows. The grid has only those in sight.
//!
//! Built when the browser is about to print, and taken away again after that: no effect runs in between, so it is made of elements by hand.

use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, format, words};
use crate::screen::Screen;
use catalog::Kind;
use leptos::{ev, prelude::*};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// Rows on paper; the rest is counted. More would be hundreds of pages.
const ROWS: usize = 2_000;

/// Keeps a sheet ready whenever something prints, while the surrounding page is there.
pub fn on_paper(screen: Screen) {
    let locale = Locale::get();
    let sheet = StoredValue::new_local(None::<Element>);
    let clear = move || {
        if let Some(sheet) = sheet.try_update_value(Option::take).flatten() {
            mark(false);
            sheet.remove();
        }
    };
    let make = move || {
        clear();
        match untrack(|| draw(screen, locale)) {
            Ok(made) => {
                mark(true);
                sheet.try_set_value(Some(made));
            }
            Err(error) => leptos::logging::error!("signalbox: the rows could not be put on paper: {error:?}"),
        }
    };
    let before = window_event_listener(ev::beforeprint, move |_| make());
    let after = window_event_listener(ev::afterprint, move |_| clear());
    // Developers' tools show a page as it is on paper, without printing it.
    let media = window().match_media("print").ok().flatten();
    let changed = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let event: web_sys::MediaQueryListEvent = event.unchecked_into();
        if event.matches() { make() } else { clear() }
    });
    let media = StoredValue::new_local((media, changed));
    let listen = |listen: fn(&web_sys::MediaQueryList, &js_sys::Function) -> Result<(), JsValue>| {
        media.try_with_value(|(media, changed)| {
            if let Some(media) = media {
                // Then a preview shows what the screen does; paper is not concerned.
                drop(listen(media, changed.as_ref().unchecked_ref()));
            }
        });
    };
    listen(|media, changed| media.add_event_listener_with_callback("change", changed));
    on_cleanup(move || {
        media.try_with_value(|(media, changed)| {
            if let Some(media) = media {
                drop(media.remove_event_listener_with_callback("change", changed.as_ref().unchecked_ref()));
            }
        });
        before.remove();
        after.remove();
        clear();
    });
}

/// Whether the page shows the sheet in place of everything else.
fn mark(paper: bool) {
    if let Some(main) = document().get_element_by_id("main") {
        // Without the mark the screen is printed as it is.
        drop(main.class_list().toggle_with_force("paper", paper));
    }
}

/// The sheet, already in the document.
fn draw(screen: Screen, locale: Locale) -> Result<Element, JsValue> {
    let sheet = document().create_element("section")?;
    sheet.set_class_name("sheet");
    sheet.set_attribute("data-testid", "sheet")?;
    add(&sheet, "h1", locale.pick(&screen.table.label))?;
    for line in about(screen, locale) {
        add(&sheet, "p", &line)?;
    }
    rows(&sheet, screen, locale)?;
    let rest = screen.count.get().saturating_sub(ROWS);
    if rest > 0 {
        let rest = format::count(locale.lang(), rest);
        add(&sheet, "p", &fill(locale.pick(&words::PAPER_REST), &[("n", &rest)]))?;
    }
    if let Some(main) = document().get_element_by_id("main") {
        main.append_child(&sheet)?;
    }
    Ok(sheet)
}

fn add(parent: &Element, name: &str, text: &str) -> Result<Element, JsValue> {
    let child = document().create_element(name)?;
    child.set_text_content(Some(text));
    parent.append_child(&child)?;
    Ok(child)
}

/// What stands above the rows: conditions, number, completeness, link. In the words that stand on the page.
fn about(screen: Screen, locale: Locale) -> Vec<String> {
    let mut conditions = standing("[data-testid=conditions] [data-condition][data-understood=true] .words");
    let words = screen.view.with(|view| view.q.clone());
    if !words.is_empty() {
        conditions.push(fill(locale.pick(&words::PAPER_SEARCH), &[("t", &words)]));
    }
    let conditions = if conditions.is_empty() {
        locale.pick(&words::PAPER_ALL).to_owned()
    } else {
        [
            locale.pick(&words::CONDITIONS),
            locale.pick(&words::COLON),
            &conditions.join(" · "),
        ]
        .concat()
    };
    let struck = standing("[data-testid=conditions] [data-understood=false] .words");
    let struck = (!struck.is_empty()).then(|| fill(locale.pick(&words::PAPER_STRUCK), &[("t", &struck.join(" · "))]));
    let zone = screen.zone.get();
    let now = format::exact(screen.now.get(), zone.as_deref());
    let mut lines = vec![conditions];
    lines.extend(struck);
    lines.extend(standing(".toolbar .count"));
    lines.extend(standing("[data-testid=coverage] .summary"));
    // Whatever is not whole is named; the rest has been counted.
    for state in ["failed", "capped", "stale", "loading"] {
        lines.extend(standing(
            &["[data-testid=coverage] [data-target][data-state=", state, "]"].concat(),
        ));
    }
    lines.push(fill(
        locale.pick(&words::AS_OF),
        &[("t", &as_of(screen, zone.as_deref()).unwrap_or_else(|| now.clone()))],
    ));
    lines.push(fill(locale.pick(&words::PAPER_PRINTED), &[("t", &now)]));
    lines.extend(window().location().href());
    lines
}

/// When the oldest answer was given.
fn as_of(screen: Screen, zone: Option<&str>) -> Option<String> {
    let oldest = screen
        .data
        .targets
        .with(|targets| crate::coverage::several::oldest(targets.iter()));
    Some(format::exact(oldest?, zone))
}

/// The texts at a place of the page, each in one line.
fn standing(place: &str) -> Vec<String> {
    let Ok(found) = document().query_selector_all(place) else {
        return Vec::new();
    };
    let text = |at| {
        let element: Element = found.get(at)?.dyn_into().ok()?;
        // What stands apart on the screen has no space between.
        let parts = element.child_nodes();
        let parts = (0..parts.length()).filter_map(|at| parts.get(at)?.text_content());
        let parts = parts.collect::<Vec<_>>().join(" ");
        let text = parts.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(text).filter(|text| !text.is_empty())
    };
    (0..found.length()).filter_map(text).collect()
}

fn rows(sheet: &Element, screen: Screen, locale: Locale) -> Result<(), JsValue> {
    let columns: Vec<_> = screen.columns.with(|shown| {
        let column = |at: &usize| Some((*at, screen.table.columns().nth(*at)?));
        shown.iter().filter_map(column).collect()
    });
    let table = add(sheet, "table", "")?;
    let head = add(&add(&table, "thead", "")?, "tr", "")?;
    for (_, column) in &columns {
        let heading = add(&head, "th", locale.pick(&column.label))?;
        heading.set_attribute("scope", "col")?;
        heading.set_class_name(if column.kind == Kind::Number { "number" } else { "" });
    }
    let body = add(&table, "tbody", "")?;
    let zone = screen.zone.get();
    let look = Look {
        lang: locale.lang(),
        now: screen.now.get(),
        zone: zone.as_deref(),
        full: true,
    };
    screen.matching(|engine, rows| {
        for row in engine.matching().iter().take(ROWS) {
            let line = add(&body, "tr", "")?;
            line.set_attribute("data-row-id", &rows.id(*row))?;
            for (at, column) in &columns {
                let shown = cell::show(rows, *row, *at, column, look);
                // On paper, nothing hovers and time stands still.
                let exact = shown.title.filter(|_| column.kind == Kind::Time);
                let cell = add(&line, "td", exact.as_deref().unwrap_or(&shown.text))?;
                if column.kind == Kind::Number {
                    cell.set_class_name("number");
                }
            }
        }
        Ok(())
    })
}
