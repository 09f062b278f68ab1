//! The address bar: which page it names, and going elsewhere without loading anything anew.
//!
//! Not `leptos_router`: it decodes query values twice (a link with `%25` changes its meaning), panics where Safari limits how often a page
//! may write its address, and its nested routes cost a fifteenth of what the page may weigh. Two signals and a click are all that is needed.

use crate::places::Places;
use crate::ui::scoped_signal::ScopedSignal;
use leptos::{ev, prelude::*};
use table::view::resource_path;
use wasm_bindgen::JsCast;

/// Path and query string of the page, as a context.
#[derive(Clone, Copy)]
pub struct Address {
    /// The path, with its leading slash. Decoding is nobody's business: tables have plain names.
    pub path: RwSignal<String>,
    /// The raw query string with its `?`, or nothing.
    pub search: ScopedSignal<String>,
    places: Places,
}

impl Address {
    /// Reads the address bar, follows it from then on, and makes it a context.
    pub fn provide() -> Self {
        let places = Places::provide();
        let address = Self {
            path: RwSignal::new(String::new()),
            search: ScopedSignal::new(String::new()),
            places,
        };
        address.read();
        let moved = window_event_listener(ev::popstate, move |_| {
            places.moved();
            address.read();
        });
        let clicked = window_event_listener(ev::click, move |event| {
            if let Some(to) = inner_link(&event) {
                event.prevent_default();
                address.go(&to, false);
            }
        });
        on_cleanup(move || {
            moved.remove();
            clicked.remove();
        });
        provide_context(address);
        address
    }

    /// The address of the surrounding page, for the part of it that calls.
    pub fn get() -> Self {
        let all: Self = use_context().unwrap_or_else(Self::provide);
        Self {
            search: all.search.scoped(),
            ..all
        }
    }

    fn read(self) {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        // As the page itself writes it, so that what is copied from the address bar survives being sent.
        let canonical = resource_id(&path).map(|id| resource_path(&id));
        if let (Some(canonical), Ok(history)) = (canonical.filter(|canonical| *canonical != path), window().history()) {
            let to = [canonical, location.search().unwrap_or_default()].concat();
            _ = history.replace_state_with_url(&history.state().unwrap_or_default(), "", Some(&to));
        }
        for (signal, now) in [(self.path, location.pathname()), (*self.search, location.search())] {
            let now = now.unwrap_or_default();
            if signal.with_untracked(|before| *before != now) {
                signal.set(now);
            }
        }
    }

    /// Goes to a path with query string, as a new entry of the history or in place of the newest one.
    pub fn go(self, to: &str, replace: bool) {
        let Ok(history) = window().history() else { return };
        let done = if replace {
            history.replace_state_with_url(&self.places.state(), "", Some(to))
        } else {
            history.push_state_with_url(&self.places.next(), "", Some(to))
        };
        match done {
            Ok(()) => self.read(),
            // Safari allows a hundred writes in half a minute. The view is right all the same; the next write mends the address.
            Err(error) => leptos::logging::warn!("signalbox: the browser refused the address {to}: {error:?}"),
        }
    }
}

/// The id in the path of a resource's page. One that is not well encoded is taken as it stands.
pub fn resource_id(path: &str) -> Option<String> {
    let id = path.strip_prefix("/resource/").filter(|id| !id.is_empty())?;
    Some(js_sys::decode_uri_component(id).map_or_else(|_| id.to_owned(), String::from))
}

/// The address within this page that a plain click on a link leads to.
fn inner_link(event: &ev::MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: web_sys::HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let elsewhere = !link.target().is_empty() || link.has_attribute("download") || link.rel().contains("external");
    let same = link.origin() == window().location().origin().ok()?;
    (same && !elsewhere && link.hash().is_empty()).then(|| format!("{}{}", link.pathname(), link.search()))
}
