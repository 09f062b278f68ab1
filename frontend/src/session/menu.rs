//! Who is signed in, until when, with which groups, and what they may see.

use super::gates;
use super::life::Life;
use crate::i18n::{Lang, Locale, fill, format, words};
use crate::menus::feeds;
use crate::ui::clock::clock;
use crate::ui::icon;
use crate::ui::popover::Popover;
use leptos::prelude::*;

/// The menu; nothing where nobody signs in.
pub fn view(life: Life) -> AnyView {
    let (open, addresses) = (RwSignal::new(false), RwSignal::new(false));
    let name = Memo::new(move |_| {
        life.who
            .with(|session| session.id.as_ref().and(session.user.clone()))
            .flatten()
    });
    let label = Signal::derive(move || name.get().unwrap_or_default());
    (move || {
        name.with(Option::is_some).then(|| {
            view! {
                <span class="session" data-testid="session">
                    <Popover open label icon=icon::PERSON compact=true>{panel(life, open, addresses)}</Popover>
                </span>
                {feeds::all(addresses)}
            }
        })
    })
    .into_any()
}

fn panel(life: Life, open: RwSignal<bool>, addresses: RwSignal<bool>) -> impl IntoView {
    let locale = Locale::get();
    let own_feeds = move || {
        let show = move |_| {
            open.set(false);
            addresses.set(true);
        };
        life.who.feeds().then(|| view! {
            <p><button type="button" class="button" data-testid="own-feeds" aria-haspopup="dialog" on:click=show>{locale.word(&words::FEEDS_OWN)}</button></p>
        })
    };
    let now = clock();
    let until = move || {
        let end = life.expires()?;
        Some(until(locale.lang(), end, now.get()))
    };
    let how = move || {
        let how = life.who.with(|session| match session.mode.as_str() {
            "oidc" => &words::BY_OIDC,
            "header" => &words::BY_HEADER,
            _ => &words::BY_TOKEN,
        });
        how.map(|how| locale.pick(how))
    };
    let seen = move || {
        let catalog = life.catalog.get()?;
        let (tables, accounts) = gates::names(&catalog, locale);
        Some(view! {
            <dt>{locale.word(&words::MAY_SEE_TABLES)}</dt>
            <dd>{tables}</dd>
            <dt>{locale.word(&words::MAY_SEE_ACCOUNTS)}</dt>
            <dd>{accounts}</dd>
        })
    };
    view! {
        <div class="who-panel">
            <h2>{move || life.who.with(|session| session.user.clone())}</h2>
            <p>{how}</p>
            <p data-testid="session-until">{until}</p>
            <p>{move || gates::groups(life, locale)}</p>
            <dl>{seen}</dl>
            {own_feeds}
            {gates::contact(life, &words::MORE_ASK, &words::MORE_ASK_SOMEBODY)}
            <p class="ways">{gates::out(life)}</p>
        </div>
    }
}

/// Until when the session lasts, and how long that is.
fn until(lang: Lang, end: i64, now: i64) -> String {
    let time = format::clock_time(end, now);
    if end <= now {
        return fill(lang.pick(&words::WAS_UNTIL), &[("t", &time)]);
    }
    fill(
        lang.pick(&words::UNTIL),
        &[("t", &time), ("n", &format::length(lang, end - now))],
    )
}
