//! What the line of a group shows of a column, as people read it.

use crate::grid::cell::{self, Look};
use crate::i18n::{Lang, fill, format, words};
use crate::tally::Completeness;
use catalog::{Column, Label, Phase};
use leptos::prelude::*;
use table::engine::{Figure, Sum};

/// A figure ready to be shown.
#[derive(Default)]
pub struct Told {
    /// What people see.
    pub text: String,
    /// What is read out, where that is not simply the text.
    pub spoken: Option<String>,
    /// What stands small beside it.
    pub aside: Option<String>,
    /// The value, where the text differs from it.
    pub value: Option<String>,
    /// What hovering tells.
    pub title: Option<String>,
    /// Whether there may be more.
    pub at_least: bool,
    /// Whether it is not a value of the column itself.
    pub counted: bool,
}

/// A figure other than phases. `sources` is how completely those have told that may have rows of the group.
pub fn told(figure: Figure<'_>, column: &'static Column, sources: Completeness, look: Look<'_>) -> Told {
    let lang = look.lang;
    match figure {
        Figure::Value(cell) => {
            let shown = cell::shown(cell, column, look);
            Told {
                text: shown.text,
                value: shown.value,
                title: shown.title,
                ..Told::default()
            }
        }
        // Lists may differ without an item.
        Figure::Different(0) | Figure::Phases(_) => Told::default(),
        Figure::Different(values) => {
            let values = values as usize;
            let phrase = lang.pick(if values == 1 {
                &words::GROUP_VALUE
            } else {
                &words::GROUP_VALUES
            });
            let said = |number: String| fill(phrase, &[("n", &number)]);
            Told {
                text: said(sources.text(lang, values)),
                spoken: (!sources.whole()).then(|| said(sources.spoken(lang, values))),
                value: Some(values.to_string()),
                title: sources.note(lang),
                counted: true,
                at_least: !sources.whole(),
                ..Told::default()
            }
        }
        Figure::Sum(sum) => of_sum(sum, sources, look),
        Figure::Newest(newest) => newest.map_or_else(Told::default, |instant| {
            let exact = format::exact(instant, look.zone);
            let newest = fill(lang.pick(&words::GROUP_NEWEST), &[("t", &exact)]);
            Told {
                text: format::relative(lang, instant, look.now),
                value: Some(::table::time::format(instant)),
                title: Some(joined([Some(newest), sources.note(lang)])),
                ..Told::default()
            }
        }),
    }
}

fn of_sum(sum: Sum, sources: Completeness, look: Look<'_>) -> Told {
    let lang = look.lang;
    let unknown = (sum.of - sum.known) as usize;
    let at_least = unknown > 0 || !sources.whole();
    let fill_in = |phrase: &Label, number: &str| fill(lang.pick(phrase), &[("n", number)]);
    let missing = (unknown > 0).then(|| fill_in(&words::GROUP_UNKNOWN, &format::count(lang, unknown)));
    let most = format::number(lang, sum.most);
    let largest = (sum.known > 0).then(|| fill_in(&words::GROUP_MOST, &most));
    let title = joined([largest, missing, sources.note(lang)]);
    let title = Some(title).filter(|title| !title.is_empty());
    let Some(value) = sum.value() else {
        return Told {
            text: "?".to_owned(),
            spoken: Some(lang.pick(&words::UNKNOWN_COUNT).to_owned()),
            title,
            at_least,
            counted: true,
            ..Told::default()
        };
    };
    let number = format::number(lang, value);
    let mark = match (sources.failed, at_least) {
        (1.., _) => " + ?",
        (_, true) => " +",
        _ => "",
    };
    Told {
        spoken: at_least.then(|| fill_in(&words::AT_LEAST, &number)),
        // Of one row, and where all but one are 0, the sum says it all.
        aside: (sum.most < value).then(|| fill_in(&words::GROUP_MOST_SHORT, &most)),
        text: number + mark,
        value: Some(::table::number::text(value)),
        title,
        at_least,
        ..Told::default()
    }
}

fn joined<const N: usize>(notes: [Option<String>; N]) -> String {
    notes.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The phases that somebody has to do something about, the worst first.
const URGENT: [Phase; 2] = [Phase::Failed, Phase::Action];

/// How many rows have each phase: a bar that is as long as the cell, the number of those that matter most, and all of it in words for whoever does not see it.
pub fn phases(phases: &[(Phase, u32)], lang: Lang) -> AnyView {
    let word = |(phase, count): &(Phase, u32)| {
        let known = Phase::VALUES.iter().find(|known| known.phase == *phase);
        let name = known.map_or("", |known| lang.pick(&known.label));
        [name, " ", &format::count(lang, *count as usize)].concat()
    };
    let parts = phases.iter().map(|part| {
        let (phase, count) = *part;
        let (title, text) = (word(part), word(part));
        view! {
            <span data-phase=phase.id() data-count=count.to_string() style:flex-grow=count.to_string() title=title>
                <span class="hidden">{text}" "</span>
            </span>
        }
    });
    let urgent = URGENT
        .iter()
        .find_map(|urgent| phases.iter().find(|(phase, _)| phase == urgent));
    let urgent = urgent.map(|part| {
        let (phase, count) = *part;
        view! { <span class="urgent" data-urgent=phase.id() aria-hidden="true" title=word(part)>{format::count(lang, count as usize)}</span> }
    });
    view! { <span class="phases"><span class="bar-of-phases">{parts.collect_view()}</span>{urgent}</span> }.into_any()
}
