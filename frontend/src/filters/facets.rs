//! Facets: the values of a column with their counts, to tick or to exclude.

use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, words};
use crate::screen::{PLACES, Screen};
use crate::ui::icon::{self, Path, icon};
use catalog::{Column, Label};
use leptos::prelude::*;
use table::View;
use table::engine::FacetValue;

/// Values shown before one asks for more.
const FEW: usize = 10;
/// Values shown at all; beyond that, the search box and the condition editor are the better tools.
const MANY: usize = 200;
/// Whose rows they are and what that is for: what most questions begin with.
const FIRST: [&str; 2] = ["account", "env"];

/// The facets, for a page that does without them at first.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(table))]
pub fn view(screen: Screen) -> AnyView {
    view! { <Facets screen/> }.into_any()
}

/// All facets of a table.
#[component]
fn Facets(screen: Screen) -> impl IntoView {
    // Then the table's own: they differ from page to page, the other common ones people know.
    let common = catalog::tables::COMMON.len();
    let place = |(index, column): &(usize, &Column)| match column.id {
        id if FIRST.contains(&id) => 0,
        "phase" => 1,
        _ if *index >= common => 1,
        _ => 2,
    };
    let mut all = Vec::new();
    for wanted in 0..3 {
        let columns = screen.table.columns().enumerate();
        all.extend(columns.filter(|column| column.1.facet && place(column) == wanted));
    }
    view! {
        <div class="facets">
            <Show when=move || screen.painted.get()>
                {all.iter().map(|&(index, column)| view! { <Facet screen index column/> }).collect_view()}
            </Show>
        </div>
    }
}

#[component]
fn Facet(screen: Screen, index: usize, column: &'static Column) -> impl IntoView {
    let locale = Locale::get();
    let expanded = RwSignal::new(false);
    let values = Memo::new(move |_| {
        screen
            .view
            .with(|view| screen.matching(|engine, rows| engine.facet(rows, view, index)))
    });
    let shown = move || {
        let limit = if expanded.get() { MANY } else { FEW };
        values.with(|values| {
            // What is chosen stays in sight wherever it ranks.
            let shown = values
                .iter()
                .enumerate()
                .filter(|(at, value)| *at < limit || value.ticked || value.excluded);
            shown.map(|(_, value)| value.value.clone()).collect::<Vec<_>>()
        })
    };
    let more = move || values.with(Vec::len).min(MANY).saturating_sub(FEW);
    let heading = format!("facet-{}", column.id);
    view! {
        // Where no row has a value there is nothing to choose.
        <Show when=move || values.with(|values| values.iter().any(|value| value.ticked || value.excluded || !value.value.is_empty()))>
            <div class="facet" role="group" data-facet=column.id aria-labelledby=heading.clone()>
                <h2 id=heading.clone()>{locale.word(&column.label)}</h2>
                <For each=shown key=String::clone children=move |value| view! { <FacetRow screen index column values value/> }/>
                <Show when=move || more() != 0>
                    <button type="button" class="link" on:click=move |_| expanded.update(|expanded| *expanded = !*expanded)>
                        {move || if expanded.get() {
                            locale.pick(&words::FEWER_VALUES).to_owned()
                        } else {
                            fill(locale.pick(&words::MORE_VALUES), &[("n", &more().to_string())])
                        }}
                    </button>
                </Show>
            </div>
        </Show>
    }
}

/// One value: wanted, not wanted, or neither. Its element stays while counts change, and with it the focus.
#[component]
fn FacetRow(
    screen: Screen,
    index: usize,
    column: &'static Column,
    values: Memo<Vec<FacetValue>>,
    value: String,
) -> impl IntoView {
    let locale = Locale::get();
    let value = StoredValue::new(value);
    let mine = Memo::new(move |_| {
        let found =
            values.with(|values| value.with_value(|value| values.iter().find(|found| found.value == *value).cloned()));
        found.map_or((0, false, false), |found| (found.count, found.ticked, found.excluded))
    });
    let excluded = Memo::new(move |_| mine.get().2);
    let label = move |value: &str| {
        let look = Look {
            lang: locale.lang(),
            now: 0,
            zone: None,
            full: false,
        };
        cell::label(column, value, look)
    };
    let phase = untrack(|| value.with_value(|value| label(value).phase));
    let text = Memo::new(move |_| {
        let value = value.get_value();
        let word = |value: &str| column.known(value).map(|known| known.label);
        // Clouds write one state in two ways; then the word alone does not tell which is which.
        let twin = word(&value).is_some_and(|own| {
            values.with(|values| {
                values
                    .iter()
                    .any(|other| other.value != value && word(&other.value) == Some(own))
            })
        });
        let text = label(&value).text;
        match (text.is_empty(), twin) {
            (true, _) => locale.pick(&words::EMPTY_VALUE).to_owned(),
            (_, true) => format!("{text} ({value})"),
            _ => text,
        }
    });
    // Where rows are from is known before they come; any other value may be among those that have not.
    let told = if PLACES.contains(&column.id) {
        Memo::new(move |_| value.with_value(|value| screen.told_of(index, value)))
    } else {
        screen.told
    };
    let step = move |edit: fn(&View, usize, &str) -> View| {
        screen
            .view
            .step(|view| value.with_value(|value| edit(view, index, value)));
    };
    view! {
        <div class="value" class:none=move || mine.get().0 == 0>
            <label title=value.get_value()>
                <input
                    type="checkbox"
                    data-value=value.get_value()
                    data-count=move || mine.get().0.to_string()
                    data-state=move || excluded.get().then_some("excluded")
                    prop:checked=move || mine.get().1
                    on:change=move |_| step(View::toggle)
                />
                {cell::dot(phase)}
                <span class="text" translate="no">{text}</span>
                <span class="count">{move || told.get().view(locale.lang(), mine.get().0 as usize)}</span>
            </label>
            {action("exclude", &words::EXCLUDE, icon::EXCLUDE, text, Some(excluded), Callback::new(move |()| step(View::toggle_excluded)))}
            {action("only", &words::ONLY_THIS, icon::FILTER, text, None, Callback::new(move |()| step(View::only)))}
        </div>
    }
}

/// A button that does something with a value, of which `text` is said; pressed where what it does is done.
fn action(
    name: &'static str,
    word: &'static Label,
    path: Path,
    text: Memo<String>,
    pressed: Option<Memo<bool>>,
    run: Callback<()>,
) -> AnyView {
    let locale = Locale::get();
    view! {
        <button
            type="button"
            class="link action"
            data-action=name
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            aria-label=move || format!("{}: {}", locale.pick(word), text.get())
            title=locale.word(word)
            on:click=move |_| run.run(())
        >
            {icon(path)}
        </button>
    }
    .into_any()
}
