//! What stands where rows would: five different pictures, because "nothing" has five meanings.

use crate::coverage::failures;
use crate::i18n::{Locale, fill, format};
use crate::screen::Screen;
use crate::store::Load;
use leptos::prelude::*;

/// Why there is no row on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nothing {
    /// The first rows have not come yet.
    Waiting,
    /// Rows are loaded, none matches.
    NoMatch,
    /// Everyone answered: there are none.
    None,
    /// Some could not be asked, the others have none.
    Gap,
    /// Nobody could be asked.
    NotAsked,
    /// There is nobody to ask.
    NoTargets,
}

/// The picture over an empty grid.
#[component]
pub fn Empty(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let why = Memo::new(move |_| {
        if screen.count.get() > 0 {
            return None;
        }
        screen.data.version.track();
        let loaded = screen.rows(table::rows::Rows::len);
        screen.data.targets.with(|targets| {
            let failed = failures(targets);
            Some(match screen.data.load.get() {
                _ if loaded > 0 && !matches!(screen.data.load.get(), Load::Loading) => Nothing::NoMatch,
                Load::Idle | Load::Loading => Nothing::Waiting,
                Load::Broken(_) => Nothing::NotAsked,
                Load::Ended if targets.is_empty() => Nothing::NoTargets,
                Load::Ended if failed == targets.len() => Nothing::NotAsked,
                Load::Ended if failed > 0 => Nothing::Gap,
                Load::Ended => Nothing::None,
            })
        })
    });
    move || {
        let why = why.get()?;
        let words = locale.words();
        let failed = screen.data.targets.with(|targets| failures(targets));
        let count = |count: usize| format::count(locale.lang(), count);
        let (id, title, body) = match why {
            Nothing::Waiting => ("waiting", words.loading_title, words.loading_body.to_owned()),
            Nothing::NoMatch => {
                let loaded = screen.rows(table::rows::Rows::len);
                (
                    "no-match",
                    words.nothing_matches_title,
                    fill(words.nothing_matches_body, &[("n", &count(loaded))]),
                )
            }
            Nothing::None => ("none", words.nothing_there_title, words.nothing_there_body.to_owned()),
            Nothing::Gap => ("gap", words.gap_title, fill(words.gap_body, &[("n", &count(failed))])),
            Nothing::NotAsked => (
                "not-asked",
                words.could_not_ask_title,
                words.could_not_ask_body.to_owned(),
            ),
            Nothing::NoTargets => ("no-targets", words.no_targets_title, words.no_targets_body.to_owned()),
        };
        let gap = (why == Nothing::NoMatch && failed > 0).then(|| fill(words.gap_note, &[("n", &count(failed))]));
        Some(view! {
            <div class="empty" data-empty=id>
                <div class="picture" aria-hidden="true"><span></span><span></span><span></span></div>
                <h2>{title}</h2>
                <p>{body}</p>
                {gap.map(|gap| view! { <p>{gap}</p> })}
                {(why == Nothing::NoMatch).then(|| view! {
                    <button type="button" class="button" on:click=move |_| screen.view.step(table::view::View::cleared)>{words.clear_conditions}</button>
                })}
            </div>
        })
    }
}
