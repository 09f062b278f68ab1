//! A matter in words.

use super::told::{Planned, Shown};
use crate::grid::cell::{self, Look};
use crate::i18n::{Lang, fill, format, words};
use catalog::{Column, Kind, Label};
use table::engine::matters::{Matter, Place, Reason};

/// The column at a place of the matter's table.
fn column(matter: &Matter, at: usize) -> Option<&'static Column> {
    matter.view.table.columns().nth(at)
}

/// A value as people read it.
fn value(lang: Lang, column: &'static Column, text: &str) -> String {
    let look = Look {
        lang,
        now: 0,
        zone: None,
        full: true,
    };
    cell::label(column, text, look).text
}

/// What is said of many in the middle of a sentence: `job tickets`, and of one: `job ticket`. Names that begin with several capitals keep them.
fn many(lang: Lang, label: &Label, count: usize) -> String {
    let text = lang.pick(label);
    if lang == Lang::Zh {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    let text: String = match text.chars().nth(1) {
        Some(second) if second.is_lowercase() => first.chain(letters).collect(),
        _ => text.to_owned(),
    };
    let one = text.strip_suffix('s').unwrap_or(&text);
    if count == 1 {
        one.to_owned()
    } else {
        [one, "s"].concat()
    }
}

/// What it is.
pub fn title(lang: Lang, matter: &Matter) -> String {
    let named = |(at, text): &(usize, String)| Some((column(matter, *at)?, text.clone()));
    let mut values = matter.values.iter().filter_map(named);
    let Some((first, text)) = values.next() else {
        return lang.pick(&matter.view.table.label).to_owned();
    };
    if let Some(name) = &matter.name {
        return name.clone();
    }
    if !text.is_empty() {
        return value(lang, first, &text);
    }
    let others: Vec<String> = values
        .filter(|(_, text)| !text.is_empty())
        .map(|(column, text)| {
            let said = value(lang, column, &text);
            // Yes and no say nothing without what is asked.
            if column.kind == Kind::Bool {
                [lang.pick(&column.label), lang.pick(&words::COLON), &said].concat()
            } else {
                said
            }
        })
        .collect();
    if others.is_empty() {
        fill(lang.pick(&words::MATTER_NOT_TOLD), &[("t", lang.pick(&first.label))])
    } else {
        others.join(lang.pick(&words::COMMA))
    }
}

/// How many rows, of how many, and how many different things. `number` says a number as completely as it is known.
pub fn counts(lang: Lang, matter: &Matter, number: impl Fn(usize) -> String) -> String {
    let label = &matter.view.table.label;
    let rows = number(matter.rows);
    let mut said = vec![match matter.runs {
        Some(runs) if runs > matter.rows => fill(
            lang.pick(&words::MATTER_RUNS),
            &[("n", &rows), ("m", &number(runs)), ("t", &many(lang, label, runs))],
        ),
        _ => fill(
            lang.pick(&words::MATTER_ROWS),
            &[("n", &rows), ("t", &many(lang, label, matter.rows))],
        ),
    }];
    said.extend(matter.resources.iter().map(|(kind, count)| {
        let name = many(lang, &kind.label(), *count);
        fill(
            lang.pick(&words::MATTER_RESOURCES),
            &[("n", &number(*count)), ("t", &name)],
        )
    }));
    said.join(lang.pick(&words::COMMA))
}

/// An account and its region.
fn place(place: &Place) -> String {
    if place.region.is_empty() {
        place.account.clone()
    } else {
        [&place.account, " / ", &place.region].concat()
    }
}

/// Where most of its rows are, and in how many other places.
pub fn places(lang: Lang, matter: &Matter) -> String {
    let first = matter.places.first().map(place).unwrap_or_default();
    match matter.places.len() {
        0 | 1 => first,
        many => fill(
            lang.pick(&words::MATTER_PLACES),
            &[("t", &first), ("n", &format::count(lang, many - 1))],
        ),
    }
}

/// All places, for whoever points at them.
pub fn all_places(matter: &Matter) -> String {
    let listed = matter.places.iter().take(30);
    listed.map(place).collect::<Vec<_>>().join("\n")
}

/// Why, in the cloud's words.
pub fn reasons(lang: Lang, matter: &Matter) -> String {
    let said = matter.reasons.iter().filter_map(|reason| match reason {
        Reason::Text {
            column: at,
            text,
            several,
        } => {
            let said = value(lang, column(matter, *at)?, text);
            Some(if *several {
                fill(lang.pick(&words::MATTER_OTHERS), &[("t", &said)])
            } else {
                said
            })
        }
        Reason::Sum { column: at, sum } => {
            let label = lang.pick(&column(matter, *at)?.label);
            let number = format::number(lang, sum.sum);
            let number = if sum.at_least() {
                fill(lang.pick(&words::AT_LEAST), &[("n", &number)])
            } else {
                number
            };
            Some([label, lang.pick(&words::COLON), &number].concat())
        }
    });
    said.collect::<Vec<_>>().join(lang.pick(&words::COMMA))
}

/// Since when, by words for a time.
pub fn since(lang: Lang, matter: &Matter, time: impl Fn(i64) -> String) -> Option<String> {
    let (first, last) = matter.begun?;
    let (first, last) = (time(first), time(last));
    Some(if first == last {
        last
    } else {
        fill(lang.pick(&words::MATTER_SINCE), &[("a", &first), ("b", &last)])
    })
}

/// What comes next, as long as it has not begun.
pub fn next(lang: Lang, shown: &Shown, now: i64, time: impl Fn(i64) -> String) -> Option<String> {
    let Planned { begin, what, of } = shown.next.as_ref().filter(|next| next.begin > now)?;
    let what = what.as_ref().map(|(column, text)| value(lang, column, text));
    let of = of.as_ref().map(|id| format::shortened(id));
    let said: Vec<String> = what.into_iter().chain(of).collect();
    Some(fill(
        lang.pick(&words::MATTER_NEXT),
        &[("t", &said.join(" · ")), ("a", &time(*begin))],
    ))
}

/// Whether it is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing of it was there at the last visit.
    New,
    /// It was there, and so many rows have come since.
    Again(usize),
    /// It was marked as seen, and rows have come since.
    Seen,
    /// Nothing new is known of it.
    Known,
    /// Nothing was compared.
    Unknown,
}

impl News {
    /// Of a matter.
    pub fn of(matter: &Matter) -> Self {
        match matter.fresh {
            _ if matter.known && !matter.seen => Self::Seen,
            None => Self::Unknown,
            Some(0) => Self::Known,
            Some(fresh) if fresh == matter.rows => Self::New,
            Some(fresh) => Self::Again(fresh),
        }
    }

    /// The page's `data-news`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Again(_) | Self::Seen => "again",
            Self::Known => "known",
            Self::Unknown => "unknown",
        }
    }

    /// What is read, and what it means.
    pub fn words(self, lang: Lang) -> Option<(String, &'static str)> {
        let (said, hint) = match self {
            Self::New => (lang.pick(&words::NEWS_NEW).to_owned(), &words::NEWS_NEW_HINT),
            Self::Again(fresh) => (
                fill(lang.pick(&words::NEWS_AGAIN), &[("n", &format::count(lang, fresh))]),
                &words::NEWS_AGAIN_HINT,
            ),
            Self::Seen => (lang.pick(&words::NEWS_SEEN).to_owned(), &words::NEWS_SEEN_HINT),
            Self::Known | Self::Unknown => return None,
        };
        Some((said, lang.pick(hint)))
    }
}

#[cfg(test)]
mod tests {
    use super::many;
    use crate::i18n::Lang;
    use catalog::Label;

    #[test]
    fn names_of_tables_fit_into_a_sentence() {
        let said = |en: &'static str, count| many(Lang::En, &Label { en, zh: "作业工单" }, count);
        assert_eq!(said("Job tickets", 2), "job tickets");
        assert_eq!(said("Job tickets", 1), "job ticket");
        assert_eq!(said("O&M plans", 3), "O&M plans");
        assert_eq!(said("Cluster", 3), "clusters");
        assert_eq!(said("Cluster", 1), "cluster");
        assert_eq!(
            many(
                Lang::Zh,
                &Label {
                    en: "a",
                    zh: "作业工单"
                },
                2
            ),
            "作业工单"
        );
    }
}
