//! Texts of which another form is read out.

use leptos::prelude::*;

/// A text, and what is read out in its place where that differs.
pub fn seen_and_spoken(seen: String, spoken: String) -> AnyView {
    if seen == spoken {
        return seen.into_any();
    }
    view! {
        <span class="told">
            <span class="hidden">{spoken}</span>
            <span aria-hidden="true">{seen}</span>
        </span>
    }
    .into_any()
}
