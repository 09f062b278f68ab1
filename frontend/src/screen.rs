//! One table on screen: its data, its view, and the rows that match. Handed down to every part of the table page.

use crate::i18n::format;
use crate::store::{Data, Store};
use crate::tally::Completeness;
use crate::ui::clock::clock;
use crate::ui::effect::effect_after;
use crate::ui::timer;
use crate::ui::versioned::Versioned;
use crate::ui::work::{Task, Work};
use crate::url_state::{Entry, UrlForm, UrlState};
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
    pub view: UrlState<View>,
    /// The matching rows and their order. A new version whenever these or their values may have changed.
    pub engine: Versioned<Engine>,
    /// What brings the engine up to date with rows that arrive, part by part.
    pub work: Work<Following>,
    /// Whether the first rows have been painted, after which facets are drawn.
    pub painted: RwSignal<bool>,
    /// Whether a refresh has just ended: what it changed catches the eye for a moment.
    pub fresh: RwSignal<bool>,
    /// How many rows match.
    pub count: Memo<usize>,
    /// The wall clock in milliseconds, in half-minute steps.
    pub now: RwSignal<i64>,
    /// The columns on screen, as indices into the table's columns: those that rows are grouped by, then the view's.
    pub columns: Memo<Vec<usize>>,
    /// The zone in which times are written; `None` is the browser's.
    pub zone: Memo<Option<String>>,
    /// The position of the open row among the matching ones.
    pub open: Memo<Option<usize>>,
    /// How completely those sources have told whose rows the view asks for.
    pub told: Memo<Completeness>,
}

impl Screen {
    /// Takes the view from the URL and starts loading.
    pub fn new(table: &'static catalog::Table) -> Self {
        let data = Store::data(table);
        let view = UrlState::new(table.id, move |query| View::parse(table, query));
        let engine = Versioned::new(Engine::new());
        let work = Work::new(0.0);
        let now = clock();
        effect_after(move |last: Option<(u64, View)>| {
            let version = data.rows.version();
            let held = data.held.get();
            let view = view.with(question);
            let same = last.as_ref().is_some_and(|(_, last)| *last == view);
            // While rows are held, only another question moves them; their values are drawn anew all the same.
            if held && same {
                engine.notify();
                return (version, view);
            }
            // Relative bounds move with the clock, the others do not.
            if view.relative() {
                now.track();
            }
            let mut following = Following {
                data,
                engine,
                now,
                view,
            };
            if same && data.rows.with_untracked(Rows::len) > MANY {
                work.begin_later(following.clone());
            } else {
                work.cancel();
                if following.run(Engine::update) || last.is_none_or(|(last, _)| last != version) {
                    engine.notify();
                }
            }
            data.show();
            (version, following.view)
        });
        let fresh = RwSignal::new(false);
        effect_after(move |before: Option<i64>| {
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
        let count = Memo::new(move |_| engine.with(|engine| engine.matching().len()));
        let columns = Memo::new(move |_| view.with(View::shown_cols));
        let zone = Memo::new(move |_| view.with(|view| view.tz.clone()));
        let open = Memo::new(move |_| {
            let id = view.with(|view| view.row.clone())?;
            engine.with(|engine| engine.position(data.rows.with_untracked(|rows| rows.find(&id))?))
        });
        let told = Memo::new(move |_| view.with(|view| told(data, view, None)));
        data.ensure();
        Self {
            table,
            data,
            view,
            engine,
            work,
            painted: painted(data),
            fresh,
            count,
            now,
            columns,
            zone,
            open,
            told,
        }
    }

    /// The same for the rows that have a value in a column, whatever else the view asks of that column; tracked.
    pub fn told_of(self, column: usize, value: &str) -> Completeness {
        self.view.with(|view| told(self.data, view, Some((column, value))))
    }

    /// How completely the sources have told that may have rows of a view of this table; tracked.
    pub fn told_in(self, view: &View) -> Completeness {
        told(self.data, view, None)
    }

    /// The name of a saved view that the address asked for by that alone, until the view has been put in its place or changed; tracked.
    pub fn requested(self) -> Option<String> {
        let untouched = self.view.untouched();
        self.view.with(|view| {
            let name = view.name.clone().filter(|_| untouched)?;
            view.with_name(None).to_query().is_empty().then_some(name)
        })
    }

    /// The row at a position among the matching ones.
    pub fn row_at(self, position: usize) -> Option<u32> {
        self.engine
            .with_untracked(|engine| engine.matching().get(position).copied())
    }

    /// Looks at what matches, and at the rows; tracked.
    pub fn matching<T>(self, look: impl FnOnce(&Engine, &Rows) -> T) -> T {
        self.engine
            .with(|engine| self.data.rows.with_untracked(|rows| look(engine, rows)))
    }

    /// What has happened to a row since its table was last looked at, or since what the view compares with.
    pub fn change(self, row: u32) -> Change {
        let compared = self.view.with_untracked(|view| view.since.is_some());
        self.data.rows.with_untracked(|rows| {
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
        let id = self.data.rows.with_untracked(|rows| rows.id(row));
        self.view.set(self.view.peek().with_row(Some(&id)), entry);
    }

    /// Opens the row at a position in another tab, where it has the same rows around it; in front of or behind this one, as the browser does with links.
    pub fn open_beside(self, position: Option<usize>) {
        let Some(row) = position.and_then(|position| self.row_at(position)) else {
            return;
        };
        let id = self.data.rows.with_untracked(|rows| rows.id(row));
        let address = self.view.peek().with_row(Some(&id)).path();
        // A browser that allows no further tab says so itself.
        _ = window().open_with_url_and_target_and_features(&address, "_blank", "noopener");
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

/// The columns that say where a row is from, which is known of a source before its rows come.
pub const PLACES: [&str; 5] = ["cloud", "region", "account", "env", "team"];

/// How completely the sources have told that may have rows of a view, or of one value in place of what the view asks of a column.
fn told(data: Data, view: &View, only: Option<(usize, &str)>) -> Completeness {
    let places = PLACES.map(|id| data.table.index(id));
    data.completeness(|target| {
        let cloud = catalog::source(&target.source).map_or("", |source| source.cloud().id);
        let [env, team] = &target.labels;
        let from = [cloud, &target.region, &target.account, env, team];
        // Nothing is known of the accounts that it may stand for, but where they are.
        let known = if target.unlisted { 2 } else { from.len() };
        places
            .iter()
            .zip(from)
            .take(known)
            .all(|(column, text)| match (*column, only) {
                (Some(column), Some((asked, value))) if asked == column => text == value,
                (Some(column), _) => view.admits(column, text),
                (None, _) => true,
            })
    })
}

/// Whether the first rows have been painted. What stands around them is drawn after that, in a task of its own: one for both is so long that a key
/// pressed meanwhile waits noticeably.
fn painted(data: Data) -> RwSignal<bool> {
    let come = move || data.rows.version() != 0;
    let painted = RwSignal::new(untrack(come));
    effect_after(move |waiting: Option<bool>| {
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

/// The part of a view that decides which rows match, and in which order.
fn question(view: &View) -> View {
    view.with_row(None).with_cols(&[]).with_name(None)
}

/// With more rows than this, an order that only arriving rows ask for is worked out in parts, between which the page answers.
const MANY: usize = 50_000;

/// Bringing the engine up to date with the rows that have come.
#[derive(Clone)]
pub struct Following {
    data: Data,
    engine: Versioned<Engine>,
    now: RwSignal<i64>,
    view: View,
}

impl Following {
    /// Lets the engine work on the rows.
    fn run<T: Default>(&mut self, work: impl FnOnce(&mut Engine, &Rows, &View, &Clock<'_>) -> T) -> T {
        let view = &self.view;
        let midnight = |date| format::midnight(date, view.tz.as_deref());
        let clock = Clock {
            now: self.now.get_untracked(),
            midnight: &midnight,
        };
        let work = |engine: &mut Engine| self.data.rows.with_untracked(|rows| work(engine, rows, view, &clock));
        self.engine.update_untracked(work).unwrap_or_default()
    }
}

impl Task for Following {
    fn step(&mut self) -> bool {
        let done = self.run(|engine, rows, view, clock| engine.step(rows, view, clock) != Step::More);
        if done {
            self.engine.notify();
        }
        done
    }
}

impl UrlForm for View {
    fn to_url(&self) -> String {
        self.path()
    }
}
