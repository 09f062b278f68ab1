//! Since the last visit: what is new, changed or gone against a snapshot that this browser has kept.
//!
//! The last visit is the newest snapshot from before the present one began ([`presence`]), or what the reader has marked as seen during it. A time or an age
//! (`since=-24h`) means the newest snapshot at least that old; without one nothing is compared, and the page says so.

mod control;
pub mod overview;
mod panel;

pub use control::{control, sentence, uncompared};

use crate::i18n::format;
use crate::presence;
use crate::screen::Screen;
use crate::session::Who;
use crate::store::{Data, Progress, Target};
use crate::ui::clock::clock;
use crate::ui::effect::effect;
use crate::ui::{storage, timer};
use crate::visits::{self, Unkept, Visit};
use leptos::prelude::*;
use table::Clock;
use table::rows::{Changes, Rows, Snapshotting};
use table::view::Since;
use wasm_bindgen_futures::spawn_local;

/// So long after a snapshot the next one is kept while the reader looks on.
const OFTEN: i64 = 10 * 60_000;
/// Up to so many rows the table is compared with the last visit, and kept for the next, without being asked to: more take a moment.
const FEW: usize = 100_000;

/// How the comparison stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Compared {
    /// Not asked for, or under way.
    No,
    /// With this snapshot.
    With(Visit),
    /// There is none that old; the oldest, if there is one at all.
    TooYoung(Option<Visit>),
    /// The browser keeps nothing.
    Unkept,
}

/// The comparison of one table. Everything in it may be copied into closures.
#[derive(Clone, Copy)]
pub struct Comparison {
    data: Data,
    /// The page of the table, whose view may ask for another snapshot; without one it is always the last visit.
    screen: Option<Screen>,
    who: Option<Who>,
    /// How it stands.
    pub state: RwSignal<Compared>,
    /// When the present visit began.
    began: StoredValue<i64>,
    /// Compares anew.
    again: Trigger,
    /// Numbers the questions to the data base, so that a late answer is dropped.
    attempt: StoredValue<u64>,
}

impl Comparison {
    /// Of a table that is shown now, on a page of its own or among others.
    pub fn new(data: Data, screen: Option<Screen>) -> Self {
        Self {
            data,
            screen,
            who: Who::get(),
            state: RwSignal::new(Compared::No),
            began: StoredValue::new(presence::here()),
            again: Trigger::new(),
            attempt: StoredValue::new(0),
        }
    }

    /// What separates the users of one browser; `None` until that is known.
    fn user(self) -> Option<String> {
        self.who.map_or_else(|| Some(String::new()), Who::key)
    }

    /// What the view asks to compare with; tracked.
    fn asked(self) -> Option<Since> {
        self.screen.and_then(|screen| screen.view.with(|view| view.since))
    }

    /// Notes that the reader is here, and compares anew where this is another visit.
    fn come(self) {
        let began = presence::here();
        if began != self.began.get_value() {
            self.began.set_value(began);
            self.data.snapshot.set_value(None);
            self.again.notify();
        }
    }

    /// Whether the table is compared and kept only when it is asked for.
    fn large(self) -> bool {
        self.data.rows.with_untracked(Rows::count) > FEW
    }

    /// Compares as the view asks, and keeps snapshots of what is seen.
    pub fn follow(self) {
        let data = self.data;
        let since = Memo::new(move |_| self.asked());
        // Compare.
        effect(move || {
            self.again.track();
            let ended = data.ended.get() > 0;
            let Some(user) = self.user() else { return };
            let unasked = since.get().is_none();
            if unasked && (!ended || self.large()) {
                return;
            }
            self.compare(user, since.get().unwrap_or(Since::Last));
        });
        // Keep.
        effect(move || {
            let ended = data.ended.get() > 0;
            let old = |kept: &Option<Visit>| kept.is_none_or(|kept| timer::now() - kept.taken > OFTEN);
            if ended && self.user().is_some() && !self.large() && data.snapshot.with_value(old) {
                self.keep(true, || {});
            }
        });
        // As long as the reader looks on, the visit goes on.
        let now = clock();
        effect(move || {
            now.track();
            self.come();
        });
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            if presence::unseen() {
                self.keep(false, || {});
            } else {
                self.come();
            }
        });
        on_cleanup(move || {
            seen.remove();
            // Of a large table only when nobody would notice.
            if !self.large() {
                self.keep(false, || {});
            }
        });
    }

    fn compare(self, user: String, since: Since) {
        let data = self.data;
        let (began, seen, screen) = (self.began.get_value(), self.seen(), self.screen);
        let choose = move |all: &[Visit]| match (since, screen) {
            (Since::At(when), Some(screen)) => screen.view.with_untracked(|view| {
                let midnight = |date| format::midnight(date, view.tz.as_deref());
                // By the clock that snapshots are dated by.
                let clock = Clock {
                    now: timer::now(),
                    midnight: &midnight,
                };
                visits::newest(all, when.resolve(view.zone(), &clock))
            }),
            _ => visits::last(all, began, seen, timer::now()),
        };
        self.attempt.update_value(|attempt| *attempt += 1);
        let attempt = self.attempt.get_value();
        let table = data.table.id;
        spawn_local(async move {
            let found = find(&user, table, choose).await;
            if self.attempt.try_get_value() != Some(attempt) {
                return;
            }
            let (mut state, bytes) = match found {
                Ok(Found::Snapshot(visit, bytes)) => (Compared::With(visit), Some(bytes)),
                // Before the first visit there was none, however many snapshots this one has left.
                Ok(Found::Young(oldest)) => (Compared::TooYoung(oldest.filter(|_| since != Since::Last)), None),
                Err(Unkept) => (Compared::Unkept, None),
            };
            let before = data.rows.with_untracked(Rows::compared_with);
            let same = matches!(state, Compared::With(visit) if before == Some(visit.taken));
            if !same {
                let compared = data.rows.update_untracked(|rows| rows.compare(bytes.as_deref()));
                // Another version of the page may have kept it.
                if !matches!(compared, Some(Ok(()))) {
                    state = Compared::TooYoung(None);
                }
            }
            data.recompare().await;
            if self.attempt.try_get_value() != Some(attempt) {
                return;
            }
            self.state.set(state);
            data.rows.notify();
        });
    }

    /// Keeps a snapshot of what has come last, unless that was done, and then calls back. With `pauses` the page answers while it is taken.
    fn keep(self, pauses: bool, then: impl FnOnce() + 'static) {
        let Some((user, visit)) = self.due() else {
            return;
        };
        let data = self.data;
        let table = data.table.id;
        let began = self.began.get_value();
        let seen = self.seen();
        data.snapshot.set_value(Some(visit));
        let mut taking = data.rows.with_untracked(|rows| Snapshotting::begin(rows, visit.taken));
        spawn_local(async move {
            let bytes = loop {
                if pauses {
                    timer::breathe().await;
                }
                match data.rows.try_with_untracked(|rows| taking.part(rows)) {
                    Some(Some(bytes)) => break bytes,
                    Some(None) => {}
                    None => return,
                }
            };
            // The page works without; what is missing is said where it is asked for.
            _ = visits::keep(&user, table, visit, &bytes, began, seen).await;
            then();
        });
    }

    /// Whose snapshot is to be kept, and of when; `None` while there is nothing to keep.
    fn due(self) -> Option<(String, Visit)> {
        let data = self.data;
        let taken = data.ended.get_untracked();
        let known = data.snapshot.get_value();
        let (asked, gaps) = data.targets.with_untracked(|targets| {
            let done = targets
                .iter()
                .filter(|target| matches!(target.progress, Progress::Done { .. }) || target.kept().is_some());
            let done = done.count();
            (done > 0, targets.len() - done)
        });
        let user = untrack(|| self.user())?;
        let new = taken != 0 && asked && known.is_none_or(|known| known.taken < taken);
        new.then_some((user, Visit { taken, gaps }))
    }

    /// Which snapshot the reader has marked as seen.
    fn seen(self) -> Option<i64> {
        storage::get(&self.seen_key())?.parse().ok()
    }

    fn seen_key(self) -> String {
        ["seen.", self.data.table.id].concat()
    }

    /// Marks what is there now as seen: from here on, that is what the table is compared with until the next visit.
    pub fn mark_seen(self) {
        let taken = self.data.ended.get_untracked();
        let marked = move || {
            storage::set(&self.seen_key(), &taken.to_string());
            self.again.notify();
        };
        if self.data.snapshot.get_value().is_some_and(|kept| kept.taken == taken) {
            marked();
        } else {
            self.keep(true, marked);
        }
    }

    /// What has happened since, as far as that is known: rows of sources that cannot be asked now, or whose cloud cuts the list, are not called gone.
    pub fn changes(self) -> Option<(Changes, Vec<String>)> {
        let data = self.data;
        if !matches!(self.state.get(), Compared::With(_)) {
            return None;
        }
        let loading = data.loading();
        let unasked = data.targets.with(|targets| {
            let failed = |target: &Target| matches!(target.progress, Progress::Failed(_)) && target.kept().is_none();
            let lost = targets.iter().filter(|target| failed(target) || target.is_cut());
            lost.map(|target| [&target.account, "/"].concat()).collect::<Vec<_>>()
        });
        data.rows.with(|rows| {
            let mut changes = Changes::default();
            for row in (0..rows.len())
                .filter_map(|row| u32::try_from(row).ok())
                .filter(|row| !rows.is_gone(*row))
            {
                let delta = rows.delta(row);
                changes.new += usize::from(delta.new);
                changes.changed += usize::from(!delta.new && delta.columns != 0);
            }
            // While rows arrive, those that have not come yet are not gone.
            let mut gone = if loading { Vec::new() } else { rows.vanished() };
            gone.retain(|id| !unasked.iter().any(|account| id.starts_with(account)));
            changes.gone = gone.len();
            Some((changes, gone))
        })
    }
}

enum Found {
    Snapshot(Visit, Vec<u8>),
    Young(Option<Visit>),
}

async fn find(user: &str, table: &str, choose: impl Fn(&[Visit]) -> Option<Visit>) -> Result<Found, Unkept> {
    let all = visits::all(user, table).await?;
    match choose(&all) {
        Some(visit) => Ok(Found::Snapshot(visit, visits::bytes(user, table, visit).await?)),
        None => Ok(Found::Young(all.first().copied())),
    }
}
