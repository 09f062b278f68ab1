//! The order of groups: by what their lines show.

use super::deal::{Dealt, key_dictionary};
use super::figure::{self, Different, Seen, shows_phases};
use crate::engine::Engine;
use crate::engine::rank::{self, Ranks};
use crate::rows::{Dictionary, Rows};
use catalog::{Kind, Phase};
use std::borrow::Cow;
use values::sort;
use view::{SortKey, View};

/// What groups are sorted by, smallest first.
type Key = u64;

/// Of a group that shows nothing: it comes last, whichever the direction.
const LAST: Key = Key::MAX;

/// The groups in the order of the view. Those that are equal by all its keys stand by the values that they are grouped by.
pub(super) fn order(groups: &Dealt, engine: &Engine, rows: &Rows, view: &View) -> Vec<u32> {
    let mut order: Vec<u32> = (0..groups.len())
        .filter_map(|group| u32::try_from(group).ok())
        .collect();
    by_values(groups, engine, rows, &mut order);
    for key in view.effective_sort().iter().rev() {
        let keys = keys(groups, engine, rows, *key);
        rank::sort_by_key(&mut order, |group| keys.get(group as usize).copied().unwrap_or(LAST));
    }
    order
}

/// Sorts groups by their values, so that the order is the same whoever answered first.
fn by_values(groups: &Dealt, engine: &Engine, rows: &Rows, order: &mut [u32]) {
    let places: Vec<Vec<u32>> = groups
        .by()
        .iter()
        .map(|column| key_ranks(engine, rows, *column).map_or_else(Vec::new, |ranks| ranks.places(false).0))
        .collect();
    let place = |group: u32, key: usize| {
        let code = groups.code(group as usize, key) as usize;
        places[key].get(code).copied().unwrap_or(u32::MAX)
    };
    for key in (0..places.len()).rev() {
        rank::sort_by_key(order, |group| place(group, key).into());
    }
    // Texts that differ by capitals alone have one place.
    let alike = |a: u32, b: u32| (0..places.len()).all(|key| place(a, key) == place(b, key));
    let texts = |group: u32| groups.values(rows, group as usize);
    for run in order.chunk_by_mut(|a, b| alike(*a, *b)).filter(|run| run.len() > 1) {
        sort::numbers(run, &mut |a, b| texts(a).cmp(&texts(b)));
    }
}

/// The ranks of the values that a column's groups have.
fn key_ranks<'e>(engine: &'e Engine, rows: &Rows, column: usize) -> Option<Cow<'e, Ranks>> {
    let dict = key_dictionary(rows, column)?;
    match rows.column(column)?.dict.words() {
        Some(words) => Some(Cow::Owned(Ranks::of(words))),
        None => Some(ranks(engine, dict, column)),
    }
}

/// The ranks of a column's values: the engine's, where it has sorted rows by them.
fn ranks<'e>(engine: &'e Engine, dict: &Dictionary, column: usize) -> Cow<'e, Ranks> {
    match engine.ranks.get(column).filter(|ranks| ranks.knows(dict)) {
        Some(ranks) => Cow::Borrowed(ranks),
        None => Cow::Owned(Ranks::of(dict)),
    }
}

/// Each group's key.
fn keys(groups: &Dealt, engine: &Engine, rows: &Rows, key: SortKey) -> Vec<Key> {
    let all = 0..groups.len();
    let turned = |size: Key| {
        if key.descending {
            LAST - 1 - size.min(LAST - 1)
        } else {
            size.min(LAST - 1)
        }
    };
    let column = key.column;
    let Some(facts) = rows.table().columns().nth(column) else {
        return all.map(|group| turned(groups.rows(group).len() as Key)).collect();
    };
    if let Some(at) = groups.by().iter().position(|by| *by == column) {
        let (places, _) =
            key_ranks(engine, rows, column).map_or_else(Default::default, |ranks| ranks.places(key.descending));
        return all
            .map(|group| {
                places
                    .get(groups.code(group, at) as usize)
                    .map_or(LAST, |place| (*place).into())
            })
            .collect();
    }
    let Some(own) = rows.column(column) else {
        return Vec::new();
    };
    if shows_phases(rows.table(), column) {
        let place = |phase: Phase| {
            Phase::VALUES
                .iter()
                .position(|known| known.phase == phase)
                .unwrap_or_default()
        };
        let (failed, action) = (place(Phase::Failed), place(Phase::Action));
        return all
            .map(|group| {
                let counts = figure::phases(rows, groups.rows(group));
                turned(Key::from(counts[failed]) << 32 | Key::from(counts[action]))
            })
            .collect();
    }
    match facts.kind {
        Kind::Number => all
            .map(|group| {
                figure::sum(rows, groups.rows(group), column)
                    .value()
                    .map_or(LAST, |sum| turned(rank::of_number(sum)))
            })
            .collect(),
        Kind::Time => all
            .map(|group| {
                figure::newest(rows, groups.rows(group), column).map_or(LAST, |newest| turned(rank::of_time(newest)))
            })
            .collect(),
        _ => {
            let (ranks, mut seen) = (ranks(engine, &own.dict, column), Seen::of(own));
            let (places, most) = ranks.places(false);
            let nothing = most.saturating_sub(1);
            all.map(
                |group| match figure::different(rows, groups.rows(group), column, &mut seen) {
                    Different::One(code) => match places.get(code as usize) {
                        Some(place) if *place as usize != nothing => turned((*place).into()),
                        _ => LAST,
                    },
                    // Behind every single value.
                    Different::Several(values) => turned(1 << 32 | Key::from(values)),
                },
            )
            .collect()
        }
    }
}
