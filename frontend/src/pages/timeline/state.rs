//! The timeline's state: the link, the rows that match, and how often each phase occurs among them.

use super::axis::Scale;
use super::gathering::{Found, Gathering, Layer, Tally};
use crate::i18n::format;
use crate::menus::long_link::Listing;
use crate::session;
use crate::store::{Data, Store};
use crate::tally::Completeness;
use crate::ui::clock::clock;
use crate::ui::effect::effect_after;
use crate::ui::versioned::Versioned;
use crate::ui::work::Work;
use crate::url_state::{Entry, UrlForm, UrlState};
use catalog::Table;
use leptos::prelude::*;
use table::engine::{Clock, Engine};
use table::view::timeline::{self, Range, TIMELINE, TimelineView};
use table::view::{View, list};

/// The state. May be copied into closures.
#[derive(Clone, Copy)]
pub struct TimelineState {
    /// The link.
    pub view: UrlState<TimelineView>,
    /// The wall clock.
    pub now: RwSignal<i64>,
    /// The zone in which times are written; `None` is the browser's.
    pub zone: Memo<Option<String>>,
    /// The tables.
    pub layers: StoredValue<Vec<Layer>>,
    /// Which of them are granted.
    granted: StoredValue<Vec<&'static Table>>,
    /// What matches.
    pub found: Versioned<Found>,
    /// Numbers about it.
    pub tally: RwSignal<Tally>,
    /// What gathers it.
    work: Work<Gathering>,
}

impl TimelineState {
    /// Takes the view from the address and starts loading.
    pub fn new() -> Self {
        let view = UrlState::new(TIMELINE, TimelineView::parse);
        let layer = |table: &'static Table| Layer {
            table,
            data: Store::data(table),
            engine: Engine::new(),
        };
        let timeline = Self {
            view,
            now: clock(),
            zone: Memo::new(move |_| view.with(|view| view.tz.clone())),
            layers: StoredValue::new(timeline::tables().into_iter().map(layer).collect()),
            granted: StoredValue::new(session::tables()),
            found: Versioned::new(Found::default()),
            tally: RwSignal::new(Tally::default()),
            work: Work::new(4.0),
        };
        timeline.datas().iter().for_each(|data| data.ensure());
        timeline.follow_rows();
        timeline
    }

    /// The data of the tables that are granted.
    pub fn datas(self) -> Vec<Data> {
        self.layers.with_value(|layers| {
            let granted = layers.iter().filter(|layer| self.grants(layer.table));
            granted.map(|layer| layer.data).collect()
        })
    }

    /// Whether a table is granted.
    pub fn grants(self, table: &Table) -> bool {
        self.granted
            .with_value(|granted| granted.iter().any(|one| one.id == table.id))
    }

    /// How completely the sources have told of the tables that are shown; tracked.
    pub fn told(self) -> Completeness {
        let shown = self
            .datas()
            .into_iter()
            .filter(|data| self.view.with(|view| view.shows(data.table)));
        shown.fold(Completeness::default(), |told, data| {
            told.with(data.completeness(|_| true))
        })
    }

    /// Whether more bars may come by themselves; tracked.
    pub fn busy(self) -> bool {
        self.work.under_way() || self.datas().into_iter().any(Data::loading)
    }

    /// Shows another stretch of time. One that moved with the clock goes on doing so where it comes from a button or a key; what was dragged
    /// over is meant as it stands.
    pub fn look(self, (from, to): (i64, i64), dragged: bool, entry: Entry) {
        let relative = !dragged && self.view.with_untracked(|view| view.range.relative());
        let now = relative.then(|| self.now.get_untracked());
        let next = self
            .view
            .with_untracked(|view| view.with_range(Range::between(from, to, now)));
        self.view.set(next, entry);
    }

    /// The stretch of time in sight, on so many pixels; tracked.
    pub fn scale(self, width: f64) -> Scale {
        let now = self.now.get();
        self.view.with(|view| {
            let zone = view.tz.clone();
            let midnight = |date| format::midnight(date, zone.as_deref());
            let clock = Clock {
                now,
                midnight: &midnight,
            };
            let (from, to) = view.in_sight(&clock);
            Scale { from, to, width }
        })
    }

    /// Gathers what matches whenever rows or conditions change. The more that costs, the longer the pause before rows that arrive have it done again.
    fn follow_rows(self) {
        // What matches does not depend on the stretch in sight.
        let asked = Memo::new(move |_| self.view.with(|view| view.with_range(Range::default())));
        effect_after(move |last: Option<TimelineView>| {
            let view = asked.get();
            if view.relative() {
                self.now.track();
            }
            self.datas().iter().for_each(|data| data.rows.track());
            let gathering = Gathering::new(
                view.clone(),
                self.now.get_untracked(),
                self.layers,
                self.found,
                self.tally,
            );
            if last.is_some_and(|last| last == view) {
                self.work.begin_later(gathering);
            } else {
                self.work.begin(gathering);
            }
            view
        });
    }
}

impl UrlForm for TimelineView {
    fn to_url(&self) -> String {
        self.path()
    }
}

impl Listing for TimelineView {
    fn longest(&self) -> Option<(String, String, Vec<String>)> {
        let alone = self.conditions.iter().filter_map(|condition| {
            let (table, found) = condition.of_table()?;
            let (_, _, values) = View::new(table).with_condition(found.column, &found.text).longest()?;
            let (column, _) = condition.param.split_once('=')?;
            Some((
                condition.param.clone(),
                [TIMELINE, "-", column, ".txt"].concat(),
                values,
            ))
        });
        alone.max_by_key(|(param, ..)| param.len())
    }

    fn relisted(&self, param: &str, values: &[String]) -> Self {
        self.with_value(param, &["eq.", &list(values)].concat())
    }
}
