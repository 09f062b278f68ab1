//! What rows are grouped by.

use crate::i18n::{Locale, fill, words};
use crate::screen::Screen;
use crate::ui::icon;
use crate::ui::popover::Popover;
use catalog::{Column, Kind};
use leptos::{ev, prelude::*};
use table::view::{MAX_BY, View};

/// The button that opens the list of columns to group by. It says by which they are.
#[component]
pub fn Grouping(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let open = RwSignal::new(false);
    let label = Signal::derive(move || {
        let by = screen.view.with(|view| view.by.clone());
        let columns = by.iter().filter_map(|index| screen.table.columns().nth(*index));
        let names: Vec<_> = columns.map(|column| locale.pick(&column.label)).collect();
        if names.is_empty() {
            return locale.pick(&words::GROUP).to_owned();
        }
        fill(
            locale.pick(&words::GROUPED),
            &[("t", &names.join(locale.pick(&words::COMMA)))],
        )
    });
    view! {
        <div class="grouping" data-testid="grouping" class:chosen=move || screen.view.with(|view| !view.by.is_empty())>
            <Popover open icon=icon::GROUPS compact=true label>
                {list(screen)}
            </Popover>
        </div>
    }
}

fn list(screen: Screen) -> AnyView {
    let locale = Locale::get();
    let by = Memo::new(move |_| screen.view.with(|view| view.by.clone()));
    let toggle = move |index: usize| {
        let mut columns = by.get_untracked();
        if let Some(at) = columns.iter().position(|known| *known == index) {
            columns.remove(at);
        } else {
            columns.push(index);
        }
        screen.view.step(|view| view.with_by(&columns));
    };
    let most_first = move |_: ev::MouseEvent| screen.view.step(View::most_first);
    let none = move |_: ev::MouseEvent| screen.view.step(|view| view.with_by(&[]));
    let line = move |(index, column): (usize, &'static Column)| {
        let checked = move || by.with(|by| by.contains(&index));
        let full = move || !checked() && by.with(Vec::len) >= MAX_BY;
        view! {
            <li>
                <label>
                    <input
                        type="checkbox"
                        data-group-choice=column.id
                        prop:checked=checked
                        disabled=full
                        on:change=move |_| toggle(index)
                    />
                    <span class="text">{locale.word(&column.label)}</span>
                </label>
            </li>
        }
    };
    // Numbers and times are what a line sums up; a link may group by them all the same.
    let offered = |(index, column): &(usize, &'static Column)| {
        !matches!(column.kind, Kind::Number | Kind::Time) || by.with_untracked(|by| by.contains(index))
    };
    let lines = screen
        .table
        .columns()
        .enumerate()
        .filter(offered)
        .map(line)
        .collect_view();
    let nothing = move || by.with(Vec::is_empty);
    view! {
        <p class="hint">{locale.word(&words::GROUP_HINT)}</p>
        <p class="choices">
            <button type="button" class="button" data-action="most-first" disabled=nothing on:click=most_first>{locale.word(&words::GROUP_BY_COUNT)}</button>
            <button type="button" class="button" data-action="no-groups" disabled=nothing on:click=none>{locale.word(&words::GROUP_NONE)}</button>
        </p>
        <ul class="chooser">{lines}</ul>
    }
    .into_any()
}
