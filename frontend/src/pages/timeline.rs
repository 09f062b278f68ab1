//! Plans, tickets, patch runs and operations on one axis of time.

mod axis;
mod caption;
mod chart;
mod gathering;
mod items;
mod lanes;
mod layout;
mod marks;
mod order;
mod paint;
mod sorting;
mod state;
mod tools;
mod zoom;

use crate::coverage::several::SeveralCoverage;
use crate::i18n::{Locale, fill, format, words};
use crate::menus::long_link;
use crate::parts::{self, Part, lazy};
use crate::tally::Completeness;
use crate::ui::announce::Announcer;
use crate::ui::effect::{effect, effect_after};
use crate::ui::{keys, timer};
use chart::{Chart, ChartView};
use leptos::{ev, html, prelude::*};
use state::TimelineState;
use table::view::timeline::{self, TimelineView};

/// How long after a question what changes is its answer, in milliseconds.
const ANSWERED: f64 = 5_000.0;

/// The timeline.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(timeline))]
pub fn view() -> AnyView {
    let locale = Locale::get();
    let timeline = TimelineState::new();
    let chart = Chart::new(timeline);
    let search = NodeRef::<html::Input>::new();
    effect(move || document().set_title(&[locale.pick(&words::TIMELINE), " · Signalbox"].concat()));
    // Zooming and walking work wherever the keyboard is, but in a field that takes text. Arrows belong to what has the focus.
    let shortcuts = window_event_listener(ev::keydown, move |event| {
        match keys::single(&event) {
            Some('/') => {
                if let Some(search) = search.get_untracked() {
                    drop(search.focus());
                    search.select();
                }
            }
            Some(key) if chart.key(key.encode_utf8(&mut [0; 4])) => {}
            None if event.key() == "Escape" && chart.key("Escape") => {}
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || shortcuts.remove());
    let all = StoredValue::new(timeline.datas());
    say_what_is_in_sight(timeline, chart);
    let long = long_link::long(timeline.view);
    view! {
        <main class="page timeline-page" id="main" aria-busy=move || chart.busy().to_string()>
            <h1 class="hidden">{locale.word(&words::TIMELINE)}</h1>
            {tools::toolbar(timeline, chart, search)}
            {tools::legend(timeline)}
            {tools::conditions(timeline)}
            {parts::once_here(Part::Later, false, false, lazy!(long_link::view(long)))}
            {notes(timeline)}
            <div class="timeline-frame">
                <ChartView chart/>
                {nothing(timeline, chart)}
            </div>
            // At the lower edge: what comes into it pushes no bar about.
            <SeveralCoverage all zone=timeline.zone now=timeline.now/>
        </main>
    }
    .into_any()
}

/// Says how much is in sight when somebody has asked for something else; not when time moves on.
fn say_what_is_in_sight(timeline: TimelineState, chart: Chart) {
    let announcer = Announcer::get();
    let asked = StoredValue::new(f64::MIN);
    let say = move || announcer.read("rows", &["main .empty h2", ".toolbar .count"]);
    effect_after(move |before: Option<()>| {
        timeline.view.with(|_| ());
        if before.is_some() {
            asked.set_value(timer::elapsed());
            say();
        }
    });
    // What was asked for takes its time.
    let seen = Memo::new(move |_| {
        let count = chart.picture.with(|picture| picture.count);
        (count, timeline.tally.with(|tally| tally.matching))
    });
    effect(move || {
        seen.track();
        if timer::elapsed() - asked.get_value() < ANSWERED {
            say();
        }
    });
}

/// What is not on the timeline although it might be expected there.
fn notes(timeline: TimelineState) -> impl IntoView {
    let locale = Locale::get();
    let left_out = move || {
        let tables = timeline.tally.with(|tally| {
            let known = timeline::tables().into_iter().zip(&tally.tables);
            let known: Vec<_> = known
                .filter(|(table, count)| count.is_none() && timeline.grants(table))
                .map(|(table, _)| locale.pick(&table.label))
                .collect();
            known.join(", ")
        });
        (!tables.is_empty()).then(|| fill(locale.pick(&words::LEFT_OUT), &[("t", &tables)]))
    };
    let timeless = move || {
        let timeless = timeline.tally.with(|tally| tally.timeless);
        (timeless > 0).then(|| {
            fill(
                locale.pick(&words::TIMELESS),
                &[("n", &format::count(locale.lang(), timeless))],
            )
        })
    };
    move || {
        let notes: Vec<String> = [left_out(), timeless()].into_iter().flatten().collect();
        (!notes.is_empty()).then(|| view! { <p class="hint notes" role="note">{notes.join(" ")}</p> })
    }
}

/// What stands where bars would, and why there are none.
fn nothing(timeline: TimelineState, chart: Chart) -> impl IntoView {
    let locale = Locale::get();
    let narrowed = Memo::new(move |_| timeline.view.with(|view| *view != view.cleared()));
    move || {
        if chart.picture.with(|picture| picture.count) > 0 {
            return None;
        }
        let (matching, shown) = timeline
            .tally
            .with(|tally| (tally.matching, tally.tables.iter().any(Option::is_some)));
        let datas = timeline.datas();
        let told = datas.iter().fold(Completeness::default(), |told, data| {
            told.with(data.completeness(|_| true))
        });
        let count = |count: usize| format::count(locale.lang(), count);
        let (id, title, body) = if matching > 0 {
            let body = fill(locale.pick(&words::ELSEWHERE), &[("n", &count(matching))]);
            ("elsewhere", locale.pick(&words::NOTHING_HERE), body)
        } else if datas.iter().any(|data| data.loading()) {
            ("waiting", locale.pick(&words::LOADING_TITLE), String::new())
        } else if !shown {
            ("no-table", locale.pick(&words::NO_TABLE), String::new())
        } else if told.unknown(0) {
            let body = locale.pick(&words::COULD_NOT_ASK_BODY_BELOW).to_owned();
            ("not-asked", locale.pick(&words::COULD_NOT_ASK_TITLE), body)
        } else if told.failed > 0 {
            (
                "gap",
                locale.pick(&words::GAP_TITLE),
                fill(locale.pick(&words::GAP_BODY_BELOW), &[("n", &count(told.failed))]),
            )
        } else {
            ("no-match", locale.pick(&words::NOTHING_MATCHES_TITLE), String::new())
        };
        Some(view! {
            <div class="empty" data-empty=id>
                <div class="picture" aria-hidden="true"><span></span><span></span><span></span></div>
                <h2>{title}</h2>
                <p>{body}</p>
                {match id {
                    "waiting" => None,
                    "elsewhere" => Some(view! {
                        <button type="button" class="button" on:click=move |_| chart.reset()>{locale.pick(&words::STRETCH_RESET)}</button>
                    }.into_any()),
                    _ => narrowed.get().then(|| view! {
                        <button type="button" class="button" on:click=move |_| timeline.view.step(TimelineView::cleared)>{locale.pick(&words::CLEAR_CONDITIONS)}</button>
                    }.into_any()),
                }}
            </div>
        })
    }
}
