//! The first page: what needs someone, in words; below that what failed, runs and comes, per table and account, each number a link to its rows.

mod questions;

use crate::coverage::several::{self, SeveralCoverage};
use crate::grid::cell;
use crate::i18n::{Locale, format, words};
use crate::matters;
use crate::parts::{self, Part, lazy};
use crate::session;
use crate::since;
use crate::store::{Data, Progress, Store, Target};
use crate::ui::clock::clock;
use crate::ui::effect::{effect, effect_after};
use crate::ui::work::{Task, Work};
use ::table::engine::{Clock, Engine};
use ::table::view::View;
use catalog::Label;
use leptos::prelude::*;
use questions::{Counting, Counts, Question};

/// The overview.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(overview))]
pub fn view() -> AnyView {
    let locale = Locale::get();
    let now = clock();
    let zone = Memo::new(|_| None);
    let all = StoredValue::new(session::tables().into_iter().map(Store::data).collect::<Vec<Data>>());
    all.with_value(|all| all.iter().for_each(|data| data.ensure()));
    effect(move || document().set_title(&[locale.pick(&words::OVERVIEW), " · Signalbox"].concat()));
    // Which accounts there are is known for all tables at almost the same moment. Until then there is nothing that could jump.
    let known = Memo::new(move |_| {
        let known = |data: &Data| !data.loading() || !data.targets.with(Vec::is_empty);
        all.with_value(|all| all.iter().all(known))
    });
    let answers =
        StoredValue::new(all.with_value(|all| all.iter().map(|data| Answers::new(*data, now)).collect::<Vec<_>>()));
    let busy = move || answers.with_value(|answers| answers.iter().any(|answers| answers.busy()));
    view! {
        <main class="page overview" id="main">
            <h1 class="hidden">{locale.word(&words::OVERVIEW)}</h1>
            <div class="since-all" data-testid="since-all">{parts::once_here(Part::Later, false, false, lazy!(since::overview::view(all)))}</div>
            <div class="both">
                <div class="matters">{parts::once_here(Part::Later, false, true, lazy!(matters::view(all, now)))}</div>
                <div class="matrix" tabindex="0" role="region" aria-label=locale.word(&words::OVERVIEW_TABLE)>
                    <table aria-busy=move || busy().to_string()>
                        <thead>
                            <tr>
                                <th scope="col">{locale.word(&words::HEADING_PLACE)}</th>
                                {Question::ALL.map(|question| view! {
                                    <th scope="col" data-question=question.id() title=locale.word(words(question).1)>
                                        {cell::dot(Some(question.phase()))}
                                        {locale.word(words(question).0)}
                                    </th>
                                }).collect_view()}
                                <th scope="col" class="fresh">{locale.word(&words::HEADING_AS_OF)}</th>
                                <th scope="col" class="fresh">{locale.word(&words::HEADING_SOURCES)}</th>
                            </tr>
                        </thead>
                        {move || if known.get() {
                            answers.with_value(|answers| answers.iter().map(|answers| body(*answers, now)).collect_view().into_any())
                        } else {
                            view! { <tbody class="waiting"><tr><td colspan="8"><span></span><span></span><span></span><span></span></td></tr></tbody> }.into_any()
                        }}
                    </table>
                </div>
            </div>
            // At the lower edge: what comes into it pushes no number about.
            <SeveralCoverage all zone now/>
        </main>
    }
    .into_any()
}

/// A question in words, and what counts as an answer.
const fn words(question: Question) -> (&'static Label, &'static Label) {
    match question {
        Question::Now => (&words::QUESTION_NOW, &words::QUESTION_NOW_HINT),
        Question::Running => (&words::QUESTION_RUNNING, &words::QUESTION_RUNNING_HINT),
        Question::Day => (&words::QUESTION_DAY, &words::QUESTION_DAY_HINT),
        Question::Week => (&words::QUESTION_WEEK, &words::QUESTION_WEEK_HINT),
        Question::Failed => (&words::QUESTION_FAILED, &words::QUESTION_FAILED_HINT),
    }
}

/// The answers of one table.
#[derive(Clone, Copy)]
struct Answers {
    data: Data,
    /// How many there are, and in which version of the rows.
    counts: RwSignal<(u64, Counts)>,
    work: Work<CountTask>,
}

/// Counting them.
struct CountTask {
    data: Data,
    engine: StoredValue<Engine>,
    version: u64,
    now: i64,
    counting: Counting,
    counts: RwSignal<(u64, Counts)>,
}

impl Task for CountTask {
    fn step(&mut self) -> bool {
        let midnight = |date| format::midnight(date, None);
        let clock = Clock {
            now: self.now,
            midnight: &midnight,
        };
        let (data, counting) = (self.data, &mut self.counting);
        let step = |engine: &mut Engine| data.rows.with_untracked(|rows| counting.step(engine, rows, &clock));
        let counts = self.engine.try_update_value(step).flatten();
        counts.map(|counts| self.counts.set((self.version, counts))).is_some()
    }
}

impl Answers {
    /// Counts them whenever rows come or time passes.
    fn new(data: Data, now: RwSignal<i64>) -> Self {
        let work = Work::new(0.0);
        let counts = RwSignal::new((0, Counts::default()));
        let engine = StoredValue::new(Engine::new());
        let task = move |(version, now)| CountTask {
            data,
            engine,
            version,
            now,
            counting: Counting::default(),
            counts,
        };
        // What can be known at once stands there from the first moment on.
        let first = (data.rows.version_untracked(), now.get_untracked());
        work.begin(task(first));
        effect_after(move |last: Option<(u64, i64)>| {
            let asked = (data.rows.version(), now.get());
            if last.unwrap_or(first) != asked {
                work.begin_later(task(asked));
            }
            asked
        });
        Self { data, counts, work }
    }

    /// Whether more may come; tracked.
    fn busy(self) -> bool {
        self.data.loading() || self.work.under_way()
    }
}

/// One table: a row for all of it, then one for each account.
fn body(answers: Answers, now: RwSignal<i64>) -> impl IntoView {
    let data = answers.data;
    let table = data.table;
    let accounts = data.targets.with_untracked(|targets| {
        let mut found: Vec<String> = Vec::new();
        for target in targets {
            if !found.contains(&target.account) {
                found.push(target.account.clone());
            }
        }
        found
    });
    view! {
        <tbody data-table=table.id>
            {line(answers, None, now)}
            {accounts.into_iter().map(|account| line(answers, Some(account), now)).collect_view()}
        </tbody>
    }
}

/// The numbers of a table, or of one account in it.
fn line(answers: Answers, account: Option<String>, now: RwSignal<i64>) -> impl IntoView {
    let locale = Locale::get();
    let Answers { data, counts, .. } = answers;
    let table = data.table;
    let whole = account.is_none();
    let column = table.index("account").unwrap_or_default();
    let narrowed = |view: View| {
        account
            .as_ref()
            .map_or_else(|| view.clone(), |account| view.only(column, account))
    };
    let href = narrowed(View::new(table)).path();
    let links = Question::ALL.map(|question| Some(narrowed(question.view(table)?).path()));
    let account = StoredValue::new(account);
    let name = move || {
        account
            .get_value()
            .unwrap_or_else(|| locale.pick(&table.label).to_owned())
    };
    let mine = move |target: &Target| {
        account.with_value(|account| account.as_ref().is_none_or(|account| target.account == *account))
    };
    let number = move |question: Question, href: Option<String>| {
        let Some(href) = href else {
            return view! { <td class="none"><span title=locale.word(&words::NOT_ASKED)>"–"</span></td> }.into_any();
        };
        let count = Memo::new(move |_| {
            counts.with(|(_, counts)| {
                let all = counts[question as usize].iter().flatten();
                let mine = all.filter(|(name, _)| {
                    account.with_value(|account| account.as_ref().is_none_or(|account| name == account))
                });
                mine.map(|(_, count)| *count as usize).sum::<usize>()
            })
        });
        let open = move || {
            let arriving = data.loading()
                && data.targets.with(|targets| {
                    targets
                        .iter()
                        .any(|target| mine(target) && target.progress == Progress::Loading)
                });
            arriving || counts.with(|(version, _)| *version != data.rows.version())
        };
        let told = move || data.completeness(mine);
        let text = move || match (open(), count.get()) {
            (true, 0) => "…".to_owned(),
            (true, count) => format::count(locale.lang(), count) + "…",
            (false, count) => told().text(locale.lang(), count),
        };
        let title = move || {
            let title = told().title(locale.lang(), count.get());
            title.unwrap_or_else(|| locale.pick(words(question).1).to_owned())
        };
        let label = move || {
            let number = if open() {
                text()
            } else {
                told().spoken(locale.lang(), count.get())
            };
            spoken(locale, &name(), question, &number)
        };
        view! {
            <td data-question=question.id()>
                <a
                    href=href
                    class:zero=move || count.get() == 0 && told().whole()
                    class:open=open
                    data-count=move || count.get().to_string()
                    data-at-least=move || (open() || !told().whole()).then_some("true")
                    aria-label=label
                    title=title
                >{text}</a>
            </td>
        }
        .into_any()
    };
    let age = move || {
        data.targets
            .with(|targets| several::oldest(targets.iter().filter(|target| mine(target))))
    };
    view! {
        <tr class:whole=whole data-account=account.get_value()>
            <th scope="row"><a href=href.clone() translate=(!whole).then_some("no")>{name}</a></th>
            {Question::ALL.into_iter().zip(links).map(|(question, href)| number(question, href)).collect_view()}
            <td class="fresh" title=move || age().map(|age| format::exact(age, None))>
                {move || age().map_or_else(|| "–".to_owned(), |age| several::age(locale.lang(), age, now.get()))}
            </td>
            <td class="fresh">
                <a href=href class:gap=move || data.gaps(mine) != 0>
                    {move || answered(data, mine)}
                </a>
            </td>
        </tr>
    }
}

/// A number with what it counts, for whoever does not see where it stands.
fn spoken(locale: Locale, name: &str, question: Question, number: &str) -> String {
    let word = locale.pick(words(question).0);
    [
        name,
        locale.pick(&words::COMMA),
        word,
        locale.pick(&words::COLON),
        number,
    ]
    .concat()
}

/// How many of a table's sources have answered of how many there are: `2 / 3`.
fn answered(data: Data, mine: impl Fn(&Target) -> bool) -> String {
    data.targets.with(|targets| {
        let mine = targets.iter().filter(|target| mine(target));
        let done = mine
            .clone()
            .filter(|target| matches!(target.progress, Progress::Done { .. }));
        [done.count().to_string(), mine.count().to_string()].join(" / ")
    })
}
