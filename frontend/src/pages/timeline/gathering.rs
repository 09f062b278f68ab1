//! Gathering what matches from all tables of the timeline, in parts between which the page answers.

use super::items::{Bands, Item, collect};
use super::order::Ordered;
use super::sorting::{Dealing, Sorting};
use crate::i18n::format;
use crate::store::Data;
use crate::ui::versioned::Versioned;
use crate::ui::work::Task;
use catalog::{Phase, Table};
use leptos::prelude::*;
use table::engine::{Clock, Engine, Step};
use table::view::timeline::{Grouping, TimelineView};

/// One table of the timeline.
pub struct Layer {
    /// Which.
    pub table: &'static Table,
    /// Its rows.
    pub data: Data,
    /// What of its rows matches.
    pub engine: Engine,
}

/// Everything that matches, in order.
#[derive(Default)]
pub struct Found {
    /// The items.
    pub all: Ordered,
    /// What the bands are.
    pub bands: Bands,
}

/// Numbers about what matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// How many have each phase, whatever phases are asked for.
    pub phases: Vec<(Phase, usize)>,
    /// How many each table has; `None` where it does not know a condition.
    pub tables: Vec<Option<usize>>,
    /// How many match and have a place in time.
    pub matching: usize,
    /// How many match and have none.
    pub timeless: usize,
}

/// Rows that one part looks at.
const ROWS: usize = 4_000;

/// The work on one question, with what has been found so far.
pub struct Gathering {
    view: TimelineView,
    now: i64,
    layers: StoredValue<Vec<Layer>>,
    /// Where what has been found goes in the end.
    shown: (Versioned<Found>, RwSignal<Tally>),
    /// Which table comes next.
    place: u8,
    /// How many of its matching rows have been looked at, once these are known.
    seen: Option<usize>,
    found: Found,
    tally: Tally,
    /// What is left once all tables have been looked at.
    ordering: Option<Ordering>,
}

/// A band to be ordered: its place, the beginning of its key, which decides where places are the same, and its number.
type Place = (usize, u64, u32);

/// What is being done to bring everything into order.
enum Ordering {
    /// The bands are sorted.
    Bands(Sorting<Place>, Vec<Place>),
    /// The items are dealt out to their bands.
    Dealing(Dealing),
    /// The items of each band are sorted.
    Items(Sorting<Item>),
    /// All is in order, and gets known.
    Known,
}

impl Gathering {
    /// Nothing found yet.
    pub fn new(
        view: TimelineView,
        now: i64,
        layers: StoredValue<Vec<Layer>>,
        found: Versioned<Found>,
        tally: RwSignal<Tally>,
    ) -> Self {
        Self {
            view,
            now,
            layers,
            shown: (found, tally),
            place: 0,
            seen: None,
            found: Found::default(),
            tally: Tally {
                phases: Phase::VALUES.iter().map(|value| (value.phase, 0)).collect(),
                ..Tally::default()
            },
            ordering: None,
        }
    }

    /// Does a part of the work on a table.
    fn look(&mut self, layer: &mut Layer) {
        let Layer { table, data, engine } = layer;
        let Some(view) = self.view.view(table) else {
            self.tally.tables.push(None);
            self.place += 1;
            return;
        };
        let midnight = |date| format::midnight(date, self.view.tz.as_deref());
        let clock = Clock {
            now: self.now,
            midnight: &midnight,
        };
        data.rows.with_untracked(|rows| {
            let Some(seen) = self.seen else {
                if engine.step(rows, &view, &clock) == Step::More {
                    return;
                }
                self.tally.tables.push(Some(engine.matching().len()));
                if !self.view.shows(table) {
                    self.place += 1;
                    return;
                }
                let phases = table.index("phase").map(|at| engine.facet(rows, &view, at));
                for value in phases.into_iter().flatten() {
                    let is = |known: &catalog::Value| known.value == value.value;
                    if let Some(at) = Phase::VALUES.iter().position(is) {
                        self.tally.phases[at].1 += value.count as usize;
                    }
                }
                self.seen = Some(0);
                return;
            };
            let mut parts = engine.matching()[seen..].chunks(ROWS);
            let part = parts.next().unwrap_or_default();
            let (bands, items) = (&mut self.found.bands, &mut self.found.all.items);
            self.tally.timeless += collect(rows, part, self.place, self.view.grouping, bands, items);
            self.seen = parts.next().map(|_| seen + part.len());
            if self.seen.is_none() {
                self.place += 1;
            }
        });
    }

    /// The bands, each with what it is ordered by before its key: accounts as they are configured, tables as in the catalogue, resources by the most
    /// urgent thing about them.
    fn places(&self) -> Vec<Place> {
        let mut accounts: Vec<String> = Vec::new();
        if self.view.grouping == Grouping::Account {
            self.layers.with_value(|layers| {
                for target in layers.iter().flat_map(|layer| layer.data.targets.get_untracked()) {
                    if !accounts.contains(&target.account) {
                        accounts.push(target.account);
                    }
                }
            });
        }
        let bands = (0_u32..).zip(&self.found.bands.all);
        let places = bands.map(|(number, band)| {
            let place = match self.view.grouping {
                Grouping::Table => number as usize,
                Grouping::Account => accounts
                    .iter()
                    .position(|account| *account == band.key)
                    .unwrap_or(usize::MAX),
                Grouping::Resource => band.urgency,
            };
            (place, beginning(&band.key), number)
        });
        places.collect()
    }

    /// Does a part of the ordering, and returns whether all is in order.
    fn order(&mut self) -> bool {
        let Found { all, bands } = &mut self.found;
        match &mut self.ordering {
            None => false,
            Some(Ordering::Bands(sorting, places)) => {
                let key = |place: &Place| &bands.all[place.2 as usize].key;
                if sorting.step(places, |a, b| {
                    (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| key(a).cmp(key(b)))
                }) {
                    let mut stretches = vec![0..0; places.len()];
                    let mut end = 0;
                    for (.., band) in places {
                        let start = end;
                        end += bands.all[*band as usize].count;
                        all.bands.push(start..end);
                        stretches[*band as usize] = start..end;
                    }
                    self.ordering = Some(Ordering::Dealing(Dealing::new(stretches)));
                }
                false
            }
            Some(Ordering::Dealing(dealing)) => {
                if dealing.step(&mut all.items, |item| item.band as usize) {
                    self.ordering = Some(Ordering::Items(Sorting::new(all.bands.clone())));
                }
                false
            }
            Some(Ordering::Items(sorting)) => {
                let key = |item: &Item| (item.from, item.to, item.table, item.target, item.row);
                if sorting.step(&mut all.items, |a, b| key(a).cmp(&key(b))) {
                    self.ordering = Some(Ordering::Known);
                }
                false
            }
            Some(Ordering::Known) => all.step(),
        }
    }
}

impl Task for Gathering {
    fn step(&mut self) -> bool {
        let layers = self.layers;
        let looked = layers.try_update_value(|layers| {
            let layer = layers.get_mut(usize::from(self.place));
            layer.map(|layer| self.look(layer)).is_some()
        });
        if looked == Some(true) {
            return false;
        }
        if self.ordering.is_none() {
            let places = self.places();
            let all = 0..places.len();
            self.ordering = Some(Ordering::Bands(Sorting::new(vec![all]), places));
        }
        if !self.order() {
            return false;
        }
        self.tally.matching = self.found.all.items.len();
        let (found, tally) = self.shown;
        found.update(|found| *found = std::mem::take(&mut self.found));
        tally.set(std::mem::take(&mut self.tally));
        true
    }
}

/// The first bytes of a text, as a number that is ordered as they are.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(bytes)
}
