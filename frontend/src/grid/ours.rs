//! Whether the rows in the document are as they were drawn.

use crate::ui::effect::effect;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MutationObserver, MutationObserverInit, MutationRecord};

/// Knows whether somebody else may have changed the rows.
#[derive(Clone, Copy)]
pub struct Watch {
    /// How often that was told: whoever draws is then to look at all rows.
    pub times: RwSignal<u64>,
    /// Seen, and not told yet.
    coming: StoredValue<bool>,
    body: NodeRef<html::Div>,
    observer: StoredValue<Option<Observer>, LocalStorage>,
}

/// The observer, and what it calls.
type Observer = (MutationObserver, Closure<dyn FnMut(js_sys::Array)>);

impl Watch {
    /// Watches the rows in `body`.
    pub fn new(body: NodeRef<html::Div>) -> Self {
        let watch = Self {
            times: RwSignal::new(0),
            coming: StoredValue::new(false),
            body,
            observer: StoredValue::new_local(None),
        };
        let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |changes| watch.see(&changes));
        if let Ok(observer) = MutationObserver::new(seen.as_ref().unchecked_ref()) {
            watch.observer.set_value(Some((observer, seen)));
        }
        effect(move || {
            let Some(body) = body.get() else { return };
            let options = MutationObserverInit::new();
            options.set_child_list(true);
            options.set_subtree(true);
            watch.observer.update_value(|observer| {
                // Refused, every row is looked at when it is drawn.
                observer.take_if(|(observer, _)| observer.observe_with_options(&body, &options).is_err());
            });
        });
        on_cleanup(move || _ = watch.with(MutationObserver::disconnect));
        watch
    }

    /// Whether a row that is drawn now must be looked at first. A look at all cells costs more than to draw them.
    pub fn doubtful(self) -> bool {
        let changes = self.with(MutationObserver::take_records);
        changes.is_none_or(|changes| {
            self.see(&changes);
            self.coming.try_get_value() == Some(true)
        })
    }

    fn with<T>(self, of: impl FnOnce(&MutationObserver) -> T) -> Option<T> {
        let of = |observer: &Option<Observer>| observer.as_ref().map(|(observer, _)| of(observer));
        self.observer.try_with_value(of).flatten()
    }

    /// Takes note of changes. Told with the next frame, not at once: an extension that answers each change with one of its own would never let the
    /// browser go on.
    fn see(self, changes: &js_sys::Array) {
        let body = self.body.try_get_untracked().flatten();
        // Rows come and go by our own hand; what is in them is only written anew.
        let inside = changes.iter().any(|change| {
            let target = change
                .dyn_into::<MutationRecord>()
                .ok()
                .and_then(|change| change.target());
            target.is_some_and(|target| !body.as_ref().is_some_and(|body| body.is_same_node(Some(&target))))
        });
        if inside && self.coming.try_get_value() == Some(false) {
            self.coming.set_value(true);
            request_animation_frame(move || {
                self.coming.try_set_value(false);
                self.times.try_update(|times| *times += 1);
            });
        }
    }
}
