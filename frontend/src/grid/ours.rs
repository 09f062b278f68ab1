//! Whether the rows in the document are as they were drawn.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MutationObserver, MutationObserverInit, MutationRecord};

/// How often somebody else may have changed the rows in `body`: whoever draws is to look. Told with the next frame, not at once: an extension that
/// answers each change with one of its own would never let the browser go on.
pub fn meddled(body: NodeRef<html::Div>) -> RwSignal<u64> {
    let meddled = RwSignal::new(0);
    let coming = StoredValue::new(false);
    let look = Closure::<dyn FnMut(js_sys::Array)>::new(move |changes: js_sys::Array| {
        let body = body.try_get_untracked().flatten();
        // Rows come and go by our own hand; what is in them is only written anew.
        let inside = changes.iter().any(|change| {
            let target = change
                .dyn_into::<MutationRecord>()
                .ok()
                .and_then(|change| change.target());
            target.is_some_and(|target| !body.as_ref().is_some_and(|body| body.is_same_node(Some(&target))))
        });
        if inside && coming.try_get_value() == Some(false) {
            coming.set_value(true);
            request_animation_frame(move || {
                coming.try_set_value(false);
                meddled.try_update(|times| *times += 1);
            });
        }
    });
    let Ok(observer) = MutationObserver::new(look.as_ref().unchecked_ref()) else {
        return meddled;
    };
    let observer = StoredValue::new_local((observer, look));
    Effect::new(move |_| {
        let Some(body) = body.get() else { return };
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        // Refused, a row is looked at when it is drawn.
        observer.with_value(|(observer, _)| _ = observer.observe_with_options(&body, &options));
    });
    on_cleanup(move || {
        observer.try_with_value(|(observer, _)| observer.disconnect());
    });
    meddled
}
