//! The frame around every page: navigation, language, theme; and which route is which page.

use crate::address::{self, Address};
use crate::commands::{CommandButtons, CommandOutlet, Commands};
use crate::i18n::{Locale, words};
use crate::notices;
use crate::pages::{not_found, overview, resource, table, timeline};
use crate::parts::{self, Part, Parts, lazy};
use crate::session::{self, Gate, Who};
use crate::store::Store;
use crate::ui::announce::{Announcements, Announcer};
use crate::ui::clipboard::{Clipboard, ToastOutlet};
use crate::ui::composing;
use crate::ui::effect::effect;
use crate::ui::focus;
use crate::ui::theme::{Theme, ThemeButton};
use leptos::either::Either;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    composing::keep();
    Locale::provide();
    Announcer::provide();
    Clipboard::provide();
    Store::provide();
    Parts::provide();
    let who = Who::provide();
    Theme::provide();
    Commands::provide();
    let address = Address::provide();
    view! {
        <TopBar address who/>
        {parts::once_here(Part::Later, false, false, lazy!(notices::view()))}
        <Page address who/>
        <ToastOutlet/>
        <Announcements/>
        {parts::once_here(Part::Later, false, false, lazy!(focus::keeper()))}
        <CommandOutlet/>
    }
}

/// The page that the path names.
#[component]
fn Page(address: Address, who: Who) -> impl IntoView {
    // Only another path is another page: nothing of the old one's state is carried over.
    let path = Memo::new(move |_| address.path.with(|path| path.trim_matches('/').to_owned()));
    // In the place of one of the same kind, a page would take over its elements, with all that no signal knows of: rows drawn by hand, how far
    // they are scrolled, what is folded. In the other one of two places it has elements of its own.
    let mut other = false;
    move || {
        Locale::scope();
        let page = match who.gate() {
            Gate::Open => page(&path.get()),
            gate => parts::page(Part::Later, lazy!(session::gate(gate))),
        };
        other = !other;
        if other { Either::Left(page) } else { Either::Right(page) }
    }
}

fn page(path: &str) -> AnyView {
    match path {
        "" => {
            ask_all();
            parts::page(Part::Overview, lazy!(overview::view()))
        }
        "timeline" => {
            session::tables();
            parts::page(Part::Timeline, lazy!(timeline::view()))
        }
        id => match catalog::table(id) {
            Some(table) => {
                Store::data(table).ensure();
                table::view(table)
            }
            None => match address::resource_id(&["/", id].concat()) {
                Some(id) => {
                    ask_all();
                    parts::page(Part::Resource, lazy!(resource::view(id.clone())))
                }
                None => parts::page(Part::Later, lazy!(not_found::view())),
            },
        },
    }
}

/// Asks for all tables that are granted while the page that shows them is still on its way.
fn ask_all() {
    for table in session::tables() {
        Store::data(table).ensure();
    }
}

#[component]
fn TopBar(address: Address, who: Who) -> impl IntoView {
    let locale = Locale::get();
    let nav = NodeRef::<html::Nav>::new();
    effect(move || {
        address.path.track();
        // In the language of the page: words in another one are of another length.
        locale.lang();
        request_animation_frame(move || show_current(nav));
    });
    let target = move || match catalog::table(address.path.get().trim_matches('/')) {
        Some(_) if who.gate() == Gate::Open => "grid",
        _ => "main",
    };
    let current = move |id: &'static str| (address.path.get().trim_matches('/') == id).then_some("page");
    view! {
        <a
            class="skip"
            href=move || ["#", target()].concat()
            rel="external"
            on:click=move |event| {
                event.prevent_default();
                skip_to(target());
            }
        >
            {move || locale.pick(if target() == "grid" { &words::SKIP } else { &words::SKIP_NAVIGATION })}
        </a>
        <header class="top">
            <a class="brand" href="/" aria-current=move || current("")>
                <span class="lamp" aria-hidden="true"></span>
                <span class="words">"Signalbox"</span>
            </a>
            <nav node_ref=nav>
                <a href="/timeline" aria-current=move || current("timeline")>{locale.word(&words::TIMELINE)}</a>
                {catalog::tables()
                    .into_iter()
                    .map(|table| view! {
                        <a href=format!("/{}", table.id) aria-current=move || current(table.id) hidden=move || who.hides(table)>{locale.word(&table.label)}</a>
                    })
                    .collect_view()}
            </nav>
            <span class="spacer"></span>
            <span class="who">{parts::once_here(Part::Later, false, false, lazy!(session::view()))}</span>
            <CommandButtons/>
            <button type="button" class="button quiet" data-testid="language" on:click=move |_| locale.toggle()>
                {locale.word(&words::SWITCH_LANGUAGE)}
            </button>
            <ThemeButton/>
        </header>
    }
}

/// Past the navigation, without a trace in the address.
fn skip_to(id: &str) {
    let target = document().get_element_by_id(id);
    if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
        if target.tab_index() < 0 {
            target.set_tab_index(-1);
        }
        // What cannot be focused leaves the focus where it is.
        drop(target.focus());
    }
}

/// On a phone, not all links fit: the current one comes to the middle.
fn show_current(nav: NodeRef<html::Nav>) {
    let Some(nav) = nav.try_get_untracked().flatten() else {
        return;
    };
    if let Some(link) = nav.query_selector("[aria-current]").ok().flatten() {
        let middle = |element: &Element| {
            let place = element.get_bounding_client_rect();
            place.left() + place.width() / 2.0
        };
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        nav.set_scroll_left(nav.scroll_left() + (middle(&link) - middle(&nav)) as i32);
    }
}
