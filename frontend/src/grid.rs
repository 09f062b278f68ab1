//! The virtual grid: a million rows, a few dozen in the document. Knows tables and columns, nothing of clouds.

pub mod cell;
pub mod grouped;
mod header;
mod keys;
mod offer;
mod ours;
mod paint;
mod place;
mod pointer;
pub mod scroll;

use crate::i18n::Locale;
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::effect::effect;
use header::Header;
use leptos::{ev, html, prelude::*};
use ours::Watch;
use paint::{Painter, Scene};
use pointer::Pointer;
use scroll::Scroll;

/// Where the keyboard is: a row (`None` is the header) and a place among the columns on screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Active {
    /// Position among the matching rows.
    pub row: Option<usize>,
    /// Place among the columns on screen.
    pub column: usize,
}

impl Active {
    /// The DOM id of a heading, or of the cell while it is the active one: it changes with the place, so that assistive technology notices.
    pub fn dom_id(self) -> String {
        self.row.map_or_else(
            || format!("head-{}", self.column),
            |row| format!("cell-{row}-{}", self.column),
        )
    }
}

/// The grid of a table page.
#[component]
pub fn Grid(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let root = NodeRef::<html::Div>::new();
    let scroll = Scroll::new(root, screen.count);
    let active = RwSignal::new(Active {
        row: Some(0),
        column: 0,
    });
    // The cell that shows what can be done with its value.
    let offering = RwSignal::new(None::<Active>);
    // Whoever waits for the grid finds all of it: every row, and the facets too.
    let busy = move || screen.data.loading() || screen.work.under_way() || !screen.painted.get();

    place::keep(screen, active, scroll);
    let template = Memo::new(move |_| template(screen, 0));
    // Closing the detail ends what the click that opened it began.
    effect(move || {
        if screen.open.get().is_none() {
            offering.set(None);
        }
    });
    let pointer = Pointer {
        screen,
        active,
        offering,
        clipboard: Clipboard::get(),
    };
    let body = NodeRef::<html::Div>::new();
    let watch = Watch::new(body);
    let painter = StoredValue::new_local(Painter::default());
    effect(move || {
        let Some(body) = body.get() else { return };
        let scene = Scene {
            screen,
            scroll,
            locale,
            active: active.get(),
            offering: offering.get(),
            watch,
        };
        if let Some(Err(error)) = painter.try_update_value(|painter| painter.paint(&body, scene)) {
            leptos::logging::error!("signalbox: the rows could not be drawn: {error:?}");
        }
    });
    let anywhere = window_event_listener(ev::keydown, move |event| keys::anywhere(&event, active, offering));
    on_cleanup(move || anywhere.remove());
    let keydown = move |event: ev::KeyboardEvent| keys::handle(&event, screen, active, scroll, offering);
    view! {
        <div
            class="grid"
            class:fresh=move || screen.fresh.get()
            role="grid"
            id="grid"
            tabindex="0"
            node_ref=root
            aria-label=locale.word(&screen.table.label)
            aria-rowcount=move || (screen.count.get() + 1).to_string()
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
                on:click=move |event| pointer.click(&event)
                on:mousedown=move |event| Pointer::press(&event)
                on:auxclick=move |event| pointer.click_beside(&event)
            ></div>
        </div>
    }
}

/// The tracks of the columns on screen, and the least width of them all. The first is wider by `more`.
fn template(screen: Screen, more: u16) -> (String, String) {
    let mut widths = screen.columns.with(|columns| {
        columns
            .iter()
            .filter_map(|index| screen.table.columns().nth(*index))
            .map(|column| column.width)
            .collect::<Vec<_>>()
    });
    if let Some(first) = widths.first_mut() {
        *first += more;
    }
    let total: u32 = widths.iter().map(|width| u32::from(*width)).sum();
    let tracks: Vec<_> = widths
        .iter()
        .map(|width| format!("minmax({width}px, {width}fr)"))
        .collect();
    (tracks.join(" "), format!("{total}px"))
}

/// The element with a DOM id.
fn element(id: &str) -> Option<web_sys::Element> {
    document().get_element_by_id(id)
}
