//! For addresses that lead nowhere: says so, and where one can go.

use crate::i18n::Locale;
use leptos::prelude::*;

/// The page for unknown addresses; of the later part.
pub fn view() -> AnyView {
    let locale = Locale::get();
    view! {
        <main class="page text" id="main">
            <h1>{locale.word(|words| words.not_found_title)}</h1>
            <p>{locale.word(|words| words.not_found_body)}</p>
            <ul>
                <li><a href="/">{locale.word(|words| words.overview)}</a></li>
                {catalog::tables().into_iter().map(|table| view! {
                    <li><a href=format!("/{}", table.id)>{locale.label(table.label)}</a></li>
                }).collect_view()}
            </ul>
        </main>
    }
    .into_any()
}
