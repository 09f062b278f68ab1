//! The search box: free text over all columns, or a pasted list of ids, which becomes one condition.

use super::ids::{self, List};
use crate::i18n::Locale;
use crate::screen::Screen;
use crate::store::Load;
use crate::ui::icon;
use crate::view_state::Entry;
use leptos::{ev, html, prelude::*};
use table::view::{Test, View};

/// A list that has become a condition, for those who meant it as text.
#[derive(Clone, PartialEq)]
pub struct Pasted {
    /// What was pasted.
    pub text: String,
    /// The condition, as the list of conditions names it.
    pub param: String,
    /// The view before.
    pub before: View,
}

/// The search box. `/` focuses it from anywhere on the page.
#[component]
pub fn Search(screen: Screen, input: NodeRef<html::Input>, pasted: RwSignal<Option<Pasted>>) -> impl IntoView {
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
    // A list of which nothing is there yet, while rows still arrive.
    let waiting = RwSignal::new(None::<String>);
    let loading = move || matches!(screen.data.load.get(), Load::Idle | Load::Loading);
    let take = move |text: &str| {
        let Some(list) = screen.rows(|rows| ids::read(rows, text)) else {
            return false;
        };
        if list.found == 0 && untrack(loading) {
            waiting.set(Some(text.to_owned()));
        } else {
            pasted.set(Some(apply(screen, text, &list)));
        }
        true
    };
    Effect::new(move |_| {
        screen.data.version.track();
        let loading = loading();
        let Some(text) = waiting.get() else { return };
        let list = screen.rows(|rows| ids::read(rows, &text));
        if let Some(list) = list.filter(|list| list.found > 0 || !loading) {
            waiting.set(None);
            pasted.set(Some(apply(screen, &text, &list)));
        }
    });
    // The box has one line: only the event itself still knows where lines ended.
    let paste = move |event: ev::ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text").ok());
        if text.is_some_and(|text| take(&text)) {
            event.prevent_default();
        }
    };
    let change = move |event: ev::Event| {
        let text = event_target_value(&event);
        // Several words at once were not typed: dropped, or filled in by some tool.
        let before = typed.get_untracked();
        if ids::words(&text) > ids::words(&before) + 1 && take(&text) {
            if let Some(input) = input.get_untracked() {
                input.set_value(&before);
            }
            return;
        }
        screen.view.burst(|view| view.with_q(&text));
        typed.set(text);
    };
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if waiting.with_untracked(Option::is_some) => {
            event.stop_propagation();
            waiting.set(None);
        }
        "Escape" if !typed.get_untracked().is_empty() => {
            event.stop_propagation();
            typed.set(String::new());
            screen.view.burst(|view| view.with_q(""));
        }
        "ArrowDown" | "Enter" => {
            event.prevent_default();
            let text = typed.get_untracked();
            if event.key() == "Enter" && !event.is_composing() && take(&text) {
                typed.set(String::new());
                screen.view.burst(|view| view.with_q(""));
            }
            super::focus_grid();
        }
        _ => {}
    };
    view! {
        <div class="search" class:waiting=move || waiting.with(Option::is_some)>
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
                on:paste=paste
                on:keydown=keydown
            />
            <kbd aria-hidden="true">"/"</kbd>
            <span class="hidden" role="status">{move || waiting.with(Option::is_some).then(|| locale.words().list_waiting)}</span>
        </div>
    }
}

/// Makes a list the one condition of its kind on its column.
fn apply(screen: Screen, text: &str, list: &List) -> Pasted {
    let before = screen.view.peek();
    let listed = |view: &View| {
        let params = view.items().into_iter().zip(&view.conditions);
        params
            .filter(|(_, condition)| {
                condition.column == list.column && matches!(condition.test, Some(Test::Equal { not: false, .. }))
            })
            .map(|(item, _)| item.param)
            .collect::<Vec<_>>()
    };
    let base = listed(&before)
        .iter()
        .fold(before.clone(), |view, param| view.without(param));
    let cond = ["eq.", &table::view::list(&list.values)].concat();
    let next = base.with_condition(list.column, &cond);
    screen.view.set(next.clone(), Entry::Step);
    Pasted {
        text: normal(text),
        param: listed(&next).pop().unwrap_or_default(),
        before,
    }
}

/// The words without the spaces around and doubled between them, as the view keeps them.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
