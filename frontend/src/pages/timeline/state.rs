//! The timeline's state: the link, the rows that match, and how often each phase occurs among them.

use super::axis::Scale;
use super::board::{self, Board, Grouping};
use super::items::{self, Bands, Item};
use super::lanes::urgency;
use super::range::Range;
use crate::address::Address;
use crate::i18n::format;
use crate::pages::asked;
use crate::store::{Data, Store};
use crate::ui::timer;
use crate::view_state::Entry;
use catalog::{Phase, Table};
use leptos::prelude::*;
use std::time::Duration;
use table::engine::{Clock, Engine};
use table::view::{View, with_query};

/// Idle time after which a burst of small changes is written to the URL. Browsers limit how often that may happen.
const IDLE: Duration = Duration::from_millis(300);

/// One table of the timeline.
pub struct Layer {
    /// Which.
    pub table: &'static Table,
    /// Its rows.
    pub data: Data,
    engine: Engine,
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

/// The state. May be copied into closures.
#[derive(Clone, Copy)]
pub struct Stage {
    /// The link.
    pub board: RwSignal<Board>,
    /// The wall clock.
    pub now: RwSignal<i64>,
    /// The zone in which times are written; `None` is the browser's.
    pub zone: Memo<Option<String>>,
    /// The tables.
    pub layers: StoredValue<Vec<Layer>>,
    /// What matches. Not reactive: watch [`Stage::tally`] and [`Stage::changed`].
    pub found: StoredValue<Found>,
    /// Changes whenever what matches may have changed.
    pub changed: RwSignal<u64>,
    /// Numbers about it.
    pub tally: RwSignal<Tally>,
    /// Whether what matches is soon gathered anew.
    scheduled: RwSignal<bool>,
    address: Address,
    pending: StoredValue<Option<TimeoutHandle>>,
    burst: StoredValue<bool>,
}

impl Stage {
    /// Takes the board from the URL and starts loading.
    pub fn new() -> Self {
        let address = Address::get();
        let board = RwSignal::new(Board::parse(&address.search.get_untracked()));
        let layer = |table: &'static Table| Layer {
            table,
            data: Store::data(table),
            engine: Engine::new(),
        };
        let stage = Self {
            board,
            now: asked::clock(),
            zone: Memo::new(move |_| board.with(|board| board.tz.clone())),
            layers: StoredValue::new(board::tables().into_iter().map(layer).collect()),
            found: StoredValue::new(Found::default()),
            changed: RwSignal::new(0),
            tally: RwSignal::new(Tally::default()),
            scheduled: RwSignal::new(false),
            address,
            pending: StoredValue::new(None),
            burst: StoredValue::new(false),
        };
        stage.datas().iter().for_each(|data| data.ensure());
        stage.follow_address();
        stage.follow_rows();
        stage
    }

    /// The tables' data.
    pub fn datas(self) -> Vec<Data> {
        self.layers
            .with_value(|layers| layers.iter().map(|layer| layer.data).collect())
    }

    /// Whether more bars may come by themselves; tracked.
    pub fn busy(self) -> bool {
        self.scheduled.get() || self.datas().into_iter().any(asked::loading)
    }

    fn follow_address(self) {
        Effect::new(move |_| {
            let arrived = Board::parse(&self.address.search.get());
            let here = self.address.path.get_untracked().trim_matches('/') == "timeline";
            if here && self.pending.with_value(Option::is_none) && arrived != self.board.get_untracked() {
                self.burst.set_value(false);
                self.board.set(arrived);
            }
        });
        // Back and Forward win over anything not yet written.
        let back = window_event_listener(leptos::ev::popstate, move |_| self.forget());
        on_cleanup(move || {
            back.remove();
            self.forget();
        });
    }

    fn forget(self) {
        if let Some(timer) = self.pending.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Shows a board and writes it to the URL.
    pub fn set(self, next: Board, entry: Entry) {
        if self.board.with_untracked(|board| *board == next) {
            return;
        }
        self.forget();
        self.board.set(next);
        let write = move || {
            let Some(query) = self.board.try_with_untracked(Board::to_query) else {
                return;
            };
            let replace = entry == Entry::Burst && self.burst.get_value();
            self.burst.set_value(entry == Entry::Burst);
            self.address.go(&with_query("/timeline", &query), replace);
        };
        if entry == Entry::Step {
            return write();
        }
        let later = move || {
            self.pending.try_update_value(Option::take);
            write();
        };
        match set_timeout_with_handle(later, IDLE) {
            Ok(timer) => self.pending.set_value(Some(timer)),
            // A browser without timers gets the URL at once.
            Err(_) => write(),
        }
    }

    /// Changes the board.
    pub fn change(self, entry: Entry, change: impl FnOnce(&Board) -> Board) {
        let next = self.board.with_untracked(change);
        self.set(next, entry);
    }

    /// Shows another stretch of time. One that moved with the clock goes on doing so where it comes from a button or a key; what was dragged
    /// over is meant as it stands.
    pub fn look(self, (from, to): (i64, i64), dragged: bool, entry: Entry) {
        let relative = !dragged && self.board.with_untracked(|board| board.range.relative());
        let now = relative.then(|| self.now.get_untracked());
        self.change(entry, |board| board.with_range(Range::between(from, to, now)));
    }

    /// The stretch of time in sight, on so many pixels; tracked.
    pub fn scale(self, width: f64) -> Scale {
        let now = self.now.get();
        self.board.with(|board| {
            let zone = board.tz.clone();
            let midnight = |date| format::midnight(date, zone.as_deref());
            let clock = Clock {
                now,
                midnight: &midnight,
            };
            // A date begins at midnight in the board's zone, which any table's view can say.
            let view = board::tables().into_iter().next().map(View::new);
            let view = view.map(|mut view| {
                view.tz.clone_from(&zone);
                view
            });
            view.map_or(
                Scale {
                    from: now,
                    to: now + 1,
                    width,
                },
                |view| board.range.scale(&view, &clock, width),
            )
        })
    }

    /// Gathers what matches whenever rows or conditions change. The more that costs, the longer the pause before it is done again.
    fn follow_rows(self) {
        // What matches does not depend on the stretch in sight.
        let asked = Memo::new(move |_| self.board.with(|board| board.with_range(Range::default())));
        let rest = StoredValue::new(0.0_f64);
        let run = move || {
            let begun = timer::elapsed();
            self.gather();
            let ended = timer::elapsed();
            rest.try_set_value(ended + 4.0 * (ended - begun));
        };
        Effect::new(move |_| {
            if asked.with(Board::relative) {
                self.now.track();
            }
            self.datas().iter().for_each(|data| data.version.track());
            if self.scheduled.get_untracked() {
                return;
            }
            let wait = rest.get_value() - timer::elapsed();
            if wait <= 0.0 {
                return run();
            }
            self.scheduled.set(true);
            let later = move || {
                // The page may have been left meanwhile.
                if self.scheduled.try_set(false).is_none() {
                    run();
                }
            };
            set_timeout(later, Duration::from_secs_f64(wait / 1000.0));
        });
    }

    fn gather(self) {
        let board = self.board.get_untracked();
        let now = self.now.get_untracked();
        let midnight = |date| format::midnight(date, board.tz.as_deref());
        let clock = Clock {
            now,
            midnight: &midnight,
        };
        let mut found = Found::default();
        let mut tally = Tally::default();
        let mut phases = vec![0; Phase::VALUES.len()];
        self.layers.update_value(|layers| {
            for (place, layer) in (0_u8..).zip(layers) {
                let Layer { table, data, engine } = layer;
                let Some(view) = board.view(table) else {
                    tally.tables.push(None);
                    continue;
                };
                data.rows.with_value(|rows| {
                    engine.update(rows, &view, &clock);
                    tally.tables.push(Some(engine.matching().len()));
                    if !board.shows(table) {
                        return;
                    }
                    for value in table
                        .index("phase")
                        .map_or_else(Vec::new, |at| engine.facet(rows, &view, at))
                    {
                        if let Some(at) = Phase::VALUES.iter().position(|known| known.value == value.value) {
                            phases[at] += value.count as usize;
                        }
                    }
                    let (bands, items) = (&mut found.bands, &mut found.items);
                    tally.timeless += items::collect(rows, engine.matching(), place, board.grouping, bands, items);
                });
            }
        });
        tally.matching = found.items.len();
        tally.phases = Phase::VALUES.iter().map(|value| value.phase).zip(phases).collect();
        let rank = self.rank(board.grouping, &found);
        items::arrange(&mut found.items, &rank);
        self.found.set_value(found);
        self.tally.set(tally);
        self.changed.update(|changed| *changed += 1);
    }

    /// The bands' order: accounts as they are configured, tables as in the catalogue, resources by the most urgent thing about them.
    fn rank(self, grouping: Grouping, found: &Found) -> Vec<u32> {
        let bands = &found.bands.all;
        let mut order: Vec<usize> = (0..bands.len()).collect();
        match grouping {
            Grouping::Table => {}
            Grouping::Account => {
                let mut accounts: Vec<String> = Vec::new();
                for data in self.datas() {
                    for target in data.targets.get_untracked() {
                        if !accounts.contains(&target.account) {
                            accounts.push(target.account);
                        }
                    }
                }
                table::sort::by_key(&mut order, |band| {
                    accounts.iter().position(|account| *account == bands[*band].key)
                });
            }
            Grouping::Resource => {
                let mut most = vec![usize::MAX; bands.len()];
                for item in &found.items {
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
