//! The search box: free text over all columns, typed conditions, or a pasted list of ids, which becomes one condition.

use super::paste::{Paste, Pasted, Taken, normal};
use super::suggestions;
use super::typing::{Typing, may_ask};
use crate::i18n::{Locale, words};
use crate::parts::{self, Loader, Part, lazy};
use crate::screen::Screen;
use crate::ui::announce::Announcer;
use crate::ui::effect::effect;
use crate::ui::{icon, timer};
use leptos::{ev, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

/// The search box, which only tables have. `/` focuses it from anywhere on the page.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(table))]
pub fn view(screen: Screen, input: NodeRef<html::Input>, pasted: RwSignal<Option<Pasted>>) -> AnyView {
    view! { <Search screen input pasted/> }.into_any()
}

#[component]
fn Search(screen: Screen, input: NodeRef<html::Input>, pasted: RwSignal<Option<Pasted>>) -> impl IntoView {
    let locale = Locale::get();
    let typing = Typing::new(screen, input);
    let waiting = RwSignal::new(None::<String>);
    let read = RwSignal::new(None::<Paste>);
    let lists = Lists {
        screen,
        read,
        later: Loader::of(Part::Later),
        waiting,
        pasted,
    };
    effect(move || lists.settle(typing));
    let announcer = Announcer::get();
    effect(move || {
        if waiting.with(Option::is_some) {
            announcer.say("list", locale.pick(&words::LIST_WAITING).to_owned());
        }
    });
    // The box has one line: only the event itself still knows where lines ended.
    let paste = move |event: ev::ClipboardEvent| {
        let text = event.clipboard_data().and_then(|data| data.get_data("text").ok());
        if text.is_some_and(|text| lists.take(&text)) {
            event.prevent_default();
        }
    };
    let change = move |event: ev::Event| {
        let text = event_target_value(&event);
        // Several words at once were not typed: dropped, or filled in by some tool.
        let before = typing.text.get_untracked();
        if words(&text) > words(&before) + 1 && lists.take(&text) {
            if let Some(input) = input.get_untracked() {
                input.set_value(&before);
            }
            return;
        }
        typing.change(text);
    };
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if waiting.with_untracked(Option::is_some) => {
            event.stop_propagation();
            waiting.set(None);
        }
        _ if typing
            .reader
            .get_untracked()
            .is_some_and(|reader| (reader.key)(typing, &event)) =>
        {
            event.stop_propagation();
            event.prevent_default();
        }
        "Escape" if !typing.text.get_untracked().is_empty() => {
            event.stop_propagation();
            typing.change(String::new());
        }
        key @ ("ArrowDown" | "Enter") => {
            event.prevent_default();
            let text = typing.text.get_untracked();
            if key == "Enter" && typing.reader.get_untracked().is_none() && may_ask(&text) {
                lists.later.fetch();
                typing.entered.set(true);
                return;
            }
            if key == "Enter" && lists.take(&text) {
                typing.change(String::new());
            }
            super::focus_grid();
        }
        _ => {}
    };
    // Whoever goes there is about to type; the first key is not to wait longer than the others.
    let focus = move |_| {
        lists.later.prefetch();
        spawn_local(async move {
            timer::painted().await;
            screen
                .data
                .rows
                .try_with_untracked(|rows| screen.engine.update_untracked(|engine| engine.prepare(rows)));
        });
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
                aria-label=locale.word(&words::SEARCH)
                placeholder=locale.word(&words::SEARCH)
                title=locale.word(&words::SEARCH_HINT)
                prop:value=move || typing.text.get()
                on:focus=focus
                on:blur=move |_| typing.caret.set(None)
                on:input=change
                on:paste=paste
                on:keydown=keydown
            />
            <kbd aria-hidden="true">"/"</kbd>
            {parts::once_here(Part::Later, false, false, lazy!(suggestions::view(typing, read)))}
        </div>
    }
}

/// Pasted texts on their way to one condition.
#[derive(Clone, Copy)]
struct Lists {
    screen: Screen,
    /// What reads them, as soon as the later part is there.
    read: RwSignal<Option<Paste>>,
    later: Loader,
    /// A pasted text of which it cannot be told yet whether it is a list: rows still arrive.
    waiting: RwSignal<Option<String>>,
    pasted: RwSignal<Option<Pasted>>,
}

impl Lists {
    /// Takes a text that is a list or may turn out to be one, and returns whether it did.
    fn take(self, text: &str) -> bool {
        if words(text) < 2 {
            return false;
        }
        match self.read.get_untracked().map(|read| read(self.screen, text)) {
            Some(Taken::Text) => return false,
            Some(Taken::List(list)) => self.pasted.set(Some(list)),
            Some(Taken::Unknown) => self.waiting.set(Some(text.to_owned())),
            None => {
                self.later.fetch();
                self.waiting.set(Some(text.to_owned()));
            }
        }
        true
    }

    /// Decides on the waiting text as soon as it can be told what it is. What is no list after all is as if it were typed behind what is there.
    fn settle(self, typing: Typing) -> Option<()> {
        let text = self.waiting.get()?;
        self.screen.data.rows.track();
        let taken = match self.read.get() {
            Some(read) => read(self.screen, &text),
            // Without the later part there are no lists.
            None if self.later.lost() => Taken::Text,
            None => return None,
        };
        match taken {
            Taken::Unknown => return None,
            Taken::List(list) => self.pasted.set(Some(list)),
            Taken::Text => {
                let text = [&typing.text.get_untracked(), " ", &text].concat();
                typing.change(normal(&text));
                // Whoever waited may be elsewhere by now.
                typing.caret.set(None);
            }
        }
        self.waiting.set(None);
        Some(())
    }
}

/// How many words a text has, as far as that tells typing from pasting.
fn words(text: &str) -> usize {
    let separates = |character: char| matches!(character, ',' | ';' | '，' | '；' | '、') || character.is_whitespace();
    text.split(separates).filter(|word| !word.is_empty()).count()
}
