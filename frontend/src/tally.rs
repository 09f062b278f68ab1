//! How a count is said that may not be the whole truth: the one place that makes text and words of a number and of how completely its sources have told.

use crate::i18n::{Lang, fill, format, words};
use crate::store::{Progress, Target};
use leptos::prelude::*;

/// How completely the sources have told that a number is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// The sources.
    pub asked: usize,
    /// How many of them did not answer.
    pub failed: usize,
    /// How many gave a list that their cloud cuts.
    pub cut: usize,
}

impl Completeness {
    /// Of these targets.
    pub fn of<'a>(targets: impl Iterator<Item = &'a Target>) -> Self {
        targets.fold(Self::default(), |sum, target| Self {
            asked: sum.asked + 1,
            failed: sum.failed + usize::from(matches!(target.progress, Progress::Failed(_))),
            cut: sum.cut + usize::from(target.is_cut()),
        })
    }

    /// Of the sources of both.
    pub fn with(self, other: Self) -> Self {
        Self {
            asked: self.asked + other.asked,
            failed: self.failed + other.failed,
            cut: self.cut + other.cut,
        }
    }

    /// Whether a number of them is the number that there are.
    pub fn whole(self) -> bool {
        self.failed + self.cut == 0
    }

    /// Whether nothing is known of a number for which none was counted.
    pub fn unknown(self, count: usize) -> bool {
        count == 0 && self.failed > 0 && self.failed == self.asked
    }

    /// The number alone, where its surroundings say what is missing: `12`, or `?` where nobody has told.
    pub fn number(self, lang: Lang, count: usize) -> String {
        if self.unknown(count) {
            "?".to_owned()
        } else {
            format::count(lang, count)
        }
    }

    /// What stands on screen: `12`, `12 +` of a cut list, `12 + ?` where sources did not answer, `?` where none did.
    pub fn text(self, lang: Lang, count: usize) -> String {
        let mark = match self {
            _ if self.unknown(count) => "",
            Self { failed: 1.., .. } => " + ?",
            Self { cut: 1.., .. } => " +",
            _ => "",
        };
        self.number(lang, count) + mark
    }

    /// What is read out: `12`, `at least 12`, `unknown`.
    pub fn spoken(self, lang: Lang, count: usize) -> String {
        if self.whole() {
            format::count(lang, count)
        } else if self.unknown(count) {
            lang.pick(&words::UNKNOWN_COUNT).to_owned()
        } else {
            fill(lang.pick(&words::AT_LEAST), &[("n", &format::count(lang, count))])
        }
    }

    /// What is seen, and where that is not simply the number, what is read out in its place and what it means, for whoever points at it. One
    /// element for all of it: facets draw a hundred of these with each key.
    pub fn view(self, lang: Lang, count: usize) -> AnyView {
        let text = self.text(lang, count);
        if self.whole() {
            return text.into_any();
        }
        view! {
            <span class="told" title=self.title(lang, count)>
                <span class="hidden">{self.spoken(lang, count)}</span>
                <span aria-hidden="true">{text}</span>
            </span>
        }
        .into_any()
    }

    /// Why there may be more; nothing where there is not.
    pub fn note(self, lang: Lang) -> Option<String> {
        let why = [(self.failed, &words::MORE_UNKNOWN), (self.cut, &words::MORE_CUT)];
        let why = why.into_iter().filter(|(count, _)| *count > 0);
        let why: Vec<_> = why
            .map(|(count, phrase)| fill(lang.pick(phrase), &[("n", &format::count(lang, count))]))
            .collect();
        (!why.is_empty()).then(|| why.join(" "))
    }

    /// What the number means, for whoever points at it: `at least 12: …`. Nothing where it is simply the number.
    pub fn title(self, lang: Lang, count: usize) -> Option<String> {
        Some([&self.spoken(lang, count), ": ", &self.note(lang)?].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::Completeness;
    use crate::store::{Progress, Target};
    use wire::TargetError;

    fn target(progress: Progress, before: Option<Progress>) -> Target {
        Target {
            asked: 0,
            account: "prod".to_owned(),
            region: "cn-hangzhou".to_owned(),
            source: "alibaba.cs.operation-plans".to_owned(),
            labels: [String::new(), String::new()],
            unlisted: false,
            rows: 0,
            unreadable: 0,
            total: None,
            progress,
            before: before.map(Box::new),
        }
    }

    fn done(cap: Option<u64>) -> Progress {
        Progress::Done {
            as_of: String::new(),
            cap,
            stale: false,
        }
    }

    /// While a cut list is asked for again, and after that has failed, its rows are still those of a cut list.
    #[test]
    fn a_list_stays_cut_until_a_whole_one_replaces_it() {
        let failed = || Progress::Failed(TargetError::default());
        let all = [
            target(done(None), None),
            target(done(Some(100)), None),
            target(Progress::Loading, Some(done(Some(100)))),
            target(Progress::Loading, Some(done(None))),
            target(failed(), Some(done(Some(100)))),
            target(failed(), None),
            target(done(None), Some(done(Some(100)))),
        ];
        let sum = Completeness::of(all.iter());
        assert_eq!(
            sum,
            Completeness {
                asked: 7,
                failed: 2,
                cut: 3
            }
        );
        assert!(!sum.whole() && Completeness::of(all[..1].iter()).whole());
    }

    #[test]
    fn nothing_counted_is_unknown_only_where_nobody_has_told() {
        let with = |asked, failed, cut| Completeness { asked, failed, cut };
        assert!(with(2, 2, 0).unknown(0));
        // Rows that came before the failure, or from the other source, are there.
        assert!(!with(2, 2, 0).unknown(5) && !with(2, 1, 0).unknown(0));
        // Without sources there is nothing that could be missing.
        assert!(!with(0, 0, 0).unknown(0) && !with(1, 0, 1).unknown(0));
        assert_eq!(with(2, 1, 1).with(with(1, 0, 1)), with(3, 1, 2));
    }
}
