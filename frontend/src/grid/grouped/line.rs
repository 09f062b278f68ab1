//! The elements of a line. Drawn anew when anything of it changes: there are a few dozen in the document.

use super::figure::{self, Told};
use super::lines::Line;
use super::state::Grouped;
use crate::filters::focus_grid;
use crate::grid::Active;
use crate::grid::cell::{self, Look};
use crate::grid::scroll::Scroll;
use crate::i18n::{Lang, Locale, fill, words};
use crate::tally::Completeness;
use crate::ui::icon;
use crate::ui::spoken::seen_and_spoken;
use catalog::{Column, Format, Kind};
use leptos::prelude::*;
use table::engine::{Figure, Groups, shows_phases};
use table::rows::{Change, Rows};

/// The columns on screen, as places in the table's columns and what they are.
type Columns = [(usize, &'static Column)];

/// The line at a position, as it is now.
pub fn view(grouped: Grouped, position: usize, line: Line, scroll: Scroll) -> AnyView {
    let locale = Locale::get();
    untrack(|| {
        let screen = grouped.screen;
        let zone = screen.zone.get();
        let look = Look {
            lang: locale.lang(),
            now: screen.now.get(),
            zone: zone.as_deref(),
            full: false,
        };
        let columns = screen.columns.get().into_iter();
        let columns: Vec<_> = columns
            .filter_map(|index| Some((index, screen.table.columns().nth(index)?)))
            .collect();
        let drawn = screen.data.rows.with_untracked(|rows| {
            grouped.groups.with_untracked(|groups| {
                // In place of rows that may be seen no more, others may stand already.
                let groups = groups.as_ref().filter(|groups| groups.are_of(rows))?;
                Some(match line {
                    Line::Row(row) => of_row(grouped, row, rows, &columns, look, (position, scroll)),
                    Line::Group(place) => Group {
                        grouped,
                        groups,
                        rows,
                        place,
                        look,
                    }
                    .view(&columns, (position, scroll)),
                })
            })
        });
        drawn.into_any()
    })
}

/// Where a line stands in the body.
fn transform(position: usize, scroll: Scroll) -> String {
    format!("translateY({}px)", ::table::number::text(scroll.y(position)))
}

fn class(column: &Column) -> &'static str {
    match (column.kind, column.format) {
        (Kind::Number, _) => "cell number",
        (_, Format::Id | Format::Code) => "cell code",
        _ => "cell",
    }
}

fn of_row(
    grouped: Grouped,
    row: u32,
    rows: &Rows,
    columns: &Columns,
    look: Look<'_>,
    (position, scroll): (usize, Scroll),
) -> AnyView {
    let screen = grouped.screen;
    let id = rows.id(row);
    let opened = {
        let id = id.clone();
        Memo::new(move |_| screen.view.with(|view| view.row.as_deref() == Some(&id)))
    };
    let change = screen.change(row);
    let class_of_row = match change {
        Change { gone: true, .. } => "row member gone",
        Change { new: true, .. } => "row member new",
        _ => "row member",
    };
    let cells = columns.iter().enumerate().map(|(at, (index, column))| {
        let shown = cell::show(rows, row, *index, column, look);
        let changed = (change.columns >> index & 1 == 1).then(|| look.lang.pick(&words::CHANGED));
        view! {
            <div
                class=class(column)
                role="gridcell"
                aria-colindex=(at + 1).to_string()
                aria-description=changed
                data-column=column.id
                data-value=shown.value
                title=shown.title
                data-phase=shown.phase.map(catalog::Phase::id)
            >
                {shown.text}
            </div>
        }
    });
    view! {
        <div
            class=class_of_row
            class:open=move || opened.get()
            role="row"
            aria-rowindex=(position + 2).to_string()
            aria-selected=move || opened.get().to_string()
            data-row-id=id
            style:transform=move || transform(position, scroll)
        >
            {cells.collect_view()}
        </div>
    }
    .into_any()
}

/// A group on its way to the page.
struct Group<'a> {
    grouped: Grouped,
    groups: &'a Groups,
    rows: &'a Rows,
    place: usize,
    look: Look<'a>,
}

impl Group<'_> {
    fn view(self, columns: &Columns, (position, scroll): (usize, Scroll)) -> AnyView {
        let (grouped, place, lang) = (self.grouped, self.place, self.look.lang);
        let screen = grouped.screen;
        let values = self.groups.values(self.rows, place);
        let (by, conditions, alone) = screen
            .view
            .with(|view| (view.by.clone(), view.group_query(&values), view.of_group(&values)));
        let sources = screen.told_in(&alone);
        let count = self.groups.count(place);
        // Where no column on screen has them, they stand behind the name of the group.
        let homeless = !columns
            .iter()
            .any(|(index, _)| !by.contains(index) && shows_phases(screen.table, *index));
        let name = self.name(&by, columns);
        let cells = columns.iter().enumerate().map(|(at, (index, column))| {
            let figure = self.groups.figure(self.rows, place, *index);
            let is_key = by.contains(index);
            let phases = match (&figure, at) {
                (Figure::Phases(phases), _) => Some(figure::phases(phases, lang)),
                (_, 0) if homeless => Some(figure::phases(&self.groups.phases(self.rows, place), lang)),
                _ => None,
            };
            let told = figure::told(figure, column, sources, self.look);
            if at == 0 {
                let handle = Handle {
                    name: name.clone(),
                    link: alone.path(),
                    count,
                    sources,
                    position,
                };
                return self.first(column, told, handle, phases);
            }
            cell(at, column, or_empty(told, is_key, lang), phases)
        });
        let cells: Vec<AnyView> = cells.collect();
        let opened = Memo::new(move |_| grouped.is_open(place));
        view! {
            <div
                class="row group"
                role="row"
                aria-rowindex=(position + 2).to_string()
                aria-expanded=move || opened.get().to_string()
                data-group=conditions
                data-count=count.to_string()
                data-at-least=(!sources.whole()).then_some("true")
                style:transform=move || transform(position, scroll)
            >
                {cells}
            </div>
        }
        .into_any()
    }

    /// What the group is called: the values that its rows share.
    fn name(&self, by: &[usize], columns: &Columns) -> String {
        let lang = self.look.lang;
        let keys = columns.iter().filter(|(index, _)| by.contains(index));
        let name = keys.map(|(index, column)| {
            let figure = self.groups.figure(self.rows, self.place, *index);
            or_empty(
                figure::told(figure, column, Completeness::default(), self.look),
                true,
                lang,
            )
            .text
        });
        name.collect::<Vec<_>>().join(" · ")
    }

    /// The first cell: what opens the group, what leads to its rows alone, and how many there are.
    fn first(&self, column: &'static Column, told: Told, handle: Handle, phases: Option<AnyView>) -> AnyView {
        let (grouped, place, lang) = (self.grouped, self.place, self.look.lang);
        let told = or_empty(told, true, lang);
        // More than the value is shown here.
        let value = told.value.unwrap_or_else(|| told.text.clone());
        let Handle {
            name,
            link,
            count,
            sources,
            position,
        } = handle;
        let opened = Memo::new(move |_| grouped.is_open(place));
        let alone = [lang.pick(&words::GROUP_ALONE), lang.pick(&words::COLON), &name].concat();
        let open = [lang.pick(&words::GROUP_OPEN), lang.pick(&words::COLON), &name].concat();
        let toggle = move |_| {
            grouped.active.set(Active {
                row: Some(position),
                column: 0,
            });
            grouped.toggle(place);
            focus_grid();
        };
        let phrase = lang.pick(if count == 1 {
            &words::GROUP_ROW
        } else {
            &words::GROUP_ROWS
        });
        let rows = fill(phrase, &[("n", &sources.spoken(lang, count))]);
        let seen = seen_and_spoken(sources.text(lang, count), rows.clone());
        view! {
            <div
                class="cell name"
                role="gridcell"
                aria-colindex="1"
                aria-expanded=move || opened.get().to_string()
                data-column=column.id
                data-value=value
            >
                <button
                    type="button"
                    class="link"
                    tabindex="-1"
                    aria-expanded=move || opened.get().to_string()
                    aria-label=open.clone()
                    title=open
                    on:click=toggle
                >
                    {icon::icon(icon::RIGHT)}
                </button>
                <a href=link tabindex="-1" title=alone>{told.text}</a>
                <span class="rows" title=rows>{seen}</span>
                {phases}
            </div>
        }
        .into_any()
    }
}

/// What the first cell of a group has besides its value.
struct Handle {
    /// What the group is called.
    name: String,
    /// Where its rows stand alone.
    link: String,
    /// How many there are.
    count: usize,
    /// How completely those have told that may have some.
    sources: Completeness,
    /// Where its line is.
    position: usize,
}

/// What rows are grouped by has a word where they have no value.
fn or_empty(told: Told, is_key: bool, lang: Lang) -> Told {
    if is_key && told.text.is_empty() {
        Told {
            text: lang.pick(&words::EMPTY_VALUE).to_owned(),
            value: Some(String::new()),
            counted: true,
            ..told
        }
    } else {
        told
    }
}

fn cell(at: usize, column: &'static Column, told: Told, phases: Option<AnyView>) -> AnyView {
    let text = match told.spoken {
        Some(spoken) => seen_and_spoken(told.text, spoken),
        None => told.text.into_any(),
    };
    view! {
        <div
            class=class(column)
            class:counted=told.counted
            role="gridcell"
            aria-colindex=(at + 1).to_string()
            data-column=column.id
            data-value=told.value
            title=told.title
            data-at-least=told.at_least.then_some("true")
        >
            {text}
            {told.aside.map(|aside| view! { <span class="aside">" "{aside}</span> })}
            {phases}
        </div>
    }
    .into_any()
}
