//! One table on screen: its data, its view, and the rows that match. Handed down to every part of the table page.

use crate::i18n::format;
use crate::store::{Data, Store};
use crate::ui::timer::{self, Pace};
use crate::view_state::{Entry, ViewState};
use leptos::prelude::*;
use std::time::Duration;
use table::engine::{Clock, Engine, Step};
use table::rows::{Change, Rows};
use table::view::View;
use wasm_bindgen_futures::spawn_local;

/// A table page's shared state. Everything in it may be copied into closures.
#[derive(Clone, Copy)]
pub struct Screen {
    /// Which table.
    pub table: &'static catalog::Table,
    /// Its rows and their completeness.
    pub data: Data,
    /// Conditions, sort, columns, open row: the URL.
    pub view: ViewState,
    /// Conditions applied to rows. Not reactive: watch [`Screen::result`].
    pub engine: StoredValue<Engine>,
    /// Changes whenever the matching rows, their order or their values may have changed.
    pub result: RwSignal<u64>,
    /// Whether the result lags behind the rows: it is being worked out, part by part.
    pub behind: RwSignal<bool>,
    /// Whether the first rows have been painted, after which facets are drawn.
    pub painted: RwSignal<bool>,
    /// Whether a refresh has just ended: what it changed catches the eye for a moment.
    pub fresh: RwSignal<bool>,
    /// How many rows match.
    pub count: Memo<usize>,
    /// The wall clock in milliseconds, in half-minute steps.
    pub now: RwSignal<i64>,
    /// The columns on screen, as indices into the table's columns.
    pub columns: Memo<Vec<usize>>,
    /// The zone in which times are written; `None` is the browser's.
    pub zone: Memo<Option<String>>,
    /// The position of the open row among the matching ones.
    pub open: Memo<Option<usize>>,
}

impl Screen {
    /// Takes the view from the URL and starts loading.
    pub fn new(table: &'static catalog::Table) -> Self {
        let data = Store::data(table);
        let view = ViewState::new(table);
        let engine = StoredValue::new(Engine::new());
        let result = RwSignal::new(0_u64);
        let behind = RwSignal::new(false);
        let now = RwSignal::new(timer::now());
        let tick = move || {
            now.try_set(timer::now());
        };
        if let Ok(tick) = set_interval_with_handle(tick, Duration::from_secs(30)) {
            on_cleanup(move || tick.clear());
        }
        let parts = StoredValue::new(None::<Parts>);
        Effect::new(move |last: Option<(u64, View)>| {
            let version = data.version.get();
            let held = data.held.get();
            let view = view.with(question);
            // While rows are held, only another question moves them; their values are drawn anew all the same.
            if held && last.as_ref().is_some_and(|(_, last)| *last == view) {
                result.update(|result| *result += 1);
                return (version, view);
            }
            // Relative bounds move with the clock, the others do not.
            if view.relative() {
                now.track();
            }
            let arrived = last.as_ref().is_some_and(|(_, last)| *last == view);
            let work = Work {
                data,
                engine,
                result,
                behind,
                now,
            };
            if arrived && data.rows.with_value(Rows::len) > MANY {
                work.in_parts(view.clone(), parts);
            } else if work.whole(&view, parts) || last.is_none_or(|(last, _)| last != version) {
                result.update(|result| *result += 1);
            }
            data.show();
            (version, view)
        });
        let fresh = RwSignal::new(false);
        Effect::new(move |before: Option<i64>| {
            let ended = data.ended.get();
            if before.is_some_and(|before| before > 0 && before != ended) {
                fresh.set(true);
                let pass = move || {
                    fresh.try_set(false);
                };
                set_timeout(pass, Duration::from_secs(2));
            }
            ended
        });
        let count = Memo::new(move |_| {
            result.track();
            engine.with_value(|engine| engine.matching().len())
        });
        let columns = Memo::new(move |_| view.with(View::effective_cols));
        let zone = Memo::new(move |_| view.with(|view| view.tz.clone()));
        let open = Memo::new(move |_| {
            result.track();
            let id = view.with(|view| view.row.clone())?;
            let row = data.rows.with_value(|rows| rows.find(&id))?;
            engine.with_value(|engine| engine.position(row))
        });
        data.ensure();
        Self {
            table,
            data,
            view,
            engine,
            result,
            behind,
            painted: painted(data),
            fresh,
            count,
            now,
            columns,
            zone,
            open,
        }
    }

    /// The row at a position among the matching ones.
    pub fn row_at(self, position: usize) -> Option<u32> {
        self.engine
            .with_value(|engine| engine.matching().get(position).copied())
    }

    /// Looks at the rows.
    pub fn rows<T>(self, look: impl FnOnce(&Rows) -> T) -> T {
        self.data.rows.with_value(look)
    }

    /// What has happened to a row since its table was last looked at, or since what the view compares with.
    pub fn change(self, row: u32) -> Change {
        let compared = self.view.with_untracked(|view| view.since.is_some());
        self.rows(|rows| {
            let mut change = rows.change(row);
            if compared {
                let delta = rows.delta(row);
                change.new |= delta.new;
                change.columns |= delta.columns;
            }
            change.gone = rows.is_gone(row);
            change
        })
    }

    /// Opens the detail of the row at a position.
    pub fn open_at(self, position: usize, entry: Entry) {
        let Some(row) = self.row_at(position) else { return };
        let id = self.rows(|rows| rows.id(row));
        self.view.set(self.view.peek().with_row(Some(&id)), entry);
    }

    /// Opens the row `by` places further on, as far as there are rows. Without an open row, the first.
    pub fn open_neighbour(self, by: isize) {
        let last = self.count.get_untracked().saturating_sub(1);
        let next = self
            .open
            .get_untracked()
            .map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.open_at(next, Entry::Burst);
    }

    /// Closes the detail.
    pub fn close(self) {
        self.view.step(|view| view.with_row(None));
    }
}

/// Whether the first rows have been painted. What stands around them is drawn after that, in a task of its own: one for both is so long that a key
/// pressed meanwhile waits noticeably.
fn painted(data: Data) -> RwSignal<bool> {
    let come = move || data.version.get() != 0;
    let painted = RwSignal::new(untrack(come));
    Effect::new(move |waiting: Option<bool>| {
        let waiting = waiting.unwrap_or_else(|| painted.get_untracked());
        if !waiting && come() {
            spawn_local(async move {
                timer::painted().await;
                painted.try_set(true);
            });
            return true;
        }
        waiting
    });
    painted
}

/// What of a view decides which rows match, and in which order.
fn question(view: &View) -> View {
    view.with_row(None).with_cols(&[]).with_name(None)
}

/// With more rows than this, an order that only arriving rows ask for is worked out in parts, between which the page answers.
const MANY: usize = 50_000;

/// Parts that are under way.
struct Parts {
    /// For this question.
    view: View,
    /// Whether rows have come since they began, which they leave out.
    more: bool,
}

/// Bringing the result up to date.
#[derive(Clone, Copy)]
struct Work {
    data: Data,
    engine: StoredValue<Engine>,
    result: RwSignal<u64>,
    behind: RwSignal<bool>,
    now: RwSignal<i64>,
}

impl Work {
    /// All at once. Returns whether the result changed.
    fn whole(self, view: &View, parts: StoredValue<Option<Parts>>) -> bool {
        // Parts that are under way go on with the new question.
        parts.update_value(|parts| {
            if let Some(parts) = parts {
                parts.view.clone_from(view);
            }
        });
        self.with(view, Engine::update).unwrap_or_default()
    }

    /// Lets the engine work on the rows; `None` once the page is gone.
    fn with<T>(self, view: &View, work: impl FnOnce(&mut Engine, &Rows, &View, &Clock<'_>) -> T) -> Option<T> {
        let midnight = |date| format::midnight(date, view.tz.as_deref());
        let clock = Clock {
            now: self.now.try_get_untracked()?,
            midnight: &midnight,
        };
        let engine = self.engine;
        self.data
            .rows
            .with_value(|rows| engine.try_update_value(|engine| work(engine, rows, view, &clock)))
    }

    /// Part by part. A question that comes while parts are under way takes their place.
    fn in_parts(self, view: View, parts: StoredValue<Option<Parts>>) {
        let under_way = parts.try_update_value(|parts| {
            let more = parts.is_some();
            *parts = Some(Parts { view, more });
            more
        });
        if under_way != Some(false) {
            return;
        }
        self.behind.set(true);
        spawn_local(async move {
            let mut pace = Pace::begin();
            while let Some(view) = parts
                .try_with_value(|parts| parts.as_ref().map(|parts| parts.view.clone()))
                .flatten()
            {
                match self.with(&view, Engine::step) {
                    Some(Step::More) => pace.keep().await,
                    Some(Step::Done(_)) => {
                        self.result.update(|result| *result += 1);
                        let more = parts.try_update_value(|parts| {
                            let ended = parts.take_if(|parts| !std::mem::take(&mut parts.more));
                            ended.is_none()
                        });
                        if more == Some(false) {
                            self.behind.set(false);
                        }
                    }
                    None => return,
                }
            }
        });
    }
}
