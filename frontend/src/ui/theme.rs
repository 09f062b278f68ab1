//! Light and dark. Without a choice of the user's the style sheet follows the system.

use super::{icon, storage};
use crate::i18n::Locale;
use leptos::prelude::*;

fn system_is_dark() -> bool {
    let query = web_sys::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

fn apply(theme: &str) {
    if let Some(root) = document().document_element() {
        drop(root.set_attribute("data-theme", theme));
    }
}

/// The button that switches between light and dark.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let locale = Locale::get();
    let kept = storage::get("theme");
    if let Some(theme) = &kept {
        apply(theme);
    }
    let dark = RwSignal::new(kept.map_or_else(system_is_dark, |theme| theme == "dark"));
    let toggle = move |_| {
        dark.update(|dark| *dark = !*dark);
        let theme = if dark.get_untracked() { "dark" } else { "light" };
        storage::set("theme", theme);
        apply(theme);
    };
    let label = move || {
        if dark.get() {
            locale.words().theme_light
        } else {
            locale.words().theme_dark
        }
    };
    view! {
        <button type="button" class="button quiet" data-testid="theme" aria-label=label title=label on:click=toggle>
            {move || icon::icon(if dark.get() { icon::SUN } else { icon::MOON })}
        </button>
    }
}
