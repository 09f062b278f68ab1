//! What stands where rows would: five different pictures, because "nothing" has five meanings.

use crate::api::Error;
use crate::i18n::{Locale, fill, format, words};
use crate::screen::Screen;
use crate::store::Load;
use leptos::prelude::*;
use table::rows::Rows;
use table::view::View;

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
        let loaded = screen.data.rows.with(Rows::count);
        let told = screen.told.get();
        Some(match screen.data.load.get() {
            Load::Idle | Load::Loading(_) => Nothing::Waiting,
            // What then stands above or in place of the table says why.
            Load::Broken(error) if loaded == 0 && (error.unsigned() || error == Error::NotGranted) => return None,
            Load::Broken(_) if loaded == 0 => Nothing::NotAsked,
            Load::Ended if screen.data.targets.with(Vec::is_empty) => Nothing::NoTargets,
            _ if told.failed > 0 && told.failed == told.asked => Nothing::NotAsked,
            _ if told.failed > 0 => Nothing::Gap,
            _ if loaded > 0 => Nothing::NoMatch,
            _ => Nothing::None,
        })
    });
    let conditions = Memo::new(move |_| screen.view.with(|view| !view.q.is_empty() || !view.items().is_empty()));
    move || {
        let why = why.get()?;
        let told = screen.told.get();
        let count = |count: usize| format::count(locale.lang(), count);
        let (id, title, body) = match why {
            Nothing::Waiting => (
                "waiting",
                locale.pick(&words::LOADING_TITLE),
                locale.pick(&words::LOADING_BODY).to_owned(),
            ),
            Nothing::NoMatch => {
                let loaded = screen.data.rows.with_untracked(Rows::count);
                (
                    "no-match",
                    locale.pick(&words::NOTHING_MATCHES_TITLE),
                    // What a cloud has cut away may match.
                    [fill(
                        locale.pick(&words::NOTHING_MATCHES_BODY),
                        &[("n", &count(loaded))],
                    )]
                    .into_iter()
                    .chain(told.note(locale.lang()))
                    .collect::<Vec<_>>()
                    .join(" "),
                )
            }
            Nothing::None => (
                "none",
                locale.pick(&words::NOTHING_THERE_TITLE),
                locale.pick(&words::NOTHING_THERE_BODY).to_owned(),
            ),
            Nothing::Gap => (
                "gap",
                locale.pick(&words::GAP_TITLE),
                fill(locale.pick(&words::GAP_BODY), &[("n", &count(told.failed))]),
            ),
            Nothing::NotAsked => (
                "not-asked",
                locale.pick(&words::COULD_NOT_ASK_TITLE),
                locale.pick(&words::COULD_NOT_ASK_BODY).to_owned(),
            ),
            Nothing::NoTargets => (
                "no-targets",
                locale.pick(&words::NO_TARGETS_TITLE),
                locale.pick(&words::NO_TARGETS_BODY).to_owned(),
            ),
        };
        Some(view! {
            <div class="empty" data-empty=id>
                <div class="picture" aria-hidden="true"><span></span><span></span><span></span></div>
                <h2>{title}</h2>
                <p>{body}</p>
                {(why != Nothing::Waiting && conditions.get()).then(|| view! {
                    <button type="button" class="button" on:click=move |_| screen.view.step(View::cleared)>{locale.pick(&words::CLEAR_CONDITIONS)}</button>
                })}
            </div>
        })
    }
}
