//! Signals that outlast the parts of the page that follow them.
//!
//! A signal forgets who followed it only when they follow it anew; nobody tells it of those that are gone. The language, which nearly every word
//! on the page follows and which hardly ever changes, would thus remember every word that was ever shown. So a part of the page follows such
//! a signal through one go-between of its own, which takes all its followers along when the part goes, and takes its leave.

use leptos::prelude::*;
use leptos::reactive::computed::ArcMemo;
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};
use std::ops::Deref;

/// A signal that belongs to the page as a whole. Writing, and reading untracked, are those of the signal in it.
pub struct Lasting<T: 'static> {
    signal: RwSignal<T>,
    between: Option<Memo<()>>,
}

impl<T> Clone for Lasting<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lasting<T> {}

impl<T> Deref for Lasting<T> {
    type Target = RwSignal<T>;

    fn deref(&self) -> &Self::Target {
        &self.signal
    }
}

impl<T: Send + Sync> Lasting<T> {
    /// With its first value; owned by the caller.
    pub fn new(value: T) -> Self {
        Self {
            signal: RwSignal::new(value),
            between: None,
        }
    }

    /// The same signal, for the part of the page that calls: whoever follows it is forgotten with that.
    pub fn here(self) -> Self {
        let signal = self.signal;
        let between = ArcMemo::new_with_compare(move |_| signal.track(), |_, _| true);
        let leaving = between.clone();
        on_cleanup(move || leaving.clear_sources(&leaving.to_any_subscriber()));
        Self {
            signal,
            between: Some(between.into()),
        }
    }

    /// Follows it. A part that is gone has nothing to follow it with, but may still want the value: in the next frame, say.
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
