//! What is gone since then, and what else one could compare with.

use super::{Compared, Comparison};
use crate::coverage::failures;
use crate::i18n::{Locale, fill, format, words};
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use crate::visits::{self, Visit};
use leptos::prelude::*;
use table::rows::Changes;
use wasm_bindgen_futures::spawn_local;

/// The panel's inside.
#[component]
pub fn Panel(
    screen: Screen,
    comparison: Comparison,
    open: RwSignal<bool>,
    changes: Memo<Option<(Changes, Vec<String>)>>,
) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let kept = RwSignal::new(Vec::<Visit>::new());
    let list = move || {
        if let Some(user) = untrack(|| comparison.user()) {
            spawn_local(async move {
                if let Ok(all) = visits::all(&user, screen.table.id).await {
                    kept.try_set(all);
                }
            });
        }
    };
    list();
    // Of a large table nothing is kept while one looks at it, unless one asks for it.
    let unkept = move || {
        let ended = screen.data.ended.get();
        kept.with(|kept| kept.iter().all(|visit| visit.taken < ended))
    };
    let gone = move || {
        changes
            .with(|changes| changes.as_ref().map(|(_, gone)| gone.join("\n")))
            .filter(|gone| !gone.is_empty())
    };
    let notes = move || {
        let (then, now) = gaps(comparison);
        let note = |count: usize, phrase: &str| {
            (count > 0).then(|| fill(phrase, &[("n", &format::count(locale.lang(), count))]))
        };
        let notes = [
            note(then, locale.pick(&words::SINCE_GAPS_THEN)),
            note(now, locale.pick(&words::SINCE_GAPS_NOW)),
        ];
        notes
            .into_iter()
            .flatten()
            .map(|note| view! { <p class="hint">{note}</p> })
            .collect_view()
    };
    let choose = move |since: String| {
        open.set(false);
        screen.view.step(|view| view.with_since(Some(&since)));
    };
    let choice = move |text: String, since: String| {
        view! { <li><button type="button" class="button small" data-since=since.clone() on:click=move |_| choose(since.clone())>{text}</button></li> }
    };
    let choices = move || {
        let zone = screen.zone.get();
        let ages = [
            ("-24h", locale.pick(&words::SINCE_DAY)),
            ("-7d", locale.pick(&words::SINCE_WEEK)),
        ];
        let ages = ages.map(|(since, text)| choice(text.to_owned(), since.to_owned()));
        // The times of visits are exact, so that each finds itself.
        let visits = kept.get().into_iter().rev().map(|visit| {
            choice(
                format::exact(visit.taken, zone.as_deref()),
                table::time::format(visit.taken),
            )
        });
        view! { <ul class="choices" aria-label=locale.word(&words::SINCE_WHEN)>{ages}{visits.collect_view()}</ul> }
    };
    view! {
        <div class="views">
            {move || gone().map(|gone| {
                let text = gone.clone();
                view! {
                    <h2>{locale.word(&words::SINCE_GONE)}</h2>
                    <textarea class="listed" data-testid="gone" readonly rows="6" aria-label=locale.word(&words::SINCE_GONE) prop:value=gone></textarea>
                    <div class="buttons">
                        <button type="button" class="button small" on:click=move |_| clipboard.copy(text.clone())>{icon::icon(icon::COPY)}{locale.word(&words::COPY)}</button>
                    </div>
                }
            })}
            {notes}
            <h2>{locale.word(&words::SINCE_WHEN)}</h2>
            {choices}
            <Show when=unkept>
                <button type="button" class="button small" data-testid="keep" on:click=move |_| comparison.keep(true, list)>{locale.word(&words::SINCE_KEEP)}</button>
            </Show>
        </div>
    }
}

/// Sources that could not be asked when the snapshot was taken, or now.
fn gaps(comparison: Comparison) -> (usize, usize) {
    let then = match comparison.state.get() {
        Compared::With(visit) => visit.gaps,
        _ => 0,
    };
    (then, comparison.data.targets.with(|targets| failures(targets)))
}
