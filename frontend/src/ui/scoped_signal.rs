//! Signals that outlive the views that follow them, without remembering views that are gone.
//!
//! This works around a leak of leptos 0.8: a signal removes a subscriber only when that subscriber runs again, and dropping a subscriber removes
//! nothing (`reactive_graph` has no `Drop` for it). The language, which nearly every word follows and which hardly ever changes, would keep an
//! entry for every word that was ever shown. So each view follows such a signal through one memo of its own, which unsubscribes when the view is
//! cleaned up. To be deleted when leptos does this itself.

use leptos::prelude::*;
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};
use std::ops::Deref;

/// A signal that belongs to the page as a whole. Writing, and reading untracked, are those of the signal in it.
pub struct ScopedSignal<T: 'static> {
    signal: RwSignal<T>,
    /// What the followers of one view follow in place of the signal.
    between: Option<Memo<()>>,
}

impl<T> Clone for ScopedSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ScopedSignal<T> {}

impl<T> Deref for ScopedSignal<T> {
    type Target = RwSignal<T>;

    fn deref(&self) -> &Self::Target {
        &self.signal
    }
}

impl<T: Send + Sync> ScopedSignal<T> {
    /// With its first value; owned by the caller.
    pub fn new(value: T) -> Self {
        Self {
            signal: RwSignal::new(value),
            between: None,
        }
    }

    /// The same signal for the view that calls: its followers are forgotten when the view is cleaned up.
    pub fn scoped(self) -> Self {
        let signal = self.signal;
        let between = ArcMemo::new_with_compare(move |_| signal.track(), |_, _| true);
        let leaving = between.clone();
        on_cleanup(move || leaving.clear_sources(&leaving.to_any_subscriber()));
        Self {
            signal,
            between: Some(between.into()),
        }
    }

    /// Follows it. A view that is gone has nothing to follow it with, but may still want the value, in the next frame for instance.
    pub fn track(self) {
        match self.between {
            Some(between) => _ = between.try_get(),
            None => self.signal.track(),
        }
    }

    /// Looks at the value; tracked.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.track();
        self.signal.with_untracked(look)
    }

    /// The value; tracked.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }
}
