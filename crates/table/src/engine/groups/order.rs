//! The order of groups: by what their lines show.

use super::deal::{Dealt, PART};
use super::figure::{self, Different, Seen, shows_phases};
use crate::engine::Engine;
use crate::engine::find::Lowered;
use crate::engine::rank::{self, ByKey, Key, Ranking, Ranks};
use crate::rows::{Dictionary, Rows};
use catalog::{Kind, Phase};
use values::sort;
use view::SortKey;

/// Of a group that shows nothing: it comes last, whichever the direction.
const LAST: Key = Key::MAX;

/// Groups on their way into the order of a view. Those that are equal by all its keys stand by the values that they are grouped by.
#[derive(Default)]
pub(super) struct Ordering {
    order: Vec<u32>,
    /// What is still to be done, the next at the end.
    left: Vec<Task>,
    /// The values that are being ranked.
    ranking: Option<Ranking>,
    /// The ranks of items, by column.
    items: Vec<(usize, Ranks)>,
    /// The places of the values that rows are grouped by, one list of codes a column.
    places: Vec<Vec<u32>>,
    /// What the groups are to be sorted by.
    keys: Option<Keys>,
    /// The sort that is under way.
    sorting: Option<ByKey>,
}

enum Task {
    /// Ranks the values of a column, if that has not been done.
    Rank(usize),
    /// Ranks the values that rows are grouped by: of lists, the items.
    RankKey(usize),
    /// Works out the places of what rows are grouped by.
    Places,
    /// Sorts by the values of one of the columns that rows are grouped by.
    Value(usize),
    /// Puts those in order whose values have the same places.
    Alike,
    /// Works out what a key of the view's order says of each group.
    Keys(SortKey),
    /// Sorts by that.
    Sort,
}

impl Ordering {
    /// Begins to sort groups: least important first, so that each sort keeps what the ones before have done.
    pub(super) fn begin(groups: &Dealt, rows: &Rows, keys: &[SortKey]) -> Self {
        let texts = keys.iter().map(|key| key.column);
        let texts = texts.filter(|column| !groups.by().contains(column) && has_ranks(rows, *column));
        let mut tasks: Vec<Task> = groups.by().iter().copied().map(Task::RankKey).collect();
        tasks.extend(texts.map(Task::Rank));
        tasks.push(Task::Places);
        tasks.extend((0..groups.by().len()).rev().map(Task::Value));
        tasks.push(Task::Alike);
        tasks.extend(keys.iter().rev().flat_map(|key| [Task::Keys(*key), Task::Sort]));
        tasks.reverse();
        Self {
            order: (0..groups.len())
                .filter_map(|group| u32::try_from(group).ok())
                .collect(),
            left: tasks,
            ..Self::default()
        }
    }

    /// Does one part of the work; true when all is done.
    pub(super) fn step(&mut self, groups: &Dealt, engine: &mut Engine, rows: &Rows) -> bool {
        let done = match self.left.last() {
            None => return true,
            Some(Task::Rank(column)) => {
                let column = *column;
                self.rank(engine, rows, column)
            }
            Some(Task::RankKey(column)) => {
                let column = *column;
                self.rank_key(engine, rows, column)
            }
            Some(Task::Places) => {
                let by = groups.by().iter();
                let places = by.map(|column| {
                    self.key_ranks(engine, *column)
                        .map_or_else(Vec::new, |ranks| ranks.places(false).0)
                });
                self.places = places.collect();
                true
            }
            Some(Task::Value(key)) => {
                let (key, places) = (*key, &self.places);
                let begin = |order: &[u32]| ByKey::begin(order, |group| place(groups, places, group, key).into());
                sort_part(&mut self.order, &mut self.sorting, begin)
            }
            Some(Task::Alike) => {
                alike(groups, rows, &self.places, &mut self.order);
                true
            }
            Some(Task::Keys(key)) => {
                let key = *key;
                let mut keys = match self.keys.take() {
                    Some(keys) => keys,
                    None => Keys::begin(self, groups, engine, rows, key),
                };
                let done = keys.step(groups, rows);
                self.keys = Some(keys);
                done
            }
            Some(Task::Sort) => {
                let keys = self.keys.as_ref().map_or(&[][..], |keys| &keys.done);
                let key = |group: u32| keys.get(group as usize).copied().unwrap_or(LAST);
                let done = sort_part(&mut self.order, &mut self.sorting, |order| ByKey::begin(order, key));
                if done {
                    self.keys = None;
                }
                done
            }
        };
        if done {
            self.left.pop();
        }
        false
    }

    /// The groups in order, once all is done.
    pub(super) fn finish(self) -> Vec<u32> {
        self.order
    }

    /// Ranks a part of a column's values; true when they have their ranks.
    fn rank(&mut self, engine: &mut Engine, rows: &Rows, column: usize) -> bool {
        let dict = rows.column(column).map(|column| &column.dict);
        match (dict, engine.ranks.get_mut(column), engine.lowered.get_mut(column)) {
            (Some(dict), Some(ranks), Some(lowered)) => rank(&mut self.ranking, dict, ranks, lowered),
            // An engine that has never seen rows has no matching ones either.
            _ => true,
        }
    }

    /// The same for what rows are grouped by.
    fn rank_key(&mut self, engine: &mut Engine, rows: &Rows, column: usize) -> bool {
        let items = rows.column(column).and_then(|column| column.dict.words());
        let (Some(items), Some(lowered)) = (items, engine.words.get_mut(column)) else {
            return self.rank(engine, rows, column);
        };
        let known = self.items.iter().position(|(known, _)| *known == column);
        let at = known.unwrap_or_else(|| {
            self.items.push((column, Ranks::default()));
            self.items.len() - 1
        });
        rank(&mut self.ranking, items, &mut self.items[at].1, lowered)
    }

    /// The ranks of the values that a column's groups have, once they have been worked out.
    fn key_ranks<'a>(&'a self, engine: &'a Engine, column: usize) -> Option<&'a Ranks> {
        let items = self.items.iter().find(|(known, _)| *known == column);
        items.map(|(_, ranks)| ranks).or_else(|| engine.ranks.get(column))
    }
}

/// Whether groups are sorted by the texts of a column: not by a sum, a time, or phases.
fn has_ranks(rows: &Rows, column: usize) -> bool {
    let kind = rows.table().columns().nth(column).map(|column| column.kind);
    kind.is_some_and(|kind| !matches!(kind, Kind::Number | Kind::Time)) && !shows_phases(rows.table(), column)
}

fn rank(ranking: &mut Option<Ranking>, dict: &Dictionary, ranks: &mut Ranks, lowered: &mut Lowered) -> bool {
    *ranking = match ranking.take() {
        None => Ranking::begin(dict, ranks),
        Some(mut under_way) => (!under_way.step(dict, lowered, ranks)).then_some(under_way),
    };
    ranking.is_none()
}

fn sort_part(order: &mut [u32], sorting: &mut Option<ByKey>, begin: impl FnOnce(&[u32]) -> ByKey) -> bool {
    let under_way = sorting.get_or_insert_with(|| begin(order));
    let done = under_way.step(order);
    if done {
        *sorting = None;
    }
    done
}

/// The place of a group's value in one of the columns that rows are grouped by.
fn place(groups: &Dealt, places: &[Vec<u32>], group: u32, key: usize) -> u32 {
    let code = groups.code(group as usize, key) as usize;
    places
        .get(key)
        .and_then(|places| places.get(code))
        .copied()
        .unwrap_or(u32::MAX)
}

/// Puts those in order whose texts differ by capitals alone, so that the order is the same whoever answered first.
fn alike(groups: &Dealt, rows: &Rows, places: &[Vec<u32>], order: &mut [u32]) {
    let alike =
        |a: u32, b: u32| (0..places.len()).all(|key| place(groups, places, a, key) == place(groups, places, b, key));
    let texts = |group: u32| groups.values(rows, group as usize);
    for run in order.chunk_by_mut(|a, b| alike(*a, *b)).filter(|run| run.len() > 1) {
        sort::numbers(run, &mut |a, b| texts(a).cmp(&texts(b)));
    }
}

/// What a key of an order says of each group, as far as it has been worked out.
struct Keys {
    done: Vec<Key>,
    column: usize,
    descending: bool,
    shown: Shown,
}

/// What groups show of a column that they are sorted by.
enum Shown {
    /// How many rows they have.
    Count,
    /// The value at this place among those that they are grouped by; the places of its codes.
    Value(usize, Vec<u32>),
    Phases,
    Sum,
    Newest,
    /// One value, or how many; the places of its codes, and the one of no value.
    Different(Vec<u32>, u32, Seen),
}

impl Keys {
    fn begin(ordering: &Ordering, groups: &Dealt, engine: &Engine, rows: &Rows, key: SortKey) -> Self {
        let SortKey { column, descending } = key;
        let places = |ranks: Option<&Ranks>, descending| {
            ranks.map_or_else(Default::default, |ranks: &Ranks| ranks.places(descending))
        };
        let kind = rows.table().columns().nth(column).map(|column| column.kind);
        let shown = match (kind, rows.column(column)) {
            (None, _) | (_, None) => Shown::Count,
            (Some(kind), Some(own)) => {
                if let Some(at) = groups.by().iter().position(|by| *by == column) {
                    Shown::Value(at, places(ordering.key_ranks(engine, column), descending).0)
                } else if shows_phases(rows.table(), column) {
                    Shown::Phases
                } else {
                    match kind {
                        Kind::Number => Shown::Sum,
                        Kind::Time => Shown::Newest,
                        _ => {
                            let (places, most) = places(engine.ranks.get(column), false);
                            let nothing = u32::try_from(most.saturating_sub(1)).unwrap_or(u32::MAX);
                            Shown::Different(places, nothing, Seen::of(own))
                        }
                    }
                }
            }
        };
        Self {
            done: Vec::with_capacity(groups.len()),
            column,
            descending,
            shown,
        }
    }

    /// Works out the keys of some more groups; true when all have one.
    fn step(&mut self, groups: &Dealt, rows: &Rows) -> bool {
        let mut work = 0;
        while self.done.len() < groups.len() && work < PART {
            let of = groups.rows(self.done.len());
            work += of.len();
            let key = self.key(groups, rows, of);
            self.done.push(key);
        }
        self.done.len() == groups.len()
    }

    /// The key of the next group, which has these rows.
    fn key(&mut self, groups: &Dealt, rows: &Rows, of: &[u32]) -> Key {
        let (group, descending) = (self.done.len(), self.descending);
        let turned = |size: Key| {
            let size = size.min(LAST - 1);
            if descending { LAST - 1 - size } else { size }
        };
        match &mut self.shown {
            Shown::Count => turned(of.len() as Key),
            Shown::Value(at, places) => {
                let place = places.get(groups.code(group, *at) as usize);
                place.map_or(LAST, |place| (*place).into())
            }
            Shown::Phases => {
                let counts = figure::phases(rows, of);
                let count = |phase: Phase| {
                    let counts = Phase::VALUES.iter().zip(counts);
                    let mut own = counts.filter(|(known, _)| known.phase == phase);
                    own.next().map_or(0, |(_, count)| Key::from(count))
                };
                turned(count(Phase::Failed) << 32 | count(Phase::Action))
            }
            Shown::Sum => {
                let sum = figure::sum(rows, of, self.column).value();
                sum.map_or(LAST, |sum| turned(rank::of_number(sum)))
            }
            Shown::Newest => {
                let newest = figure::newest(rows, of, self.column);
                newest.map_or(LAST, |newest| turned(rank::of_time(newest)))
            }
            Shown::Different(places, nothing, seen) => match figure::different(rows, of, self.column, seen) {
                Different::One(code) => match places.get(code as usize) {
                    Some(place) if *place != *nothing => turned((*place).into()),
                    _ => LAST,
                },
                // Behind every single value.
                Different::Several(values) => turned(1 << 32 | Key::from(values)),
            },
        }
    }
}
