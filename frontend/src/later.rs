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

use crate::commands;
use crate::filters::editor;
use crate::filters::paste::{self, Pasted};
use crate::i18n::Locale;
use crate::pages::{overview, resource, timeline};
use crate::screen::Screen;
use crate::since::Comparison;
use crate::views::Views as Saved;
use crate::{detail, live, menus, since};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The views of the later part.
pub struct Views {
    /// Prepares what the views share, once, in the page's own scope.
    pub start: fn(),
    /// The form for one condition.
    pub editor: fn(Screen, RwSignal<bool>, editor::Draft) -> AnyView,
    /// Pasting into the search box.
    pub paste: fn(Screen, &str) -> paste::Taken,
    /// The command palette and the help.
    pub dialogs: fn(RwSignal<bool>, RwSignal<bool>) -> AnyView,
    /// The right half of a table's toolbar.
    pub tools: fn(Screen) -> AnyView,
    /// The notices above its rows.
    pub notices: fn(Screen, Comparison, RwSignal<Option<Pasted>>) -> AnyView,
    /// An open row.
    pub detail: fn(Screen, String) -> AnyView,
    /// The comparison with earlier visits.
    pub since: fn(Comparison) -> AnyView,
    /// The refresh interval and what refreshes changed.
    pub live: fn(Screen) -> AnyView,
    /// The first page.
    pub overview: fn() -> AnyView,
    /// Everything on one axis of time.
    pub timeline: fn() -> AnyView,
    /// Everything about one thing, by its id.
    pub resource: fn(String) -> AnyView,
}

static VIEWS: Views = Views {
    start,
    editor: editor::view,
    dialogs: commands::dialogs,
    paste: paste::paste,
    tools: menus::tools,
    notices: menus::notices,
    detail: detail::view,
    since: since::view,
    live: live::view,
    overview: overview::view,
    timeline: timeline::view,
    resource: resource::view,
};

fn start() {
    Saved::provide();
    live::Live::provide();
}

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

/// Draws a view beside others that do not wait for it, once the part is here anyway. With `urgent` it is fetched now; with `loud` a part that does not
/// come is missed with a word here.
pub fn once_here(urgent: bool, loud: bool, draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> AnyView {
    let later = Later::get();
    if urgent {
        later.fetch();
    }
    beside(later, loud, Box::new(draw))
}

fn beside(later: Later, loud: bool, draw: Box<dyn Fn(&'static Views) -> AnyView + Send>) -> AnyView {
    (move || match later.0.get() {
        State::Here(views) => Some(untrack(|| draw(views))),
        State::Failed if loud => Some(failed(later)),
        State::Failed | State::Away | State::Coming => None,
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
pub struct Later(RwSignal<State>, StoredValue<Option<Owner>>);

impl Later {
    /// Makes it a context and fetches the part once the page has nothing better to do.
    pub fn provide() -> Self {
        let later = Self(RwSignal::new(State::Away), StoredValue::new(Owner::current()));
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

    /// The one of the surrounding page.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// The views if they are here; tracked.
    pub fn here(self) -> Option<&'static Views> {
        match self.0.get() {
            State::Here(views) => Some(views),
            _ => None,
        }
    }

    /// Whether it was asked for in vain; tracked.
    pub fn lost(self) -> bool {
        matches!(self.0.get(), State::Failed)
    }

    /// The views if they are here; not tracked.
    pub fn now(self) -> Option<&'static Views> {
        untrack(|| self.here())
    }

    /// Fetches the part, unless it is here or on its way.
    pub fn fetch(self) {
        if matches!(self.0.try_get_untracked(), Some(State::Away | State::Failed)) {
            self.0.set(State::Coming);
            spawn_local(async move {
                let state = views().await.map_or(State::Failed, State::Here);
                if let State::Here(views) = state
                    && let Some(owner) = self.1.try_get_value().flatten()
                {
                    owner.with(views.start);
                }
                self.0.try_set(state);
            });
        }
    }
}
