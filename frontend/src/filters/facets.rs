//! Facets: the values of a column with their counts, to tick.

use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, words};
use crate::screen::{PLACES, Screen};
use catalog::Column;
use leptos::prelude::*;
use table::engine::FacetValue;

/// Values shown before one asks for more.
const FEW: usize = 10;
/// Values shown at all; beyond that, the search box and the condition editor are the better tools.
const MANY: usize = 200;

/// The facets, for a page that does without them at first.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(table))]
pub fn view(screen: Screen) -> AnyView {
    view! { <Facets screen/> }.into_any()
}

/// All facets of a table.
#[component]
fn Facets(screen: Screen) -> impl IntoView {
    // The table's own facets first: they differ from page to page, the common ones people know.
    let common = catalog::tables::COMMON.len();
    let all: Vec<_> = screen
        .table
        .columns()
        .enumerate()
        .filter(|(_, column)| column.facet)
        .collect();
    let (shared, own): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(index, column)| *index < common && column.id != "phase");
    let all: Vec<_> = own.into_iter().chain(shared.into_iter().rev()).collect();
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
            // Ticked values stay in sight wherever they rank.
            let shown = values
                .iter()
                .enumerate()
                .filter(|(at, value)| *at < limit || value.ticked);
            shown.map(|(_, value)| value.value.clone()).collect::<Vec<_>>()
        })
    };
    let more = move || values.with(Vec::len).min(MANY).saturating_sub(FEW);
    let heading = format!("facet-{}", column.id);
    view! {
        // Where no row has a value there is nothing to choose.
        <Show when=move || values.with(|values| values.iter().any(|value| value.ticked || !value.value.is_empty()))>
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

/// One value. Its element stays while counts change, and with it the focus.
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
        found.map_or((0, false), |found| (found.count, found.ticked))
    });
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
    let tick = move |_| {
        screen
            .view
            .step(|view| value.with_value(|value| view.toggle(index, value)));
    };
    let only = move |_| {
        screen
            .view
            .step(|view| value.with_value(|value| view.only(index, value)));
    };
    view! {
        <div class="value" class:none=move || mine.get().0 == 0>
            <label title=value.get_value()>
                <input
                    type="checkbox"
                    data-value=value.get_value()
                    data-count=move || mine.get().0.to_string()
                    prop:checked=move || mine.get().1
                    on:change=tick
                />
                {cell::dot(phase)}
                <span class="text" translate="no">{text}</span>
                <span class="count">{move || told.get().view(locale.lang(), mine.get().0 as usize)}</span>
            </label>
            <button
                type="button"
                class="link only"
                aria-label=move || format!("{}: {}", locale.pick(&words::ONLY_THIS), text.get())
                title=locale.word(&words::ONLY_THIS)
                on:click=only
            >
                {crate::ui::icon::icon(crate::ui::icon::FILTER)}
            </button>
        </div>
    }
}
