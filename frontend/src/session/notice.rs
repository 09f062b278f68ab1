//! What is said of the session above every page: that it is over, that it soon will be, and that it is somebody else's now.

use super::life::{self, Life, Over};
use crate::address::Address;
use crate::i18n::{Locale, fill, format, words};
use crate::store;
use crate::ui::announce::Announcer;
use crate::ui::clock::clock;
use crate::ui::effect::effect;
use crate::ui::icon;
use leptos::prelude::*;

/// The notices.
pub fn notices() -> AnyView {
    let life = Life::get();
    view! {
        {over(life)}
        {soon(life)}
        {before(life)}
    }
    .into_any()
}

fn over(life: Life) -> impl IntoView {
    let locale = Locale::get();
    let address = Address::get();
    let announcer = Announcer::get();
    let now = clock();
    let text = move |over: Over| match over {
        Over::SignedOut => locale.pick(&words::OUT_ELSEWHERE).to_owned(),
        Over::Ended => {
            let since = life.all.with_value(|all| store::oldest(all, &address.path.get()));
            let since = since.map(|at| {
                let time = format::clock_time(at, now.get_untracked());
                fill(locale.pick(&words::ROWS_FROM), &[("t", &time)])
            });
            [locale.pick(&words::SESSION_OVER), since.as_deref().unwrap_or_default()].concat()
        }
    };
    effect(move || {
        if let Some(over) = life.over.get() {
            announcer.say("session", untrack(|| text(over)));
        }
    });
    let fronted = move || life.who.with(|session| session.mode != "oidc") == Some(true);
    move || {
        life.over.get().map(|over| {
            let reason = match over {
                Over::Ended => "ended",
                Over::SignedOut => "signed-out",
            };
            view! {
                <p class="notice wrap" role="region" aria-label=locale.word(&words::SESSION) data-testid="session-ended" data-reason=reason data-heir="#grid, #main">
                    <span>{move || text(over)}</span>
                    {move || if fronted() {
                        view! { <button type="button" class="button" on:click=move |_| life::reload()>{locale.word(&words::RELOAD)}</button> }.into_any()
                    } else {
                        sign_in(life, &words::SIGN_IN)
                    }}
                </p>
            }
        })
    }
}

fn soon(life: Life) -> impl IntoView {
    let locale = Locale::get();
    let announcer = Announcer::get();
    let now = clock();
    // Whoever has read it and goes on need not read it every half minute.
    let read = RwSignal::new(None);
    let soon = Memo::new(move |_| life.ends_soon(now.get()).then(|| life.expires()).flatten());
    let text = move |end: i64| {
        let time = format::clock_time(end, now.get_untracked());
        fill(locale.pick(&words::SESSION_SOON), &[("t", &time)])
    };
    effect(move || {
        if let Some(end) = soon.get() {
            announcer.say("session", untrack(|| text(end)));
        }
    });
    move || {
        let end = soon.get().filter(|end| read.get() != Some(*end))?;
        Some(view! {
            <p class="notice wrap quiet" role="region" aria-label=locale.word(&words::SESSION) data-testid="session-soon" data-heir="#grid, #main">
                <span>{move || text(end)}</span>
                {sign_in(life, &words::STAY_SIGNED_IN)}
                {close(locale, move || read.set(Some(end)))}
            </p>
        })
    }
}

fn before(life: Life) -> impl IntoView {
    let locale = Locale::get();
    let announcer = Announcer::get();
    let text = move || {
        let before = life.before.get()?;
        let name = life.who.with(|session| session.user.clone()).flatten()?;
        Some(fill(
            locale.pick(&words::SOMEBODY_ELSE),
            &[("n", &name), ("o", &before)],
        ))
    };
    effect(move || {
        if let Some(text) = text() {
            announcer.say("session", text);
        }
    });
    move || {
        let text = text()?;
        Some(view! {
            <p class="notice quiet" role="region" aria-label=locale.word(&words::SESSION) data-testid="session-another" data-heir="#grid, #main">
                <span>{text}</span>
                {close(locale, move || life.forget_before())}
            </p>
        })
    }
}

/// Signs in beside the page; where the browser opens no window, a button that leaves it.
fn sign_in(life: Life, word: &'static catalog::Label) -> AnyView {
    let locale = Locale::get();
    view! {
        <button type="button" class="button" on:click=move |_| life.sign_in_beside()>{locale.word(word)}</button>
        {move || life.blocked.get().then(|| view! {
            <span>{locale.word(&words::WINDOW_BLOCKED)}</span>
            <button type="button" class="button" data-testid="sign-in-here" on:click=move |_| life.sign_in()>{locale.word(&words::SIGN_IN_HERE)}</button>
        })}
    }
    .into_any()
}

fn close(locale: Locale, act: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button type="button" class="button quiet compact" aria-label=locale.word(&words::CLOSE) title=locale.word(&words::CLOSE) on:click=move |_| act()>{icon::icon(icon::CLOSE)}</button>
    }
}
