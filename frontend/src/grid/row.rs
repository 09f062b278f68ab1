//! A row element. It is reused for whatever row comes into its reach.

use super::cell::{self, Look, Shown};
use super::scroll::Scroll;
use super::{Active, offer};
use crate::i18n::Locale;
use crate::screen::Screen;
use catalog::{Format, Kind};
use leptos::prelude::*;

/// One row of the grid.
#[component]
pub fn Row(
    screen: Screen,
    scroll: Scroll,
    element: usize,
    active: RwSignal<Active>,
    offering: RwSignal<Option<Active>>,
) -> impl IntoView {
    let locale = Locale::get();
    let position = Memo::new(move |_| scroll.row_of(element));
    // Only the two rows that the keyboard leaves and enters are drawn again.
    let active = Memo::new(move |_| {
        let active = active.get();
        (active.row.is_some() && active.row == position.get()).then_some(active.column)
    });
    let offering = Memo::new(move |_| {
        let at = offering.get()?;
        (at.row == position.get()).then_some(at.column)
    });
    let open = Memo::new(move |_| {
        position
            .get()
            .is_some_and(|position| screen.open.get() == Some(position))
    });
    move || {
        screen.result.track();
        let position = position.get()?;
        let row = screen.row_at(position)?;
        let (lang, now) = (locale.lang(), screen.now.get());
        let (active, offering) = (active.get(), offering.get());
        let (id, cells) = screen.zone.with(|zone| {
            let look = Look {
                lang,
                now,
                zone: zone.as_deref(),
                full: false,
            };
            screen.rows(|rows| {
                let cells = screen.columns.with(|columns| {
                    let shown = columns.iter().enumerate().filter_map(|(place, index)| {
                        let column = screen.table.columns().nth(*index)?;
                        let shown = cell::show(rows, row, *index, column, look);
                        let offer = (offering == Some(place))
                            .then(|| offer::buttons(locale, cell::values(rows, row, *index).len() > 1));
                        Some(gridcell(position, place, column, shown, active == Some(place), offer))
                    });
                    shown.collect_view()
                });
                (rows.id(row), cells)
            })
        });
        Some(view! {
            <div
                class="row"
                class:odd=position % 2 == 1
                class:open=open.get()
                role="row"
                aria-rowindex=(position + 2).to_string()
                aria-selected=open.get().to_string()
                data-row-id=id
                style:transform=move || format!("translateY({}px)", scroll.y(position))
            >
                {cells}
            </div>
        })
    }
}

fn gridcell(
    position: usize,
    place: usize,
    column: &'static catalog::Column,
    shown: Shown,
    active: bool,
    offer: Option<impl IntoView>,
) -> impl IntoView {
    let class = match (column.kind, column.format) {
        (Kind::Number, _) => "cell number",
        (Kind::Time, _) => "cell time",
        (_, Format::Id | Format::Code) => "cell code",
        _ => "cell",
    };
    view! {
        <div
            class=class
            class:active=active
            role="gridcell"
            id=Active { row: Some(position), column: place }.dom_id()
            aria-colindex=(place + 1).to_string()
            data-column=column.id
            data-value=shown.value
            title=shown.title
        >
            {cell::dot(shown.phase)}
            <span class="text">{shown.text}</span>
            {offer}
        </div>
    }
}
