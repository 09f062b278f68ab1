//! The coverage strip: which accounts, regions and sources answered, and what is missing. An empty table is worth nothing without it.

mod described;
pub mod several;
pub mod sources;

use crate::api::Error;
use crate::i18n::{Locale, fill, format, words};
use crate::live;
use crate::parts::{self, Part, lazy};
use crate::screen::Screen;
use crate::store::{Load, Progress, Target};
use crate::ui::icon;
use described::describe;
use leptos::prelude::*;

/// The strip above the grid. Complete targets are a mark each; whatever is missing or cut says so in words.
#[component]
pub fn Coverage(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let data = screen.data;
    let summary = move || {
        data.targets.with(|targets| {
            let all = targets.len();
            // Whom one may not ask has not answered.
            if all == 0 && data.shut().is_some() {
                return String::new();
            }
            let open = targets
                .iter()
                .filter(|target| target.progress == Progress::Loading)
                .count();
            let rows: u64 = targets.iter().map(|target| target.rows).sum();
            let again = targets.iter().any(|target| target.before.is_some());
            let failed = failures(targets);
            let count = |count: usize| format::count(locale.lang(), count);
            let mut parts = Vec::new();
            if open > 0 {
                parts.push(fill(
                    locale.pick(&words::ANSWERED),
                    &[("n", &count(all - open)), ("m", &count(all))],
                ));
                let phrase = locale.pick(if again { &words::ROWS_HELD } else { &words::ROWS_SO_FAR });
                #[expect(clippy::cast_possible_truncation, reason = "row counts of a page")]
                parts.push(fill(phrase, &[("n", &count(rows as usize))]));
            } else if failed == 0 {
                parts.push(fill(locale.pick(&words::ALL_ANSWERED), &[("n", &count(all))]));
            } else {
                parts.push(fill(
                    locale.pick(&words::ANSWERED),
                    &[("n", &count(all - failed)), ("m", &count(all))],
                ));
            }
            if failed > 0 {
                parts.push(fill(locale.pick(&words::NOT_ANSWERED), &[("n", &count(failed))]));
            }
            parts.extend(unreadable(locale, targets));
            if data.unanswered.get() {
                parts.push(locale.pick(&words::UNANSWERED).to_owned());
            }
            parts.join(" · ")
        })
    };
    let loading = move || data.loading();
    let broken = move || match data.load.get() {
        Load::Broken(error) => Some(error),
        _ => None,
    };
    view! {
        <section class="coverage" class:loading=loading>
            <div class="line" role="status" aria-live="off" tabindex="0" data-testid="coverage" aria-label=locale.word(&words::COVERAGE)>
                <span class="summary">{summary}</span>
                <ul class="targets">
                    <For each=move || data.targets.get() key=Target::mark children=move |target| view! { <TargetMark zone=screen.zone target/> }/>
                </ul>
            </div>
            {parts::once_here(Part::Later, false, false, lazy!(live::view(screen)))}
            <button type="button" class="button quiet compact" aria-label=locale.word(&words::RELOAD) title=locale.word(&words::RELOAD) on:click=move |_| data.reload()>
                {icon::icon(icon::RELOAD)}
            </button>
        </section>
        {move || broken().and_then(|error| refused(locale, &error, move || data.reload()))}
    }
}

/// The proxy itself refused or vanished: why, and the way out. That the browser is offline, that somebody has to sign in and that nothing is granted to them
/// the page says once for all.
pub fn refused(locale: Locale, error: &Error, again: impl Fn() + 'static) -> Option<AnyView> {
    let offline = *error == Error::Lost && !window().navigator().on_line();
    if offline || error.unsigned() || *error == Error::NotGranted {
        return None;
    }
    let notice = view! {
        <div class="notice error" role="alert">
            <span>{broken_words(locale, error)}</span>
            <button type="button" class="button" on:click=move |_| again()>{locale.pick(&words::TRY_AGAIN)}</button>
        </div>
    };
    Some(notice.into_any())
}

/// How many rows hold what could not be read, in words; nothing where none does.
fn unreadable(locale: Locale, targets: &[Target]) -> Option<String> {
    let rows: u64 = targets.iter().map(|target| target.unreadable).sum();
    #[expect(clippy::cast_possible_truncation, reason = "row counts of a page")]
    let count = format::count(locale.lang(), rows as usize);
    (rows > 0).then(|| fill(locale.pick(&words::UNREADABLE), &[("n", &count)]))
}

/// How many targets could not be asked.
pub fn failures(targets: &[Target]) -> usize {
    targets
        .iter()
        .filter(|target| matches!(target.progress, Progress::Failed(_)))
        .count()
}

/// Why nothing came, in words.
fn broken_words(locale: Locale, error: &Error) -> String {
    match error {
        Error::Lost | Error::SignIn(_) | Error::NotGranted => locale.pick(&words::PROXY_LOST).to_owned(),
        Error::Refused { status: 429, .. } => locale.pick(&words::TOO_MUCH_AT_ONCE).to_owned(),
        Error::Refused { status, detail } => format!("{}: {status} {detail}", locale.pick(&words::PROXY_LOST_TITLE)),
        Error::Unreadable(detail) => format!("{}: {detail}", locale.pick(&words::PROXY_LOST_TITLE)),
    }
}

/// One target: a mark when it is complete, a mark and words when something is missing. Times are written in `zone`. Where several tables
/// share a strip, `named` puts the table's name before the words.
#[component]
pub fn TargetMark(zone: Memo<Option<String>>, target: Target, #[prop(optional)] named: bool) -> impl IntoView {
    let locale = Locale::get();
    let id = target.id();
    let state = target.state();
    let place = {
        let table = catalog::source(&target.source)
            .filter(|_| named)
            .map(|source| source.table.label);
        let place = format!("{} / {}", target.account, target.region);
        Signal::derive(move || match table {
            Some(label) => format!("{} · {place}", locale.pick(&label)),
            None => place.clone(),
        })
    };
    let loud = matches!(state, "failed" | "capped" | "stale");
    let cut = catalog::source(&target.source)
        .and_then(|source| source.cut.as_ref())
        .filter(|_| state == "capped");
    let words = Memo::new(move |_| {
        let mut words = describe(locale, &target, zone.get().as_deref());
        if let Some(unread) = unreadable(locale, std::slice::from_ref(&target)) {
            words.push_str(" · ");
            words.push_str(&unread);
        }
        words
    });
    let title = move || format!("{} — {}", place.get(), words.get());
    view! {
        <li class="target" class:loud=loud data-target=id data-state=state title=title>
            <span class="mark" aria-hidden="true"></span>
            <span class="place" translate="no" class:hidden=!loud>{move || place.get()}</span>
            <span class="words" class:hidden=!loud>{move || words.get()}</span>
            {cut.map(|cut| view! { <a href=cut.address target="_blank" rel="noopener noreferrer">{locale.word(&cut.rest)}" ↗"</a> })}
        </li>
    }
}
