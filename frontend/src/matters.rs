//! What needs someone, over all tables: a line a matter, the most urgent first. Which rows make a matter is said by [`table::engine::matters`].

mod hand_over;
mod line;
mod phrases;
mod seen;
mod told;

use crate::i18n::{Lang, Locale, fill, format, words};
use crate::session::Who;
use crate::store::{Data, Progress};
use crate::tally::Completeness;
use crate::ui::clipboard::Clipboard;
use crate::ui::effect::effect;
use crate::ui::icon;
use crate::ui::timer::{self, Delay, Pace};
use crate::ui::work::Work;
use hand_over::{Entry, HandOver};
use leptos::prelude::*;
use phrases::News;
use seen::Seen;
use std::time::Duration;
use table::engine::matters::Matter;
use told::{AllKept, Shown, TellTask, Told};
use wasm_bindgen_futures::spawn_local;

/// So many matters are read at a glance, and where the numbers stand beside them (`overview.css`).
const FEW: [usize; 2] = [10, 16];
/// From so many CSS pixels on they do.
const WIDE: f64 = 1800.0;
/// So long the list waits for all sources. What has come by then is listed, and stays until all have answered or the clock moves on: lines that change their
/// places whenever a source answers cannot be read.
const PATIENCE: Duration = Duration::from_secs(2);
/// Most that are listed at all.
const MANY: usize = 100;
/// Most sources that a hand-over names.
const GAPS: usize = 20;

/// The list. Everything in it may be copied into closures.
#[derive(Clone, Copy)]
struct List {
    all: StoredValue<Vec<Data>>,
    now: RwSignal<i64>,
    kept: AllKept,
    /// What was told last.
    told: RwSignal<Option<Told>>,
    work: Work<TellTask>,
    /// What the reader has seen; nothing until it is known who reads.
    seen: RwSignal<Option<Seen>>,
    /// How often that has changed.
    acts: StoredValue<u64>,
    /// Whether more than a few are to be listed.
    more: RwSignal<bool>,
}

/// The sources of all tables together.
#[derive(Clone, Copy, Default, PartialEq)]
struct Sources {
    told: Completeness,
    awaited: usize,
    /// Whether a table is still on its way.
    loading: bool,
}

impl List {
    fn new(all: StoredValue<Vec<Data>>, now: RwSignal<i64>) -> Self {
        Self {
            all,
            now,
            kept: StoredValue::new(Vec::new()),
            told: RwSignal::new(None),
            // Rows come ten times a second, and nobody reads as fast.
            work: Work::new(4.0),
            seen: RwSignal::new(None),
            acts: StoredValue::new(0),
            more: RwSignal::new(false),
        }
    }

    /// The versions of all rows; tracked.
    fn versions(self) -> Vec<u64> {
        self.all
            .with_value(|all| all.iter().map(|data| data.rows.version()).collect())
    }

    /// Whether a source is still awaited; tracked.
    fn loading(self) -> bool {
        self.all.with_value(|all| all.iter().any(|data| data.loading()))
    }

    /// Tells the matters once all have answered, from then on whenever rows have come, and when more are asked for.
    fn follow(self) {
        let patient = RwSignal::new(true);
        Delay::new().set(PATIENCE, move || _ = patient.try_set(false));
        let who = Who::get();
        effect(move || {
            let known = who.is_none_or(|who| who.key().is_some());
            if known && self.seen.with_untracked(Option::is_none) {
                self.acts.update_value(|acts| *acts += 1);
                self.seen.set(Some(Seen::load()));
            }
        });
        let loaded = Memo::new(move |_| self.seen.with(Option::is_some));
        let loading = Memo::new(move |_| self.loading());
        effect(move || {
            if !loading.get() {
                self.versions();
            } else if patient.get() {
                return;
            } else {
                self.now.track();
            }
            loaded.track();
            let most = if self.more.get() { MANY } else { few() };
            let nobody = Seen::default();
            let task = self.seen.with_untracked(|seen| {
                let acts = self.acts.get_value();
                let seen = (seen.as_ref().unwrap_or(&nobody), acts);
                let now = self.now.get_untracked();
                self.all
                    .with_value(|all| TellTask::new(all, self.kept, seen, now, most, self.told))
            });
            self.work.begin_later(task);
        });
    }

    fn sources(self) -> Sources {
        self.all.with_value(|all| {
            all.iter().fold(Sources::default(), |sum, data| {
                let loading = data.loading();
                let open = |targets: &Vec<_>| {
                    let open = |target: &&crate::store::Target| target.progress == Progress::Loading;
                    targets.iter().filter(open).count()
                };
                Sources {
                    told: sum.told.with(data.completeness(|_| true)),
                    awaited: sum.awaited + if loading { data.targets.with(open) } else { 0 },
                    loading: sum.loading || loading,
                }
            })
        })
    }

    /// Whether what is listed is not of the rows that there are; tracked.
    fn busy(self) -> bool {
        let versions = self.versions();
        self.work.under_way()
            || self
                .told
                .with(|told| told.as_ref().is_none_or(|told| told.versions != versions))
    }

    /// Whether it is known whose acts are kept; tracked.
    fn knows_reader(self) -> bool {
        self.seen.with(Option::is_some)
    }

    /// Whether a matter counts as seen; tracked.
    fn is_seen(self, matter: &Matter) -> bool {
        let begun = self.told.with_untracked(|told| told.as_ref().map_or(0, |told| told.at));
        let when = self
            .seen
            .with(|seen| seen.as_ref().and_then(|seen| seen.when(matter.key)));
        when.is_some_and(|when| matter.seen || when >= begun)
    }

    /// Marks a matter as seen with the rows that it has, or takes that back.
    fn toggle(self, shown: &Shown) {
        let key = shown.matter.key;
        if untrack(|| self.is_seen(&shown.matter)) {
            return self.change(|seen| seen.forget(key));
        }
        let data = shown.data;
        let Some(mut marking) = told::marking(self.kept, data, &shown.matter) else {
            return;
        };
        spawn_local(async move {
            let mut pace = Pace::begin();
            let mark = loop {
                match data.rows.try_with_untracked(|rows| marking.step(rows)) {
                    Some(Some(mark)) => break mark,
                    Some(None) => pace.keep().await,
                    None => return,
                }
            };
            self.change(|seen| seen.mark(key, timer::now(), mark));
        });
    }

    fn change(self, change: impl FnOnce(&mut Seen)) {
        self.acts.try_update_value(|acts| *acts += 1);
        self.seen.try_update(|seen| {
            // Another tab may have kept something meanwhile.
            let mut newest = Seen::load();
            change(&mut newest);
            newest.save();
            *seen = Some(newest);
        });
    }

    /// The list as a text, with what is not known.
    fn hand_over(self, lang: Lang) -> String {
        let origin = window().location().origin().unwrap_or_default();
        let now = self.now.get_untracked();
        let time = |at| format::exact(at, None);
        let sources = self.sources();
        self.told.with_untracked(|told| {
            let Some(told) = told else { return String::new() };
            let entry = |shown: &Shown| {
                let matter = &shown.matter;
                let (known, awaited) = line::certainty(shown);
                let number = |count| {
                    if awaited && known.whole() {
                        fill(lang.pick(&words::AT_LEAST), &[("n", &format::count(lang, count))])
                    } else {
                        known.spoken(lang, count)
                    }
                };
                let facts = [
                    News::of(matter).words(lang).map(|(said, _)| said),
                    Some(phrases::counts(lang, matter, number)),
                    phrases::since(lang, matter, time),
                    Some(phrases::places(lang, matter)),
                    Some(phrases::reasons(lang, matter)),
                    phrases::next(lang, shown, now, time),
                    self.is_seen(matter).then(|| lang.pick(&words::SEEN).to_owned()),
                ];
                Entry {
                    state: line::state(lang, matter.phase).to_owned(),
                    title: phrases::title(lang, matter),
                    address: [&origin, &matter.view.path()].map(String::as_str).concat(),
                    facts: facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect(),
                }
            };
            let more = told.matters.saturating_sub(told.lines.len());
            let more = (more > 0).then(|| [said_more(lang, more).as_str(), ": ", &origin, "/"].concat());
            HandOver {
                heading: [
                    lang.pick(&words::MATTERS),
                    lang.pick(&words::COMMA),
                    &time(now),
                    lang.pick(&words::COLON),
                    &sum(lang, told, sources),
                ]
                .concat(),
                entries: told.lines.iter().map(entry).collect(),
                more,
                gaps: self.gaps(lang, sources),
            }
            .text()
        })
    }

    /// What is not known: how many sources, and which.
    fn gaps(self, lang: Lang, sources: Sources) -> Vec<String> {
        let mut gaps: Vec<String> = missing(lang, sources);
        let mut named = Vec::new();
        self.all.with_value(|all| {
            for data in all {
                data.targets.with_untracked(|targets| {
                    for target in targets {
                        let why = match &target.progress {
                            Progress::Failed(error) => error.code.to_string(),
                            Progress::Loading => lang.pick(&words::STATE_LOADING).to_owned(),
                            Progress::Done { .. } if target.is_cut() => lang.pick(&words::HAND_OVER_CUT).to_owned(),
                            Progress::Done { .. } => continue,
                        };
                        let table = lang.pick(&data.table.label);
                        named.push([table, " · ", &target.account, " / ", &target.region, ": ", &why].concat());
                    }
                });
            }
        });
        let more = named.len().saturating_sub(GAPS);
        named.truncate(GAPS);
        gaps.extend(named);
        if more > 0 {
            gaps.push(fill(
                lang.pick(&words::MORE_RELATED),
                &[("n", &format::count(lang, more))],
            ));
        }
        let say = |gap: String| fill(lang.pick(&words::HAND_OVER_GAP), &[("t", &gap)]);
        gaps.into_iter().map(say).collect()
    }
}

/// How many matters are listed at first.
fn few() -> usize {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    FEW[usize::from(width >= Some(WIDE))]
}

/// How many matters there are besides those that are listed.
fn said_more(lang: Lang, more: usize) -> String {
    let phrase = if more == 1 {
        &words::MATTERS_MORE_ONE
    } else {
        &words::MATTERS_MORE
    };
    fill(lang.pick(phrase), &[("n", &format::count(lang, more))])
}

/// How many matters and rows there are.
fn sum(lang: Lang, told: &Told, sources: Sources) -> String {
    let number = |count| {
        if sources.loading && sources.told.whole() {
            format::count(lang, count) + "…"
        } else {
            sources.told.text(lang, count)
        }
    };
    match told.matters {
        0 if sources.loading => lang.pick(&words::MATTERS_NONE_YET).to_owned(),
        0 if !sources.told.whole() => lang.pick(&words::MATTERS_NONE_KNOWN).to_owned(),
        0 => lang.pick(&words::MATTERS_QUIET).to_owned(),
        matters => {
            let phrase = if matters == 1 {
                &words::MATTERS_SUM_ONE
            } else {
                &words::MATTERS_SUM
            };
            fill(lang.pick(phrase), &[("m", &number(matters)), ("n", &number(told.rows))])
        }
    }
}

/// What is not known, in words.
fn missing(lang: Lang, sources: Sources) -> Vec<String> {
    let said = [
        (sources.awaited, &words::MATTERS_AWAITED),
        (sources.told.failed, &words::MATTERS_FAILED),
        (sources.told.cut, &words::MATTERS_CUT),
    ];
    let said = said.into_iter().filter(|(count, _)| *count > 0);
    let asked = format::count(lang, sources.told.asked);
    said.map(|(count, phrase)| fill(lang.pick(phrase), &[("n", &format::count(lang, count)), ("m", &asked)]))
        .collect()
}

/// The list, beside whatever else the page shows.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(all: StoredValue<Vec<Data>>, now: RwSignal<i64>) -> AnyView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let list = List::new(all, now);
    list.follow();
    let sources = Memo::new(move |_| list.sources());
    let summary = move || {
        let said = list
            .told
            .with(|told| told.as_ref().map(|told| sum(locale.lang(), told, sources.get())));
        said.unwrap_or_else(|| locale.pick(&words::STATE_LOADING).to_owned())
    };
    let gaps = move || missing(locale.lang(), sources.get()).join(" · ");
    let lines = move || {
        list.told
            .with(|told| told.as_ref().map_or_else(Vec::new, |told| told.lines.clone()))
    };
    let left = Memo::new(move |_| {
        list.told.with(|told| {
            told.as_ref()
                .map_or(0, |told| told.matters.saturating_sub(told.lines.len()))
        })
    });
    let more = move || {
        let open = list.more.get();
        let said = if open {
            locale.pick(&words::MATTERS_FEWER).to_owned()
        } else {
            said_more(locale.lang(), left.get())
        };
        (open || left.get() > 0).then_some(said)
    };
    view! {
        <div class="matters-head">
            <h2 title=locale.word(&words::MATTERS_HINT)>{locale.word(&words::MATTERS)}</h2>
            <span class="hint" data-testid="matters-sum">{summary}</span>
            <span class="gap" data-testid="matters-gaps">{gaps}</span>
            <button
                type="button"
                class="button small"
                data-testid="hand-over"
                title=locale.word(&words::HAND_OVER_HINT)
                on:click=move |_| clipboard.copy(untrack(|| list.hand_over(locale.lang())))
            >{icon::icon(icon::COPY)}{locale.word(&words::HAND_OVER)}</button>
        </div>
        <ol data-testid="matters" aria-label=locale.word(&words::MATTERS) aria-busy=move || list.busy().to_string()>
            <For each=lines key=line::key children=move |shown| line::view(list, shown)/>
        </ol>
        // Always the same button, so that the focus stays on it.
        <button
            type="button"
            class="link"
            data-testid="matters-more"
            hidden=move || more().is_none()
            aria-expanded=move || list.more.get().to_string()
            on:click=move |_| list.more.update(|more| *more = !*more)
        >{move || more().unwrap_or_default()}</button>
    }
    .into_any()
}
