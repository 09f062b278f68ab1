//! Light and dark. Without a choice of the user's the style sheet follows the system.

use super::{icon, storage};
use crate::i18n::{Locale, words};
use leptos::prelude::*;

/// Whether the page is dark, as a context.
#[derive(Clone, Copy)]
pub struct Theme(RwSignal<bool>);

impl Theme {
    /// Takes what this browser has kept, else what the system prefers, and makes it a context.
    pub fn provide() {
        provide_context(Self::new());
    }

    fn new() -> Self {
        let kept = storage::get("theme");
        if let Some(theme) = &kept {
            apply(theme);
        }
        Self(RwSignal::new(kept.map_or_else(system_is_dark, |theme| theme == "dark")))
    }

    /// The theme of the surrounding page.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Switches to the other one and keeps the choice in this browser.
    pub fn toggle(self) {
        let dark = !self.0.get_untracked();
        let theme = if dark { "dark" } else { "light" };
        storage::set("theme", theme);
        apply(theme);
        self.0.set(dark);
    }

    /// The words for [`Theme::toggle`]; tracked.
    pub fn offer(self, locale: Locale) -> &'static str {
        locale.pick(if self.0.get() {
            &words::THEME_LIGHT
        } else {
            &words::THEME_DARK
        })
    }
}

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
    let theme = Theme::get();
    let label = move || theme.offer(locale);
    view! {
        <button type="button" class="button quiet" data-testid="theme" aria-label=label title=label on:click=move |_| theme.toggle()>
            {move || icon::icon(if theme.0.get() { icon::SUN } else { icon::MOON })}
        </button>
    }
}
