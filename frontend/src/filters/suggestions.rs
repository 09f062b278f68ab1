//! Conditions in the search box: what is typed is read, taken at Enter, and completed from a list under the box.

use super::conditions::sentence;
use super::draft::Draft;
use super::paste::{Paste, paste};
use super::typing::{Reader, Typing};
use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, words};
use crate::screen::Screen;
use crate::ui::announce::Announcer;
use crate::ui::effect::effect;
use crate::url_state::Entry;
use catalog::Phase;
use leptos::{ev, prelude::*};
use table::view::View;
use table::view::typed::{self, Known, MOST_SUGGESTIONS, Suggestion};

/// The list's id, and the beginning of those of its options.
const LIST: &str = "suggestions";

/// Hands over what reads lists and conditions, and shows what is suggested.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(typing: Typing, lists: RwSignal<Option<Paste>>) -> AnyView {
    lists.set(Some(paste));
    typing.reader.set(Some(Reader {
        searched: |screen, text| typed::read_unfinished(screen.table, text).text,
        quoted: |screen, q| typed::quote(screen.table, q),
        key,
    }));
    if typing.entered.get_untracked() {
        take(typing);
    }
    view! { <Suggestions typing/> }.into_any()
}

#[component]
fn Suggestions(typing: Typing) -> impl IntoView {
    let locale = Locale::get();
    effect(move || {
        let caret = typing.caret.get();
        let offered = caret.map(|caret| {
            typing
                .text
                .with(|text| untrack(|| suggested(typing.screen, text, caret)))
        });
        typing.marked.set(None);
        typing.offered.set(offered.unwrap_or_default());
    });
    let told = Memo::new(move |_| {
        typing.caret.get()?;
        typing.text.with(|text| reading(typing.screen, locale, text))
    });
    let many = Memo::new(move |_| typing.offered.with(Vec::len));
    effect(move || {
        let Some(input) = typing.input.get() else { return };
        let marked = typing.marked.get().filter(|at| *at < many.get());
        // An attribute that cannot be set leaves the box as it was: nothing to do about it.
        let write = |name: &str, value: Option<String>| match value {
            Some(value) => drop(input.set_attribute(name, &value)),
            None => drop(input.remove_attribute(name)),
        };
        write("aria-autocomplete", Some("list".to_owned()));
        write("aria-controls", (many.get() > 0).then(|| LIST.to_owned()));
        write("aria-activedescendant", marked.map(id));
        if let Some(option) = marked.and_then(|at| document().get_element_by_id(&id(at))) {
            option.scroll_into_view_with_bool(false);
        }
    });
    let announcer = Announcer::get();
    effect(move || {
        let offered = Some(many.get()).filter(|many| *many > 0);
        let offered = offered.map(|many| fill(locale.pick(&words::TYPED_OFFERED), &[("n", &many.to_string())]));
        let said: Vec<String> = told.get().into_iter().chain(offered).collect();
        if !said.is_empty() {
            announcer.say("typed", said.join(" "));
        }
    });
    view! {
        <Show when=move || many.get() != 0 || told.with(Option::is_some)>
            // A press must not take the focus from the box, which would close the list before the click.
            <div class="suggested" on:mousedown=move |event: ev::MouseEvent| event.prevent_default()>
                <Show when=move || many.get() != 0>
                    <ul class="options" id=LIST role="listbox" translate="no" aria-label=locale.word(&words::TYPED_SUGGESTIONS)>
                        {move || {
                            let all = typing.offered.get().into_iter().enumerate();
                            all.map(|(at, suggestion)| option(typing, locale, at, &suggestion)).collect_view()
                        }}
                    </ul>
                </Show>
                {move || told.get().map(|told| view! { <p class="hint">{told}</p> })}
            </div>
        </Show>
    }
}

/// The id of an option.
fn id(at: usize) -> String {
    format!("{LIST}-{at}")
}

/// What may be meant at a caret. Values and counts are those of now: none comes or goes under somebody's hand.
fn suggested(screen: Screen, text: &str, caret: u32) -> Vec<Suggestion> {
    let mut units = 0;
    let before = |letter: &char| {
        units += letter.len_utf16();
        units <= caret as usize
    };
    let caret = text.chars().take_while(before).map(char::len_utf8).sum();
    screen.matching(|engine, rows| {
        let known = |column: usize, begins: &str| {
            let values = engine.beginning(rows, column, begins, 2 * MOST_SUGGESTIONS).into_iter();
            values.map(|(value, count)| Known { value, count }).collect()
        };
        typed::suggest(screen.table, text, caret, &known)
    })
}

/// What Enter would make of a text, in words; nothing of text that is only searched for.
fn reading(screen: Screen, locale: Locale, text: &str) -> Option<String> {
    let said = typed::read_unfinished(screen.table, text);
    let conditions = said
        .conditions
        .iter()
        .map(|(column, cond)| in_words(screen, locale, *column, cond));
    let conditions: Vec<_> = conditions.collect();
    let mut parts = Vec::new();
    if !conditions.is_empty() {
        parts.push(fill(
            locale.pick(&words::TYPED_TAKES),
            &[("t", &conditions.join(" · "))],
        ));
    }
    if !said.not_understood.is_empty() {
        parts.push(fill(
            locale.pick(&words::TYPED_TEXT),
            &[("t", &said.not_understood.join(" "))],
        ));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A condition as a sentence.
fn in_words(screen: Screen, locale: Locale, column: usize, cond: &str) -> String {
    let view = View::new(screen.table).with_condition(column, cond);
    let draft = view.conditions.first().and_then(Draft::of);
    draft.map_or_else(String::new, |draft| sentence(screen.table, locale, &draft))
}

/// One suggestion: what it means, what it writes where that is something else, and how many rows have it.
fn option(typing: Typing, locale: Locale, at: usize, suggestion: &Suggestion) -> impl IntoView + use<> {
    let screen = typing.screen;
    let column = screen.table.columns().nth(suggestion.column);
    let heading = column.map_or("", |column| locale.pick(&column.label));
    let mut phase = None::<Phase>;
    let text = match (&suggestion.value, &suggestion.cond, column) {
        (Some(value), _, Some(column)) => {
            let look = Look {
                lang: locale.lang(),
                now: 0,
                zone: None,
                full: true,
            };
            let shown = cell::label(column, value, look);
            phase = shown.phase;
            // A word may be meant as a value of several columns.
            let whole = suggestion.text.starts_with(&[column.id, ":"].concat());
            if whole {
                [heading, locale.pick(&words::COLON), &shown.text].concat()
            } else {
                shown.text
            }
        }
        (_, Some(cond), _) => in_words(screen, locale, suggestion.column, cond),
        _ => heading.to_owned(),
    };
    let written = suggestion.text.clone();
    let differs = written != text;
    let count = suggestion.count.map(|count| {
        let told = screen.told.get_untracked();
        view! { <span class="count">{told.number(locale.lang(), count as usize)}</span> }
    });
    view! {
        <li
            id=id(at)
            role="option"
            data-value=suggestion.text.clone()
            aria-selected=move || (typing.marked.get() == Some(at)).to_string()
            on:click=move |_| choose(typing, at, true)
        >
            {cell::dot(phase)}
            <span class="text">{text}</span>
            {differs.then(|| view! { <code class="hint">{written}</code> })}
            {count}
        </li>
    }
}

/// Takes a key that is pressed in the box, and returns whether it did.
fn key(typing: Typing, event: &ev::KeyboardEvent) -> bool {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return false;
    }
    let many = typing.offered.with_untracked(Vec::len);
    let marked = typing.marked.get_untracked().filter(|at| *at < many);
    match (event.key().as_str(), marked) {
        ("ArrowDown", _) if many > 0 => typing.marked.set(Some(marked.map_or(0, |at| (at + 1) % many))),
        ("ArrowUp", _) if many > 0 => typing
            .marked
            .set(Some(marked.unwrap_or(0).checked_sub(1).unwrap_or(many - 1))),
        ("Enter", Some(at)) => choose(typing, at, true),
        ("Tab", Some(at)) if !event.shift_key() => choose(typing, at, false),
        ("Enter", None) => {
            if !take(typing) {
                return false;
            }
            super::focus_grid();
        }
        ("Escape", _) if typing.caret.get_untracked().is_some() && (many > 0 || reads(typing)) => {
            typing.caret.set(None);
        }
        ("ArrowLeft" | "ArrowRight" | "Home" | "End", _) => {
            // Where the caret goes is the browser's affair.
            typing.caret.set(None);
            return false;
        }
        _ => return false,
    }
    true
}

/// Whether anything is told of the text that is in the box.
fn reads(typing: Typing) -> bool {
    let said = typing
        .text
        .with_untracked(|text| typed::read_unfinished(typing.screen.table, text));
    !said.conditions.is_empty() || !said.not_understood.is_empty()
}

/// Takes a suggestion: with `enter` a whole condition goes where Enter would bring it, anything else stays in the box to be continued.
fn choose(typing: Typing, at: usize, enter: bool) {
    let chosen = typing.offered.with_untracked(|all| all.get(at).cloned());
    let taken = chosen.and_then(|chosen| {
        let (text, caret) = typing.text.with_untracked(|text| chosen.taken(text))?;
        Some((text, caret, chosen.cond.is_some()))
    });
    let (Some((text, caret, whole)), Some(input)) = (taken, typing.input.get_untracked()) else {
        return;
    };
    // In the box before the page writes it there, which would move the caret to the end.
    input.set_value(&text);
    let caret = text[..caret].encode_utf16().count() as u32;
    drop(input.set_selection_range(caret, caret));
    typing.change(text);
    if whole && enter {
        take(typing);
    }
}

/// Brings the conditions in the box into the view, and returns whether there were any. What is no condition is searched for.
fn take(typing: Typing) -> bool {
    let screen = typing.screen;
    let text = typing.text.get_untracked();
    let said = typed::read(screen.table, &text);
    if said.conditions.is_empty() {
        screen.view.burst(|view| view.with_q(&said.text));
        return false;
    }
    typing.caret.set(None);
    typing.text.set(typed::quote(screen.table, &said.text));
    screen
        .view
        .set(screen.view.with_untracked(|view| view.with_typed(&text)), Entry::Step);
    true
}
