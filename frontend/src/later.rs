//! The page in parts: `cargo xtask build` makes a WebAssembly file of its own of each, which shares the memory of the first one. The first one
//! has the frame. Each kind of page is a part; the one that somebody opens comes in one file with the first one (`xtask/src/split.rs`). The later
//! part is all that no page needs in order to appear. What is not loaded at once is fetched when the page is idle, or as soon as somebody wants
//! something of it.
//!
//! To move a view into the later part, give it a plain function, name that in [`Views`], and draw it by [`view`]:
//!
//! ```ignore
//! <Popover open label icon>{later::view(move |views| (views.editor)(screen, open, draft.clone()))}</Popover>
//! ```
//!
//! Whatever only such a function can reach moves along. So nothing else may call it, and what it shares with the first part stays there.
//! The part comes as a whole: once one view is there, all are, and draw without waiting.
//!
//! To make a part of a page, name it in [`parts!`] and draw it by [`page`]; the proxy knows which address is of which part
//! (`proxy/src/assets.rs`). `Trunk.toml` has an attribute for every part with style sheets that only that one needs: they come along.

use crate::commands;
use crate::coverage::several::{self, Several};
use crate::filters::editor;
use crate::filters::paste::{self, Pasted};
use crate::i18n::{Locale, words};
use crate::pages::{not_found, overview, resource, table, timeline};
use crate::screen::Screen;
use crate::session::Who;
use crate::since::Comparison;
use crate::ui::scoped_signal::ScopedSignal;
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
    /// How complete and how fresh several tables are.
    pub asked: fn(Several) -> AnyView,
    /// The page for unknown addresses.
    pub not_found: fn() -> AnyView,
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
    asked: several::view,
    not_found: not_found::view,
};

fn start() {
    Who::ask();
    Saved::provide();
    live::Live::provide();
}

/// What a part brings.
#[derive(Clone, Copy)]
enum Found {
    /// How its page is drawn, of what the address names.
    Page(fn(String) -> AnyView),
    Views(&'static Views),
}

/// The parts, and the ways into them, which are the only ones: the first part calls what it finds in here, so the compiler cannot pull any of it
/// over.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident, $way:ident: $found:expr;)*) => {
        /// A part of the page.
        #[derive(Clone, Copy)]
        pub enum Part { $($(#[$doc])* $part),* }

        const PARTS: &[Part] = &[$(Part::$part),*];

        impl Part {
            /// As in the attributes of `boot.js`.
            const fn name(self) -> &'static str {
                match self { $(Self::$part => stringify!($way)),* }
            }

            async fn load(self) -> Option<Found> {
                match self { $(Self::$part => $way().await.ok()),* }
            }
        }

        $(
            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($way, fallible)]
            fn $way() -> Result<Found, wasm_split_helpers::SplitLoaderError> {
                Ok($found)
            }

            /// Unsplit, as `cargo xtask dev` builds it, all is there from the start.
            #[cfg(not(feature = "split"))]
            async fn $way() -> Result<Found, std::convert::Infallible> {
                Ok($found)
            }
        )*
    };
}

parts! {
    /// All that no page needs in order to appear.
    Later, later: Found::Views(&VIEWS);
    /// One table.
    Table, table: Found::Page(table::view);
    /// What needs someone now.
    Overview, overview: Found::Page(|_| overview::view());
    /// Everything on one axis of time.
    Timeline, timeline: Found::Page(|_| timeline::view());
    /// Everything about one thing, by its id.
    Resource, resource: Found::Page(resource::view);
}

#[wasm_bindgen]
extern "C" {
    /// Fetches the style sheets of a part, once (`boot.js`).
    #[wasm_bindgen(js_name = partStyles, catch)]
    fn part_styles(part: &str) -> Result<Promise, JsValue>;
}

/// Time for the first rows to come before the other parts ask for their share of the line.
const HEAD_START: Duration = Duration::from_millis(1000);

/// Draws a view of the later part. In its place stands nothing while the part is on its way, and a word with a way out if it does not come.
pub fn view(draw: impl Fn(&'static Views) -> AnyView + Send + 'static) -> AnyView {
    place(Part::Later, of_views(draw))
}

/// Draws the page that `part` is, likewise; `id` is what its address names.
pub fn page(part: Part, id: &str) -> AnyView {
    let id = id.to_owned();
    let draw = move |found| match found {
        Found::Page(draw) => draw(id.clone()),
        Found::Views(_) => ().into_any(),
    };
    place(part, Box::new(draw))
}

/// Draws a view beside others that do not wait for it, once the later part is here anyway. With `urgent` that is fetched now; with `loud` a part
/// that does not come is missed with a word here.
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
        Found::Views(views) => draw(views),
        Found::Page(_) => ().into_any(),
    })
}

fn beside(later: Later, loud: bool, draw: Draw) -> AnyView {
    (move || match later.state.get() {
        State::Here(found) => Some(untrack(|| drawn(&draw, found))),
        State::Failed if loud => Some(failed(later)),
        State::Failed | State::Away | State::Coming => None,
    })
    .into_any()
}

fn place(part: Part, draw: Draw) -> AnyView {
    let later = Later::of(part);
    later.fetch();
    (move || match later.state.get() {
        // A view that reads a signal while it is drawn must not be drawn anew when that changes.
        State::Here(found) => untrack(|| drawn(&draw, found)),
        State::Failed => failed(later),
        State::Away | State::Coming => view! { <p class="coming" aria-busy="true"></p> }.into_any(),
    })
    .into_any()
}

/// A view comes and goes while the page around it stays.
fn drawn(draw: &Draw, found: Found) -> AnyView {
    Locale::scope();
    draw(found)
}

fn failed(later: Later) -> AnyView {
    let locale = Locale::get();
    view! {
        <div class="notice" role="alert" data-testid="later-failed">
            <p>{locale.word(&words::LATER_FAILED)}</p>
            <button type="button" class="button" on:click=move |_| later.fetch()>{locale.word(&words::TRY_AGAIN)}</button>
            " "
            <a class="button" href="" rel="external">{locale.word(&words::RELOAD)}</a>
        </div>
    }
    .into_any()
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
struct All {
    /// In the order of [`PARTS`].
    states: [ScopedSignal<State>; PARTS.len()],
    /// The page's own scope.
    owner: StoredValue<Option<Owner>>,
}

/// How far one part has come, by itself the later one.
#[derive(Clone, Copy)]
pub struct Later {
    part: Part,
    state: ScopedSignal<State>,
    owner: StoredValue<Option<Owner>>,
}

impl All {
    fn provide() -> Self {
        let all = Self {
            states: std::array::from_fn(|_| ScopedSignal::new(State::Away)),
            owner: StoredValue::new(Owner::current()),
        };
        provide_context(all);
        let fetch = move || {
            for part in PARTS {
                all.one(*part).prefetch();
            }
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
        all
    }

    fn one(self, part: Part) -> Later {
        Later {
            part,
            state: self.states[part as usize],
            owner: self.owner,
        }
    }
}

impl Later {
    /// Makes the context, and fetches the parts once the page has nothing better to do.
    pub fn provide() {
        All::provide();
    }

    /// The later part, for the part of the page that calls.
    pub fn get() -> Self {
        Self::of(Part::Later)
    }

    fn of(part: Part) -> Self {
        let later = use_context().unwrap_or_else(All::provide).one(part);
        Self {
            state: later.state.scoped(),
            ..later
        }
    }

    /// The views of the part if they are here; tracked.
    pub fn here(self) -> Option<&'static Views> {
        match self.state.get() {
            State::Here(Found::Views(views)) => Some(views),
            _ => None,
        }
    }

    /// Whether the part was asked for in vain; tracked.
    pub fn lost(self) -> bool {
        matches!(self.state.get(), State::Failed)
    }

    /// The views of the part if they are here; not tracked.
    pub fn now(self) -> Option<&'static Views> {
        untrack(|| self.here())
    }

    /// Fetches the part before anybody wants it. One that somebody has asked for in vain is theirs to try again: the word that stands in its place
    /// would go and come back under their hands.
    pub fn prefetch(self) {
        if matches!(self.state.try_get_untracked(), Some(State::Away)) {
            self.fetch();
        }
    }

    /// Fetches the part, unless it is here or on its way.
    pub fn fetch(self) {
        if matches!(self.state.try_get_untracked(), Some(State::Away | State::Failed)) {
            self.state.set(State::Coming);
            spawn_local(async move {
                let found = self.come().await;
                self.state.try_set(found.map_or(State::Failed, State::Here));
            });
        }
    }

    async fn come(self) -> Option<Found> {
        let styles = part_styles(self.part.name()).ok()?;
        let found = self.part.load().await?;
        JsFuture::from(styles).await.ok()?;
        if let (Found::Views(views), Some(owner)) = (found, self.owner.try_get_value().flatten()) {
            owner.with(views.start);
        }
        Some(found)
    }
}
