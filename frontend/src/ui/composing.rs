//! Text that is being composed, as Chinese, Japanese and Korean is. Until it stands, its keys and letters belong to the input method: no handler of the
//! page hears of them, in whichever box. Then the page hears of the whole text at once.

use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, KeyboardEvent};

thread_local! {
    static COMPOSING: Cell<bool> = const { Cell::new(false) };
}

/// Whether somebody is composing a text now.
pub fn under_way() -> bool {
    COMPOSING.get()
}

/// What browsers report as the key of whatever an input method takes; in Safari also of the Enter that ends it.
const TAKEN: u32 = 229;

/// Keeps composed text from all handlers of the page; to be called before any of them is there.
pub fn keep() {
    for name in ["keydown", "keyup"] {
        hear(name, |event| {
            let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if key.is_composing() || key.key_code() == TAKEN {
                event.stop_immediate_propagation();
            } else {
                // A field that went away while text was composed in it has not said that it ended.
                COMPOSING.set(false);
            }
        });
    }
    hear("input", |event| {
        let composing = js_sys::Reflect::get(event, &JsValue::from_str("isComposing"));
        if composing.is_ok_and(|composing| composing == true) {
            event.stop_immediate_propagation();
        }
    });
    hear("compositionstart", |_| COMPOSING.set(true));
    hear("compositionend", |event| {
        COMPOSING.set(false);
        let options = web_sys::EventInit::new();
        options.set_bubbles(true);
        // Not all browsers report the text once more after its end.
        if let (Some(field), Ok(input)) = (event.target(), Event::new_with_event_init_dict("input", &options)) {
            drop(field.dispatch_event(&input));
        }
    });
}

/// Hears of an event before anything else does, as long as the page lives.
fn hear(name: &str, act: fn(&Event)) {
    let listener = Closure::<dyn FnMut(Event)>::new(move |event| act(&event)).into_js_value();
    drop(window().add_event_listener_with_callback_and_bool(name, listener.unchecked_ref(), true));
}
