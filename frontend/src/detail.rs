//! One row, whole: what it is called, its state and why, when and where, the way to the cloud's own console, related rows, every other column, the
//! fields that Signalbox does not know, the cloud's own object.

mod field;
mod reading;
mod related;
mod width;

use crate::consoles;
use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, format, words};
use crate::links;
use crate::parts::{self, Part, lazy};
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use crate::ui::json;
use leptos::{html, prelude::*};
use reading::Reading;
use related::Related;
use width::{Handle, Width};

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
    let missing = move || {
        let waiting = screen.data.loading();
        locale.pick(if waiting {
            &words::ROW_WAITING
        } else {
            &words::ROW_NOT_FOUND
        })
    };
    let unfolded = Unfolded::get();
    let panel = NodeRef::<html::Aside>::new();
    let width = Width::kept();
    view! {
        <aside class="detail" id="panel" node_ref=panel role="complementary" aria-label=locale.word(&words::DETAILS) data-row-id=move || id.get() style:width=move || width.css()>
            <Handle panel width/>
            <Head screen row/>
            {move || gone().then(|| view! { <p class="notice" role="note">{locale.word(&words::ROW_GONE)}</p> })}
            <div class="content" tabindex="0" role="group" aria-label=locale.word(&words::DETAILS)>
                {move || match row.get() {
                    Some(row) => view! { <Fields screen row unfolded/> }.into_any(),
                    None => view! { <p class="hint">{missing}</p> }.into_any(),
                }}
            </div>
        </aside>
    }
    .into_any()
}

/// What the row is called, where it stands among the others, and what can be done with the panel.
#[component]
fn Head(screen: Screen, row: Memo<Option<u32>>) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
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
    // By what people call it, as everywhere: a row without a name has its id.
    let names = Memo::new(move |_| {
        let (Some(row), lang, now) = (row.get(), locale.lang(), screen.now.get_untracked()) else {
            return Vec::new();
        };
        let look = Look {
            lang,
            now,
            zone: None,
            full: false,
        };
        screen.data.rows.with(|rows| {
            let names =
                links::title_columns(screen.table).map(|(at, column)| cell::show(rows, row, at, column, look).text);
            let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
            if names.is_empty() { vec![rows.id(row)] } else { names }
        })
    });
    let link = move |_| {
        if let Ok(address) = window().location().href() {
            clipboard.copy(address);
        }
    };
    view! {
        <header>
            <p class="line">
                <span class="kind">{locale.word(&screen.table.label)}</span>
                <span class="place">{place}</span>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::PREVIOUS) title=move || format!("{} (k)", locale.pick(&words::PREVIOUS)) on:click=move |_| screen.open_neighbour(-1)>{icon::icon(icon::UP)}</button>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::NEXT) title=move || format!("{} (j)", locale.pick(&words::NEXT)) on:click=move |_| screen.open_neighbour(1)>{icon::icon(icon::DOWN)}</button>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::COPY_LINK) title=locale.word(&words::COPY_LINK) on:click=link>{icon::icon(icon::LINK)}</button>
                <button type="button" class="button quiet compact" aria-label=locale.word(&words::CLOSE) title=move || format!("{} (Esc)", locale.pick(&words::CLOSE)) on:click=move |_| screen.close()>{icon::icon(icon::CLOSE)}</button>
            </p>
            {move || (!names.with(Vec::is_empty)).then(|| {
                let mut names = names.get().into_iter();
                view! {
                    <h2 data-testid="row-title" translate="no">
                        <b>{names.next()}</b>
                        {names.map(|name| view! { " "<span>{name}</span> }).collect_view()}
                    </h2>
                }
            })}
        </header>
    }
}

/// Whether the fields without a value are unfolded, for as long as the page is there.
#[derive(Clone, Copy)]
struct Unfolded(StoredValue<bool>);

impl Unfolded {
    fn get() -> Self {
        parts::page_context(|| Self(StoredValue::new(false)))
    }
}

#[component]
fn Fields(screen: Screen, row: u32, unfolded: Unfolded) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let source = screen.data.rows.with_untracked(|rows| rows.target(row)) as usize;
    let doc = screen.data.targets.with_untracked(|targets| {
        targets
            .get(source)
            .and_then(|target| catalog::source(&target.source))
            .map(|source| source.doc)
    });
    let reading = Memo::new(move |_| screen.data.rows.with(|rows| Reading::of(rows, row)));
    let phase = Memo::new(move |_| screen.data.rows.with(|rows| rows.phase(row)));
    let unknown = Memo::new(move |_| screen.data.rows.with(|rows| rows.unknown_fields(row)));
    let raw = Memo::new(move |_| screen.data.rows.with(|rows| json::pretty(&rows.raw(row))));
    view! {
        {move || {
            let Reading { state, place, others, empty } = reading.get();
            let lines = move |columns: &[usize]| field::lines(screen, row, columns);
            view! {
                <dl class="banner" data-testid="banner" data-phase=move || phase.get().id()>{lines(&state)}</dl>
                <dl>{lines(&place)}</dl>
                <Outward screen row/>
                <Related screen row/>
                <dl>{lines(&others)}</dl>
                {(!empty.is_empty()).then(|| view! { <Empties screen row columns=empty unfolded/> })}
            }
        }}
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

/// The ways to the cloud's own consoles, where any are known.
#[component]
fn Outward(screen: Screen, row: u32) -> impl IntoView {
    let locale = Locale::get();
    let places = Memo::new(move |_| screen.data.rows.with(|rows| consoles::of_row(rows, row)));
    let link = move |(at, place): (usize, consoles::Outside)| {
        let words = move || fill(locale.pick(&words::OPEN_IN), &[("t", locale.pick(&place.label))]);
        let class = if at == 0 { "button primary" } else { "button" };
        view! {
            <a class=class href=place.address data-testid="console" target="_blank" rel="noopener noreferrer">{words}{icon::icon(icon::OUTSIDE)}</a>
        }
    };
    move || {
        let places = places.get();
        (!places.is_empty())
            .then(|| view! { <div class="consoles">{places.into_iter().enumerate().map(link).collect_view()}</div> })
    }
}

/// The fields without a value, folded until somebody wants them.
#[component]
fn Empties(screen: Screen, row: u32, columns: Vec<usize>, unfolded: Unfolded) -> impl IntoView {
    let locale = Locale::get();
    let open = RwSignal::new(unfolded.0.get_value());
    let toggle = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        open.update(|open| *open = !*open);
        unfolded.0.set_value(open.get_untracked());
    };
    let count = columns.len();
    let words = move || {
        let count = format::count(locale.lang(), count);
        fill(locale.pick(&words::EMPTY_FIELDS), &[("n", &count)])
    };
    view! {
        <details class="empties" data-testid="empty-fields" prop:open=move || open.get()>
            <summary on:click=toggle>{words}</summary>
            <dl>{field::lines(screen, row, &columns)}</dl>
        </details>
    }
}
