//! One row, whole: every column, the fields that Signalbox does not know, the cloud's own object.

use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, format, words};
use crate::links;
use crate::parts::{self, Part, lazy};
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use crate::ui::json;
use catalog::Kind;
use leptos::prelude::*;

/// The panel beside the grid; there while the view has a `row`.
#[component]
pub fn Detail(screen: Screen) -> impl IntoView {
    let open = Memo::new(move |_| screen.view.with(|view| view.row.is_some()));
    move || open.get().then(|| parts::place(Part::Later, lazy!(view(screen))))
}

/// The panel. It stays while another row comes into it, scrolled as far as it was, so that one field can be read row after row.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(screen: Screen) -> AnyView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let screen = Screen {
        data: screen.data.scoped(),
        ..screen
    };
    // Until the panel has gone, its row is the last one.
    let id = Memo::new(move |before: Option<&String>| {
        let id = screen.view.with(|view| view.row.clone());
        id.or_else(|| before.cloned()).unwrap_or_default()
    });
    let row = Memo::new(move |_| id.with(|id| screen.data.rows.with(|rows| rows.find(id))));
    let gone = move || {
        row.get()
            .is_some_and(|row| screen.data.rows.with(|rows| rows.is_gone(row)))
    };
    let place = move || {
        let count = |count: usize| format::count(locale.lang(), count);
        screen.open.get().map_or_else(
            || locale.pick(&words::NOT_IN_RESULT).to_owned(),
            |at| {
                fill(
                    locale.pick(&words::POSITION),
                    &[("n", &count(at + 1)), ("m", &count(screen.count.get()))],
                )
            },
        )
    };
    let missing = move || {
        let waiting = screen.data.loading();
        locale.pick(if waiting {
            &words::ROW_WAITING
        } else {
            &words::ROW_NOT_FOUND
        })
    };
    let link = move |_| {
        if let Ok(address) = window().location().href() {
            clipboard.copy(address);
        }
    };
    view! {
        <aside class="detail" role="complementary" aria-label=locale.word(&words::DETAILS) data-row-id=move || id.get()>
            <header>
                <span class="place">{place}</span>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::PREVIOUS) title=move || format!("{} (k)", locale.pick(&words::PREVIOUS)) on:click=move |_| screen.open_neighbour(-1)>{icon::icon(icon::UP)}</button>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::NEXT) title=move || format!("{} (j)", locale.pick(&words::NEXT)) on:click=move |_| screen.open_neighbour(1)>{icon::icon(icon::DOWN)}</button>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::COPY_LINK) title=locale.word(&words::COPY_LINK) on:click=link>{icon::icon(icon::LINK)}</button>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::CLOSE) title=move || format!("{} (Esc)", locale.pick(&words::CLOSE)) on:click=move |_| screen.close()>{icon::icon(icon::CLOSE)}</button>
            </header>
            {move || gone().then(|| view! { <p class="notice" role="note">{locale.word(&words::ROW_GONE)}</p> })}
            <div class="content" tabindex="0" role="group" aria-label=locale.word(&words::DETAILS)>
                {move || match row.get() {
                    Some(row) => view! { <Fields screen row/> }.into_any(),
                    None => view! { <p class="hint">{missing}</p> }.into_any(),
                }}
            </div>
        </aside>
    }
    .into_any()
}

#[component]
fn Fields(screen: Screen, row: u32) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let source = screen.data.rows.with_untracked(|rows| rows.target(row)) as usize;
    let doc = screen.data.targets.with_untracked(|targets| {
        targets
            .get(source)
            .and_then(|target| catalog::source(&target.source))
            .map(|source| source.call.doc)
    });
    let unknown = Memo::new(move |_| screen.data.rows.with(|rows| rows.unknown_fields(row)));
    let raw = Memo::new(move |_| screen.data.rows.with(|rows| json::pretty(&rows.raw(row))));
    view! {
        <dl>
            {screen.table.columns().enumerate().map(|(index, column)| view! { <FieldLine screen row index column/> }).collect_view()}
        </dl>
        <Show when=move || !unknown.with(Vec::is_empty)>
            <h2>{locale.word(&words::OTHER_FIELDS)}</h2>
            <dl>
                {move || unknown.get().into_iter().map(|(path, json)| view! {
                    <div class="field" data-field=path.clone()><dt translate="no">{path.clone()}</dt><dd><code class="value" translate="no">{json}</code></dd></div>
                }).collect_view()}
            </dl>
        </Show>
        <h2>
            {locale.word(&words::RAW)}
            <button type="button" class="button quiet compact" aria-label=locale.word(&words::COPY) title=locale.word(&words::COPY) on:click=move |_| clipboard.copy(raw.get_untracked())>{icon::icon(icon::COPY)}</button>
        </h2>
        <pre class="raw" translate="no" data-testid="raw">{move || raw.get()}</pre>
        {doc.map(|doc| view! { <p><a href=doc target="_blank" rel="noopener noreferrer">{locale.word(&words::VENDOR_PAGE)}</a></p> })}
    }
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
