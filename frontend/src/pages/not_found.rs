//! For addresses that lead nowhere: says so, and where one can go. Also the small page that signing in beside the page ends on.

use crate::address::Address;
use crate::i18n::{Locale, words};
use crate::session;
use crate::ui::effect::effect;
use leptos::prelude::*;

/// The page for unknown addresses.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view() -> AnyView {
    if session::is_window(Address::get()) {
        return session::window();
    }
    let locale = Locale::get();
    effect(move || document().set_title(&[locale.pick(&words::NOT_FOUND_TITLE), " · Signalbox"].concat()));
    view! {
        <main class="page text" id="main">
            <h1>{locale.word(&words::NOT_FOUND_TITLE)}</h1>
            <p>{locale.word(&words::NOT_FOUND_BODY)}</p>
            <ul>
                <li><a href="/">{locale.word(&words::OVERVIEW)}</a></li>
                <li><a href="/timeline">{locale.word(&words::TIMELINE)}</a></li>
                {session::tables().into_iter().map(|table| view! {
                    <li><a href=format!("/{}", table.id)>{locale.word(&table.label)}</a></li>
                }).collect_view()}
            </ul>
        </main>
    }
    .into_any()
}
