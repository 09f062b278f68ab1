//! Code splitting: `cargo xtask build` makes files of WebAssembly of each part of the page, which share the memory of the program.
//!
//! The program has the frame, and of the tables what other kinds of page need too. The rest of each kind of page is a part; that of the one that
//! somebody opens comes together with the program (`frontend/boot.js`). The later part is all that no page needs in order to appear. What is not
//! loaded at once is fetched when the page is idle, or as soon as somebody wants something of it.
//!
//! A function is moved into a part by an attribute with the part's name:
//!
//! ```ignore
//! #[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
//! pub fn view(screen: Screen, open: RwSignal<bool>) -> AnyView { … }
//! ```
//!
//! It is drawn by [`place`] or [`once_here`], called in [`lazy!`]:
//!
//! ```ignore
//! <Popover open label icon>{parts::place(Part::Later, lazy!(editor::view(screen, open)))}</Popover>
//! ```
//!
//! Whatever only such functions can reach moves along; what they share with the program stays there.
//!
//! A new part is a line in [`parts!`] and an attribute in `Trunk.toml`, which also has the style sheets that only that part needs. `boot.js` knows
//! which path is of which part.

use crate::i18n::{Locale, words};
use crate::ui::scoped_signal::ScopedSignal;
use js_sys::Promise;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A view of a part, on its way.
pub type Drawing = Pin<Box<dyn Future<Output = AnyView>>>;

/// A call of a function that is in a part. The attribute makes it asynchronous; unsplit, as `cargo xtask dev` builds the page, it is not.
macro_rules! lazy {
    ($call:expr) => {
        move || {
            let view = $call;
            #[cfg(not(feature = "split"))]
            let view = std::future::ready(view);
            Box::pin(view) as $crate::parts::Drawing
        }
    };
}
pub(crate) use lazy;

/// A part did not come.
#[derive(Debug)]
struct PartError;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for PartError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident, $name:ident;)*) => {
        /// A part of the page.
        #[derive(Clone, Copy)]
        pub enum Part { $($(#[$doc])* $part),* }

        const PARTS: &[Part] = &[$(Part::$part),*];

        impl Part {
            /// As in the attributes of `boot.js`.
            const fn name(self) -> &'static str {
                match self { $(Self::$part => stringify!($name)),* }
            }

            async fn load(self) -> Result<(), PartError> {
                match self { $(Self::$part => $name().await),* }
            }
        }

        $(
            #[cfg(feature = "split")]
            #[wasm_split_helpers::wasm_split($name, fallible)]
            fn $name() -> Result<(), PartError> {
                Ok(())
            }

            #[cfg(not(feature = "split"))]
            async fn $name() -> Result<(), PartError> {
                Ok(())
            }
        )*
    };
}

parts! {
    /// All that no page needs in order to appear.
    Later, later;
    /// The facets of a table.
    Table, table;
    /// What needs someone now.
    Overview, overview;
    /// Everything on one axis of time.
    Timeline, timeline;
    /// Everything about one resource, by its id.
    Resource, resource;
}

#[wasm_bindgen]
extern "C" {
    /// Fetches the style sheets of a part, once (`boot.js`).
    #[wasm_bindgen(js_name = partStyles, catch)]
    fn part_styles(part: &str) -> Result<Promise, JsValue>;
}

/// Time for the first rows to come before the other parts ask for their share of the line.
const HEAD_START: Duration = Duration::from_secs(1);

/// Draws a view of a part. In its place stands nothing while the part is on its way, and a word with a way out if it does not come.
pub fn place(part: Part, draw: impl Fn() -> Drawing + Send + 'static) -> AnyView {
    placed(part, Box::new(draw), failed)
}

/// Draws a whole page that is a view of a part, as [`place`] does: the word in its place is a page too.
pub fn page(part: Part, draw: impl Fn() -> Drawing + Send + 'static) -> AnyView {
    let failed = |loader| {
        view! {
            <main class="page text" id="main">
                <h1>{Locale::get().word(&words::UNAVAILABLE)}</h1>
                {failed(loader)}
            </main>
        }
        .into_any()
    };
    placed(part, Box::new(draw), failed)
}

fn placed(part: Part, draw: Draw, failed: fn(Loader) -> AnyView) -> AnyView {
    let loader = Loader::of(part);
    loader.fetch();
    (move || match loader.state.get() {
        // A view that reads a signal while it is drawn must not be drawn anew when that changes.
        State::Here => untrack(|| drawn(&draw)),
        State::Failed => failed(loader),
        State::Away | State::Coming => view! { <p class="coming" aria-busy="true"></p> }.into_any(),
    })
    .into_any()
}

/// Draws a view beside others that do not wait for it, once its part is here anyway. With `urgent` that is fetched now; with `loud` a part that does
/// not come is missed with a word here.
pub fn once_here(part: Part, urgent: bool, loud: bool, draw: impl Fn() -> Drawing + Send + 'static) -> AnyView {
    let (loader, draw): (_, Draw) = (Loader::of(part), Box::new(draw));
    if urgent {
        loader.fetch();
    }
    (move || match loader.state.get() {
        State::Here => Some(untrack(|| drawn(&draw))),
        State::Failed if loud => Some(failed(loader)),
        State::Failed | State::Away | State::Coming => None,
    })
    .into_any()
}

/// One type for all views: what is done with it is compiled once.
type Draw = Box<dyn Fn() -> Drawing + Send>;

/// A view comes and goes while the page around it stays.
fn drawn(draw: &Draw) -> AnyView {
    Locale::scope();
    let mut drawing = Box::pin(ScopedFuture::new_untracked(draw()));
    if let Poll::Ready(view) = drawing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return view;
    }
    // The first time that a function is called, its way into the part is asked of JavaScript, which has the answer before the next frame.
    let view = RwSignal::new_local(None);
    spawn_local(async move {
        let drawn = drawing.await;
        view.try_set(Some(drawn));
    });
    (move || {
        view.track();
        view.try_update_untracked(Option::take).flatten()
    })
    .into_any()
}

fn failed(loader: Loader) -> AnyView {
    let locale = Locale::get();
    view! {
        <div class="notice" role="alert" data-testid="later-failed">
            <p>{locale.word(&words::LATER_FAILED)}</p>
            <button type="button" class="button" on:click=move |_| loader.fetch()>{locale.word(&words::TRY_AGAIN)}</button>
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
    Here,
    /// The next one who wants it asks again.
    Failed,
}

/// How far the parts have come, as a context.
#[derive(Clone, Copy)]
pub struct Parts {
    /// In the order of [`PARTS`].
    states: [ScopedSignal<State>; PARTS.len()],
    /// The page's own scope.
    page: StoredValue<Option<Owner>>,
}

impl Parts {
    /// Makes the context, and fetches the parts once the page has nothing better to do.
    pub fn provide() -> Self {
        let parts = Self {
            states: std::array::from_fn(|_| ScopedSignal::new(State::Away)),
            page: StoredValue::new(Owner::current()),
        };
        provide_context(parts);
        let fetch = move || {
            for part in PARTS {
                parts.loader(*part).prefetch();
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
        parts
    }

    fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    fn loader(self, part: Part) -> Loader {
        Loader {
            part,
            state: self.states[part as usize],
        }
    }
}

/// The context of a type that is the page's as a whole, but needed by a part only: made when it is first asked for.
pub fn page_context<T: Clone + Send + Sync + 'static>(make: fn() -> T) -> T {
    use_context().unwrap_or_else(|| {
        let provide = || {
            let made = make();
            provide_context(made.clone());
            made
        };
        match Parts::get().page.try_get_value().flatten() {
            Some(page) => page.with(provide),
            None => make(),
        }
    })
}

/// Fetches one part, and knows how far that has come.
#[derive(Clone, Copy)]
pub struct Loader {
    part: Part,
    state: ScopedSignal<State>,
}

impl Loader {
    /// Of a part, for whatever of the page calls.
    pub fn of(part: Part) -> Self {
        let loader = Parts::get().loader(part);
        Self {
            state: loader.state.scoped(),
            ..loader
        }
    }

    /// Whether the part was asked for in vain; tracked.
    pub fn lost(self) -> bool {
        matches!(self.state.get(), State::Failed)
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
                let state = if self.come().await.is_some() {
                    State::Here
                } else {
                    State::Failed
                };
                self.state.try_set(state);
            });
        }
    }

    async fn come(self) -> Option<()> {
        // Listened to from now on: a failure that nobody has heard of yet would be reported as one that nobody cares about.
        let styles = JsFuture::from(part_styles(self.part.name()).ok()?);
        self.part.load().await.ok()?;
        styles.await.ok()?;
        Some(())
    }
}
