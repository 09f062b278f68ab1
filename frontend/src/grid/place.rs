//! Where the grid stands: what is in sight, and where the keyboard is, when the rows change, when a row is opened, and when one comes back.

use super::Active;
use super::scroll::Scroll;
use crate::places::{Places, when_touched};
use crate::screen::Screen;
use crate::ui::effect::{effect, effect_after};
use leptos::prelude::*;

/// What was at the upper edge: its id, which row it was, how much of it was above, and how far the grid was scrolled to the right.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    id: String,
    row: usize,
    /// In thousandths of a pixel: how to read and print floats would be 10 KB of what every visit loads.
    above: i32,
    left: i32,
}

impl Place {
    /// In one line; an id may have anything in it but a line break.
    fn text(&self) -> String {
        format!("{} {} {} {}", self.row, self.above, self.left, self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        Some(Self {
            row: parts.next()?.parse().ok()?,
            above: parts.next()?.parse().ok()?,
            left: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
        })
    }
}

/// Keeps the keyboard's place and the scroll position where they make sense.
pub fn keep(screen: Screen, active: RwSignal<Active>, scroll: Scroll) {
    keep_active(screen, active);
    let returning = come_back(screen, scroll);
    // The open row stays in sight while one steps through the list, and comes into sight where a link has opened it, once there is anything to see.
    let seen = Memo::new(move |_| scroll.viewport.get().slots() > 0);
    effect(move || {
        let Some(position) = screen.open.get() else { return };
        active.update(|active| active.row = Some(position));
        if seen.get() && returning.with_value(Option::is_none) {
            scroll.show(position);
        }
    });
    // Another question, another list: begin at its top.
    let question = Memo::new(move |_| {
        screen
            .view
            .with(|view| (view.conditions.clone(), view.q.clone(), view.sort.clone()))
    });
    effect_after(move |before: Option<()>| {
        // Read, not only tracked: what nobody reads is never worked out, and never changes.
        question.with(|_| ());
        let elsewhere = screen.open.get_untracked().is_some() || returning.with_value(Option::is_some);
        if before.is_some() && !elsewhere {
            scroll.to_top();
        }
    });
}

/// Fewer rows or columns must not leave the keyboard outside of them.
fn keep_active(screen: Screen, active: RwSignal<Active>) {
    effect(move || {
        let (rows, columns) = (screen.count.get(), screen.columns.with(Vec::len));
        let at = active.get_untracked();
        let row = at.row.map(|row| row.min(rows.saturating_sub(1)));
        let next = Active {
            row,
            column: at.column.min(columns.saturating_sub(1)),
        };
        if next != at {
            active.set(next);
        }
    });
}

/// Leads back to where one was in an entry of the history: to the same rows at the same height. Until all of them have come, or somebody goes
/// elsewhere, the place is held again and again.
fn come_back(screen: Screen, scroll: Scroll) -> StoredValue<Option<Place>> {
    let returning = StoredValue::new(None::<Place>);
    let arrived = RwSignal::new(());
    let tell = move || {
        // Who is still on the way back is where they were.
        if let Some(place) = returning.try_get_value()? {
            return Some(place.text());
        }
        let (row, above, left) = scroll.at()?;
        let id = screen
            .row_at(row)
            .map(|row| screen.data.rows.with_untracked(|rows| rows.id(row)))
            .unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "less than the height of a row")]
        let above = (above * 1000.0).round() as i32;
        Some(Place { id, row, above, left }.text())
    };
    Places::get().keep(screen.table.id, tell, move |place| {
        returning.set_value(Place::read(&place));
        arrived.notify();
    });
    when_touched(move || returning.set_value(None));
    let on_its_way = move || screen.data.loading() || screen.work.under_way();
    let go = move || {
        let Some(place) = returning.try_get_value().flatten().filter(|_| scroll.is_seen()) else {
            return;
        };
        let row = screen
            .data
            .rows
            .try_with_untracked(|rows| rows.find(&place.id))
            .flatten();
        let position = row.and_then(|row| {
            screen
                .engine
                .try_with_untracked(|engine| engine.position(row))
                .flatten()
        });
        if position.is_some() || !untrack(on_its_way) {
            let above = f64::from(place.above) / 1000.0;
            scroll.return_to((position.unwrap_or(place.row), above, place.left));
        }
        if !untrack(on_its_way) {
            returning.set_value(None);
        }
    };
    effect(move || {
        arrived.track();
        screen.engine.track();
        scroll.viewport.track();
        on_its_way();
        if returning.with_value(Option::is_some) {
            // By then, the view is that of the address, and the rows have their places.
            request_animation_frame(go);
        }
    });
    returning
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_is_one_line() {
        let place = Place {
            id: "prod cn/i-1 2".to_owned(),
            row: 812,
            above: 12_500,
            left: 40,
        };
        assert_eq!(Place::read(&place.text()), Some(place));
        assert_eq!(Place::read("812"), None);
        assert_eq!(Place::read(""), None);
    }
}
