//! The grid of a view that groups its rows: a line a group, and behind those that are open their rows.
//!
//! A grid of its own, of the later part: what most visits see has nothing of it.

mod figure;
mod keys;
mod left;
mod line;
mod lines;
mod pointer;
mod state;

use super::header::Header;
use super::scroll::Scroll;
use super::template;
use crate::i18n::{Locale, fill, words};
use crate::screen::Screen;
use crate::ui::announce::Announcer;
use crate::ui::effect::{effect, effect_after};
use crate::ui::spoken::seen_and_spoken;
use leptos::{ev, html, prelude::*};
use lines::Lines;
use state::Grouped;
use wasm_bindgen::JsCast;

/// What the first column has to hold besides its own values, in pixels: the button, the number of rows.
const ROOM: u16 = 100;

/// The grid.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(screen: Screen) -> AnyView {
    view! { <GroupedGrid screen/> }.into_any()
}

#[component]
fn GroupedGrid(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let root = NodeRef::<html::Div>::new();
    let body = NodeRef::<html::Div>::new();
    let grouped = Grouped::new(screen);
    let count = Memo::new(move |_| grouped.lines.with(Lines::len));
    let scroll = Scroll::new(root, count);
    let active = grouped.active;
    let busy = move || screen.data.loading() || screen.work.under_way() || grouped.under_way() || !screen.painted.get();
    let template = Memo::new(move |_| template(screen, ROOM));
    // Counts changes of whatever a line is drawn from, but for which line it is.
    let drawing = Memo::new(move |before: Option<&u64>| {
        grouped.groups.track();
        screen.engine.track();
        screen.told.track();
        screen.now.track();
        screen.zone.track();
        screen.columns.track();
        screen.data.targets.track();
        locale.lang();
        before.map_or(0, |before| before + 1)
    });
    let visible = Memo::new(move |_| {
        let drawing = drawing.get();
        let mut positions: Vec<usize> = (0..scroll.viewport.get().slots())
            .filter_map(|element| scroll.row_of(element))
            .collect();
        ::table::sort::by(&mut positions, Ord::cmp);
        grouped.lines.with(|lines| {
            let shown = positions.into_iter();
            let shown = shown.filter_map(|position| Some((position, lines.at(position)?, drawing)));
            shown.collect::<Vec<_>>()
        })
    });
    keep_in_place(grouped, count, scroll);
    // The mark is put on once the lines are drawn: they come and go without it.
    effect(move || {
        let at = active.get();
        visible.track();
        request_animation_frame(move || {
            if let Some(body) = body.try_get_untracked().flatten() {
                mark(&body, at.row.map(|row| (row, at.column, at.dom_id())));
            }
        });
    });
    let keydown = move |event: ev::KeyboardEvent| keys::handle(&event, grouped, scroll);
    view! {
        <div
            class="grid grouped"
            role="grid"
            id="grid"
            tabindex="0"
            node_ref=root
            aria-label=locale.word(&screen.table.label)
            aria-rowcount=move || (count.get() + 1).to_string()
            aria-colcount=move || screen.columns.with(Vec::len).to_string()
            aria-busy=move || busy().to_string()
            aria-activedescendant=move || {
                let active = active.get();
                active.row.is_none_or(|row| scroll.has(row)).then(|| active.dom_id())
            }
            style=("--columns", move || template.get().0)
            style=("--width", move || template.get().1)
            on:scroll=move |_| scroll.scrolled()
            on:keydown=keydown
        >
            <Header screen active/>
            <div
                class="body"
                role="rowgroup"
                translate="no"
                node_ref=body
                style:height=move || format!("{}px", ::table::number::text(scroll.height.get()))
                on:click=move |event| pointer::click(&event, grouped, scroll)
                on:auxclick=move |event| pointer::click_beside(&event, grouped)
            >
                <For each=move || visible.get() key=|line| *line children=move |(position, line, _)| line::view(grouped, position, line, scroll)/>
            </div>
        </div>
        {move || total(grouped, locale)}
    }
}

/// How many groups there are, below all of them.
fn total(grouped: Grouped, locale: Locale) -> impl IntoView {
    let groups = grouped
        .groups
        .with(|groups| groups.as_ref().map(table::engine::Groups::len))?;
    let (sources, lang) = (grouped.screen.told.get(), locale.lang());
    let phrase = locale.pick(if groups == 1 {
        &words::GROUPS_ONE
    } else {
        &words::GROUPS_MANY
    });
    let said = |number: String| fill(phrase, &[("n", &number)]);
    Some(view! {
        <p class="groups-count" data-testid="groups" data-count=groups.to_string() data-at-least=(!sources.whole()).then_some("true") title=sources.note(lang)>
            {seen_and_spoken(said(sources.text(lang, groups)), said(sources.spoken(lang, groups)))}
        </p>
    })
}

/// Keeps the keyboard among the lines, and begins at the top of another list.
fn keep_in_place(grouped: Grouped, count: Memo<usize>, scroll: Scroll) {
    let (screen, active) = (grouped.screen, grouped.active);
    effect(move || {
        let (lines, columns) = (count.get(), screen.columns.with(Vec::len));
        let at = active.get_untracked();
        let next = super::Active {
            row: at.row.map(|row| row.min(lines.saturating_sub(1))),
            column: at.column.min(columns.saturating_sub(1)),
        };
        if next != at {
            active.set(next);
        }
    });
    grouped.come_back(scroll);
    let announcer = Announcer::get();
    let question = Memo::new(move |_| screen.view.with(|view| view.with_row(None).with_cols(&[])));
    effect_after(move |before: Option<()>| {
        question.track();
        // Read, not only tracked: what nobody reads is never worked out, and never changes.
        question.with_untracked(|_| ());
        announcer.read("groups", &["[data-testid=groups]"]);
        if before.is_some() {
            scroll.to_top();
        }
    });
}

/// Gives the active cell its DOM id, and takes it from all others.
fn mark(body: &web_sys::Element, at: Option<(usize, usize, String)>) {
    if let Ok(marked) = body.query_selector_all("[role=gridcell][id]") {
        let marked = (0..marked.length()).filter_map(|index| marked.get(index)?.dyn_into::<web_sys::Element>().ok());
        for cell in marked {
            drop(cell.remove_attribute("id"));
        }
    }
    let Some((row, column, id)) = at else { return };
    let selector = format!("[aria-rowindex=\"{}\"] > [aria-colindex=\"{}\"]", row + 2, column + 1);
    if let Ok(Some(cell)) = body.query_selector(&selector) {
        drop(cell.set_attribute("id", &id));
    }
}
