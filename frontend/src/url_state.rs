//! What an address says, as a value that the page shows and changes. The address is where the value lives; only a burst of small changes, such
//! as typing, runs ahead of it by a third of a second.

use crate::address::Address;
use crate::ui::composing;
use crate::ui::effect::effect;
use crate::ui::timer::Delay;
use leptos::{ev, prelude::*};
use std::time::Duration;

/// How a change enters the history.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// One step that Back undoes: a click.
    Step,
    /// A burst of small changes that Back undoes together: typing, walking through rows.
    Burst,
    /// What the address meant anyway: no step of its own.
    Replace,
}

/// What can stand in an address.
pub trait UrlForm: Clone + PartialEq + Send + Sync + 'static {
    /// Path and query string.
    fn to_url(&self) -> String;
}

/// A value and the address, kept equal.
pub struct UrlState<T: 'static> {
    value: RwSignal<T>,
    /// Whether the value is as the address brought it.
    untouched: RwSignal<bool>,
    /// A burst that the address does not show yet.
    pending: Delay,
    /// Whether the newest history entry was made by a burst, so that the next one may replace it.
    burst: StoredValue<bool>,
    address: Address,
}

impl<T> Clone for UrlState<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for UrlState<T> {}

/// Idle time after which a burst is written to the address. Browsers limit how often that may happen.
const IDLE: Duration = Duration::from_millis(300);

impl<T: UrlForm> UrlState<T> {
    /// Reads the query string of the page at `path` (without slashes), and follows it from then on.
    pub fn new(path: &'static str, parse: impl Fn(&str) -> T + Send + Sync + 'static) -> Self {
        let address = Address::get();
        let state = Self {
            value: RwSignal::new(parse(&address.search.get_untracked())),
            untouched: RwSignal::new(true),
            pending: Delay::new(),
            burst: StoredValue::new(false),
            address,
        };
        effect(move || {
            let arrived = parse(&address.search.get());
            // An address that this page wrote says what is on screen already. On the way to another page the value stays as it is.
            let at = address.path.get_untracked();
            if at.trim_matches('/') != path {
                return;
            }
            if state.with_untracked(|value| *value != arrived) {
                // Whoever goes elsewhere does not wait until what they typed before is in the address.
                state.pending.cancel();
                state.burst.set_value(false);
                state.untouched.set(true);
                state.value.set(arrived.clone());
            }
            // What is copied from the address bar is what the page would write: it survives being sent.
            let url = arrived.to_url();
            if [at, address.search.get_untracked()].concat() != url {
                address.go(&url, true);
            }
        });
        // Back and Forward win over anything not yet written.
        let back = window_event_listener(ev::popstate, move |_| state.pending.cancel());
        on_cleanup(move || back.remove());
        state
    }

    /// The value; not tracked.
    pub fn peek(self) -> T {
        self.value.get_untracked()
    }

    /// Looks at the value; tracked.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.value.with(look)
    }

    /// Follows the value without looking at it.
    pub fn track(self) {
        self.value.track();
    }

    /// Looks at the value; not tracked.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.value.with_untracked(look)
    }

    /// Whether the value is as the address brought it; tracked.
    pub fn untouched(self) -> bool {
        self.untouched.get()
    }

    /// Shows a value and writes it to the address.
    pub fn set(self, value: T, entry: Entry) {
        if self.with_untracked(|before| *before == value) {
            return;
        }
        self.pending.cancel();
        if self.untouched.get_untracked() {
            self.untouched.set(false);
        }
        self.value.set(value);
        match entry {
            Entry::Step | Entry::Replace => self.write(entry),
            Entry::Burst => self.pause(),
        }
    }

    /// Writes a burst when nothing has followed it for a while, and nothing is being composed that would.
    fn pause(self) {
        let idle = move || {
            if composing::under_way() {
                self.pause();
            } else {
                self.write(Entry::Burst);
            }
        };
        self.pending.set(IDLE, idle);
    }

    fn write(self, entry: Entry) {
        let Some(url) = self.value.try_with_untracked(T::to_url) else {
            return;
        };
        let replace = match entry {
            Entry::Step => false,
            Entry::Burst => self.burst.get_value(),
            Entry::Replace => true,
        };
        self.burst.set_value(entry == Entry::Burst);
        self.address.go(&url, replace);
    }

    /// Changes the value by a step.
    pub fn step(self, change: impl FnOnce(&T) -> T) {
        self.set(self.with_untracked(change), Entry::Step);
    }

    /// Changes the value as part of a burst.
    pub fn burst(self, change: impl FnOnce(&T) -> T) {
        self.set(self.with_untracked(change), Entry::Burst);
    }
}
