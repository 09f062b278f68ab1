//! Who is signed in, and what stands in place of a page that they may not see. Rows come without: only the later part asks the proxy who it is.

mod gates;
mod kept;
mod leave;
mod life;
mod menu;
mod notice;

pub use gates::{gate, is_window, window};
pub use notice::notices;

use crate::api::{Error, Session};
use crate::parts::{Loader, Part};
use crate::store::{Data, Store};
use crate::ui::effect::effect;
use crate::ui::scoped_signal::ScopedSignal;
use crate::ui::storage;
use catalog::Table;
use leptos::prelude::*;
use life::Life;

/// Where it is kept which tables are not granted, so that the next visit does not begin by showing them. A number with a bit for each, in the catalogue's
/// order; the proxy's word replaces it within a second.
const HIDDEN: &str = "hidden";

/// What stands in place of the page that the address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing: the page itself.
    Open,
    /// No grant lets the reader see this table.
    Denied,
    /// No grant lets the reader see anything.
    NoGrant,
    /// The reader has signed out.
    SignedOut,
    /// Somebody has just signed in, and is not signed in all the same.
    Unheld,
    /// The front does not say who the reader is.
    Unnamed,
}

/// The session, as a context.
#[derive(Clone, Copy)]
pub struct Who {
    /// `None` until the proxy has answered.
    answer: ScopedSignal<Option<Result<Session, Error>>>,
    gate: ScopedSignal<Gate>,
    hidden: ScopedSignal<u32>,
}

impl Who {
    /// Makes it a context; nothing is asked yet.
    pub fn provide() -> Self {
        let hidden = storage::get(HIDDEN).and_then(|hidden| hidden.parse().ok());
        let who = Self {
            answer: ScopedSignal::new(None),
            gate: ScopedSignal::new(Gate::Open),
            hidden: ScopedSignal::new(hidden.unwrap_or_default()),
        };
        provide_context(who);
        // What the proxy refuses, the later part deals with.
        let later = Loader::of(Part::Later);
        let all: Vec<Data> = catalog::tables().into_iter().map(Store::data).collect();
        effect(move || {
            if all.iter().any(|data| data.shut().is_some()) {
                later.prefetch();
            }
        });
        who
    }

    /// The session of the surrounding page, for the part of it that calls.
    pub fn get() -> Option<Self> {
        use_context().map(|who: Self| Self {
            answer: who.answer.scoped(),
            gate: who.gate.scoped(),
            hidden: who.hidden.scoped(),
        })
    }

    /// Who is asking, as far as that separates what this browser keeps: empty without sign-in. `None` until the proxy has said it.
    pub fn key(self) -> Option<String> {
        self.with(|session| session.id.clone().unwrap_or_default())
    }

    /// What stands in place of the page; tracked.
    pub fn gate(self) -> Gate {
        self.gate.get()
    }

    /// Whether a table is not granted, as far as that is known; tracked.
    pub fn hides(self, table: &Table) -> bool {
        let at = catalog::tables().into_iter().position(|one| one.id == table.id);
        at.is_some_and(|at| self.hidden.get() & 1 << at != 0)
    }

    /// Whether addresses for calendars can be made; tracked.
    pub fn feeds(self) -> bool {
        self.with(|session| session.feeds).unwrap_or_default()
    }

    /// Whether nobody has to sign in, as far as that is known; tracked.
    pub fn is_open(self) -> bool {
        self.with(|session| session.id.is_none()).unwrap_or_default()
    }

    fn with<T>(self, look: impl FnOnce(&Session) -> T) -> Option<T> {
        self.answer.with(|answer| answer.as_ref()?.as_ref().ok().map(look))
    }
}

/// The tables that are granted, as far as that is known; tracked.
pub fn tables() -> Vec<&'static Table> {
    let who = Who::get();
    let mut tables = catalog::tables();
    tables.retain(|table| who.is_none_or(|who| !who.hides(table)));
    tables
}

/// The menu of who is signed in. The session is followed from here on.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view() -> AnyView {
    let life = Life::get();
    life.begin();
    menu::view(life)
}
