//! The header row: names, sort order.

use super::Active;
use crate::i18n::{Locale, fill, words};
use crate::screen::Screen;
use catalog::Kind;
use leptos::{ev, prelude::*};

/// The header of the grid. A click sorts, Shift-click adds a further key.
#[component]
pub fn Header(screen: Screen, active: RwSignal<Active>) -> impl IntoView {
    view! {
        <div class="header" role="rowgroup">
            <div class="row" role="row" aria-rowindex="1">
                {move || screen
                    .columns
                    .get()
                    .into_iter()
                    .enumerate()
                    .map(|(place, index)| view! { <Heading screen active place index/> })
                    .collect_view()}
            </div>
        </div>
    }
}

#[component]
fn Heading(screen: Screen, active: RwSignal<Active>, place: usize, index: usize) -> impl IntoView {
    let locale = Locale::get();
    let column = screen.table.columns().nth(index)?;
    // (place among the sort keys, descending)
    let key = Memo::new(move |_| {
        let keys = screen.view.with(table::view::View::effective_sort);
        let sorted = keys
            .iter()
            .enumerate()
            .find(|(_, key)| key.column == index)
            .map(|(at, key)| (at, key.descending));
        sorted.map(|(at, descending)| (at, descending, keys.len()))
    });
    // Only the primary key carries aria-sort; the others say their place in words.
    let aria_sort = move || {
        key.get()
            .filter(|(at, ..)| *at == 0)
            .map(|(_, descending, _)| if descending { "descending" } else { "ascending" })
    };
    let words = move || {
        key.get().filter(|(at, ..)| *at > 0).map(|(at, descending, _)| {
            let order = locale.pick(if descending {
                &words::SORTED_DESC
            } else {
                &words::SORTED_ASC
            });
            format!(
                ", {}, {order}",
                fill(locale.pick(&words::SORT_KEY), &[("n", &(at + 1).to_string())])
            )
        })
    };
    let arrow = move || {
        key.get().map(|(at, descending, keys)| {
            let arrow = if descending { "↓" } else { "↑" };
            if keys > 1 {
                format!("{arrow}{}", at + 1)
            } else {
                arrow.to_owned()
            }
        })
    };
    let click = move |event: ev::MouseEvent| {
        active.set(Active {
            row: None,
            column: place,
        });
        screen.view.step(|view| view.sorted_by(index, event.shift_key()));
    };
    Some(view! {
        <div
            class="cell"
            class:number=column.kind == Kind::Number
            class:active=move || active.get() == Active { row: None, column: place }
            role="columnheader"
            id=Active { row: None, column: place }.dom_id()
            aria-colindex=(place + 1).to_string()
            aria-sort=aria_sort
            data-column=column.id
            title=move || format!("{} · {}", locale.pick(&column.label), locale.pick(&words::SORT_HINT))
            on:click=click
        >
            <span class="text">{locale.word(&column.label)}<span class="hidden">{words}</span></span>
            <span class="arrow" aria-hidden="true">{arrow}</span>
        </div>
    })
}
