//! What a table page has beyond the table: columns, zone, saved views, exports, links, and the notices above the rows. Nobody needs any of it before
//! the first rows are there, so all of it is of the later part.

mod elsewhere;
mod export;
pub mod feeds;
mod file;
pub mod link;
pub mod long_link;
mod print;
mod saved_views;
pub mod subscribe;

use crate::filters::chooser::ColumnChooser;
use crate::filters::grouping::Grouping;
use crate::filters::paste::Pasted;
use crate::filters::report::Reports;
use crate::i18n::{Locale, words};
use crate::saved_views::SavedViews;
use crate::screen::Screen;
use crate::since::{self, Comparison};
use crate::store::{Asker, Load};
use crate::ui::announce::Announcer;
use crate::ui::effect::effect;
use export::ExportMenu;
use leptos::{ev, prelude::*};
use link::Links;
use saved_views::SavedViewsMenu;

/// The right half of the toolbar.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn tools(screen: Screen) -> AnyView {
    view! {
        <Zone screen/>
        <ColumnChooser screen/>
        <Grouping screen/>
        <SavedViewsMenu screen/>
        <ExportMenu screen/>
        <Links screen/>
    }
    .into_any()
}

/// The notices above the rows: what the view asks for and cannot have, and what of its lists is there.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn notices(screen: Screen, comparison: Comparison, pasted: RwSignal<Option<Pasted>>) -> AnyView {
    let locale = Locale::get();
    announce(screen);
    print::on_paper(screen);
    let saved = SavedViews::get();
    let notice = |id: &'static str, text: Option<String>| {
        text.map(|text| view! { <p class="notice" role="note" data-testid=id>{text}</p> })
    };
    view! {
        {move || notice("view-missing", saved_views::missing(screen, saved, locale))}
        {move || notice("since-missing", since::uncompared(screen, comparison, locale))}
        {long_link::notice(long_link::long(screen.view))}
        <Reports screen pasted/>
    }
    .into_any()
}

/// Says how many rows there are when somebody has asked for others. That rows come by themselves is said where they wait.
fn announce(screen: Screen) {
    let announcer = Announcer::get();
    // Counts the loads that the reader has waited for.
    let load = Memo::new(move |before: Option<&(bool, u32)>| {
        let awaited = screen
            .data
            .load
            .with(|load| matches!(load, Load::Idle | Load::Loading(Asker::Reader)));
        let (was, ended) = before.copied().unwrap_or_default();
        (awaited, ended + u32::from(was && !awaited))
    });
    let asked = Memo::new(move |_| {
        let view = screen
            .view
            .with(|view| (view.conditions.clone(), view.q.clone(), view.since));
        (load.get(), view, screen.count.get())
    });
    effect(move || {
        asked.track();
        let ((awaited, _), ..) = asked.get_untracked();
        if !awaited {
            announcer.read("rows", &[".grid-frame .empty h2", ".toolbar .count"]);
        }
    });
}

/// The choice of zone. Absent in the URL means the reader's own.
#[component]
fn Zone(screen: Screen) -> impl IntoView {
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
