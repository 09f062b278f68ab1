//! Since the last visit: what is new, changed or gone against a snapshot that this browser has kept.
//!
//! The last visit is the newest snapshot from before the reader came: when the page was opened, or when they came back after half an hour. A time or
//! an age (`since=-24h`) means the newest snapshot at least that old; without one nothing is compared, and the page says so.

mod panel;

use crate::coverage::failures;
use crate::i18n::{Locale, fill, format, words};
use crate::live;
use crate::parts::{self, Part, lazy};
use crate::screen::Screen;
use crate::session::Who;
use crate::store::Progress;
use crate::ui::popover::Disclosure;
use crate::ui::{icon, timer};
use crate::visits::{self, Unkept, Visit};
use leptos::prelude::*;
use panel::Panel;
use table::Clock;
use table::rows::{Changes, Rows, Snapshotting};
use table::view::{Since, View};
use wasm_bindgen_futures::spawn_local;

/// So long away, and coming back is another visit.
const AWAY: i64 = 30 * 60_000;
/// So long after a snapshot the next one is kept while the reader looks on.
const OFTEN: i64 = 10 * 60_000;
/// A snapshot younger than this gives way to the next one of the same visit.
const YOUNG: i64 = 60 * 60_000;
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

/// The comparison of one table page. Everything in it may be copied into closures.
#[derive(Clone, Copy)]
pub struct Comparison {
    screen: Screen,
    who: Option<Who>,
    /// How it stands.
    pub state: RwSignal<Compared>,
    /// Numbers the questions to the data base, so that a late answer is dropped.
    attempt: StoredValue<u64>,
}

impl Comparison {
    /// Of a page that has just been opened.
    pub fn new(screen: Screen) -> Self {
        let comparison = Self {
            screen,
            who: Who::get(),
            state: RwSignal::new(Compared::No),
            attempt: StoredValue::new(0),
        };
        comparison.come();
        comparison
    }

    /// What separates the users of one browser; `None` until that is known.
    fn user(self) -> Option<String> {
        self.who.map_or_else(|| Some(String::new()), Who::key)
    }

    /// Notes that the reader is here, and whether this is another visit.
    fn come(self) -> bool {
        let now = timer::now();
        let data = self.screen.data;
        let (began, left) = data.visit.get_value();
        let another = began == 0 || (left > 0 && now - left > AWAY);
        data.visit.set_value((if another { now } else { began }, 0));
        if another {
            data.snapshot.set_value(None);
        }
        another
    }

    /// Notes that the reader turns away, and keeps what they saw; of a large table only when nobody would notice.
    fn leave(self, unseen: bool) {
        let data = self.screen.data;
        data.visit.update_value(|(_, left)| *left = timer::now());
        if unseen || data.rows.with_untracked(Rows::count) <= FEW {
            self.keep(false, || {});
        }
    }

    /// Compares as the view asks, and keeps snapshots of what is seen.
    fn follow(self) {
        let Self { screen, .. } = self;
        let again = RwSignal::new(());
        let since = Memo::new(move |_| screen.view.with(|view| view.since));
        // Compare.
        Effect::new(move |_| {
            again.track();
            let ended = screen.data.ended.get() > 0;
            let Some(user) = self.user() else { return };
            let unasked = since.get().is_none();
            if unasked && (!ended || screen.data.rows.with_untracked(Rows::count) > FEW) {
                return;
            }
            self.compare(user, since.get().unwrap_or(Since::Last));
        });
        // Keep.
        Effect::new(move |_| {
            let ended = screen.data.ended.get() > 0;
            let old = |kept: &Option<Visit>| kept.is_none_or(|kept| timer::now() - kept.taken > OFTEN);
            if ended
                && self.user().is_some()
                && screen.data.rows.with_untracked(Rows::count) <= FEW
                && screen.data.snapshot.with_value(old)
            {
                self.keep(true, || {});
            }
        });
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            if document().visibility_state() == web_sys::VisibilityState::Hidden {
                self.leave(true);
            } else if self.come() {
                again.notify();
            }
        });
        on_cleanup(move || {
            seen.remove();
            self.leave(false);
        });
    }

    fn compare(self, user: String, since: Since) {
        let data = self.screen.data;
        let limit = match since {
            Since::Last => data.visit.get_value().0 - 1,
            Since::At(when) => self.screen.view.with_untracked(|view| {
                let midnight = |date| format::midnight(date, view.tz.as_deref());
                let clock = Clock {
                    now: timer::now(),
                    midnight: &midnight,
                };
                when.resolve(view.zone(), &clock)
            }),
        };
        self.attempt.update_value(|attempt| *attempt += 1);
        let attempt = self.attempt.get_value();
        let table = self.screen.table.id;
        spawn_local(async move {
            let found = find(&user, table, limit).await;
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
        let Some((user, visit, replaced)) = self.due() else {
            return;
        };
        let data = self.screen.data;
        let table = self.screen.table.id;
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
            _ = visits::keep(&user, table, visit, &bytes, replaced).await;
            then();
        });
    }

    /// Whose snapshot is to be kept, of when, and which one it replaces; `None` while there is nothing to keep.
    fn due(self) -> Option<(String, Visit, Option<Visit>)> {
        let data = self.screen.data;
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
        let replaced = known.filter(|known| taken - known.taken < YOUNG);
        new.then_some((user, Visit { taken, gaps }, replaced))
    }

    /// What has happened since, as far as that is known: rows of sources that cannot be asked now are not called gone.
    pub fn changes(self) -> Option<(Changes, Vec<String>)> {
        let data = self.screen.data;
        if !matches!(self.state.get(), Compared::With(_)) {
            return None;
        }
        let loading = data.loading();
        let unasked = data.targets.with(|targets| {
            let lost = targets
                .iter()
                .filter(|target| matches!(target.progress, Progress::Failed(_)) && target.kept().is_none());
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

async fn find(user: &str, table: &str, limit: i64) -> Result<Found, Unkept> {
    let all = visits::all(user, table).await?;
    match visits::newest(&all, limit) {
        Some(visit) => Ok(Found::Snapshot(visit, visits::bytes(user, table, visit).await?)),
        None => Ok(Found::Young(all.first().copied())),
    }
}

/// The condition in words.
pub fn sentence(screen: Screen, locale: Locale, view: &View, state: &Compared) -> String {
    let exact = |ms| screen.zone.with(|zone| format::exact(ms, zone.as_deref()));
    let asked = match view.since {
        Some(since @ Since::At(_)) => {
            let text = since.text();
            fill(
                locale.pick(&words::SINCE_TIME),
                &[("t", &table::time::parse(&text).map_or(text, exact))],
            )
        }
        _ => locale.pick(&words::SINCE_LAST).to_owned(),
    };
    match state {
        Compared::With(visit) => format!("{asked} ({})", exact(visit.taken)),
        _ => asked,
    }
}

/// Why a view that asks for changes is not compared with anything.
pub fn uncompared(comparison: Comparison, locale: Locale) -> Option<String> {
    let screen = comparison.screen;
    screen.view.with(|view| view.since)?;
    Some(match comparison.state.get() {
        Compared::No | Compared::With(_) => return None,
        Compared::Unkept => locale.pick(&words::SINCE_UNKEPT).to_owned(),
        Compared::TooYoung(None) => locale.pick(&words::SINCE_FIRST).to_owned(),
        Compared::TooYoung(Some(oldest)) => {
            let oldest = screen.zone.with(|zone| format::exact(oldest.taken, zone.as_deref()));
            fill(locale.pick(&words::SINCE_TOO_YOUNG), &[("t", &oldest)])
        }
    })
}

/// The button, once the table is there.
pub fn control(comparison: Comparison) -> impl IntoView {
    let urgent = comparison.screen.view.with_untracked(|view| view.since.is_some());
    parts::once_here(Part::Later, urgent, false, lazy!(view(comparison)))
}

/// The comparison at work, and its button.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(comparison: Comparison) -> AnyView {
    comparison.follow();
    let locale = Locale::get();
    let screen = comparison.screen;
    let open = RwSignal::new(false);
    let changes = Memo::new(move |_| comparison.changes());
    let asked = Memo::new(move |_| screen.view.with(|view| view.since));
    let counts = move || {
        let (changes, _) = changes.get()?;
        Some(live::phrases(locale, changes, true).join(" · "))
    };
    let toggle = move |_| {
        screen.view.step(|view| match view.since {
            Some(_) => view.with_since(None),
            None => view.with_since(Some("last")),
        });
    };
    let why = move || match comparison.state.get() {
        Compared::Unkept => Some(locale.pick(&words::SINCE_UNKEPT)),
        Compared::TooYoung(None) => Some(locale.pick(&words::SINCE_FIRST)),
        _ => None,
    };
    let none = move || asked.get().is_none() && why().is_some();
    let number = move |of: fn(&Changes) -> usize| {
        move || changes.with(|changes| changes.as_ref().map(|(changes, _)| of(changes).to_string()))
    };
    let when = Signal::derive(move || match comparison.state.get() {
        Compared::With(visit) => format::relative(locale.lang(), visit.taken, screen.now.get()),
        _ => locale.pick(&words::SINCE_WHEN).to_owned(),
    });
    view! {
        <div class="since" data-testid="since" data-new=number(|changes| changes.new) data-changed=number(|changes| changes.changed) data-gone=number(|changes| changes.gone)>
            <button type="button" class="button quiet" aria-pressed=move || asked.get().is_some().to_string() disabled=none title=why on:click=toggle>
                {icon::icon(icon::CLOCK)}
                {locale.word(&words::SINCE_LAST)}
                {move || counts().map(|counts| view! { <span class="hint">{counts}</span> })}
            </button>
            <Show when=move || comparison.state.with(|state| *state != Compared::Unkept)>
                <Disclosure open label=when>
                    <Panel comparison open changes/>
                </Disclosure>
            </Show>
        </div>
    }
    .into_any()
}

/// Sources that could not be asked when the snapshot was taken, or now.
fn gaps(comparison: Comparison) -> (usize, usize) {
    let then = match comparison.state.get() {
        Compared::With(visit) => visit.gaps,
        _ => 0,
    };
    (then, comparison.screen.data.targets.with(|targets| failures(targets)))
}
