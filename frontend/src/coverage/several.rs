//! The coverage strip of several tables.

use super::{TargetMark, failures, refused, sources, unreadable};
use crate::i18n::{Lang, Locale, fill, format, words};
use crate::parts::{self, Part, lazy};
use crate::store::{Data, Load, Progress, Target};
use crate::ui::announce::Announcer;
use crate::ui::effect::effect;
use crate::ui::icon;
use leptos::prelude::*;

/// When the oldest of the answers was complete.
pub fn oldest<'a>(targets: impl Iterator<Item = &'a Target>) -> Option<i64> {
    let instants = targets.filter_map(|target| match &target.progress {
        Progress::Done { as_of, .. } => table::time::parse(as_of),
        _ => None,
    });
    instants.min()
}

/// How long ago an answer was complete. What is younger than a tick of the clock is new.
pub fn age(lang: Lang, at: i64, now: i64) -> String {
    if now - at < 60_000 {
        lang.pick(&words::JUST_NOW).to_owned()
    } else {
        format::relative(lang, at, now)
    }
}

/// Several tables, and the clock and time zone that their times are told by.
#[derive(Clone, Copy)]
pub struct Several {
    /// The tables.
    pub all: StoredValue<Vec<Data>>,
    /// None is the browser's own.
    pub zone: Memo<Option<String>>,
    /// The wall clock, in milliseconds.
    pub now: RwSignal<i64>,
}

/// The strip, for a page that does without it at first.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(Several { all, zone, now }: Several) -> AnyView {
    view! { <SeveralCoverage all zone now/> }.into_any()
}

/// The strip. Complete targets are a mark each; whatever is missing or cut says so in words.
#[component]
pub fn SeveralCoverage(all: StoredValue<Vec<Data>>, zone: Memo<Option<String>>, now: RwSignal<i64>) -> impl IntoView {
    let locale = Locale::get();
    let targets = Memo::new(move |_| {
        let mut found: Vec<Target> = Vec::new();
        all.with_value(|all| all.iter().for_each(|data| found.extend(data.targets.get())));
        found
    });
    let busy = move || all.with_value(|all| all.iter().any(|data| data.loading()));
    let summary = move || {
        let count = |count: usize| format::count(locale.lang(), count);
        targets.with(|targets| {
            let of =
                |progress: fn(&Progress) -> bool| targets.iter().filter(|target| progress(&target.progress)).count();
            let (open, failed) = (of(|progress| *progress == Progress::Loading), failures(targets));
            let answered = targets.len() - open - failed;
            // Whom one may not ask has not answered.
            if targets.is_empty() && all.with_value(|all| all.iter().any(|data| data.shut().is_some())) {
                return String::new();
            }
            let mut parts = if busy() || failed > 0 {
                let numbers = [("n", count(answered)), ("m", count(targets.len()))];
                vec![fill(
                    locale.pick(&words::ANSWERED),
                    &numbers.each_ref().map(|(name, text)| (*name, text.as_str())),
                )]
            } else {
                vec![fill(locale.pick(&words::ALL_ANSWERED), &[("n", &count(answered))])]
            };
            if failed > 0 {
                parts.push(fill(locale.pick(&words::NOT_ANSWERED), &[("n", &count(failed))]));
            }
            parts.extend(unreadable(locale, targets));
            if let Some(oldest) = oldest(targets.iter()) {
                let exact = zone.with(|zone| format::exact(oldest, zone.as_deref()));
                let relative = age(locale.lang(), oldest, now.get());
                let when = [&exact, " (", &relative, ")"].concat();
                parts.push(fill(locale.pick(&words::OLDEST_ANSWER), &[("t", &when)]));
            }
            if all.with_value(|all| all.iter().any(|data| data.unanswered.get())) {
                parts.push(locale.pick(&words::UNANSWERED).to_owned());
            }
            parts.join(" · ")
        })
    };
    let announcer = Announcer::get();
    effect(move || {
        if !busy() {
            announcer.read("sources", &["main .empty h2", "[data-testid=coverage] .summary"]);
        }
    });
    let reload = move || all.with_value(|all| all.iter().for_each(|data| data.reload()));
    let broken = move || {
        let broken = |data: &Data| match data.load.get() {
            Load::Broken(error) => Some(error),
            _ => None,
        };
        all.with_value(|all| all.iter().find_map(broken))
    };
    view! {
        <section class="coverage asked" class:loading=busy>
            <div class="line" role="status" aria-live="off" tabindex="0" data-testid="coverage" aria-label=locale.word(&words::COVERAGE)>
                <span class="summary">{summary}</span>
                <ul class="targets">
                    <For each=move || targets.get() key=Target::mark children=move |target| view! { <TargetMark zone target named=true/> }/>
                </ul>
            </div>
            {parts::once_here(Part::Later, false, false, lazy!(sources::view(all, zone)))}
            <button type="button" class="button quiet compact" aria-label=locale.word(&words::RELOAD) title=locale.word(&words::RELOAD) on:click=move |_| reload()>
                {icon::icon(icon::RELOAD)}
            </button>
        </section>
        {move || broken().and_then(|error| refused(locale, &error, reload))}
    }
}
