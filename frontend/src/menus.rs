//! What a table page has beyond the table: columns, zone, saved views, exports, links, and the notices above the rows. Nobody needs any of it before
//! the first rows are there, so all of it is of the later part.

mod export;
mod file;
pub mod link;
mod notices;
mod views;
mod zone;

use crate::filters::chooser::ColumnChooser;
use crate::screen::Screen;
use export::ExportMenu;
use leptos::prelude::*;
use link::Links;
pub use notices::notices;
use views::ViewsMenu;
use zone::Zone;

/// The right half of the toolbar.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn tools(screen: Screen) -> AnyView {
    view! {
        <Zone screen/>
        <ColumnChooser screen/>
        <ViewsMenu screen/>
        <ExportMenu screen/>
        <Links screen/>
    }
    .into_any()
}
