//! The search box: free text over all columns.

use crate::i18n::Locale;
use crate::screen::Screen;
use crate::ui::icon;
use leptos::{ev, html, prelude::*};

/// The search box. `/` focuses it from anywhere on the page.
#[component]
pub fn Search(screen: Screen, input: NodeRef<html::Input>) -> impl IntoView {
    let locale = Locale::get();
    let q = Memo::new(move |_| screen.view.with(|view| view.q.clone()));
    // What is being typed may differ from the view by spaces, which the view drops.
    let typed = RwSignal::new(q.get_untracked());
    Effect::new(move |_| {
        let q = q.get();
        if normal(&typed.get_untracked()) != q {
            typed.set(q);
        }
    });
    let change = move |event: ev::Event| {
        let text = event_target_value(&event);
        screen.view.burst(|view| view.with_q(&text));
        typed.set(text);
    };
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if !typed.get_untracked().is_empty() => {
            event.stop_propagation();
            typed.set(String::new());
            screen.view.burst(|view| view.with_q(""));
        }
        "ArrowDown" | "Enter" => {
            event.prevent_default();
            super::focus_grid();
        }
        _ => {}
    };
    view! {
        <div class="search">
            {icon::icon(icon::SEARCH)}
            <input
                type="search"
                role="searchbox"
                node_ref=input
                autocomplete="off"
                spellcheck="false"
                aria-label=locale.word(|words| words.search)
                placeholder=locale.word(|words| words.search)
                title=locale.word(|words| words.search_hint)
                prop:value=move || typed.get()
                on:input=change
                on:keydown=keydown
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}

/// The words without the spaces around and doubled between them, as the view keeps them.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
