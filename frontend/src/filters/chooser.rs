//! Which columns are on screen, and in which order.

use crate::i18n::{Locale, words};
use crate::screen::Screen;
use crate::ui::icon;
use crate::ui::popover::Popover;
use leptos::prelude::*;
use table::view::View;

/// The button that opens the list of columns.
#[component]
pub fn ColumnChooser(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let open = RwSignal::new(false);
    view! {
        <Popover open icon=icon::COLUMNS compact=true label=Signal::derive(move || locale.pick(&words::COLUMNS).to_owned())>
            {list(screen)}
        </Popover>
    }
}

fn list(screen: Screen) -> AnyView {
    let locale = Locale::get();
    // Shown columns in their order, then the hidden ones in canonical order.
    let order = Memo::new(move |_| {
        let shown = screen.view.with(View::effective_cols);
        let hidden = (0..screen.table.columns().len())
            .filter(|index| !shown.contains(index))
            .collect::<Vec<_>>();
        (shown, hidden)
    });
    let toggle = move |index: usize| {
        let mut shown = screen.view.with_untracked(View::effective_cols);
        if let Some(at) = shown.iter().position(|shown| *shown == index) {
            // The last column stays: a table without columns shows nothing and cannot be clicked.
            if shown.len() > 1 {
                shown.remove(at);
            }
        } else {
            shown.push(index);
        }
        screen.view.step(|view| view.with_cols(&shown));
    };
    let shift = move |index: usize, down: bool| {
        let mut shown = screen.view.with_untracked(View::effective_cols);
        let Some(at) = shown.iter().position(|shown| *shown == index) else {
            return;
        };
        let to = if down { at + 1 } else { at.wrapping_sub(1) };
        if to < shown.len() {
            shown.swap(at, to);
            screen.view.step(|view| view.with_cols(&shown));
        }
    };
    let line = move |index: usize, shown: bool| {
        let column = screen.table.columns().nth(index)?;
        let name = move || locale.pick(&column.label);
        Some(view! {
            <li>
                <label>
                    <input type="checkbox" data-column-choice=column.id prop:checked=shown on:change=move |_| toggle(index)/>
                    <span class="text">{name}</span>
                </label>
                <button type="button" class="link" disabled=!shown aria-label=move || format!("{}: {}", locale.pick(&words::MOVE_UP), name()) on:click=move |_| shift(index, false)>
                    {icon::icon(icon::UP)}
                </button>
                <button type="button" class="link" disabled=!shown aria-label=move || format!("{}: {}", locale.pick(&words::MOVE_DOWN), name()) on:click=move |_| shift(index, true)>
                    {icon::icon(icon::DOWN)}
                </button>
            </li>
        })
    };
    view! {
        <ul class="chooser">
            {move || {
                let (shown, hidden) = order.get();
                let shown = shown.into_iter().map(|index| line(index, true));
                shown.chain(hidden.into_iter().map(|index| line(index, false))).collect_view()
            }}
        </ul>
        <button type="button" class="link" on:click=move |_| screen.view.step(|view| view.with_cols(&[]))>
            {locale.word(&words::COLUMNS_RESET)}
        </button>
    }
    .into_any()
}
