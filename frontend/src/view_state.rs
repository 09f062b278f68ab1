//! The view and the URL, kept equal. The URL is where views live; only typing runs ahead of it, by a third of a second.

use crate::address::Address;
use leptos::prelude::*;
use std::time::Duration;
use table::view::View;

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

/// One table's view.
#[derive(Clone, Copy)]
pub struct ViewState {
    view: RwSignal<View>,
    /// The saved view that the address asked for by its name alone, until the view has been put in its place or changed.
    pub requested: RwSignal<Option<String>>,
    /// The timer of a burst that the URL does not show yet.
    pending: StoredValue<Option<TimeoutHandle>>,
    /// Whether the newest history entry was made by a burst, so that the next one may replace it.
    burst: StoredValue<bool>,
    address: Address,
}

/// Idle time after which typing is written to the URL. Browsers limit how often that may happen.
const IDLE: Duration = Duration::from_millis(300);

impl ViewState {
    /// Reads the view from the URL and follows it from then on.
    pub fn new(table: &'static catalog::Table) -> Self {
        let address = Address::get();
        let first = View::parse(table, &address.search.get_untracked());
        let requested = RwSignal::new(name_alone(&first));
        let view = RwSignal::new(first);
        let state = Self {
            view,
            requested,
            pending: StoredValue::new(None),
            burst: StoredValue::new(false),
            address,
        };
        Effect::new(move |_| {
            let arrived = View::parse(table, &address.search.get());
            // A URL that this page wrote says what is on screen already. On the way to another table the view stays as it is.
            let here = address.path.get_untracked().trim_matches('/') == table.id;
            if here && arrived != view.get_untracked() {
                // Whoever goes elsewhere does not wait until what they typed before is in the address.
                state.forget();
                state.burst.set_value(false);
                requested.set(name_alone(&arrived));
                view.set(arrived);
            }
        });
        // Back and Forward win over anything not yet written.
        let back = window_event_listener(leptos::ev::popstate, move |_| state.forget());
        on_cleanup(move || {
            back.remove();
            state.forget();
        });
        state
    }

    /// The view; not tracked.
    pub fn peek(self) -> View {
        self.view.get_untracked()
    }

    /// Looks at the view; tracked.
    pub fn with<T>(self, look: impl FnOnce(&View) -> T) -> T {
        self.view.with(look)
    }

    /// Looks at the view; not tracked.
    pub fn with_untracked<T>(self, look: impl FnOnce(&View) -> T) -> T {
        self.view.with_untracked(look)
    }

    fn forget(self) {
        if let Some(timer) = self.pending.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Shows a view and writes it to the URL.
    pub fn set(self, view: View, entry: Entry) {
        if view == self.peek() {
            return;
        }
        self.forget();
        if self.requested.with_untracked(Option::is_some) {
            self.requested.set(None);
        }
        self.view.set(view);
        match entry {
            Entry::Step | Entry::Replace => self.write(entry),
            Entry::Burst => {
                let timer = set_timeout_with_handle(
                    move || {
                        self.pending.try_update_value(Option::take);
                        self.write(entry);
                    },
                    IDLE,
                );
                // A browser without timers gets the URL at once.
                match timer {
                    Ok(timer) => self.pending.set_value(Some(timer)),
                    Err(_) => self.write(entry),
                }
            }
        }
    }

    fn write(self, entry: Entry) {
        let Some(path) = self.view.try_with_untracked(View::path) else {
            return;
        };
        let replace = match entry {
            Entry::Step => false,
            Entry::Burst => self.burst.get_value(),
            Entry::Replace => true,
        };
        self.burst.set_value(entry == Entry::Burst);
        self.address.go(&path, replace);
    }

    /// Changes the view by a step.
    pub fn step(self, change: impl FnOnce(&View) -> View) {
        let next = self.view.with_untracked(change);
        self.set(next, Entry::Step);
    }

    /// Changes the view as part of a burst.
    pub fn burst(self, change: impl FnOnce(&View) -> View) {
        let next = self.view.with_untracked(change);
        self.set(next, Entry::Burst);
    }
}

/// The name of a saved view, where the address says nothing else.
fn name_alone(view: &View) -> Option<String> {
    view.name.clone().filter(|_| view.with_name(None).to_query().is_empty())
}
