//! What the view asks for and cannot have, and what of its lists is there: above the rows that it concerns.

use super::views;
use crate::filters::paste::Pasted;
use crate::filters::report::Reports;
use crate::i18n::Locale;
use crate::screen::Screen;
use crate::since::{self, Comparison};
use crate::views::Views;
use leptos::prelude::*;

/// The notices.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn notices(screen: Screen, comparison: Comparison, pasted: RwSignal<Option<Pasted>>) -> AnyView {
    let locale = Locale::get();
    let saved = Views::get();
    let notice = |id: &'static str, text: Option<String>| {
        text.map(|text| view! { <p class="notice" role="note" data-testid=id>{text}</p> })
    };
    view! {
        {move || notice("view-missing", views::missing(screen, saved, locale))}
        {move || notice("since-missing", since::uncompared(comparison, locale))}
        <Reports screen pasted/>
    }
    .into_any()
}
