//! The chart's elements: axis, lines, bands, and the words about the bar under the pointer.

use super::Chart;
use crate::grid::cell;
use crate::i18n::{Locale, fill, format, words};
use crate::pages::timeline::marks::ticks;
use crate::ui::effect::effect;
use leptos::{ev, prelude::*};

/// The chart.
#[component]
pub fn ChartView(chart: Chart) -> impl IntoView {
    let locale = Locale::get();
    let timeline = chart.timeline;
    effect(move || {
        // Everything that the drawing reads.
        timeline.found.track();
        timeline.view.track();
        timeline.zone.track();
        timeline.now.track();
        locale.lang();
        chart.picture.track();
        chart.top.track();
        chart.size.track();
        chart.current.track();
        if chart.canvas.get().is_some() {
            chart.draw_soon(locale);
        }
    });
    let scale = move || chart.picture.with(|picture| picture.scale);
    let marks = Memo::new(move |_| timeline.zone.with(|zone| ticks(&scale(), locale, zone.as_deref())));
    let at_now = move || {
        let (scale, now) = (scale(), timeline.now.get());
        (scale.from..scale.to).contains(&now).then(|| px(scale.x(now)))
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.alt_key()) && chart.key(&event.key()) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let more = move || chart.picture.with(|picture| picture.more);
    view! {
        <div
            class="timeline"
            role="group"
            aria-label=locale.word(&words::CHART)
            aria-description=locale.word(&words::CHART_HINT)
            tabindex="0"
            data-testid="timeline"
            node_ref=chart.root
            on:scroll=move |_| chart.scrolled()
            on:keydown=keydown
            on:pointerdown=move |event| chart.press(&event, locale)
            on:pointermove=move |event| {
                if let Some((begin, _)) = chart.drag.get_untracked() {
                    chart.drag.set(Some((begin, chart.x(&event))));
                }
            }
            on:pointerup=move |_| chart.release()
            on:pointercancel=move |_| chart.drag.set(None)
            on:click=move |event| chart.click(&event)
            on:wheel=move |event| chart.wheel(&event)
            on:pointerover=move |event| chart.point(&event, locale)
            on:focusin=move |event| chart.point(&event, locale)
            on:focusout=move |_| chart.tip.set(None)
        >
            <div class="axis" aria-hidden="true">
                <div class="gutter"></div>
                <div class="track" node_ref=chart.track>
                    {move || marks.with(|(_, coarse)| coarse.iter().map(|(x, word)| view! { <span class="coarse" style:left=px(*x)>{word.clone()}</span> }).collect_view())}
                    {move || marks.with(|(fine, _)| fine.iter().map(|(x, word)| view! { <span class="fine" style:left=px(*x)>{word.clone()}</span> }).collect_view())}
                    {move || at_now().map(|x| view! { <span class="now" style:left=x>{locale.pick(&words::NOW_LINE)}</span> })}
                    {move || chart.drag.get().map(|(begin, end)| view! { <span class="selection" style:left=px(begin.min(end)) style:width=px((begin - end).abs())></span> })}
                </div>
            </div>
            <div class="ground" style:height=move || px(chart.picture.with(|picture| picture.height))>
                <div class="lines" aria-hidden="true">
                    {move || marks.with(|(fine, _)| fine.iter().map(|(x, _)| view! { <span style:left=px(*x)></span> }).collect_view())}
                    {move || at_now().map(|x| view! { <span class="now" style:left=x></span> })}
                    {move || chart.drag.get().map(|(begin, end)| view! { <span class="selection" style:left=px(begin.min(end)) style:width=px((begin - end).abs())></span> })}
                </div>
                <div class="canvas" node_ref=chart.canvas></div>
            </div>
            {move || (more() != 0).then(|| view! { <p class="hint more">{fill(locale.pick(&words::MORE_BANDS), &[("n", &format::count(locale.lang(), more()))])}</p> })}
        </div>
        {move || chart.tip.get().map(|tip| view! {
            <div class="tip" translate="no" class:below=tip.below aria-hidden="true" style:left=px(tip.left) style:top=px(tip.top)>
                <b>{tip.title}</b>
                <span>{cell::dot(Some(tip.phase))}{tip.lines[0].clone()}</span>
                <span>{tip.lines[1].clone()}</span>
                <span class="hint">{tip.lines[2].clone()}</span>
            </div>
        })}
    }
}

/// Whole pixels.
fn px(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
    let whole = value.round() as i64;
    [&whole.to_string(), "px"].concat()
}
