//! Waiting without blocking the page.

use js_sys::Promise;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// A channel to this page itself, and what waits for the message that is on its way.
    static TURN: RefCell<Option<Turn>> = const { RefCell::new(None) };
}

struct Turn {
    port: web_sys::MessagePort,
    _arrived: Closure<dyn FnMut()>,
    waiting: Rc<RefCell<VecDeque<js_sys::Function>>>,
}

impl Turn {
    fn open() -> Option<Self> {
        let channel = web_sys::MessageChannel::new().ok()?;
        let waiting = Rc::new(RefCell::new(VecDeque::<js_sys::Function>::new()));
        let woken = waiting.clone();
        let arrived = Closure::<dyn FnMut()>::new(move || {
            // One a message: what waits beside it has its own, so that their work does not become one long task.
            let next = woken.borrow_mut().pop_front();
            if let Some(resolve) = next {
                drop(resolve.call0(&JsValue::UNDEFINED));
            }
        });
        channel.port1().set_onmessage(Some(arrived.as_ref().unchecked_ref()));
        Some(Self {
            port: channel.port2(),
            _arrived: arrived,
            waiting,
        })
    }
}

/// Gives the browser a turn: input, layout and paint happen before this returns. By a message, because browsers make repeated timeouts wait four
/// milliseconds each, a third of what loading a large table takes.
pub async fn breathe() {
    let promise = Promise::new(&mut |resolve, _| {
        TURN.with_borrow_mut(|turn| {
            if turn.is_none() {
                *turn = Turn::open();
            }
            let sent = turn.as_ref().is_some_and(|turn| {
                turn.waiting.borrow_mut().push_back(resolve.clone());
                turn.port.post_message(&JsValue::NULL).is_ok()
            });
            if !sent && let Some(window) = web_sys::window() {
                drop(window.set_timeout_with_callback(&resolve));
            }
        });
    });
    drop(JsFuture::from(promise).await);
}

/// How long work goes on before the page gets a turn: half a frame, in milliseconds. The other half belongs to the page.
pub const SHARE: f64 = 8.0;

/// Keeps long work from holding up input and paint.
pub struct Pace {
    since: f64,
}

impl Pace {
    /// For work that begins now.
    pub fn begin() -> Self {
        Self { since: elapsed() }
    }

    /// To be called between two parts of the work: gives the browser a turn if they have had their share, else returns at once.
    pub async fn keep(&mut self) {
        if elapsed() - self.since > SHARE {
            breathe().await;
            self.since = elapsed();
        }
    }
}

/// Waits until the browser has painted what is drawn now. In a hidden tab nothing is painted, and nobody waits.
pub async fn painted() {
    if document().hidden() {
        return;
    }
    let frame = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            drop(window.request_animation_frame(&resolve));
        }
    });
    drop(JsFuture::from(frame).await);
    breathe().await;
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

/// Something that happens once, later, unless it is put off or given up; at the latest when the part of the page that made it goes.
#[derive(Clone, Copy)]
pub struct Delay(StoredValue<Option<TimeoutHandle>>);

impl Delay {
    /// Nothing is to happen yet.
    pub fn new() -> Self {
        let delay = Self(StoredValue::new(None));
        on_cleanup(move || delay.cancel());
        delay
    }

    /// Lets `run` happen after `wait`, in place of what was to happen before. A browser without timers does it at once.
    pub fn set(self, wait: Duration, run: impl FnOnce() + Copy + 'static) {
        self.cancel();
        let due = move || {
            self.0.try_set_value(None);
            run();
        };
        match set_timeout_with_handle(due, wait) {
            Ok(timer) => _ = self.0.try_set_value(Some(timer)),
            Err(_) => run(),
        }
    }

    /// Lets nothing happen.
    pub fn cancel(self) {
        if let Some(timer) = self.0.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}
