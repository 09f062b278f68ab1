//! A column of the open row: its name and values, each with what can be done with it.

use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, words};
use crate::links;
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use catalog::Kind;
use leptos::prelude::*;

/// Some of the row's columns, by their places in the table.
pub fn lines(screen: Screen, row: u32, columns: &[usize]) -> AnyView {
    let named = |index: &usize| Some((*index, screen.table.columns().nth(*index)?));
    let lines = columns.iter().filter_map(named);
    lines
        .map(|(index, column)| view! { <FieldLine screen row index column/> })
        .collect_view()
        .into_any()
}

/// A column's name and values, each with the same offers as a cell of the grid.
#[component]
fn FieldLine(screen: Screen, row: u32, index: usize, column: &'static catalog::Column) -> impl IntoView {
    let locale = Locale::get();
    let values = Memo::new(move |_| screen.data.rows.with(|rows| cell::values(rows, row, index)));
    view! {
        <div class="field" data-field=column.id>
            <dt>{locale.word(&column.label)}</dt>
            {move || values.get().into_iter().map(|value| view! { <FieldValue screen row index column value/> }).collect_view()}
        </div>
    }
}

#[component]
fn FieldValue(
    screen: Screen,
    row: u32,
    index: usize,
    column: &'static catalog::Column,
    value: String,
) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let value = StoredValue::new(value);
    let shown = Memo::new(move |_| {
        let (lang, now) = (locale.lang(), screen.now.get());
        screen.zone.with(|zone| {
            let look = Look {
                lang,
                now,
                zone: zone.as_deref(),
                full: true,
            };
            match column.kind {
                Kind::List => value.with_value(|value| cell::label(column, value, look)),
                _ => screen.data.rows.with(|rows| cell::show(rows, row, index, column, look)),
            }
        })
    });
    let label = move |action: &str| format!("{action}: {} {}", locale.pick(&column.label), value.get_value());
    // A word for a code is good to read, but the code is what the cloud's console and scripts know.
    let code = move || {
        shown
            .with(|shown| shown.value.clone())
            .filter(|_| !matches!(column.kind, Kind::Time | Kind::Number))
    };
    let text = move || {
        shown.with(|shown| {
            if shown.text.is_empty() {
                "–".to_owned()
            } else {
                shown.text.clone()
            }
        })
    };
    // What names a cluster, an instance and the like leads to all that is known about it.
    let thing = move || value.with_value(|value| links::to_named(screen.table, column.id, value));
    let only = move |_| {
        screen
            .view
            .step(|view| value.with_value(|value| view.only(index, value)));
    };
    let exclude = move |_| {
        screen
            .view
            .step(|view| value.with_value(|value| view.exclude(index, value)));
    };
    view! {
        <dd>
            <div class="value" translate="no">
                {move || cell::dot(shown.with(|shown| shown.phase))}
                {move || match thing() {
                    Some(href) => view! { <a class="thing text" href=href title=locale.word(&words::EVERYTHING_ABOUT_IT)>{text}</a> }.into_any(),
                    None => view! { <span class="text">{text}</span> }.into_any(),
                }}
                {move || code().map(|code| view! { <code class="code">{code}</code> })}
            </div>
            <span class="actions">
                <button type="button" class="link" title=locale.word(&words::ONLY_THIS) aria-label=move || label(locale.pick(&words::ONLY_THIS)) on:click=only>{icon::icon(icon::FILTER)}</button>
                <button type="button" class="link" title=locale.word(&words::EXCLUDE) aria-label=move || label(locale.pick(&words::EXCLUDE)) on:click=exclude>{icon::icon(icon::EXCLUDE)}</button>
                <button type="button" class="link" title=locale.word(&words::COPY) aria-label=move || label(locale.pick(&words::COPY)) on:click=move |_| clipboard.copy(value.get_value())>{icon::icon(icon::COPY)}</button>
            </span>
        </dd>
    }
}
