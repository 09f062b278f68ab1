//! Gathering what matches from all tables of the timeline, in parts between which the page answers.

use super::items::{Arranging, Bands, Item, collect};
use super::lanes::urgency;
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
    /// Band by band, each in order of time.
    pub items: Vec<Item>,
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
const ROWS: usize = 20_000;

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
    arranging: Option<Arranging>,
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
            arranging: None,
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
            let (bands, items) = (&mut self.found.bands, &mut self.found.items);
            self.tally.timeless += collect(rows, part, self.place, self.view.grouping, bands, items);
            self.seen = parts.next().map(|_| seen + part.len());
            if self.seen.is_none() {
                self.place += 1;
            }
        });
    }

    /// The bands' order: accounts as they are configured, tables as in the catalogue, resources by the most urgent thing about them.
    fn rank(&self) -> Vec<u32> {
        let bands = &self.found.bands.all;
        let mut order: Vec<usize> = (0..bands.len()).collect();
        match self.view.grouping {
            Grouping::Table => {}
            Grouping::Account => {
                let mut accounts: Vec<String> = Vec::new();
                self.layers.with_value(|layers| {
                    for target in layers.iter().flat_map(|layer| layer.data.targets.get_untracked()) {
                        if !accounts.contains(&target.account) {
                            accounts.push(target.account);
                        }
                    }
                });
                table::sort::by_key(&mut order, |band| {
                    accounts.iter().position(|account| *account == bands[*band].key)
                });
            }
            Grouping::Resource => {
                let mut most = vec![usize::MAX; bands.len()];
                for item in &self.found.items {
                    let most = &mut most[item.band as usize];
                    *most = (*most).min(urgency(item.phase));
                }
                table::sort::by(&mut order, |a, b| {
                    (most[*a], &bands[*a].key).cmp(&(most[*b], &bands[*b].key))
                });
            }
        }
        let mut rank = vec![0; bands.len()];
        for (place, band) in (0_u32..).zip(order) {
            rank[band] = place;
        }
        rank
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
        if self.arranging.is_none() {
            self.arranging = Some(Arranging::new(self.found.items.len(), self.rank()));
        }
        let arranging = self.arranging.as_mut();
        if arranging.is_some_and(|arranging| !arranging.step(&mut self.found.items)) {
            return false;
        }
        self.tally.matching = self.found.items.len();
        let (found, tally) = self.shown;
        found.update(|found| *found = std::mem::take(&mut self.found));
        tally.set(std::mem::take(&mut self.tally));
        true
    }
}
