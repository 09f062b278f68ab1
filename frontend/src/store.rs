//! The tables loaded so far. They outlive the page that shows them, so going to and fro asks nothing again.

mod compare;
mod dropped;
mod lines;
mod retry;
mod silence;
mod target;
mod told;

pub use target::{Progress, Target};
pub use told::oldest;

use crate::api::{self, Error};
use crate::presence;
use crate::ui::scoped_signal::ScopedSignal;
use crate::ui::timer::{self, Delay};
use crate::ui::versioned::Versioned;
use crate::visits::Visit;
use leptos::prelude::*;
use std::time::Duration;
use table::rows::{Changes, Rows};
use wasm_bindgen_futures::spawn_local;
use wire::{ErrorCode, TargetError};

/// The state of a table's loading.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// Not asked for yet.
    Idle,
    /// Asked; lines arrive.
    Loading(Asker),
    /// The stream ended as it should.
    Ended,
    /// The proxy itself refused or vanished.
    Broken(Error),
}

/// Who wants the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The reader, who waits for them.
    Reader,
    /// The interval that the reader has set: nothing moves under their eyes, and what changed waits to be shown.
    Interval,
}

/// One table's rows, with what is known of their completeness.
#[derive(Clone, Copy)]
pub struct Data {
    /// Which table.
    pub table: &'static catalog::Table,
    /// The rows. A new version when rows have arrived, at most ten times a second.
    pub rows: Versioned<Rows>,
    /// The targets, in the proxy's order.
    pub targets: ScopedSignal<Vec<Target>>,
    /// How far the loading is.
    pub load: ScopedSignal<Load>,
    /// While this is set, rows keep their places on screen: a refresh is under way, or what it changed waits to be shown.
    pub held: ScopedSignal<bool>,
    /// What refreshes have changed that nobody has acknowledged.
    pub changes: ScopedSignal<Changes>,
    /// When the last load ended, in milliseconds since the Unix epoch; 0 before.
    pub ended: ScopedSignal<i64>,
    /// The snapshot that was kept of this visit last.
    pub snapshot: StoredValue<Option<Visit>>,
    /// Whether the load before this one was given up because nothing came, and nothing has come yet.
    pub unanswered: ScopedSignal<bool>,
    /// Gives up on a load that stays silent.
    watch: Delay,
    /// Numbers the loads, so that lines of one that was replaced are dropped.
    attempt: StoredValue<u64>,
    /// Whether an announcement is on its way.
    announcing: StoredValue<bool>,
    /// The targets' numbers within `rows`; `None` for a source that this page does not know, whose rows it cannot read.
    numbers: StoredValue<Vec<Option<u32>>>,
    abort: StoredValue<Option<web_sys::AbortController>, LocalStorage>,
}

/// Time until rows are announced: little for the very first ones, for which somebody waits, and around which everything is to be drawn. Then it
/// grows with the table, because each announcement costs a filter and a sort.
fn pause(first: bool, rows: usize) -> Duration {
    Duration::from_millis(if first { 20 } else { 80 + rows as u64 / 400 })
}

impl Data {
    fn new(table: &'static catalog::Table) -> Self {
        Self {
            table,
            rows: Versioned::new(Rows::new(table)),
            targets: ScopedSignal::new(Vec::new()),
            load: ScopedSignal::new(Load::Idle),
            held: ScopedSignal::new(false),
            changes: ScopedSignal::new(Changes::default()),
            ended: ScopedSignal::new(0),
            snapshot: StoredValue::new(None),
            unanswered: ScopedSignal::new(false),
            watch: Delay::new(),
            attempt: StoredValue::new(0),
            announcing: StoredValue::new(false),
            numbers: StoredValue::new(Vec::new()),
            abort: StoredValue::new_local(None),
        }
    }

    /// The same for the view that calls; see [`ScopedSignal::scoped`].
    pub fn scoped(self) -> Self {
        Self {
            rows: self.rows.scoped(),
            targets: self.targets.scoped(),
            load: self.load.scoped(),
            held: self.held.scoped(),
            changes: self.changes.scoped(),
            ended: self.ended.scoped(),
            unanswered: self.unanswered.scoped(),
            ..self
        }
    }

    /// Loads the table unless that was done or is under way.
    pub fn ensure(self) {
        if self.load.get_untracked() == Load::Idle {
            self.ask(Asker::Reader);
        }
    }

    /// Asks the clouds again for everything, whatever the proxy has kept. Rows stay and take their new values in place; when all have come, new ones
    /// take their places and those that are gone go.
    pub fn reload(self) {
        self.ask_for(Asker::Reader, true);
    }

    /// The same, but nothing changes its place until [`Data::show`].
    pub fn refresh(self) {
        if self.under_way().is_none() {
            self.ask(Asker::Interval);
        }
    }

    /// Whether its answer is still on its way, or not even asked for; tracked.
    pub fn loading(self) -> bool {
        self.load.with(|load| matches!(load, Load::Idle | Load::Loading(_)))
    }

    /// Who asked for the load that is under way; not tracked.
    fn under_way(self) -> Option<Asker> {
        self.load.with_untracked(|load| match load {
            Load::Loading(asker) => Some(*asker),
            _ => None,
        })
    }

    /// Lets rows take their places by what refreshes have brought.
    pub fn show(self) {
        if self.held.get_untracked() && self.under_way().is_none() {
            self.held.set(false);
        }
    }

    /// Forgets what refreshes have changed.
    pub fn acknowledge(self) {
        self.changes.set(Changes::default());
        self.rows.update(Rows::acknowledge);
    }

    fn ask(self, asker: Asker) {
        self.ask_for(asker, false);
    }

    fn ask_for(self, asker: Asker, anew: bool) {
        if let Some(previous) = self.abort.get_value() {
            previous.abort();
        }
        // Without a controller the stream cannot be stopped early; its lines are dropped all the same.
        let Ok(controller) = web_sys::AbortController::new() else {
            return;
        };
        let signal = controller.signal();
        self.abort.set_value(Some(controller));
        self.attempt.update_value(|attempt| *attempt += 1);
        let attempt = self.attempt.get_value();
        let again = self.ended.get_untracked() > 0 && self.rows.with_untracked(Rows::count) > 0;
        if again && !self.held.get_untracked() {
            // Whatever was marked has been on screen since the last refresh.
            self.acknowledge();
            self.held.set(true);
        }
        for target in &mut *self.targets.write() {
            target.again();
        }
        self.load.set(Load::Loading(asker));
        self.listen(attempt);
        spawn_local(async move {
            let request = api::all_rows(self.table.id, anew);
            let result = api::rows(request, &signal, |line| {
                if self.attempt.get_value() == attempt {
                    self.receive(line);
                    self.announce_soon();
                }
            })
            .await;
            if self.attempt.try_get_value() == Some(attempt) {
                self.end(result);
            }
        });
    }

    /// Tells everyone about new rows, after a pause in which more may arrive.
    fn announce_soon(self) {
        if self.announcing.get_value() {
            return;
        }
        self.announcing.set_value(true);
        let attempt = self.attempt.get_value();
        let announce = move || {
            self.heard(attempt);
            self.announcing.try_update_value(|announcing| *announcing = false);
            self.recompare_few();
            self.count_unreadable();
            self.rows.notify();
            self.targets.notify();
        };
        let first = self.rows.version_untracked() == 0;
        set_timeout(announce, pause(first, self.rows.with_untracked(Rows::len)));
    }

    fn end(self, result: Result<(), Error>) {
        if let Err(error) = &result
            && (*error == Error::NotGranted || error.unsigned() && self.rows.with_untracked(Rows::count) == 0)
        {
            return self.forget(error.clone());
        }
        self.watch.cancel();
        self.unanswered.set(false);
        if result.is_err() {
            for target in &mut *self.targets.write_untracked() {
                // Nothing is known of the cloud that was not known before.
                target.give_up();
                if target.progress == Progress::Loading {
                    target.progress = Progress::Failed(TargetError {
                        code: ErrorCode::Disconnected,
                        ..TargetError::default()
                    });
                }
            }
        }
        let first = self.ended.get_untracked() == 0;
        let asker = self.under_way();
        let changes = self.rows.update_untracked(|rows| {
            if first {
                // From here on, what changes is noted.
                rows.acknowledge();
            }
            rows.changes()
        });
        let changes = changes.unwrap_or_default();
        self.changes.set(changes);
        self.ended.set(timer::now());
        self.load.set(result.map_or_else(Load::Broken, |()| Load::Ended));
        if asker != Some(Asker::Interval) || changes == Changes::default() {
            self.held.set(false);
        }
        self.settle();
    }

    /// Counts and compares what has come, and tells everyone.
    fn settle(self) {
        self.recompare_few();
        self.recount();
        self.count_unreadable();
        self.rows.notify();
        self.targets.notify();
        spawn_local(async move {
            if self.recompare().await {
                self.rows.notify();
            }
        });
    }

    /// Counts each target's rows: some may have gone, or come back.
    fn recount(self) {
        let counts = self.rows.with_untracked(Rows::by_target);
        self.count(&counts, |target, count| target.rows = count);
    }

    /// Counts the rows of each target that hold what could not be read.
    fn count_unreadable(self) {
        let counts = self.rows.with_untracked(Rows::unreadable);
        self.count(&counts, |target, count| target.unreadable = count);
    }

    /// Hands each target its own of these counts, which are by the targets' numbers.
    fn count(self, counts: &[usize], take: fn(&mut Target, u64)) {
        let mut targets = self.targets.write_untracked();
        self.numbers.with_value(|numbers| {
            for (target, number) in targets.iter_mut().zip(numbers) {
                let count = number.and_then(|number| counts.get(number as usize));
                take(target, count.map_or(0, |count| *count as u64));
            }
        });
    }
}

/// All tables, as a context.
#[derive(Clone)]
pub struct Store(std::sync::Arc<Vec<Data>>);

impl Store {
    /// Makes the store a context, owned by the caller. What is loaded from now on belongs to a visit that has begun.
    pub fn provide() {
        presence::here();
        provide_context(Self(std::sync::Arc::new(
            catalog::tables().into_iter().map(Data::new).collect(),
        )));
    }

    /// A table's data, for the view that calls.
    pub fn data(table: &'static catalog::Table) -> Data {
        use_context::<Self>()
            .and_then(|store| store.0.iter().find(|data| data.table.id == table.id).copied())
            .unwrap_or_else(|| Data::new(table))
            .scoped()
    }
}
