//! The first page: what needs someone now, what runs, what comes, what failed; per table and account, each number a link to its rows.

mod questions;

use crate::grid::cell;
use crate::i18n::{Locale, fill, format, words};
use crate::pages::asked::{self, Asked};
use crate::store::{Data, Progress, Store, Target};
use ::table::engine::{Clock, Engine};
use ::table::view::View;
use catalog::Label;
use leptos::prelude::*;
use questions::{Counts, Question};

/// The overview.
pub fn view() -> AnyView {
    let locale = Locale::get();
    let now = asked::clock();
    let zone = Memo::new(|_| None);
    let all = StoredValue::new(catalog::tables().into_iter().map(Store::data).collect::<Vec<Data>>());
    all.with_value(|all| all.iter().for_each(|data| data.ensure()));
    Effect::new(move |_| document().set_title(&[locale.pick(&words::OVERVIEW), " · Signalbox"].concat()));
    // Which accounts there are is known for all tables at almost the same moment. Until then there is nothing that could jump.
    let known = Memo::new(move |_| {
        let known = |data: &Data| !asked::loading(*data) || !data.targets.with(Vec::is_empty);
        all.with_value(|all| all.iter().all(known))
    });
    let busy = move || all.with_value(|all| all.iter().any(|data| asked::loading(*data)));
    view! {
        <main class="page overview" id="main">
            <h1 class="hidden">{locale.word(&words::OVERVIEW)}</h1>
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
                        all.with_value(|all| all.iter().map(|data| body(*data, now)).collect_view().into_any())
                    } else {
                        view! { <tbody class="waiting"><tr><td colspan="8"><span></span><span></span><span></span><span></span></td></tr></tbody> }.into_any()
                    }}
                </table>
            </div>
            // At the lower edge: what comes into it pushes no number about.
            <Asked all zone now/>
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

/// One table: a row for all of it, then one for each account.
fn body(data: Data, now: RwSignal<i64>) -> impl IntoView {
    let table = asked::table(data);
    let engine = StoredValue::new(Engine::new());
    let counts = Memo::new(move |_| {
        data.version.track();
        let midnight = |date| format::midnight(date, None);
        let clock = Clock {
            now: now.get(),
            midnight: &midnight,
        };
        let count = |engine: &mut Engine| data.rows.with_value(|rows| questions::count(engine, rows, &clock));
        engine.try_update_value(count).unwrap_or_default()
    });
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
            {line(data, None, counts, now)}
            {accounts.into_iter().map(|account| line(data, Some(account), counts, now)).collect_view()}
        </tbody>
    }
}

/// The numbers of a table, or of one account in it.
fn line(data: Data, account: Option<String>, counts: Memo<Counts>, now: RwSignal<i64>) -> impl IntoView {
    let locale = Locale::get();
    let table = asked::table(data);
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
            counts.with(|counts| {
                let all = counts[question as usize].iter().flatten();
                let mine = all.filter(|(name, _)| {
                    account.with_value(|account| account.as_ref().is_none_or(|account| name == account))
                });
                mine.map(|(_, count)| *count as usize).sum::<usize>()
            })
        });
        let open = move || {
            asked::loading(data)
                && data.targets.with(|targets| {
                    targets
                        .iter()
                        .any(|target| mine(target) && target.progress == Progress::Loading)
                })
        };
        let gaps = move || asked::gaps(data, mine);
        let text = move || {
            let number = format::count(locale.lang(), count.get());
            match (open(), count.get(), gaps()) {
                (true, 0, _) => "…".to_owned(),
                (true, ..) => [&number, "…"].concat(),
                (false, _, 0) => number,
                (false, ..) => [&number, " + ?"].concat(),
            }
        };
        let title = move || match gaps() {
            0 => locale.pick(words(question).1).to_owned(),
            gaps => fill(locale.pick(&words::MORE_UNKNOWN), &[("n", &gaps.to_string())]),
        };
        let label = move || format!("{}, {}: {}", name(), locale.pick(words(question).0), text());
        view! {
            <td data-question=question.id()>
                <a
                    href=href
                    class:zero=move || count.get() == 0 && gaps() == 0
                    class:gap=move || gaps() != 0
                    class:open=open
                    data-count=move || count.get().to_string()
                    aria-label=label
                    title=title
                >{text}</a>
            </td>
        }
        .into_any()
    };
    let age = move || {
        data.targets
            .with(|targets| asked::oldest(targets.iter().filter(|target| mine(target))))
    };
    let sources = move || {
        data.targets.with(|targets| {
            let mine = targets.iter().filter(|target| mine(target));
            let answered = mine
                .clone()
                .filter(|target| matches!(target.progress, Progress::Done { .. }));
            (answered.count(), mine.count())
        })
    };
    view! {
        <tr class:whole=whole data-account=account.get_value()>
            <th scope="row"><a href=href.clone()>{name}</a></th>
            {Question::ALL.into_iter().zip(links).map(|(question, href)| number(question, href)).collect_view()}
            <td class="fresh" title=move || age().map(|age| format::exact(age, None))>
                {move || age().map_or_else(|| "–".to_owned(), |age| asked::age(locale.lang(), age, now.get()))}
            </td>
            <td class="fresh">
                <a href=href class:gap=move || asked::gaps(data, mine) != 0>
                    {move || { let (answered, all) = sources(); format!("{answered} / {all}") }}
                </a>
            </td>
        </tr>
    }
}
