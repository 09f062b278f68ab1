//! What the overview asks of each table, as views. Every number on the overview is the count of one of these, and a link to it.

use catalog::{Phase, Table};
use table::Rows;
use table::engine::{Clock, Engine, Step};
use table::view::{SortKey, View};

/// A question of the person on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What failed in the last 24 hours?
    Failed,
    /// What needs someone?
    Now,
    /// What runs?
    Running,
    /// What is planned for the next 24 hours?
    Day,
    /// What is planned for the next 7 days?
    Week,
}

impl Question {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 5] = [Self::Failed, Self::Now, Self::Running, Self::Day, Self::Week];

    /// The page's `data-question`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Running => "running",
            Self::Day => "day",
            Self::Week => "week",
            Self::Failed => "failed",
        }
    }

    /// The phase whose colour it has.
    pub const fn phase(self) -> Phase {
        match self {
            Self::Now => Phase::Action,
            Self::Running => Phase::Running,
            Self::Day | Self::Week => Phase::Scheduled,
            Self::Failed => Phase::Failed,
        }
    }

    /// The view that answers it; `None` where a table cannot know.
    ///
    /// What needs someone is the same in all tables ([`Phase::needs_someone`]). Work whose beginning is not planned (a queued operation) comes as soon as its turn
    /// does, so it belongs to the next 24 hours.
    pub fn view(self, table: &'static Table) -> Option<View> {
        let span = table.span;
        let work = span.is_some_and(|span| span.work);
        let knows = |phase: Phase| {
            let state = table.column("state");
            state.is_some_and(|state| state.values.iter().any(|value| value.phase == phase))
        };
        let ahead = |range: &str| {
            let span = span.filter(|span| span.work && knows(Phase::Scheduled))?;
            Some(if span.planned {
                ["phase=scheduled&start=", range].concat()
            } else {
                "phase=scheduled".to_owned()
            })
        };
        let query = match self {
            Self::Now => Some("phase=action,failed".to_owned()),
            Self::Running if work => Some("phase=running".to_owned()),
            // A run of something that is no work has begun and not ended.
            Self::Running => span.map(|_| "start=is.set&end=is.empty".to_owned()),
            Self::Day => ahead("now..24h"),
            Self::Week => ahead("now..7d"),
            Self::Failed => Some(["phase=failed&", span?.end, "=-24h.."].concat()),
        };
        Some(View::parse(table, &query?))
    }
}

/// How many rows answer each question, account by account; `None` for questions that the table does not answer.
pub type Counts = [Option<Vec<(String, u32)>>; 5];

/// Counting the answers of one table, in parts.
#[derive(Default)]
pub struct Counting {
    /// Which question comes next.
    at: usize,
    /// Whether it is known which rows answer it. How many that are is a part of its own.
    found: bool,
    counts: Counts,
}

impl Counting {
    /// Does a part of it, and returns the counts once all questions are answered. The engine is kept from one counting to the next, so that only
    /// what changed is worked out anew.
    pub fn step(&mut self, engine: &mut Engine, rows: &Rows, clock: &Clock<'_>) -> Option<Counts> {
        let Some(question) = Question::ALL.get(self.at) else {
            return Some(std::mem::take(&mut self.counts));
        };
        let table = rows.table();
        if let (Some(mut view), Some(account)) = (question.view(table), table.index("account")) {
            // The order does not matter here, and this one costs least.
            view.sort = vec![SortKey {
                column: account,
                descending: false,
            }];
            if !std::mem::replace(&mut self.found, true) {
                self.found = engine.step(rows, &view, clock) != Step::More;
                return None;
            }
            let accounts = engine.facet(rows, &view, account).into_iter();
            self.counts[self.at] = Some(accounts.map(|found| (found.value, found.count)).collect());
        }
        self.at += 1;
        self.found = false;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Counting, Question};
    use table::engine::{Clock, Engine};
    use table::{Rows, View};

    #[test]
    fn each_table_is_asked_what_it_can_answer() {
        let asked = |id: &str| {
            let table = catalog::table(id).unwrap();
            Question::ALL.map(|question| Some(question.view(table)?.to_query()))
        };
        let some = |query: &str| Some(query.to_owned());
        let answers = [
            (
                "plans",
                [
                    some("phase=failed&end=-24h.%2E"),
                    some("phase=action,failed"),
                    some("phase=running"),
                    some("phase=scheduled&start=now..24h"),
                    some("phase=scheduled&start=now..7d"),
                ],
            ),
            (
                "tickets",
                [
                    some("phase=failed&end=-24h.%2E"),
                    some("phase=action,failed"),
                    some("phase=running"),
                    None,
                    None,
                ],
            ),
            (
                "patches",
                [
                    some("phase=failed&end=-24h.%2E"),
                    some("phase=action,failed"),
                    some("start=is.set&end=is.empty"),
                    None,
                    None,
                ],
            ),
            ("plugins", [None, some("phase=action,failed"), None, None, None]),
            (
                "operations",
                [
                    some("phase=failed&updated=-24h.%2E"),
                    some("phase=action,failed"),
                    some("phase=running"),
                    some("phase=scheduled"),
                    some("phase=scheduled"),
                ],
            ),
        ];
        for (id, questions) in answers {
            assert_eq!(asked(id), questions, "{id}");
        }
    }

    #[test]
    fn every_condition_is_understood() {
        for table in catalog::tables() {
            for view in Question::ALL.into_iter().filter_map(|question| question.view(table)) {
                assert!(view.items().iter().all(|item| item.understood), "{view:?}");
                assert!(!view.conditions.is_empty(), "{view:?}");
            }
        }
    }

    /// What a number says is what its link shows: for the whole table, and for an account.
    #[test]
    fn counts_are_those_of_the_views_behind_them() {
        let now = table::time::parse("2026-11-22T12:00:00Z").unwrap();
        let clock = Clock::utc(now);
        let table = catalog::table("plans").unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        let states = [
            "Scheduled",
            "Executing",
            "Failed",
            "Executed",
            "ValidatingFailed",
            "New",
        ];
        for (at, account) in ["prod", "staging", "lab"].into_iter().enumerate() {
            let target = rows.add_target("alibaba", account, "cn-hangzhou", source);
            let plans: Vec<String> = (0..60_i64)
                .map(|plan| {
                    let start = now + (plan - 30) * 5 * 3_600_000;
                    let end = start + 3_600_000;
                    format!(
                        r#"{{"plan_id":"P-{at}-{plan}","state":"{}","start_time":"{}","end_time":"{}"}}"#,
                        states[usize::try_from(plan).unwrap() % (states.len() - at)],
                        table::time::format(start),
                        table::time::format(end),
                    )
                })
                .collect();
            let batch = format!("[{}]", plans.join(","));
            rows.ingest(target, &batch).unwrap();
        }
        let (mut counting, mut engine) = (Counting::default(), Engine::new());
        let counts = std::iter::from_fn(|| Some(counting.step(&mut engine, &rows, &clock)))
            .find_map(|counts| counts)
            .unwrap();
        let matching = |view: &View| {
            let mut engine = Engine::new();
            engine.update(&rows, view, &clock);
            u32::try_from(engine.matching().len()).unwrap()
        };
        let account = table.index("account").unwrap();
        let mut seen = 0;
        for (question, counts) in Question::ALL.into_iter().zip(counts) {
            let (Some(view), Some(counts)) = (question.view(table), counts) else {
                continue;
            };
            assert_eq!(
                counts.iter().map(|(_, count)| count).sum::<u32>(),
                matching(&view),
                "{view:?}"
            );
            for (name, count) in counts {
                assert_eq!(count, matching(&view.only(account, &name)), "{name}: {view:?}");
                seen += count;
            }
        }
        assert!(seen > 20, "the sample answers next to nothing");
    }
}
