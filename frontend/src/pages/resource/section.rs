//! The rows of one table that name the resource, in short.

use super::TableHits;
use super::find::{self, Hit};
use crate::grid::cell::{self, Look};
use crate::i18n::{Locale, fill, words};
use crate::links::to_row;
use catalog::{Column, Format, Kind, Phase};
use leptos::prelude::*;
use table::Rows;
use table::rows::Cell;
use table::view::View;

/// Rows of a table before one goes to the table itself.
const ROWS: usize = 20;
/// Columns between a row's state and its times.
const COLUMNS: usize = 4;

/// The rows of one table.
pub fn section(hits: TableHits, id: StoredValue<String>, now: RwSignal<i64>) -> impl IntoView {
    let locale = Locale::get();
    let TableHits { table, data, hits } = hits;
    move || {
        let hits = hits.with(|(_, hits)| hits.clone());
        if hits.is_empty() {
            return None;
        }
        let lang = locale.lang();
        let look = Look {
            lang,
            now: now.get(),
            zone: None,
            full: false,
        };
        let told = data.completeness(|_| true);
        let count = |number: usize| told.text(lang, number);
        let links = find::views(table, &hits);
        let whole = links.len() == 1;
        let links = links.into_iter().filter_map(|(at, number)| {
            let column = table.columns().nth(at)?;
            let href = id.with_value(|id| View::new(table).only(at, id)).path();
            let words = if whole {
                fill(lang.pick(&words::ALL_ROWS), &[("n", &count(number))])
            } else {
                [lang.pick(&column.label), ": ", &count(number)].concat()
            };
            Some(view! { <a class="all" href=href data-count=number.to_string()>{words}</a> })
        });
        let links = links.collect_view();
        let body = data.rows.with(|rows| compact(rows, &hits, id, look));
        let open = data
            .loading()
            .then(|| view! { <span class="hint">{lang.pick(&words::STATE_LOADING)}</span> });
        Some(view! {
            <section class="rows" data-table=table.id data-count=hits.len().to_string()>
                <h2>{lang.pick(&table.label)}<span class="hint" class:gap=!told.whole()>{told.view(lang, hits.len())}</span>{open}</h2>
                <p class="links">{links}</p>
                {body}
            </section>
        })
    }
}

/// A row's columns besides state and times: what its table shows, but for what is the same in every row here.
fn columns(rows: &Rows, hits: &[Hit], id: &str) -> Vec<(usize, &'static Column)> {
    let table = rows.table();
    let shown = table
        .shown
        .iter()
        .filter_map(|name| Some((table.index(name)?, table.column(name)?)));
    let says = |(at, column): &(usize, &'static Column)| {
        let state = column.id == "state" || column.id == "phase";
        let place = matches!(column.id, "account" | "region");
        let own = hits
            .iter()
            .all(|hit| matches!(rows.cell(hit.row, *at), Cell::Text(text) if text == id));
        let empty = hits.iter().all(|hit| rows.cell(hit.row, *at) == Cell::Empty);
        column.kind != Kind::Time && !state && !place && !own && !empty
    };
    shown.filter(says).take(COLUMNS).collect()
}

/// The newest rows, or the most urgent where there are no times.
fn compact(rows: &Rows, hits: &[Hit], id: StoredValue<String>, look: Look<'_>) -> AnyView {
    let table = rows.table();
    let times = table.span_columns();
    let mut order: Vec<u32> = hits.iter().map(|hit| hit.row).collect();
    let begin = |row: u32| match times.map(|[begin, _]| rows.cell(row, begin)) {
        Some(Cell::Time(at)) => std::cmp::Reverse(at),
        _ => std::cmp::Reverse(i64::MIN),
    };
    let urgency = |row: u32| {
        let phase = rows.phase(row);
        Phase::VALUES.iter().position(|known| known.phase == phase)
    };
    table::sort::by_key(&mut order, |row| (begin(*row), urgency(*row), *row));
    order.truncate(ROWS);
    // What a state column says of the row itself is more than its phase; a plug-in's is that of its cluster.
    let own = table.span.is_some_and(|span| span.work);
    let state = table.index(if own { "state" } else { "phase" });
    let named = |at: usize| Some((at, table.columns().nth(at)?));
    let columns: Vec<(usize, &'static Column)> = state
        .and_then(named)
        .into_iter()
        .chain(id.with_value(|id| columns(rows, hits, id)))
        .chain(times.into_iter().flatten().filter_map(named))
        .collect();
    let head = columns.iter().map(|(_, column)| view! { <th scope="col" class:number=column.kind == Kind::Number>{look.lang.pick(&column.label)}</th> });
    let head = head.collect_view();
    let line = |row: &u32| {
        let row = *row;
        let cells = columns.iter().enumerate().map(|(place, (at, column))| {
            let shown = cell::show(rows, row, *at, column, look);
            let class = match (column.kind, column.format) {
                (Kind::Number, _) => "number",
                (_, Format::Id | Format::Code) => "code",
                _ => "",
            };
            let text = if place == 0 {
                let text = if shown.text.is_empty() {
                    "–".to_owned()
                } else {
                    shown.text
                };
                view! { <a href=to_row(rows, row, None)>{cell::dot(shown.phase.or(Some(rows.phase(row))))}{text}</a> }
                    .into_any()
            } else {
                shown.text.into_any()
            };
            view! { <td class=class title=shown.title>{text}</td> }
        });
        let cells = cells.collect_view();
        view! { <tr data-row-id=rows.id(row)>{cells}</tr> }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=look.lang.pick(&table.label)>
            <table>
                <thead><tr>{head}</tr></thead>
                <tbody>{order.iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
