//! The mouse on groups and rows. What is in a line, its button and its link, answers for itself.

use super::lines::Line;
use super::state::Grouped;
use crate::grid::Active;
use crate::grid::scroll::Scroll;
use crate::url_state::Entry;
use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;

/// A click of the main button: on a row, opens it.
pub fn click(event: &MouseEvent, grouped: Grouped, scroll: Scroll) {
    let Some(at) = place_of(event) else { return };
    grouped.active.set(at);
    if on(event, "a") {
        return grouped.leave(scroll);
    }
    if on(event, "button") {
        return;
    }
    // A drag that selected text wanted the text.
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    let chosen = selection.is_some_and(|selection| !selection.is_collapsed());
    let line = at.row.and_then(|position| grouped.line_at(position));
    match line {
        Some(line) if event.ctrl_key() || event.meta_key() => grouped.open_beside(line),
        Some(Line::Row(row)) if !chosen => grouped.open_row(row, Entry::Step),
        _ => {}
    }
}

/// A click of the middle button: another tab, as with links.
pub fn click_beside(event: &MouseEvent, grouped: Grouped) {
    if event.button() != 1 || on(event, "a") {
        return;
    }
    let line = place_of(event).and_then(|at| grouped.line_at(at.row?));
    if let Some(line) = line {
        event.prevent_default();
        grouped.open_beside(line);
    }
}

fn element(event: &MouseEvent) -> Option<web_sys::Element> {
    event.target()?.dyn_into().ok()
}

fn on(event: &MouseEvent, selector: &str) -> bool {
    element(event).is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// The cell that was clicked.
fn place_of(event: &MouseEvent) -> Option<Active> {
    let element = element(event)?;
    let number = |selector: &str, name: &str| {
        let found = element.closest(selector).ok()??;
        found.get_attribute(name)?.parse::<usize>().ok()
    };
    Some(Active {
        // The header is row 1, columns count from 1 too.
        row: Some(number("[role=row]", "aria-rowindex")?.checked_sub(2)?),
        column: number("[role=gridcell]", "aria-colindex")?.checked_sub(1)?,
    })
}
