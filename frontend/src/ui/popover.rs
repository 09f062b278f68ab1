//! A panel that opens under its button and closes by Escape or a click elsewhere.

use super::icon;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

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
    /// Leaves the picture out where the words say enough.
    #[prop(optional)]
    compact_icon: bool,
    /// What the panel shows. Built each time that it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Div>::new();
    let button = NodeRef::<html::Button>::new();
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if open.get_untracked() && root.get_untracked().is_some_and(|root| !root.contains(target.as_ref())) {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let close = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            if let Some(button) = button.get_untracked() {
                drop(button.focus());
            }
        }
    };
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
                {(!compact_icon).then(|| icon::icon(icon))}
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
