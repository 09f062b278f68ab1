//! Waiting without blocking the page.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// Gives the browser a turn: input, layout and paint happen before this returns.
pub async fn breathe() {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            drop(window.set_timeout_with_callback(&resolve));
        }
    });
    drop(JsFuture::from(promise).await);
}

/// Milliseconds since the page was opened, for measuring short stretches.
pub fn elapsed() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// The wall clock in milliseconds since the Unix epoch.
#[expect(clippy::cast_possible_truncation, reason = "the clock is far from the limits of i64")]
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}
