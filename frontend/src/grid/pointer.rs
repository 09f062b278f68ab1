//! The mouse on the rows: a click opens one and shows what its cell offers, with Ctrl, ⌘ or the middle button it opens beside this page.

use super::{Active, offer};
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::url_state::Entry;
use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;

/// What a click may change.
#[derive(Clone, Copy)]
pub struct Pointer {
    /// The page.
    pub screen: Screen,
    /// Where the keyboard is.
    pub active: RwSignal<Active>,
    /// The cell that offers something.
    pub offering: RwSignal<Option<Active>>,
    /// For a cell's value.
    pub clipboard: Clipboard,
}

impl Pointer {
    /// A click of the main button.
    pub fn click(self, event: &MouseEvent) {
        let Some(hit) = Hit::of(event) else { return };
        if let Some(action) = hit.action {
            // A link is followed by whoever follows all of them.
            if action == "thing" {
                return;
            }
            offer::perform(&action, hit.at, self.screen, self.clipboard);
            return self.offering.set(None);
        }
        if event.ctrl_key() || event.meta_key() {
            return self.screen.open_beside(hit.at.row);
        }
        self.active.set(hit.at);
        // A drag that selected text wanted the text.
        let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
        if selection.is_some_and(|selection| !selection.is_collapsed()) {
            return;
        }
        self.offering.set(Some(hit.at));
        if let Some(position) = hit.at.row {
            self.screen.open_at(position, Entry::Step);
        }
    }

    /// A button goes down: the middle one would begin to scroll.
    pub fn press(event: &MouseEvent) {
        if middle(event).is_some() {
            event.prevent_default();
        }
    }

    /// A click of another button.
    pub fn click_beside(self, event: &MouseEvent) {
        if let Some(hit) = middle(event) {
            event.prevent_default();
            self.screen.open_beside(hit.at.row);
        }
    }
}

/// The cell under the middle button. A link in it is the browser's.
fn middle(event: &MouseEvent) -> Option<Hit> {
    Hit::of(event).filter(|hit| event.button() == 1 && hit.action.is_none())
}

/// The cell under the pointer, and which of its buttons.
struct Hit {
    at: Active,
    action: Option<String>,
}

impl Hit {
    fn of(event: &MouseEvent) -> Option<Self> {
        let element: web_sys::Element = event.target()?.dyn_into().ok()?;
        let cell = element.closest("[role=gridcell]").ok()??;
        let row = cell.closest("[role=row]").ok()??;
        let number = |element: &web_sys::Element, name: &str| element.get_attribute(name)?.parse::<usize>().ok();
        let at = Active {
            // The header is row 1, columns count from 1 too.
            row: Some(number(&row, "aria-rowindex")?.checked_sub(2)?),
            column: number(&cell, "aria-colindex")?.checked_sub(1)?,
        };
        let button = element.closest("[data-action]").ok().flatten();
        Some(Self {
            at,
            action: button.and_then(|button| button.get_attribute("data-action")),
        })
    }
}
