//! The keyboard on groups and rows: as in the plain grid, and right and left open and close.

use super::lines::{Line, Lines};
use super::state::Grouped;
use crate::grid::Active;
use crate::grid::keys::show_cell;
use crate::grid::scroll::Scroll;
use crate::ui::keys as pressed;
use crate::url_state::Entry;
use leptos::{ev, prelude::*};

/// Moves the mark, opens and closes groups, opens a row, or shows a group alone.
pub fn handle(event: &ev::KeyboardEvent, grouped: Grouped, scroll: Scroll) {
    let screen = grouped.screen;
    let at = grouped.active.get_untracked();
    let line = at.row.and_then(|row| grouped.line_at(row));
    let key = event.key();
    if let Some(line) = line.filter(|_| key == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.alt_key()) {
        event.prevent_default();
        return grouped.open_beside(line);
    }
    if event.alt_key() || event.meta_key() {
        return;
    }
    if let Some(step @ ('j' | 'k')) = pressed::single(event) {
        return walk(event, grouped, step == 'j', scroll);
    }
    let is_open = |place: usize| untrack(|| grouped.is_open(place));
    let next = match (key.as_str(), line) {
        ("ArrowRight", Some(Line::Group(place))) if !is_open(place) => {
            event.prevent_default();
            return grouped.set_open(place, true);
        }
        ("ArrowLeft", Some(Line::Group(place))) if is_open(place) => {
            event.prevent_default();
            return grouped.set_open(place, false);
        }
        // From a row to the line of its group.
        ("ArrowLeft", Some(Line::Row(_))) if at.column == 0 => Active {
            row: at
                .row
                .and_then(|row| grouped.lines.with_untracked(|lines| lines.group_of(row))),
            ..at
        },
        ("Enter" | " ", _) => {
            event.prevent_default();
            return act(event, grouped, line, scroll);
        }
        _ => {
            let last = Active {
                row: Some(grouped.lines.with_untracked(Lines::len).saturating_sub(1)),
                column: screen.columns.with_untracked(Vec::len).saturating_sub(1),
            };
            match moved(&key, event.ctrl_key(), at, last, scroll.viewport.get_untracked().rows()) {
                Some(next) => next,
                None => return,
            }
        }
    };
    event.prevent_default();
    go(grouped, next, scroll);
}

/// Where a key moves the mark.
fn moved(key: &str, control: bool, at: Active, last: Active, page: usize) -> Option<Active> {
    let to_row = |row: Option<usize>| Active {
        row: row.map(|row| row.min(last.row.unwrap_or_default())),
        ..at
    };
    let to_column = |column: usize| Active { column, ..at };
    Some(match key {
        "ArrowDown" => to_row(Some(at.row.map_or(0, |row| row + 1))),
        "ArrowUp" => to_row(at.row.and_then(|row| row.checked_sub(1))),
        "ArrowRight" => to_column((at.column + 1).min(last.column)),
        "ArrowLeft" => to_column(at.column.saturating_sub(1)),
        "PageDown" => to_row(Some(at.row.map_or(0, |row| row + page))),
        "PageUp" => to_row(at.row.map(|row| row.saturating_sub(page))),
        "Home" if control => Active {
            row: Some(0),
            column: 0,
        },
        "End" if control => last,
        "Home" => to_column(0),
        "End" => to_column(last.column),
        _ => return None,
    })
}

fn go(grouped: Grouped, next: Active, scroll: Scroll) {
    grouped.active.set(next);
    if let Some(row) = next.row {
        scroll.show(row);
    }
    show_cell(next);
}

/// Enter or the space bar.
fn act(event: &ev::KeyboardEvent, grouped: Grouped, line: Option<Line>, scroll: Scroll) {
    let at = grouped.active.get_untracked();
    match line {
        Some(Line::Group(place)) if event.key() == " " => grouped.toggle(place),
        Some(Line::Group(place)) => grouped.drill(place, scroll),
        Some(Line::Row(row)) => grouped.open_row(row, Entry::Step),
        None if at.row.is_none() => {
            let column = grouped
                .screen
                .columns
                .with_untracked(|columns| columns.get(at.column).copied());
            if let Some(column) = column {
                grouped
                    .screen
                    .view
                    .step(|view| view.sorted_by(column, event.shift_key()));
            }
        }
        None => {}
    }
}

/// Opens the next row that has a line, or the one before, as the same keys do elsewhere on the page with all rows.
fn walk(event: &ev::KeyboardEvent, grouped: Grouped, after: bool, scroll: Scroll) {
    event.prevent_default();
    event.stop_propagation();
    let open = grouped.screen.view.with_untracked(|view| view.row.clone());
    let open = open.and_then(|id| grouped.screen.data.rows.with_untracked(|rows| rows.find(&id)));
    let at = grouped.active.get_untracked();
    let next = grouped.lines.with_untracked(|lines| {
        let from = open.and_then(|row| lines.find(row)).or(at.row).unwrap_or_default();
        lines.neighbour(from, after)
    });
    if let Some((position, row)) = next {
        grouped.open_row(row, Entry::Burst);
        go(
            grouped,
            Active {
                row: Some(position),
                ..at
            },
            scroll,
        );
    }
}
