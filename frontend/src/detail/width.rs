//! How wide the panel is: a handle at its edge, for the pointer and for keys. What was chosen is kept in this browser.

use crate::i18n::{Locale, words};
use crate::ui::effect::effect;
use crate::ui::storage;
use leptos::{ev, html, prelude::*};

/// Under which name it is kept, in CSS pixels.
const KEPT: &str = "panel-width";
/// No narrower, in CSS pixels.
const LEAST: i32 = 320;
/// What is left of the window for the table beside it. As in `detail.css`.
const REST: i32 = 320;
/// How far an arrow key moves the edge; with Shift four times as far.
const STEP: i32 = 16;

/// The width that somebody has chosen; none is the style sheet's.
#[derive(Clone, Copy)]
pub struct Width(RwSignal<Option<i32>>);

impl Width {
    /// As it was kept.
    pub fn kept() -> Self {
        let kept = storage::get(KEPT).and_then(|kept| kept.parse().ok());
        Self(RwSignal::new(kept.filter(|width| *width >= LEAST)))
    }

    /// As a length of CSS; tracked.
    pub fn css(self) -> String {
        let width = self.0.get();
        width.map(|width| format!("{width}px")).unwrap_or_default()
    }

    fn choose(self, width: i32) {
        self.0.set(Some(width.clamp(LEAST, most())));
    }

    fn keep(self) {
        match self.0.get_untracked() {
            Some(width) => _ = storage::set(KEPT, &width.to_string()),
            None => storage::remove(KEPT),
        }
    }
}

/// No wider in a window like this.
fn most() -> i32 {
    let window = document().document_element();
    window.map_or(LEAST, |window| (window.client_width() - REST).max(LEAST))
}

/// The handle at the left edge of the panel.
#[component]
pub fn Handle(panel: NodeRef<html::Aside>, width: Width) -> impl IntoView {
    let locale = Locale::get();
    let handle = NodeRef::<html::Div>::new();
    // Where the pointer was, and how wide the panel was, when it took the handle.
    let taken = RwSignal::new(None::<(i32, i32)>);
    // As it is on screen, where the window may leave less room than was chosen.
    let (now, bound) = (RwSignal::new(LEAST), RwSignal::new(LEAST));
    let shown = move || {
        let place = panel.try_get_untracked().flatten();
        let place = place.map(|panel| panel.get_bounding_client_rect());
        place.map_or(LEAST, |place| (place.right() - place.left()).round() as i32)
    };
    let measure = move || {
        now.try_set(shown());
        bound.try_set(most());
    };
    effect(move || {
        _ = (width.0.get(), panel.get());
        request_animation_frame(measure);
    });
    let resized = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());

    let take = move |event: ev::PointerEvent| {
        let Some(handle) = handle.get_untracked().filter(|_| event.button() == 0) else {
            return;
        };
        // Without it a drag ends where the pointer leaves the handle.
        drop(handle.set_pointer_capture(event.pointer_id()));
        taken.set(Some((event.client_x(), shown())));
    };
    let drag = move |event: ev::PointerEvent| {
        if let Some((x, wide)) = taken.get_untracked() {
            width.choose(wide + x - event.client_x());
        }
    };
    let release = move |_| {
        if taken.get_untracked().is_some() {
            taken.set(None);
            width.keep();
        }
    };
    let reset = move || {
        width.0.set(None);
        width.keep();
    };
    let press = move |event: ev::KeyboardEvent| {
        let step = if event.shift_key() { 4 * STEP } else { STEP };
        match event.key().as_str() {
            "ArrowLeft" => width.choose(shown() + step),
            "ArrowRight" => width.choose(shown() - step),
            "Home" => width.choose(LEAST),
            "End" => width.choose(most()),
            "Enter" => return reset(),
            _ => return,
        }
        // The keys scroll nothing besides.
        event.prevent_default();
        width.keep();
    };
    view! {
        <div
            class="handle"
            class:taken=move || taken.get().is_some()
            node_ref=handle
            role="separator"
            tabindex="0"
            aria-orientation="vertical"
            aria-controls="panel"
            aria-label=locale.word(&words::PANEL_WIDTH)
            aria-valuenow=move || now.get()
            aria-valuemin=LEAST
            aria-valuemax=move || bound.get()
            title=locale.word(&words::PANEL_WIDTH_HINT)
            on:pointerdown=take
            on:pointermove=drag
            on:pointerup=release
            on:pointercancel=release
            on:dblclick=move |_| reset()
            on:keydown=press
        ></div>
    }
}
