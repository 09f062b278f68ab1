//! A value that is changed in place, often and without telling anyone, and that is followed by the number of its version.

use crate::ui::scoped_signal::ScopedSignal;
use leptos::prelude::*;

/// A value with a version. Whoever looks at the value follows the version, so nobody can forget to; changes may be announced later than made.
pub struct Versioned<T: 'static> {
    value: StoredValue<T>,
    version: ScopedSignal<u64>,
}

impl<T> Clone for Versioned<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Versioned<T> {}

impl<T: Send + Sync> Versioned<T> {
    /// The first version, number 0; owned by the caller.
    pub fn new(value: T) -> Self {
        Self {
            value: StoredValue::new(value),
            version: ScopedSignal::new(0),
        }
    }

    /// The same value for the view that calls; see [`ScopedSignal::scoped`].
    pub fn scoped(self) -> Self {
        Self {
            version: self.version.scoped(),
            ..self
        }
    }

    /// Looks at the value; tracked.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.version.track();
        self.value.with_value(look)
    }

    /// Follows the value without looking at it.
    pub fn track(self) {
        self.version.track();
    }

    /// Looks at the value, for who does not want to know of the next version.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.value.with_value(look)
    }

    /// The same; `None` once the value is gone.
    pub fn try_with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> Option<U> {
        self.value.try_with_value(look)
    }

    /// Changes the value and announces it; `None` once the value is gone.
    pub fn update<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let made = self.value.try_update_value(change);
        self.notify();
        made
    }

    /// Changes the value without announcing it: the next [`Versioned::notify`] does.
    pub fn update_untracked<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        self.value.try_update_value(change)
    }

    /// Announces what has changed since.
    pub fn notify(self) {
        self.version.try_update(|version| *version += 1);
    }

    /// The number of the version; tracked.
    pub fn version(self) -> u64 {
        self.version.get()
    }

    /// The number of the version; not tracked.
    pub fn version_untracked(self) -> u64 {
        self.version.get_untracked()
    }
}
