//! The keyboard inside the grid, after the ARIA grid pattern: one tab stop, arrows move a mark.

use super::scroll::Scroll;
use super::{Active, element, offer};
use crate::filters::focus_grid;
use crate::screen::Screen;
use crate::ui::keys as pressed;
use crate::url_state::Entry;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// Moves the mark, sorts, opens a row, or shows what a cell offers.
pub fn handle(
    event: &ev::KeyboardEvent,
    screen: Screen,
    active: RwSignal<Active>,
    scroll: Scroll,
    offering: RwSignal<Option<Active>>,
) {
    let at = active.get_untracked();
    let beside = event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.alt_key();
    if beside && at.row.is_some() {
        event.prevent_default();
        return screen.open_beside(at.row);
    }
    if event.alt_key() || event.meta_key() {
        return;
    }
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if target.is_some_and(|target| target.has_attribute("data-action")) {
        return in_offer(event, at, offering);
    }
    let last_row = screen.count.get_untracked().saturating_sub(1);
    let last_column = screen.columns.with_untracked(Vec::len).saturating_sub(1);
    let page = scroll.viewport.get_untracked().rows();
    let (control, key) = (event.ctrl_key(), event.key());
    let row = at.row;
    let next = match key.as_str() {
        "ArrowDown" => Active {
            row: Some(row.map_or(0, |row| (row + 1).min(last_row))),
            ..at
        },
        "ArrowUp" => Active {
            row: row.and_then(|row| row.checked_sub(1)),
            ..at
        },
        "ArrowRight" => Active {
            column: (at.column + 1).min(last_column),
            ..at
        },
        "ArrowLeft" => Active {
            column: at.column.saturating_sub(1),
            ..at
        },
        "PageDown" => Active {
            row: Some(row.map_or(0, |row| (row + page).min(last_row))),
            ..at
        },
        "PageUp" => Active {
            row: row.map(|row| row.saturating_sub(page)),
            ..at
        },
        "Home" if control => Active {
            row: Some(0),
            column: 0,
        },
        "End" if control => Active {
            row: Some(last_row),
            column: last_column,
        },
        "Home" => Active { column: 0, ..at },
        "End" => Active {
            column: last_column,
            ..at
        },
        "Enter" | " " => {
            event.prevent_default();
            let index = screen.columns.with_untracked(|columns| columns.get(at.column).copied());
            match (row, index) {
                (Some(row), _) => screen.open_at(row, Entry::Step),
                (None, Some(index)) => screen.view.step(|view| view.sorted_by(index, event.shift_key())),
                (None, None) => {}
            }
            return;
        }
        "ContextMenu" if row.is_some() => {
            event.prevent_default();
            return offer(at, offering);
        }
        _ => return,
    };
    event.prevent_default();
    offering.set(None);
    active.set(next);
    if let Some(row) = next.row {
        scroll.show(row);
    }
    show_cell(next);
}

/// Scrolls a cell into sight, which may come into the document only with the next frame.
pub fn show_cell(at: Active) {
    request_animation_frame(move || {
        if let Some(cell) = element(&at.dom_id()) {
            bring_into_sight(&cell);
        }
    });
}

/// Shows what the cell under the mark offers, wherever on the page the key for that was pressed.
pub fn anywhere(event: &ev::KeyboardEvent, active: RwSignal<Active>, offering: RwSignal<Option<Active>>) {
    let at = active.get_untracked();
    if pressed::single(event) == Some('.') && at.row.is_some() {
        event.prevent_default();
        focus_grid();
        offer(at, offering);
    }
}

fn offer(at: Active, offering: RwSignal<Option<Active>>) {
    offering.set(Some(at));
    request_animation_frame(move || offer::focus(at, 0));
}

/// Keys on the buttons inside a cell.
fn in_offer(event: &ev::KeyboardEvent, at: Active, offering: RwSignal<Option<Active>>) {
    match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => offer::focus(at, 1),
        "ArrowLeft" | "ArrowUp" => offer::focus(at, -1),
        "Escape" => {
            // Leaves the buttons, not the row.
            event.stop_propagation();
            offering.set(None);
            focus_grid();
        }
        _ => return,
    }
    event.prevent_default();
}

/// Scrolls sideways as little as shows a whole cell. Up and down are `Scroll`'s.
fn bring_into_sight(cell: &web_sys::Element) {
    let Some(grid) = element("grid") else { return };
    let (cell, frame) = (cell.get_bounding_client_rect(), grid.get_bounding_client_rect());
    let by = if cell.left() < frame.left() {
        cell.left() - frame.left()
    } else if cell.right() > frame.right() {
        (cell.right() - frame.right()).min(cell.left() - frame.left())
    } else {
        return;
    };
    #[expect(clippy::cast_possible_truncation, reason = "a scroll distance")]
    grid.set_scroll_left(grid.scroll_left() + by.round() as i32);
}
