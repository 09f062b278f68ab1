//! The active conditions: every one can be read, changed and removed; what was not understood stays, struck out.

use super::draft::{Draft, Operator};
use super::editor;
use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, words};
use crate::parts::{self, Part, lazy};
use crate::screen::Screen;
use crate::since::{self, Compared, Comparison};
use crate::ui::icon;
use crate::ui::popover::{Disclosure, Popover};
use leptos::prelude::*;
use table::view::{Item, View};

/// The condition on what has changed since some time, as [`Item::param`] has it.
fn since_param(view: &View) -> Option<String> {
    Some(["since=", &view.since?.text()].concat())
}

/// The strip of conditions.
#[component]
pub fn Conditions(screen: Screen, comparison: Comparison) -> impl IntoView {
    let locale = Locale::get();
    let items = Memo::new(move |_| {
        let (mut items, since) = screen.view.with(|view| (view.items(), since_param(view)));
        // Without anything to compare with, the condition narrows nothing.
        let compared = comparison
            .state
            .with(|state| matches!(state, Compared::No | Compared::With(_)));
        for item in items.iter_mut().filter(|item| Some(&item.param) == since.as_ref()) {
            item.understood = compared;
        }
        items
    });
    // That one has a notice of its own.
    let struck = move || {
        let since = screen.view.with(since_param);
        items.with(|items| {
            items
                .iter()
                .filter(|item| !item.understood && Some(&item.param) != since.as_ref())
                .count()
        })
    };
    let adding = RwSignal::new(false);
    let empty = move || items.with(Vec::is_empty) && screen.view.with(|view| view.q.is_empty());
    view! {
        <div class="conditions" data-heir="[role=searchbox]">
            <Popover open=adding icon=icon::PLUS label=Signal::derive(move || locale.pick(&words::ADD_CONDITION).to_owned())>
                {parts::place(Part::Later, lazy!(editor::view(screen, adding, Draft::default())))}
            </Popover>
            <ul data-testid="conditions" translate="no" aria-label=locale.word(&words::CONDITIONS)>
                <For each=move || items.get() key=|item| super::chip_key(&item.param, item.understood) children=move |item| view! { <Chip screen comparison item/> }/>
            </ul>
            <Show
                when=move || !empty()
                fallback=move || view! { <span class="hint">{locale.word(&words::NO_CONDITIONS)}</span> }
            >
                <button type="button" class="link" on:click=move |_| screen.view.step(View::cleared)>
                    {locale.word(&words::CLEAR_CONDITIONS)}
                </button>
            </Show>
            <span class="spacer"></span>
            {since::control(screen, comparison)}
        </div>
        <Show when=move || struck() != 0>
            <p class="notice" role="note">
                {move || {
                    match struck() {
                        1 => locale.pick(&words::NOT_UNDERSTOOD_ONE).to_owned(),
                        many => fill(locale.pick(&words::NOT_UNDERSTOOD_MANY), &[("n", &many.to_string())]),
                    }
                }}
            </p>
        </Show>
    }
}

#[component]
fn Chip(screen: Screen, comparison: Comparison, item: Item) -> impl IntoView {
    let locale = Locale::get();
    let Item {
        param,
        understood,
        column,
    } = item;
    let editing = RwSignal::new(false);
    let text = param.split_once('=').map(|(_, text)| text);
    let conditions = screen.view.peek().conditions;
    let mine = conditions
        .iter()
        .find(|condition| Some(condition.column) == column && Some(condition.text.as_str()) == text);
    let draft = mine.and_then(Draft::of);
    let phrase = {
        let (draft, param) = (draft.clone(), param.clone());
        Signal::derive(move || match &draft {
            Some(draft) => sentence(screen.table, locale, draft),
            None => screen.view.with(|view| match since_param(view) {
                Some(since) if since == param => comparison
                    .state
                    .with(|state| since::sentence(screen, locale, view, state)),
                _ => param.clone(),
            }),
        })
    };
    let remove = {
        let param = param.clone();
        move |_| screen.view.step(|view| view.without(&param))
    };
    let original = param.clone();
    view! {
        <li class="chip" class:struck=!understood data-condition=param.clone() data-understood=understood.to_string()>
            {match draft {
                Some(draft) => {
                    let draft = Draft { replaces: Some(original), ..draft };
                    view! {
                        <Disclosure open=editing label=phrase>
                            {
                                let draft = draft.clone();
                                parts::place(Part::Later, lazy!(editor::view(screen, editing, draft.clone())))
                            }
                        </Disclosure>
                    }.into_any()
                }
                None if understood => view! { <span class="words">{move || phrase.get()}</span> }.into_any(),
                None => view! { <s class="words">{move || phrase.get()}</s> }.into_any(),
            }}
            <button
                type="button"
                class="remove"
                aria-label=move || format!("{} {}", locale.pick(&words::REMOVE), phrase.get())
                title=locale.word(&words::REMOVE)
                on:click=remove
            >
                {icon::icon(icon::CLOSE)}
            </button>
        </li>
    }
}

/// A condition as a sentence: "State is Failed, Canceled".
pub fn sentence(table: &'static catalog::Table, locale: Locale, draft: &Draft) -> String {
    let Some(column) = table.columns().nth(draft.column) else {
        return String::new();
    };
    let look = Look {
        lang: locale.lang(),
        now: 0,
        zone: None,
        full: false,
    };
    let name = locale.pick(&column.label);
    let operator = locale.pick(draft.operator.word());
    let values: Vec<_> = draft
        .values
        .iter()
        .map(|value| {
            if value.is_empty() {
                locale.pick(&words::EMPTY_VALUE).to_owned()
            } else {
                cell::label(column, value, look).text
            }
        })
        .collect();
    let values = match (values.len(), draft.operator) {
        (_, Operator::Range) => format!("{} … {}", draft.from, draft.to),
        (0..=3, _) => values.join(locale.pick(&words::COMMA)),
        (many, _) => format!("{}, … ({many})", values[..2].join(", ")),
    };
    format!("{name} {operator} {values}").trim_end().to_owned()
}
