//! The tables loaded so far. They outlive the page that shows them, so going to and fro asks nothing again.

use crate::api::{self, Error, Part};
use leptos::prelude::*;
use std::time::Duration;
use table::rows::Rows;
use table::wire::{self, Failed, Line};
use wasm_bindgen_futures::spawn_local;

/// How far a target has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Still walking.
    Loading,
    /// Complete. With `cap` the cloud cut the list there; `stale` came from a cache past its freshness.
    Done {
        /// When the walk ended, RFC 3339.
        as_of: String,
        /// The length at which the cloud cuts.
        cap: Option<u64>,
        /// Whether it is an older answer.
        stale: bool,
    },
    /// Gave up.
    Failed(Failed),
}

/// One account × region × source.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Account id.
    pub account: String,
    /// Region id.
    pub region: String,
    /// Source id.
    pub source: String,
    /// Table rows received, each counted once.
    pub rows: u64,
    /// How many the cloud says there are.
    pub total: Option<u64>,
    /// How far it has come.
    pub progress: Progress,
}

impl Target {
    /// `account/region/source`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.account, self.region, self.source)
    }

    /// The contract's `data-state`.
    pub fn state(&self) -> &'static str {
        match &self.progress {
            Progress::Loading => "loading",
            Progress::Done { cap: Some(_), .. } => "capped",
            Progress::Done { stale: true, .. } => "stale",
            Progress::Done { .. } => "ok",
            Progress::Failed(_) => "failed",
        }
    }
}

/// The state of a table's loading.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// Not asked for yet.
    Idle,
    /// Asked; lines arrive.
    Loading,
    /// The stream ended as it should.
    Ended,
    /// The proxy itself refused or vanished.
    Broken(Error),
}

/// One table's rows, with what is known of their completeness.
#[derive(Clone, Copy)]
pub struct Data {
    table: &'static catalog::Table,
    /// The rows. Not reactive: watch [`Data::version`].
    pub rows: StoredValue<Rows>,
    /// Changes whenever rows have arrived, at most ten times a second.
    pub version: RwSignal<u64>,
    /// The targets, in the proxy's order.
    pub targets: RwSignal<Vec<Target>>,
    /// How far the loading is.
    pub load: RwSignal<Load>,
    /// Numbers the loads, so that lines of one that was replaced are dropped.
    attempt: StoredValue<u64>,
    /// Whether an announcement is on its way.
    announcing: StoredValue<bool>,
    /// The targets' numbers within `rows`; `None` for a source that this page does not know, whose rows it cannot read.
    numbers: StoredValue<Vec<Option<u32>>>,
    abort: StoredValue<Option<web_sys::AbortController>, LocalStorage>,
}

/// Least time between two announcements of new rows. Grows with the table, because each announcement costs a filter and a sort.
fn pause(rows: usize) -> Duration {
    Duration::from_millis(if rows < 20_000 { 80 } else { 400 })
}

impl Data {
    fn new(table: &'static catalog::Table) -> Self {
        Self {
            table,
            rows: StoredValue::new(Rows::new(table)),
            version: RwSignal::new(0),
            targets: RwSignal::new(Vec::new()),
            load: RwSignal::new(Load::Idle),
            attempt: StoredValue::new(0),
            announcing: StoredValue::new(false),
            numbers: StoredValue::new(Vec::new()),
            abort: StoredValue::new_local(None),
        }
    }

    /// Loads the table unless that was done or is under way.
    pub fn ensure(self) {
        if self.load.get_untracked() == Load::Idle {
            self.reload();
        }
    }

    /// Asks again for everything.
    pub fn reload(self) {
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
        self.rows.set_value(Rows::new(self.table));
        self.targets.set(Vec::new());
        self.load.set(Load::Loading);
        self.version.update(|version| *version += 1);
        spawn_local(async move {
            let result = api::rows(self.table.id, &signal, |part| {
                if self.attempt.get_value() == attempt {
                    self.receive(part);
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
        let announce = move || {
            self.announcing.try_update_value(|announcing| *announcing = false);
            self.version.update(|version| *version += 1);
            self.targets.notify();
        };
        set_timeout(announce, pause(self.rows.with_value(Rows::len)));
    }

    fn end(self, result: Result<(), Error>) {
        if result.is_err() {
            for target in &mut *self.targets.write_untracked() {
                if target.progress == Progress::Loading {
                    target.progress = Progress::Failed(Failed {
                        code: "Disconnected".to_owned(),
                        ..Failed::default()
                    });
                }
            }
        }
        self.load.set(result.map_or_else(Load::Broken, |()| Load::Ended));
        self.version.update(|version| *version += 1);
        self.targets.notify();
    }

    /// Takes one line in, without telling anyone.
    fn receive(self, part: Part<'_>) {
        let mut targets = self.targets.write_untracked();
        match part {
            Part::Line(Line::Targets(found)) => {
                let add = |rows: &mut Rows, target: &wire::Target| {
                    let source = catalog::source(&target.source)?;
                    Some(rows.add_target(&target.cloud, &target.account, &target.region, source))
                };
                let numbers = self
                    .rows
                    .try_update_value(|rows| found.iter().map(|target| add(rows, target)).collect());
                self.numbers.set_value(numbers.unwrap_or_default());
                targets.extend(found.into_iter().map(|target| Target {
                    account: target.account,
                    region: target.region,
                    source: target.source,
                    rows: 0,
                    total: None,
                    progress: Progress::Loading,
                }));
            }
            Part::Line(Line::Rows {
                target,
                rows: items,
                total,
            }) => {
                let Some(known) = targets.get_mut(target as usize) else {
                    return;
                };
                known.total = total.or(known.total);
                let Some(number) = self
                    .numbers
                    .with_value(|numbers| numbers.get(target as usize).copied().flatten())
                else {
                    return;
                };
                match self.rows.try_update_value(|rows| rows.ingest(number, items)) {
                    Some(Ok(count)) => known.rows += count as u64,
                    Some(Err(error)) => log(&format!("{}: {error}", known.id())),
                    None => {}
                }
            }
            Part::Line(Line::Done(done)) => {
                if let Some(known) = targets.get_mut(done.target as usize) {
                    known.progress = Progress::Done {
                        as_of: done.as_of,
                        cap: done.capped,
                        stale: done.cache == "stale",
                    };
                }
            }
            Part::Line(Line::Failed(failed)) => {
                if let Some(known) = targets.get_mut(failed.target as usize) {
                    known.progress = Progress::Failed(failed);
                }
            }
            Part::Line(Line::End | Line::Other) => {}
            Part::Odd(error) => log(&error),
        }
    }
}

/// A line that the page did not understand: for whoever looks at the console; the coverage shows its target as still open.
fn log(message: &str) {
    leptos::logging::warn!("signalbox: {message}");
}

/// All tables, as a context.
#[derive(Clone)]
pub struct Store(std::sync::Arc<Vec<Data>>);

impl Store {
    /// Makes the store a context, owned by the caller.
    pub fn provide() {
        provide_context(Self(std::sync::Arc::new(
            catalog::tables().into_iter().map(Data::new).collect(),
        )));
    }

    /// A table's data.
    pub fn data(table: &'static catalog::Table) -> Data {
        use_context::<Self>()
            .and_then(|store| store.0.iter().find(|data| data.table.id == table.id).copied())
            .unwrap_or_else(|| Data::new(table))
    }
}
