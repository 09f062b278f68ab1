//! Parts of the page that a first visit to a table does without: `cargo xtask build` makes WebAssembly files of their own of them, which
//! share the memory of the first one. There are two: the overview, and the later part, all the rest. Both are fetched when the page is idle,
//! or as soon as somebody wants something of them.
//!
//! To move a view into the later part, give it a plain function, name that in [`Views`], and draw it by [`view`]:
//!
//! ```ignore
//! <Popover open label icon>{later::view(move |views| (views.editor)(screen, open, draft.clone()))}</Popover>
//! ```
//!
//! Whatever only such a function can reach moves along. So nothing else may call it, and what it shares with the first part stays there.
//! The part comes as a whole: once one view is there, all are, and draw without waiting. Style sheets that only these views need are named in
//! `Trunk.toml` (`data-styles`) and come along.

use crate::commands;
use crate::filters::editor;
use crate::filters::paste::{self, Pasted};
use crate::i18n::Locale;
use crate::lasting::Lasting;
use crate::pages::{overview, resource, timeline};
use crate::screen::Screen;
use crate::since::Comparison;
use crate::views::Views as Saved;
use crate::{detail, live, menus, since};
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

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

/// The way into the overview, which the page shows first of all but a table does not need. With the first part it is what `/` loads.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(overview, fallible)]
fn front() -> Result<fn() -> AnyView, wasm_split_helpers::SplitLoaderError> {
    Ok(overview::view)
}

/// Unsplit, as `cargo xtask dev` builds it, all is there from the start.
#[cfg(not(feature = "split"))]
async fn views() -> Result<&'static Views, std::convert::Infallible> {
    Ok(&VIEWS)
}

/// The same for the overview.
#[cfg(not(feature = "split"))]
async fn front() -> Result<fn() -> AnyView, std::convert::Infallible> {
    Ok(overview::view)
}

#[wasm_bindgen]
extern "C" {
    /// Fetches the style sheets of the later part, once (`boot.js`).
    #[wasm_bindgen(js_name = laterStyles, catch)]
    fn later_styles() -> Result<Promise, JsValue>;
}

/// Time for the first rows to come before the later part asks for its share of the line.
const HEAD_START: Duration = Duration::from_millis(1000);

/// Draws a view of the later part. In its place stands nothing while the part is on its way, and a word with a way out if it does not come.
pub fn view(draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> AnyView {
    place(Part::Later, of_views(draw))
}

/// Draws the overview, likewise.
pub fn overview() -> AnyView {
    place(
        Part::Overview,
        Box::new(|found| match found {
            Found::Overview(draw) => draw(),
            Found::Later(_) => ().into_any(),
        }),
    )
}

/// Draws a view beside others that do not wait for it, once the part is here anyway. With `urgent` it is fetched now; with `loud` a part that does not
/// come is missed with a word here.
pub fn once_here(urgent: bool, loud: bool, draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> AnyView {
    let later = Later::get();
    if urgent {
        later.fetch();
    }
    beside(later, loud, of_views(draw))
}

/// One type for all views: what is done with it is compiled once.
type Draw = Box<dyn Fn(Found) -> AnyView + Send>;

fn of_views(draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> Draw {
    Box::new(move |found| match found {
        Found::Later(views) => draw(views),
        Found::Overview(_) => ().into_any(),
    })
}

fn beside(later: Later, loud: bool, draw: Draw) -> AnyView {
    (move || match later.part(Part::Later).get() {
        State::Here(found) => Some(untrack(|| drawn(&draw, found))),
        State::Failed if loud => Some(failed(later, Part::Later)),
        State::Failed | State::Away | State::Coming => None,
    })
    .into_any()
}

fn place(part: Part, draw: Draw) -> AnyView {
    let later = Later::get();
    later.bring(part);
    (move || match later.part(part).get() {
        // A view that reads a signal while it is drawn must not be drawn anew when that changes.
        State::Here(found) => untrack(|| drawn(&draw, found)),
        State::Failed => failed(later, part),
        State::Away | State::Coming => view! { <p class="coming" aria-busy="true"></p> }.into_any(),
    })
    .into_any()
}

/// A view comes and goes while the page around it stays.
fn drawn(draw: &Draw, found: Found) -> AnyView {
    Locale::here();
    draw(found)
}

fn failed(later: Later, part: Part) -> AnyView {
    let locale = Locale::get();
    view! {
        <div class="notice" role="alert" data-testid="later-failed">
            <p>{locale.word(|words| words.later_failed)}</p>
            <button type="button" class="button" on:click=move |_| later.bring(part)>{locale.word(|words| words.try_again)}</button>
            " "
            <a class="button" href="" rel="external">{locale.word(|words| words.reload)}</a>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
enum Part {
    Overview,
    Later,
}

/// What a part brings.
#[derive(Clone, Copy)]
enum Found {
    Overview(fn() -> AnyView),
    Later(&'static Views),
}

#[derive(Clone, Copy)]
enum State {
    /// Nobody has asked for it yet.
    Away,
    Coming,
    Here(Found),
    /// The next one who wants it asks again.
    Failed,
}

/// How far the parts have come, as a context.
#[derive(Clone, Copy)]
pub struct Later {
    overview: Lasting<State>,
    later: Lasting<State>,
    /// The page's own scope.
    owner: StoredValue<Option<Owner>>,
}

impl Later {
    /// Makes it a context and fetches the parts once the page has nothing better to do.
    pub fn provide() -> Self {
        let later = Self {
            overview: Lasting::new(State::Away),
            later: Lasting::new(State::Away),
            owner: StoredValue::new(Owner::current()),
        };
        provide_context(later);
        let fetch = move || {
            later.bring(Part::Later);
            later.bring(Part::Overview);
        };
        set_timeout(
            move || {
                // Safari knows no idle time.
                if request_idle_callback_with_handle(fetch).is_err() {
                    fetch();
                }
            },
            HEAD_START,
        );
        later
    }

    /// The one of the surrounding page, for the part of it that calls.
    pub fn get() -> Self {
        let all: Self = use_context().unwrap_or_else(Self::provide);
        Self {
            overview: all.overview.here(),
            later: all.later.here(),
            ..all
        }
    }

    /// The views of the later part if they are here; tracked.
    pub fn here(self) -> Option<&'static Views> {
        match self.later.get() {
            State::Here(Found::Later(views)) => Some(views),
            _ => None,
        }
    }

    /// Whether the later part was asked for in vain; tracked.
    pub fn lost(self) -> bool {
        matches!(self.later.get(), State::Failed)
    }

    /// The views of the later part if they are here; not tracked.
    pub fn now(self) -> Option<&'static Views> {
        untrack(|| self.here())
    }

    /// Fetches the later part, unless it is here or on its way.
    pub fn fetch(self) {
        self.bring(Part::Later);
    }

    fn part(self, part: Part) -> Lasting<State> {
        match part {
            Part::Overview => self.overview,
            Part::Later => self.later,
        }
    }

    fn bring(self, part: Part) {
        let state = self.part(part);
        if matches!(state.try_get_untracked(), Some(State::Away | State::Failed)) {
            state.set(State::Coming);
            spawn_local(async move {
                let found = match part {
                    Part::Overview => front().await.ok().map(Found::Overview),
                    Part::Later => self.come().await.map(Found::Later),
                };
                state.try_set(found.map_or(State::Failed, State::Here));
            });
        }
    }

    async fn come(self) -> Option<&'static Views> {
        let styles = later_styles().ok()?;
        let views = views().await.ok()?;
        JsFuture::from(styles).await.ok()?;
        if let Some(owner) = self.owner.try_get_value().flatten() {
            owner.with(views.start);
        }
        Some(views)
    }
}
