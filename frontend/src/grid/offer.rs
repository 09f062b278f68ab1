//! What the chosen cell offers: only this value, everything but it, copy it. The buttons stand in the cell, so they cover no other row.

use super::{Active, element};
use crate::filters::focus_grid;
use crate::i18n::{Locale, words};
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// The buttons. Their clicks are handled with all others of the grid, by [`perform`]. A cell with several values can only be copied here: the
/// detail offers each of them. What names a thing also leads to it.
///
/// # Errors
/// When the browser refuses an element, which it never does in a document.
pub fn buttons(locale: Locale, several: bool, thing: Option<&str>) -> Result<Element, JsValue> {
    let lang = untrack(|| locale.lang());
    let all = [
        ("only", lang.pick(&words::ONLY_THIS), icon::FILTER),
        ("exclude", lang.pick(&words::EXCLUDE), icon::EXCLUDE),
        ("copy", lang.pick(&words::COPY), icon::COPY),
        ("thing", lang.pick(&words::EVERYTHING_ABOUT_IT), icon::RESOURCE),
    ];
    let group = document().create_element("span")?;
    group.set_class_name("offer");
    group.set_attribute("role", "group")?;
    group.set_attribute("aria-label", lang.pick(&words::CELL_ACTIONS))?;
    let offered = |action: &str| match action {
        "copy" => true,
        "thing" => thing.is_some() && !several,
        _ => !several,
    };
    for (action, word, picture) in all.into_iter().filter(|(action, ..)| offered(action)) {
        // What leads elsewhere is a link, which can be opened beside this page too.
        let address = thing.filter(|_| action == "thing");
        let button = document().create_element(if address.is_some() { "a" } else { "button" })?;
        button.set_class_name("link");
        for (name, value) in [
            address.map_or(("type", "button"), |address| ("href", address)),
            ("tabindex", "-1"),
            ("data-action", action),
            ("aria-label", word),
            ("title", word),
        ] {
            button.set_attribute(name, value)?;
        }
        let picture = icon::element(picture)?;
        button.append_child(&picture)?;
        group.append_child(&button)?;
    }
    Ok(group)
}

/// Does what one of the buttons says, to the cell at a place.
pub fn perform(action: &str, at: Active, screen: Screen, clipboard: Clipboard) -> Option<()> {
    let column = screen
        .columns
        .with_untracked(|columns| columns.get(at.column).copied())?;
    let row = screen.row_at(at.row?)?;
    let value = screen
        .data
        .rows
        .with_untracked(|rows| rows.text(row, column).into_owned());
    match action {
        "only" => screen.view.step(|view| view.only(column, &value)),
        "exclude" => screen.view.step(|view| view.exclude(column, &value)),
        _ => clipboard.copy(value),
    }
    focus_grid();
    Some(())
}

/// Moves the keyboard to the first button of the active cell, or from one button to the next.
pub fn focus(at: Active, by: isize) {
    let Some(cell) = element(&at.dom_id()) else { return };
    let Ok(buttons) = cell.query_selector_all("[data-action]") else {
        return;
    };
    let buttons: Vec<web_sys::HtmlElement> = (0..buttons.length())
        .filter_map(|index| buttons.get(index)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let now = buttons.iter().position(|button| {
        focused
            .as_ref()
            .is_some_and(|focused| button.is_same_node(Some(focused)))
    });
    let next = now.map_or(0, |now| {
        now.saturating_add_signed(by).min(buttons.len().saturating_sub(1))
    });
    if let Some(button) = buttons.get(next) {
        // A button that cannot be focused leaves the focus in the grid.
        drop(button.focus());
    }
}
