//! The later part: views that a first visit does without. `cargo xtask build` puts them into a second WebAssembly file, which shares the
//! memory of the first one and is fetched when the page is idle, or as soon as somebody opens one of them.
//!
//! To move a view there, give it a plain function, name that in [`Views`], and draw it by [`view`]:
//!
//! ```ignore
//! <Popover open label icon>{later::view(move |views| (views.editor)(screen, open, draft.clone()))}</Popover>
//! ```
//!
//! Whatever only such a function can reach moves along. So nothing else may call it, and what it shares with the first part stays there.
//! The part comes as a whole: once one view is there, all are, and draw without waiting.

use crate::commands::{help, palette};
use crate::filters::report;
use crate::filters::search::Pasted;
use crate::filters::{chooser, editor};
use crate::i18n::Locale;
use crate::menus::{export, views as saved};
use crate::pages::{overview, resource, timeline};
use crate::screen::Screen;
use crate::since::Comparison;
use crate::{live, since};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The views of the later part.
pub struct Views {
    /// The form for one condition.
    pub editor: fn(Screen, RwSignal<bool>, editor::Draft) -> AnyView,
    /// The list of columns.
    pub chooser: fn(Screen) -> AnyView,
    /// The menu of saved views.
    pub saved: fn(saved::Shown) -> AnyView,
    /// The export formats.
    pub export: fn(Screen, RwSignal<bool>) -> AnyView,
    /// What of pasted lists is there.
    pub reports: fn(Screen, RwSignal<Option<Pasted>>) -> AnyView,
    /// The comparison with earlier visits.
    pub since: fn(Comparison) -> AnyView,
    /// The refresh interval and what refreshes changed.
    pub live: fn(Screen) -> AnyView,
    /// The command palette.
    pub palette: fn(RwSignal<bool>, RwSignal<bool>) -> AnyView,
    /// Keys and grammar.
    pub help: fn(RwSignal<bool>) -> AnyView,
    /// The first page.
    pub overview: fn() -> AnyView,
    /// Everything on one axis of time.
    pub timeline: fn() -> AnyView,
    /// Everything about one thing, by its id.
    pub resource: fn(String) -> AnyView,
}

static VIEWS: Views = Views {
    editor: editor::view,
    chooser: chooser::view,
    saved: saved::view,
    export: export::view,
    reports: report::view,
    since: since::view,
    live: live::view,
    palette: palette::view,
    help: help::view,
    overview: overview::view,
    timeline: timeline::view,
    resource: resource::view,
};

/// The way into the later part, and the only one: the first part calls what it finds in here, so the compiler cannot pull any of it over.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(later, fallible)]
fn views() -> Result<&'static Views, wasm_split_helpers::SplitLoaderError> {
    Ok(&VIEWS)
}

/// Unsplit, as `cargo xtask dev` builds it, all is there from the start.
#[cfg(not(feature = "split"))]
async fn views() -> Result<&'static Views, std::convert::Infallible> {
    Ok(&VIEWS)
}

/// Time for the first rows to come before the later part asks for its share of the line.
const HEAD_START: Duration = Duration::from_millis(1000);

/// Draws a view of the later part. In its place stands nothing while the part is on its way, and a word with a way out if it does not come.
pub fn view(draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> AnyView {
    // One function for all views: what follows is compiled once.
    place(Box::new(draw))
}

/// Draws a view beside others that do not wait for it, once the part is here anyway. With `urgent` it is fetched now.
pub fn once_here(urgent: bool, draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> AnyView {
    let later = Later::get();
    if urgent {
        later.fetch();
    }
    let draw: Box<dyn Fn(&'static Views) -> AnyView + Send> = Box::new(draw);
    let here = Memo::new(move |_| matches!(later.0.get(), State::Here(_)));
    (move || {
        let State::Here(views) = (if here.get() {
            later.0.get_untracked()
        } else {
            State::Away
        }) else {
            return None;
        };
        Some(untrack(|| draw(views)))
    })
    .into_any()
}

fn place(draw: Box<dyn Fn(&'static Views) -> AnyView + Send>) -> AnyView {
    let later = Later::get();
    later.fetch();
    (move || match later.0.get() {
        // A view that reads a signal while it is drawn must not be drawn anew when that changes.
        State::Here(views) => untrack(|| draw(views)),
        State::Failed => failed(later),
        State::Away | State::Coming => view! { <p class="coming" aria-busy="true"></p> }.into_any(),
    })
    .into_any()
}

fn failed(later: Later) -> AnyView {
    let locale = Locale::get();
    view! {
        <div class="notice" role="alert" data-testid="later-failed">
            <p>{locale.word(|words| words.later_failed)}</p>
            <button type="button" class="button" on:click=move |_| later.fetch()>{locale.word(|words| words.try_again)}</button>
            " "
            <a class="button" href="" rel="external">{locale.word(|words| words.reload)}</a>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
enum State {
    /// Nobody has asked for it yet.
    Away,
    Coming,
    Here(&'static Views),
    /// The next one who wants it asks again.
    Failed,
}

/// How far the later part has come, as a context.
#[derive(Clone, Copy)]
pub struct Later(RwSignal<State>);

impl Later {
    /// Makes it a context and fetches the part once the page has nothing better to do.
    pub fn provide() -> Self {
        let later = Self(RwSignal::new(State::Away));
        provide_context(later);
        set_timeout(
            move || {
                // Safari knows no idle time.
                if request_idle_callback_with_handle(move || later.fetch()).is_err() {
                    later.fetch();
                }
            },
            HEAD_START,
        );
        later
    }

    fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    fn fetch(self) {
        if matches!(self.0.try_get_untracked(), Some(State::Away | State::Failed)) {
            self.0.set(State::Coming);
            spawn_local(async move {
                let state = views().await.map_or(State::Failed, State::Here);
                self.0.try_set(state);
            });
        }
    }
}
