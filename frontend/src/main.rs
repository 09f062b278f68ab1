//! The Signalbox page: fast, filterable tables of what is planned, running, failing or unpatched in many clouds and accounts.

mod address;
mod api;
mod app;
mod commands;
mod consoles;
mod coverage;
mod detail;
mod empty;
mod filters;
mod grid;
mod i18n;
mod links;
mod live;
mod matters;
mod menus;
mod notices;
mod pages;
mod panic;
mod parts;
mod places;
mod presence;
mod saved_views;
mod screen;
mod session;
mod since;
mod store;
mod tally;
mod ui;
mod url_state;
mod visits;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

fn main() {
    panic::install();
    table::fold::by(i18n::fold);
    let Some(shell) = document()
        .get_element_by_id("app")
        .and_then(|shell| shell.dyn_into::<web_sys::HtmlElement>().ok())
    else {
        leptos::logging::error!("signalbox: index.html has no #app to mount the page in");
        return;
    };
    // The static shell painted while this was loading.
    shell.set_inner_html("");
    mount_to(shell, app::App).forget();
}
