//! What a cell offers: only this value, everything but it, copy it.

use super::cell::{self, Look};
use crate::filters::focus_grid;
use crate::i18n::Locale;
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// An open cell menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    column: usize,
    value: String,
    x: f64,
    y: f64,
    keyboard: bool,
}

impl Menu {
    /// The menu of a cell, at a place of the window. `place` counts among the columns on screen.
    pub fn at(screen: Screen, position: usize, place: usize, x: f64, y: f64) -> Option<Self> {
        let column = screen.columns.with_untracked(|columns| columns.get(place).copied())?;
        let row = screen.row_at(position)?;
        let value = screen.rows(|rows| rows.text(row, column).into_owned());
        Some(Self {
            column,
            value,
            x,
            y,
            keyboard: false,
        })
    }

    /// The same menu, which takes the focus.
    pub fn by_keyboard(self) -> Self {
        Self { keyboard: true, ..self }
    }
}

/// Shows the menu, if one is open.
#[component]
pub fn CellMenu(screen: Screen, menu: RwSignal<Option<Menu>>) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if menu.get_untracked().is_some() && root.get_untracked().is_some_and(|root| !root.contains(target.as_ref())) {
            menu.set(None);
        }
    });
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && menu.get_untracked().is_some() {
            menu.set(None);
            focus_grid();
        }
    });
    on_cleanup(move || {
        outside.remove();
        escape.remove();
    });
    move || menu.get().map(|open| view! { <Actions screen menu open root/> })
}

#[component]
fn Actions(screen: Screen, menu: RwSignal<Option<Menu>>, open: Menu, root: NodeRef<html::Div>) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let column = screen.table.columns().nth(open.column)?;
    let words = locale.words();
    let look = Look {
        lang: locale.lang(),
        now: screen.now.get_untracked(),
        zone: None,
        full: false,
    };
    let shown = if open.value.is_empty() {
        words.empty_value.to_owned()
    } else {
        cell::label(column, &open.value, look).text
    };
    let (index, value) = (open.column, open.value.clone());
    let only = {
        let value = value.clone();
        move |_| {
            menu.set(None);
            screen.view.step(|view| view.only(index, &value));
            focus_grid();
        }
    };
    let exclude = {
        let value = value.clone();
        move |_| {
            menu.set(None);
            screen.view.step(|view| view.exclude(index, &value));
            focus_grid();
        }
    };
    let copy = move |_| {
        menu.set(None);
        clipboard.copy(value.clone());
        focus_grid();
    };
    if open.keyboard {
        Effect::new(move |_| {
            let first = root.get().and_then(|root| root.query_selector("button").ok().flatten());
            if let Some(first) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
                drop(first.focus());
            }
        });
    }
    // Kept inside the window: about 260 × 76 CSS pixels.
    let width = web_sys::window()
        .and_then(|window| window.inner_width().ok()?.as_f64())
        .unwrap_or(1280.0);
    let height = web_sys::window()
        .and_then(|window| window.inner_height().ok()?.as_f64())
        .unwrap_or(800.0);
    let left = open.x.min(width - 300.0).max(8.0);
    let top = if open.y + 96.0 > height {
        open.y - 92.0
    } else {
        open.y + 12.0
    };
    Some(view! {
        <div
            class="cell-menu"
            role="group"
            aria-label=words.cell_actions
            node_ref=root
            style:left=format!("{left}px")
            style:top=format!("{top}px")
        >
            <p class="subject">{locale.pick(column.label)}": " <b>{shown}</b></p>
            <div class="actions">
                <button type="button" class="button" data-action="only" on:click=only>{icon::icon(icon::FILTER)}{words.only_this}</button>
                <button type="button" class="button" data-action="exclude" on:click=exclude>{icon::icon(icon::EXCLUDE)}{words.exclude}</button>
                <button type="button" class="button" data-action="copy" on:click=copy>{icon::icon(icon::COPY)}{words.copy}</button>
            </div>
        </div>
    })
}
