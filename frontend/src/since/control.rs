//! The button beside a table's conditions, and the comparison in words.

use super::panel::Panel;
use super::{Compared, Comparison};
use crate::coverage::several;
use crate::i18n::{Locale, fill, format, words};
use crate::live;
use crate::parts::{self, Part, lazy};
use crate::screen::Screen;
use crate::ui::popover::Disclosure;
use crate::ui::{icon, timer};
use leptos::prelude::*;
use table::rows::Changes;
use table::view::{Since, View};

/// The condition in words.
pub fn sentence(screen: Screen, locale: Locale, view: &View, state: &Compared) -> String {
    let exact = |ms| screen.zone.with(|zone| format::exact(ms, zone.as_deref()));
    let asked = match view.since {
        Some(since @ Since::At(_)) => {
            let text = since.text();
            fill(
                locale.pick(&words::SINCE_TIME),
                &[("t", &table::time::parse(&text).map_or(text, exact))],
            )
        }
        _ => locale.pick(&words::SINCE_LAST).to_owned(),
    };
    match state {
        Compared::With(visit) => format!("{asked} ({})", exact(visit.taken)),
        _ => asked,
    }
}

/// Why a view that asks for changes is not compared with anything.
pub fn uncompared(screen: Screen, comparison: Comparison, locale: Locale) -> Option<String> {
    screen.view.with(|view| view.since)?;
    Some(match comparison.state.get() {
        Compared::No | Compared::With(_) => return None,
        Compared::Unkept => locale.pick(&words::SINCE_UNKEPT).to_owned(),
        Compared::TooYoung(None) => locale.pick(&words::SINCE_FIRST).to_owned(),
        Compared::TooYoung(Some(oldest)) => {
            let oldest = screen.zone.with(|zone| format::exact(oldest.taken, zone.as_deref()));
            fill(locale.pick(&words::SINCE_TOO_YOUNG), &[("t", &oldest)])
        }
    })
}

/// The button, once the table is there.
pub fn control(screen: Screen, comparison: Comparison) -> impl IntoView {
    let urgent = screen.view.with_untracked(|view| view.since.is_some());
    parts::once_here(Part::Later, urgent, false, lazy!(view(screen, comparison)))
}

/// The comparison at work, and its button.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(screen: Screen, comparison: Comparison) -> AnyView {
    comparison.follow();
    let locale = Locale::get();
    let open = RwSignal::new(false);
    let changes = Memo::new(move |_| comparison.changes());
    let asked = Memo::new(move |_| screen.view.with(|view| view.since));
    let counts = move || {
        let (changes, _) = changes.get()?;
        Some(live::phrases(locale, changes, true).join(" · "))
    };
    let toggle = move |_| {
        screen.view.step(|view| match view.since {
            Some(_) => view.with_since(None),
            None => view.with_since(Some("last")),
        });
    };
    let why = move || match comparison.state.get() {
        Compared::Unkept => Some(locale.pick(&words::SINCE_UNKEPT)),
        Compared::TooYoung(None) => Some(locale.pick(&words::SINCE_FIRST)),
        _ => None,
    };
    let none = move || asked.get().is_none() && why().is_some();
    let number = move |of: fn(&Changes) -> usize| {
        move || changes.with(|changes| changes.as_ref().map(|(changes, _)| of(changes).to_string()))
    };
    let when = Signal::derive(move || match comparison.state.get() {
        Compared::With(visit) => {
            screen.now.track();
            several::age(locale.lang(), visit.taken, timer::now())
        }
        _ => locale.pick(&words::SINCE_WHEN).to_owned(),
    });
    view! {
        <div class="since" data-testid="since" data-new=number(|changes| changes.new) data-changed=number(|changes| changes.changed) data-gone=number(|changes| changes.gone)>
            <button type="button" class="button quiet" aria-pressed=move || asked.get().is_some().to_string() disabled=none title=why on:click=toggle>
                {icon::icon(icon::CLOCK)}
                {locale.word(&words::SINCE_LAST)}
                {move || counts().map(|counts| view! { <span class="hint">{counts}</span> })}
            </button>
            <Show when=move || changes.with(|changes| changes.as_ref().is_some_and(|(changes, _)| *changes != Changes::default()))>
                <button type="button" class="button quiet" data-testid="mark-seen" title=locale.word(&words::MARK_SEEN_HINT) on:click=move |_| comparison.mark_seen()>{locale.word(&words::MARK_SEEN)}</button>
            </Show>
            <Show when=move || comparison.state.with(|state| *state != Compared::Unkept)>
                <Disclosure open label=when>
                    <Panel screen comparison open changes/>
                </Disclosure>
            </Show>
        </div>
    }
    .into_any()
}
