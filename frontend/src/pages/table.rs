//! A table page: search, conditions, coverage, facets, grid, detail.

use crate::coverage::Coverage;
use crate::detail::Detail;
use crate::empty::Empty;
use crate::filters::conditions::Conditions;
use crate::filters::{facets, search};
use crate::grid::{Grid, grouped};
use crate::i18n::{Locale, fill, words};
use crate::menus;
use crate::parts::{self, Loader, Part, lazy};
use crate::screen::Screen;
use crate::since::Comparison;
use crate::ui::effect::effect;
use crate::ui::{icon, keys};
use catalog::Table;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// The page of a table.
pub fn view(table: &'static Table) -> AnyView {
    view! { <TablePage table/> }.into_any()
}

#[component]
fn TablePage(table: &'static Table) -> impl IntoView {
    let locale = Locale::get();
    let screen = Screen::new(table);
    let input = NodeRef::<html::Input>::new();
    let drawer = RwSignal::new(false);
    let grouped = Memo::new(move |_| screen.view.with(|view| !view.by.is_empty()));
    let pasted = RwSignal::new(None);
    let comparison = Comparison::new(screen.data, Some(screen));
    // Until then, such an address shows too much.
    let asked = untrack(|| screen.requested()).is_some() || screen.view.peek().since.is_some();
    effect(move || document().set_title(&format!("{} · Signalbox", locale.pick(&table.label))));
    // Once the rows are there, so may be what goes with them; above all, what keeps them for the next visit.
    let later = Loader::of(Part::Later);
    effect(move || {
        if screen.data.ended.get() != 0 {
            later.prefetch();
        }
    });
    let keys = window_event_listener(ev::keydown, move |event| shortcut(&event, screen, input));
    on_cleanup(move || keys.remove());
    // While rows keep their places, so does their number.
    let total = Memo::new(move |before: Option<&usize>| {
        let count = screen.data.rows.with(::table::rows::Rows::count);
        before.copied().filter(|_| screen.data.held.get()).unwrap_or(count)
    });
    let told = Memo::new(move |_| screen.data.completeness(|_| true));
    let of = move || {
        let phrase = locale.pick(if told.get().cut > 0 {
            &words::ROWS_OF_CUT
        } else {
            &words::ROWS_OF
        });
        fill(phrase, &[("n", &told.get().number(locale.lang(), total.get()))])
    };
    view! {
        <main class="page table-page" id="main" class:detailed=move || screen.view.with(|view| view.row.is_some())>
            <h1 class="hidden">{locale.word(&table.label)}</h1>
            <div class="toolbar">
                <div class="search-place">{parts::once_here(Part::Table, true, false, lazy!(search::view(screen, input, pasted)))}</div>
                <button type="button" class="button compact drawer-button" aria-expanded=move || drawer.get().to_string() on:click=move |_| drawer.update(|open| *open = !*open)>
                    {icon::icon(icon::FILTER)}
                    <span class="words">{locale.word(&words::FILTERS)}</span>
                </button>
                <p class="count" title=move || told.get().note(locale.lang())>
                    <b data-testid="count">{move || screen.told.get().number(locale.lang(), screen.count.get())}</b>" "{of}
                    {move || (told.get().failed > 0 && !told.get().unknown(total.get())).then(|| view! { <span class="gap">" + ?"</span> })}
                </p>
                <span class="spacer"></span>
                {parts::once_here(Part::Later, asked, true, lazy!(menus::tools(screen)))}
            </div>
            <Conditions screen comparison/>
            {parts::once_here(Part::Later, asked, false, lazy!(menus::notices(screen, comparison, pasted)))}
            <Coverage screen/>
            <div class="split">
                <div class="sidebar" class:open=move || drawer.get() tabindex="-1" data-heir=".drawer-button">
                    <button type="button" class="button quiet drawer-close" on:click=move |_| drawer.set(false)>{icon::icon(icon::CLOSE)}{locale.word(&words::CLOSE)}</button>
                    {parts::place(Part::Table, lazy!(facets::view(screen)))}
                </div>
                <div class="grid-frame">
                    {move || if grouped.get() {
                        parts::place(Part::Later, lazy!(grouped::view(screen)))
                    } else {
                        view! { <Grid screen/> }.into_any()
                    }}
                    <Empty screen/>
                </div>
                <Detail screen/>
            </div>
        </main>
    }
}

/// Keys that work anywhere on the page but in a field that takes text.
fn shortcut(event: &ev::KeyboardEvent, screen: Screen, input: NodeRef<html::Input>) {
    if event.key() == "Escape" {
        return escape(event, screen);
    }
    match keys::single(event) {
        Some('/') => {
            if let Some(input) = input.get_untracked() {
                drop(input.focus());
                input.select();
            }
        }
        Some('j') => screen.open_neighbour(1),
        Some('k') => screen.open_neighbour(-1),
        _ => return,
    }
    // Not also the first letter of a choice in a list.
    event.prevent_default();
}

/// Closes the open row, unless a panel or a dialog is to close.
fn escape(event: &ev::KeyboardEvent, screen: Screen) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let in_panel = target.is_some_and(|target| target.closest("[role=dialog], dialog[open]").ok().flatten().is_some());
    let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented());
    if plain && !in_panel && screen.view.peek().row.is_some() {
        screen.close();
        crate::filters::focus_grid();
    }
}
