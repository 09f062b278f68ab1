//! The wall clock.

use super::timer;
use leptos::prelude::*;
use std::time::Duration;

/// The wall clock in milliseconds since the Unix epoch, in half-minute steps, until the view that calls is cleaned up.
pub fn clock() -> RwSignal<i64> {
    let now = RwSignal::new(timer::now());
    let tick = move || {
        now.try_set(timer::now());
    };
    if let Ok(tick) = set_interval_with_handle(tick, Duration::from_secs(30)) {
        on_cleanup(move || tick.clear());
    }
    now
}
