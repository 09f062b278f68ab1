//! Modal dialogs. The browser's own element keeps the focus inside, gives it back, and closes by Escape.

use crate::ui::effect::effect;
use leptos::{ev, html, prelude::*};

/// A dialog over the page.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// What it shows. Built each time that it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Dialog>::new();
    effect(move || {
        let Some(dialog) = root.get() else { return };
        if open.get() {
            // Firefox before 98 has no such dialogs: there it opens without being modal.
            if !dialog.open() && dialog.show_modal().is_err() {
                dialog.set_open(true);
            }
        } else if dialog.open() {
            dialog.close();
        }
    });
    // A press on the dialog itself, rather than on what it holds, is one beside the box.
    let beside = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() {
            open.set(false);
        }
    };
    view! {
        <dialog node_ref=root aria-label=move || label.get() on:close=move |_| open.set(false) on:mousedown=beside>
            <Show when=move || open.get()>
                <div class="box">{children()}</div>
            </Show>
        </dialog>
    }
}
