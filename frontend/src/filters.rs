//! Everything that narrows a table: search box, facets, conditions.

pub mod chooser;
pub mod conditions;
pub mod draft;
pub mod editor;
pub mod facets;
pub mod grouping;
pub mod ids;
pub mod paste;
pub mod report;
pub mod search;
pub mod suggestions;
pub mod typing;

use leptos::prelude::document;
use wasm_bindgen::JsCast;

/// Hands the keyboard to the grid.
pub fn focus_grid() {
    if let Some(grid) = document()
        .get_element_by_id("grid")
        .and_then(|grid| grid.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // A grid that cannot be focused leaves the focus where it is.
        drop(grid.focus());
    }
}

/// What tells conditions apart in a list.
pub fn chip_key(param: &str, understood: bool) -> String {
    [if understood { "" } else { "struck " }, param].concat()
}
