//! Facets: the values of a column with their counts, to tick.

use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, format};
use crate::screen::Screen;
use catalog::Column;
use leptos::prelude::*;
use table::engine::FacetValue;

/// Values shown before one asks for more.
const FEW: usize = 10;
/// Values shown at all; beyond that, the search box and the condition editor are the better tools.
const MANY: usize = 200;

/// All facets of a table.
#[component]
pub fn Facets(screen: Screen) -> impl IntoView {
    // The table's own facets first: they differ from page to page, the common ones people know.
    let common = catalog::table::COMMON.len();
    let all: Vec<_> = screen
        .table
        .columns()
        .enumerate()
        .filter(|(_, column)| column.facet)
        .collect();
    let (shared, own): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(index, column)| *index < common && column.id != "phase");
    view! {
        <div class="facets">
            {own.into_iter().chain(shared.into_iter().rev()).map(|(index, column)| view! { <Facet screen index column/> }).collect_view()}
        </div>
    }
}

#[component]
fn Facet(screen: Screen, index: usize, column: &'static Column) -> impl IntoView {
    let locale = Locale::get();
    let expanded = RwSignal::new(false);
    let values = Memo::new(move |_| {
        screen.result.track();
        screen.view.with(|view| {
            screen
                .engine
                .with_value(|engine| screen.rows(|rows| engine.facet(rows, view, index)))
        })
    });
    let shown = move || {
        let limit = if expanded.get() { MANY } else { FEW };
        // Ticked values stay in sight wherever they rank.
        let keep = |(at, value): &(usize, FacetValue)| *at < limit || value.ticked;
        values
            .get()
            .into_iter()
            .enumerate()
            .filter(keep)
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
    };
    let more = move || values.with(Vec::len).min(MANY).saturating_sub(FEW);
    let heading = format!("facet-{}", column.id);
    view! {
        <Show when=move || !values.with(Vec::is_empty)>
            <div class="facet" role="group" data-facet=column.id aria-labelledby=heading.clone()>
                <h3 id=heading.clone()>{move || locale.pick(column.label)}</h3>
                <For
                    each=shown
                    key=|value| (value.value.clone(), value.count, value.ticked)
                    children=move |value| view! { <FacetRow screen index column value/> }
                />
                <Show when=move || more() != 0>
                    <button type="button" class="link" on:click=move |_| expanded.update(|expanded| *expanded = !*expanded)>
                        {move || if expanded.get() {
                            locale.words().fewer_values.to_owned()
                        } else {
                            fill(locale.words().more_values, &[("n", &more().to_string())])
                        }}
                    </button>
                </Show>
            </div>
        </Show>
    }
}

#[component]
fn FacetRow(screen: Screen, index: usize, column: &'static Column, value: FacetValue) -> impl IntoView {
    let locale = Locale::get();
    let FacetValue { value, count, ticked } = value;
    let shown = {
        let value = value.clone();
        Memo::new(move |_| {
            cell::label(
                column,
                &value,
                Look {
                    lang: locale.lang(),
                    now: 0,
                    zone: None,
                    full: false,
                },
            )
        })
    };
    let text = move || {
        let text = shown.with(|shown| shown.text.clone());
        if text.is_empty() {
            locale.words().empty_value.to_owned()
        } else {
            text
        }
    };
    let tick = {
        let value = value.clone();
        move |_| screen.view.step(|view| view.toggle(index, &value))
    };
    let only = {
        let value = value.clone();
        move |_| screen.view.step(|view| view.only(index, &value))
    };
    let hint = value.clone();
    view! {
        <div class="value" class:none=count == 0>
            <label title=hint>
                <input
                    type="checkbox"
                    data-value=value
                    data-count=count.to_string()
                    prop:checked=ticked
                    on:change=tick
                />
                {cell::dot(shown.with_untracked(|shown| shown.phase))}
                <span class="text">{text}</span>
                <span class="count">{move || format::count(locale.lang(), count as usize)}</span>
            </label>
            <button
                type="button"
                class="link only"
                aria-label=move || format!("{}: {}", locale.words().only_this, text())
                title=move || locale.words().only_this
                on:click=only
            >
                {crate::ui::icon::icon(crate::ui::icon::FILTER)}
            </button>
        </div>
    }
}
