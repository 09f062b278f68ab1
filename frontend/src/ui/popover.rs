//! Panels that open under what one clicked and close by Escape or a click elsewhere.

use super::icon;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Closes a panel when something outside of `inside` is pressed, or the keyboard has gone elsewhere.
fn close_from_outside(open: RwSignal<bool>, inside: impl Fn(Option<&web_sys::Node>) -> bool + Clone + 'static) {
    let close = move |target: Option<web_sys::EventTarget>| {
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if open.get_untracked() && !inside(target.as_ref()) {
            open.set(false);
        }
    };
    let pressed = window_event_listener(ev::pointerdown, {
        let close = close.clone();
        move |event| close(event.target())
    });
    let focused = window_event_listener(ev::focusin, move |event| close(event.target()));
    on_cleanup(move || {
        pressed.remove();
        focused.remove();
    });
}

/// Closes a panel by Escape, which then means nothing else.
fn close_by_escape(event: &ev::KeyboardEvent, open: RwSignal<bool>, trigger: Option<&web_sys::HtmlElement>) {
    if event.key() == "Escape" && open.get_untracked() {
        event.stop_propagation();
        open.set(false);
        if let Some(trigger) = trigger {
            // A trigger that is gone leaves the focus where the browser puts it.
            drop(trigger.focus());
        }
    }
}

/// A button and the panel that it opens.
#[component]
pub fn Popover(
    /// Whether it is open. The owner may close it.
    open: RwSignal<bool>,
    /// The button's words, also the panel's name.
    #[prop(into)]
    label: Signal<String>,
    /// The button's picture.
    icon: icon::Path,
    /// Hides the words where there is little room.
    #[prop(optional)]
    compact: bool,
    /// What the panel shows. Built each time that it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    close_from_outside(open, move |target| {
        root.get_untracked().is_some_and(|root| root.contains(target))
    });
    let close = move |event: ev::KeyboardEvent| close_by_escape(&event, open, button.get_untracked().as_deref());
    view! {
        <div class="popover" node_ref=root on:keydown=close>
            <button
                type="button"
                class="button"
                class:compact=compact
                node_ref=button
                aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string()
                aria-label=move || label.get()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {icon::icon(icon)}
                <span class="words">{move || label.get()}</span>
            </button>
            <Show when=move || open.get()>
                <div class="panel" role="dialog" aria-label=move || label.get()>
                    {children()}
                </div>
            </Show>
        </div>
    }
}

/// Words that open a panel, where a button beside them does something else.
#[component]
pub fn Disclosure(
    /// Whether it is open. The owner may close it.
    open: RwSignal<bool>,
    /// The words, also the panel's name.
    #[prop(into)]
    label: Signal<String>,
    /// What the panel shows. Built each time that it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Details>::new();
    let summary = NodeRef::<html::Summary>::new();
    close_from_outside(open, move |target| {
        root.get_untracked().is_some_and(|root| root.contains(target))
    });
    let close = move |event: ev::KeyboardEvent| {
        close_by_escape(
            &event,
            open,
            summary.get_untracked().as_deref().and_then(JsCast::dyn_ref),
        );
    };
    let toggle = move |event: ev::MouseEvent| {
        event.prevent_default();
        open.update(|open| *open = !*open);
    };
    view! {
        <details class="popover" node_ref=root prop:open=move || open.get() on:keydown=close>
            <summary class="words" node_ref=summary on:click=toggle>{move || label.get()}</summary>
            <Show when=move || open.get()>
                <div class="panel" role="dialog" aria-label=move || label.get()>
                    {children()}
                </div>
            </Show>
        </details>
    }
}
