//! One matter, as a line of the list.

use super::List;
use super::phrases::{self, News};
use super::told::Shown;
use crate::grid::cell;
use crate::i18n::{Lang, Locale, fill, format, words};
use crate::store::{Progress, Target};
use crate::tally::Completeness;
use catalog::Phase;
use leptos::prelude::*;
use table::engine::matters::{Matter, Reason};

/// All that may change in a line, as one text: as long as it stays the same, so does the line.
pub fn key(shown: &Shown) -> String {
    let matter = &shown.matter;
    let mut parts = vec![
        matter.key.to_string(),
        matter.rows.to_string(),
        matter.runs.unwrap_or_default().to_string(),
        matter.fresh.map_or_else(String::new, |fresh| fresh.to_string()),
        u8::from(matter.seen).to_string(),
        u8::from(matter.known).to_string(),
    ];
    let (first, last) = matter.begun.unwrap_or_default();
    let next = shown.next.as_ref().map_or(0, |next| next.begin);
    parts.extend([first, last, next].map(|time| time.to_string()));
    parts.extend(matter.resources.iter().map(|(_, count)| count.to_string()));
    for place in &matter.places {
        parts.extend([place.account.clone(), place.region.clone(), place.rows.to_string()]);
    }
    parts.extend(matter.reasons.iter().map(|reason| match reason {
        Reason::Text { text, .. } => text.clone(),
        Reason::Sum { sum, .. } => table::number::text(sum.sum),
    }));
    parts.join("\n")
}

/// Whether a source may have rows of a matter.
fn feeds(matter: &Matter, target: &Target) -> bool {
    let table = matter.view.table;
    [("account", &target.account), ("region", &target.region)]
        .into_iter()
        .all(|(column, text)| {
            table
                .index(column)
                .is_none_or(|column| matter.view.admits(column, text))
        })
}

/// How completely the sources of a matter's rows have told, and whether some have not answered yet; tracked.
pub fn certainty(shown: &Shown) -> (Completeness, bool) {
    let mine = |target: &Target| feeds(&shown.matter, target);
    let open = |target: &Target| mine(target) && target.progress == Progress::Loading;
    let awaited = shown.data.loading() && shown.data.targets.with(|targets| targets.iter().any(open));
    (shown.data.completeness(mine), awaited)
}

/// What the state is called.
pub fn state(lang: Lang, phase: Phase) -> &'static str {
    let known = Phase::VALUES.iter().find(|known| known.phase == phase);
    known.map_or("", |known| lang.pick(&known.label))
}

/// The line.
pub fn view(list: List, shown: Shown) -> AnyView {
    let locale = Locale::get();
    let matter = &shown.matter;
    let (phase, count, href, key) = (matter.phase, matter.rows, matter.view.path(), matter.key);
    let (table, news) = (matter.view.table.id, News::of(matter));
    let shown = StoredValue::new(shown);
    let told = Memo::new(move |_| shown.with_value(certainty));
    let title = Signal::derive(move || shown.with_value(|shown| phrases::title(locale.lang(), &shown.matter)));
    let at_least = move || {
        let (told, awaited) = told.get();
        (awaited || !told.whole()).then_some("true")
    };
    let seen = Memo::new(move |_| shown.with_value(|shown| list.is_seen(&shown.matter)));
    view! {
        <li
            data-testid="matter"
            data-table=table
            data-phase=phase.id()
            data-count=count.to_string()
            data-at-least=at_least
            data-news=news.id()
            data-seen=move || seen.get().to_string()
            data-key=key.to_string()
        >
            <span class="state">{cell::dot(Some(phase))}{move || state(locale.lang(), phase)}</span>
            <div class="what">
                <a href=href dir="auto">{title}</a>
                {move || news.words(locale.lang()).map(|(said, hint)| view! { <span class="news" title=hint>{said}</span> })}
                {counts(shown, told)}
            </div>
            {facts(list, shown)}
            {button(list, shown, title, seen)}
        </li>
    }
    .into_any()
}

/// How many rows, as it is seen, and as it is read out in its place.
fn counts(shown: StoredValue<Shown>, told: Memo<(Completeness, bool)>) -> AnyView {
    let locale = Locale::get();
    let said = move |aloud: bool| {
        let (lang, (told, awaited)) = (locale.lang(), told.get());
        let number = |count: usize| match (awaited && told.whole(), aloud) {
            (true, true) => fill(lang.pick(&words::AT_LEAST), &[("n", &format::count(lang, count))]),
            (true, false) => format::count(lang, count) + "…",
            (false, true) => told.spoken(lang, count),
            (false, false) => told.text(lang, count),
        };
        shown.with_value(|shown| phrases::counts(lang, &shown.matter, number))
    };
    view! {
        <span class="count told">
            <span class="hidden">{move || said(true)}</span>
            <span aria-hidden="true">{move || said(false)}</span>
        </span>
    }
    .into_any()
}

/// Where, why, what comes next, and when it began.
fn facts(list: List, shown: StoredValue<Shown>) -> AnyView {
    let locale = Locale::get();
    let text = move |say: fn(Lang, &Shown, i64) -> String| {
        Signal::derive(move || shown.with_value(|shown| say(locale.lang(), shown, list.now.get())))
    };
    let place = text(|lang, shown, _| phrases::places(lang, &shown.matter));
    let why = text(|lang, shown, _| phrases::reasons(lang, &shown.matter));
    let next = text(|lang, shown, now| {
        let time = |at| format::relative(lang, at, now);
        phrases::next(lang, shown, now, time).unwrap_or_default()
    });
    let since = text(|lang, shown, now| {
        phrases::since(lang, &shown.matter, |at| format::relative(lang, at, now)).unwrap_or_default()
    });
    let places = shown.with_value(|shown| phrases::all_places(&shown.matter));
    let exact = shown.with_value(|shown| phrases::since(Lang::En, &shown.matter, |at| format::exact(at, None)));
    view! {
        <div class="facts hint">
            <span class="place" title=places>{place}</span>
            <span class="why" title=why>{why}</span>
            <span class="next" title=next>{next}</span>
        </div>
        <span class="when hint" title=exact>{since}</span>
    }
    .into_any()
}

/// The act: marks it as seen, or takes that back.
fn button(list: List, shown: StoredValue<Shown>, title: Signal<String>, seen: Memo<bool>) -> AnyView {
    let locale = Locale::get();
    let said = move || locale.pick(if seen.get() { &words::SEEN } else { &words::MARK_SEEN });
    let hint = move || {
        locale.pick(if seen.get() {
            &words::SEEN_BACK
        } else {
            &words::SEEN_HINT
        })
    };
    view! {
        <button
            type="button"
            class="button quiet small"
            data-action="seen"
            aria-label=move || [said(), locale.pick(&words::COLON), &title.get()].concat()
            title=hint
            disabled=move || !list.knows_reader()
            on:click=move |_| shown.with_value(|shown| list.toggle(shown))
        >{said}</button>
    }
    .into_any()
}
