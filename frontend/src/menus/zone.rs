//! The choice of time zone.

use crate::i18n::{Locale, words};
use crate::screen::Screen;
use leptos::{ev, prelude::*};

/// The choice of zone. Absent in the URL means the reader's own.
#[component]
pub fn Zone(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let change = move |event: ev::Event| {
        let zone = event_target_value(&event);
        screen
            .view
            .step(|view| view.with_tz(Some(zone.as_str()).filter(|zone| !zone.is_empty())));
    };
    let zones = move || {
        let mut zones: Vec<String> = ["", "UTC", "Asia/Shanghai"].map(str::to_owned).to_vec();
        if let Some(zone) = screen.zone.get().filter(|zone| !zones.contains(zone)) {
            zones.push(zone);
        }
        zones
    };
    view! {
        <select class="button zone" data-testid="zone" aria-label=locale.word(&words::ZONE) title=locale.word(&words::ZONE) on:change=change>
            {move || zones().into_iter().map(|zone| {
                let label = if zone.is_empty() { locale.pick(&words::ZONE_LOCAL).to_owned() } else { zone.clone() };
                let selected = screen.zone.get().unwrap_or_default() == zone;
                view! { <option value=zone selected=selected>{label}</option> }
            }).collect_view()}
        </select>
    }
}
