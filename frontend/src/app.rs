//! The frame around every page: navigation, language, theme; and which route is which page.

use crate::i18n::Locale;
use crate::pages::not_found::NotFound;
use crate::pages::overview::Overview;
use crate::pages::table::TablePage;
use crate::session::Who;
use crate::store::Store;
use crate::ui::clipboard::{Clipboard, ToastOutlet};
use crate::ui::theme::ThemeButton;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::{use_location, use_params_map};
use leptos_router::path;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    Locale::provide();
    Clipboard::provide();
    Store::provide();
    Who::provide();
    view! {
        <Router>
            <TopBar/>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Overview/>
                <Route path=path!("/:table") view=AnyTable/>
            </Routes>
        </Router>
        <ToastOutlet/>
    }
}

/// The page of the table that the path names.
#[component]
fn AnyTable() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("table")));
    // A new table is a new page: nothing of the old one's state is carried over.
    move || match id.get().as_deref().and_then(catalog::table) {
        Some(table) => view! { <TablePage table/> }.into_any(),
        None => view! { <NotFound/> }.into_any(),
    }
}

#[component]
fn TopBar() -> impl IntoView {
    let locale = Locale::get();
    let who = use_context::<Who>();
    let path = use_location().pathname;
    let current = move |id: &'static str| (path.get().trim_matches('/') == id).then_some("page");
    view! {
        <a class="skip" href="#grid" rel="external">{locale.word(|words| words.skip)}</a>
        <header class="top">
            <a class="brand" href="/" aria-current=move || current("")>
                <span class="lamp" aria-hidden="true"></span>
                <span class="words">"Signalbox"</span>
            </a>
            <nav>
                {catalog::tables()
                    .into_iter()
                    .map(|table| view! {
                        <a href=format!("/{}", table.id) aria-current=move || current(table.id)>{locale.label(table.label)}</a>
                    })
                    .collect_view()}
            </nav>
            <span class="spacer"></span>
            <span class="who">{move || who.and_then(Who::name)}</span>
            <button type="button" class="button quiet" data-testid="language" on:click=move |_| locale.toggle()>
                {locale.word(|words| words.switch_language)}
            </button>
            <ThemeButton/>
        </header>
    }
}
