//! Live: asks again at an interval that the reader picks, and never moves what they look at.
//!
//! The interval is the reader's and stays in this browser; a link does not carry it. A tab that nobody sees does not ask; shown again, it catches up.

use crate::coverage::sources;
use crate::i18n::{Locale, fill, format, words};
use crate::parts;
use crate::presence::unseen;
use crate::screen::Screen;
use crate::store::Load;
use crate::ui::announce::Announcer;
use crate::ui::effect::effect;
use crate::ui::scoped_signal::ScopedSignal;
use crate::ui::timer::{self, Delay};
use crate::ui::{icon, storage};
use leptos::{ev, prelude::*};
use std::time::Duration;
use table::rows::Changes;

/// The intervals on offer, in seconds; 0 is off.
const EVERY: [u32; 5] = [0, 30, 60, 300, 900];
/// Where the choice is kept.
const KEPT: &str = "live";

/// What the reader has chosen, as a context: it holds for all tables.
#[derive(Clone, Copy)]
pub struct Live {
    every: ScopedSignal<u32>,
    paused: ScopedSignal<bool>,
}

impl Live {
    /// With the interval that this browser has kept.
    fn new() -> Self {
        let kept = storage::get(KEPT).and_then(|text| text.parse().ok());
        Self {
            every: ScopedSignal::new(kept.filter(|every| EVERY.contains(every)).unwrap_or_default()),
            paused: ScopedSignal::new(false),
        }
    }

    /// For the part of the page that calls.
    fn get() -> Self {
        let all = parts::page_context(Self::new);
        Self {
            every: all.every.scoped(),
            paused: all.paused.scoped(),
        }
    }
}

/// Asks again and again while the surrounding page is there.
fn follow(screen: Screen, live: Live) {
    let data = screen.data;
    // A moment has come while nobody saw the tab.
    let due = StoredValue::new(false);
    let ask = move || {
        if unseen() {
            due.set_value(true);
        } else {
            data.refresh();
        }
    };
    let next_time = Delay::new();
    effect(move || {
        next_time.cancel();
        due.set_value(false);
        let every = live.every.get();
        // Whoever has to sign in first would be refused again and again.
        let ended = match data.load.get() {
            Load::Ended => true,
            Load::Broken(error) => !error.unsigned(),
            Load::Idle | Load::Loading(_) => false,
        };
        if every == 0 || live.paused.get() || !ended {
            return;
        }
        let next = data.ended.get() + i64::from(every) * 1000 - timer::now();
        next_time.set(Duration::from_millis(u64::try_from(next).unwrap_or_default()), ask);
    });
    let shown = on_visibility(move || {
        if due.get_value() && !unseen() {
            due.set_value(false);
            data.refresh();
        }
    });
    // What would have been asked while there was no network is asked at once.
    let online = window_event_listener_untyped("online", move |_| {
        if live.every.get_untracked() != 0 && !live.paused.get_untracked() {
            ask();
        }
    });
    on_cleanup(move || {
        shown.remove();
        online.remove();
        data.give_up();
    });
}

/// Calls back when the tab is shown or hidden.
fn on_visibility(call: impl Fn() + 'static) -> WindowListenerHandle {
    window_event_listener_untyped("visibilitychange", move |_| call())
}

/// The choice of interval, the pause button, what has changed, and the way to the sources one by one.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(screen: Screen) -> AnyView {
    let locale = Locale::get();
    let live = Live::get();
    follow(screen, live);
    let change = move |event: ev::Event| {
        let every: u32 = event_target_value(&event).parse().unwrap_or_default();
        storage::set(KEPT, &every.to_string());
        live.paused.set(false);
        live.every.set(every);
    };
    let paused = move || live.paused.get();
    let toggle = move || {
        locale.pick(if paused() {
            &words::LIVE_RESUME
        } else {
            &words::LIVE_PAUSE
        })
    };
    view! {
        <Changed screen/>
        <Show when=move || live.every.get() != 0>
            <button type="button" class="button quiet compact" data-testid="pause" aria-pressed=move || paused().to_string() aria-label=toggle title=toggle on:click=move |_| live.paused.update(|paused| *paused = !*paused)>
                {move || icon::icon(if paused() { icon::PLAY } else { icon::PAUSE })}
            </button>
        </Show>
        <select class="button quiet" data-testid="live" aria-label=locale.word(&words::LIVE) title=locale.word(&words::LIVE) on:change=change>
            {move || EVERY.into_iter().map(|every| view! {
                <option value=every.to_string() selected=live.every.get() == every>{interval(locale, every)}</option>
            }).collect_view()}
        </select>
        {sources::opener(StoredValue::new(vec![screen.data]), screen.zone)}
    }
    .into_any()
}

fn interval(locale: Locale, every: u32) -> String {
    match every {
        0 => locale.pick(&words::LIVE_OFF).to_owned(),
        seconds if seconds < 60 => fill(locale.pick(&words::LIVE_SECONDS), &[("n", &seconds.to_string())]),
        seconds => fill(locale.pick(&words::LIVE_MINUTES), &[("n", &(seconds / 60).to_string())]),
    }
}

/// How many rows are new, changed and gone, in words; with `zeros` also of what there is none.
pub fn phrases(locale: Locale, changes: Changes, zeros: bool) -> Vec<String> {
    let each = [
        (changes.new, locale.pick(&words::COUNT_NEW)),
        (changes.changed, locale.pick(&words::COUNT_CHANGED)),
        (changes.gone, locale.pick(&words::COUNT_GONE)),
    ];
    each.into_iter()
        .filter(|(count, _)| zeros || *count > 0)
        .map(|(count, phrase)| fill(phrase, &[("n", &format::count(locale.lang(), count))]))
        .collect()
}

/// What refreshes have changed: first to be shown, then to be acknowledged.
#[component]
fn Changed(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let data = screen.data;
    let waiting = move || data.held.get() && data.load.with(|load| !matches!(load, Load::Loading(_)));
    let text = move || {
        let changes = data.changes.get();
        (changes.all() > 0).then(|| {
            let each = phrases(locale, changes, false);
            let action = locale.pick(if waiting() {
                &words::SHOW_CHANGES
            } else {
                &words::CLEAR_MARKS
            });
            (each.join(", "), action)
        })
    };
    let announcer = Announcer::get();
    let changes = Memo::new(move |_| data.changes.get());
    effect(move || {
        let changes = changes.get();
        if changes.all() > 0 {
            announcer.say("changes", phrases(locale, changes, false).join(", "));
        }
    });
    let click = move |_| {
        if untrack(waiting) {
            data.show();
        } else {
            data.acknowledge();
        }
    };
    view! {
        <span data-heir="[data-testid=live]">
            {move || text().map(|(text, action)| view! {
                <button type="button" class="button small" class:pill=waiting data-testid="changed" data-waiting=move || waiting().to_string() on:click=click>
                    {text}" · "<b>{action}</b>
                </button>
            })}
        </span>
    }
}
