//! Pages that stand in place of those that the reader may not see, and the one that a small window of signing in ends on.

use super::Gate;
use super::life::{self, Life};
use crate::address::Address;
use crate::api::Catalog;
use crate::i18n::{Locale, fill, words};
use crate::ui::effect::effect;
use catalog::{Label, Table};
use leptos::prelude::*;
use std::time::Duration;

/// Where the small window ends.
const WINDOW: &str = "signed-in";
/// Time to read that it worked.
const READ: Duration = Duration::from_millis(1200);

/// Whether this is the small window.
pub fn is_window(address: Address) -> bool {
    address.path.with(|path| path.trim_matches('/') == WINDOW)
}

/// The page in place of another one.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn gate(gate: Gate) -> AnyView {
    let life = Life::get();
    let locale = Locale::get();
    let again = move || {
        view! { <button type="button" class="button primary" on:click=move |_| life.sign_in()>{locale.word(&words::SIGN_IN)}</button> }
    };
    let anew = move || {
        view! { <button type="button" class="button primary" on:click=move |_| life::reload()>{locale.word(&words::TRY_AGAIN)}</button> }
    };
    let text = move |label: &'static Label| view! { <p>{locale.word(label)}</p> };
    match gate {
        Gate::Open => ().into_any(),
        Gate::SignedOut => frame(
            "signed-out",
            &words::SIGNED_OUT,
            view! { {text(&words::SIGNED_OUT_BODY)}<p>{again()}</p> }.into_any(),
        ),
        Gate::Unheld => frame(
            "session-unheld",
            &words::UNHELD,
            view! { {text(&words::UNHELD_BODY)}<p>{again()}</p> }.into_any(),
        ),
        Gate::Unnamed => frame(
            "session-unnamed",
            &words::UNNAMED,
            view! { {text(&words::UNNAMED_BODY)}<p>{anew()}</p> }.into_any(),
        ),
        Gate::NoGrant => no_grant(life),
        Gate::Denied => denied(life),
    }
}

fn frame(id: &'static str, title: &'static Label, body: AnyView) -> AnyView {
    let locale = Locale::get();
    effect(move || document().set_title(&[locale.pick(title), " · Signalbox"].concat()));
    view! {
        <main class="page text gate" id="main" data-testid=id>
            <h1>{locale.word(title)}</h1>
            {body}
        </main>
    }
    .into_any()
}

/// Somebody is signed in, and nothing is granted to them.
fn no_grant(life: Life) -> AnyView {
    let locale = Locale::get();
    let who = move || {
        let name = life
            .who
            .with(|session| session.user.clone())
            .flatten()
            .unwrap_or_default();
        fill(locale.pick(&words::SIGNED_IN_AS), &[("n", &name)])
    };
    let body = view! {
        <p>{who}</p>
        <p>{move || groups(life, locale)}</p>
        {contact(life, &words::NO_GRANT_ASK, &words::NO_GRANT_ASK_SOMEBODY)}
        <p class="ways">
            <button type="button" class="button primary" on:click=move |_| life::reload()>{locale.word(&words::TRY_AGAIN)}</button>
            {out(life)}
        </p>
    };
    frame("no-grant", &words::NO_GRANT, body.into_any())
}

/// The table of the address is not granted.
fn denied(life: Life) -> AnyView {
    let locale = Locale::get();
    let address = Address::get();
    let table = move || address.path.with(|path| catalog::table(path.trim_matches('/')));
    let name = move || table().map_or("", |table| locale.pick(&table.label));
    let missing = move || table().map_or("", |table| table.id);
    let ask_again = move |_| {
        let table = untrack(table);
        let mine = |data: &&crate::store::Data| table.is_some_and(|table: &Table| data.table.id == table.id);
        if let Some(data) = life.all.with_value(|all| all.iter().find(mine).copied()) {
            data.reload();
        }
    };
    let others = move || {
        let links = super::tables().into_iter().map(|table| {
            view! { <li><a href=["/", table.id].concat()>{locale.word(&table.label)}</a></li> }
        });
        links.collect_view()
    };
    let body = view! {
        <p>{move || fill(locale.pick(&words::DENIED_BODY), &[("t", name())])}</p>
        <p>{locale.word(&words::DENIED_RIGHT)}{locale.word(&words::COLON)}<code data-missing=missing>{missing}</code></p>
        {contact(life, &words::DENIED_ASK, &words::DENIED_ASK_SOMEBODY)}
        <p class="ways"><button type="button" class="button" on:click=ask_again>{locale.word(&words::TRY_AGAIN)}</button></p>
        <p>{locale.word(&words::DENIED_OTHERS)}</p>
        <ul>
            <li><a href="/">{locale.word(&words::OVERVIEW)}</a></li>
            {others}
        </ul>
    };
    frame("denied", &words::DENIED, body.into_any())
}

/// The groups that count here, in words; tracked.
pub fn groups(life: Life, locale: Locale) -> String {
    let groups = life.who.with(|session| session.groups.join(", ")).unwrap_or_default();
    if groups.is_empty() {
        locale.pick(&words::NO_GROUPS).to_owned()
    } else {
        [locale.pick(&words::GROUPS), locale.pick(&words::COLON), &groups].concat()
    }
}

/// Whom to ask for more rights: as the configuration says, or in general.
pub fn contact(life: Life, known: &'static Label, unknown: &'static Label) -> AnyView {
    let locale = Locale::get();
    let text = move || {
        let Some(contact) = life.who.with(|session| session.contact.clone()).flatten() else {
            return locale.pick(unknown).into_any();
        };
        let href = if contact.starts_with("https://") || contact.starts_with("http://") {
            Some(contact.clone())
        } else if contact.contains('@') && !contact.contains(char::is_whitespace) {
            Some(["mailto:", &contact].concat())
        } else {
            None
        };
        let (before, after) = locale.pick(known).split_once("{c}").unwrap_or_default();
        let whom = match href {
            Some(href) => view! { <a href=href rel="external">{contact}</a> }.into_any(),
            None => view! { <b>{contact}</b> }.into_any(),
        };
        view! { {before}{whom}{after} }.into_any()
    };
    view! { <p data-contact="">{text}</p> }.into_any()
}

/// The way out. Where a front has signed them in, it also signs them out.
pub fn out(life: Life) -> AnyView {
    let locale = Locale::get();
    let ours = move || life.who.with(|session| session.mode == "oidc") == Some(true);
    view! {
        {move || if ours() {
            view! { <button type="button" class="button" data-testid="sign-out" on:click=move |_| life.sign_out()>{locale.word(&words::SIGN_OUT)}</button> }.into_any()
        } else {
            view! { <span class="hint">{locale.word(&words::FRONT_SIGNS_OUT)}</span> }.into_any()
        }}
        {move || life.stays.get().then(|| view! { <span role="alert">{locale.word(&words::SIGN_OUT_FAILED)}</span> })}
    }
    .into_any()
}

/// What the small window shows; it has told the others as soon as the proxy had said who it is.
pub fn window() -> AnyView {
    let life = Life::get();
    let known = Memo::new(move |_| life.who.with(|_| ()).is_some());
    effect(move || {
        if known.get() {
            // A browser that lets it stand shows what it says.
            set_timeout(|| _ = leptos::prelude::window().close(), READ);
        }
    });
    (move || {
        known.get().then(|| {
            let locale = Locale::get();
            let body = view! { <p>{locale.word(&words::WINDOW_BODY)}</p> };
            frame("window-signed-in", &words::WINDOW_TITLE, body.into_any())
        })
    })
    .into_any()
}

/// What somebody may see, one after the other.
pub fn names(catalog: &Catalog, locale: Locale) -> (String, String) {
    let tables = catalog.tables.iter();
    let tables = tables.map(|one| catalog::table(&one.id).map_or(one.id.as_str(), |table| locale.pick(&table.label)));
    let accounts = catalog.accounts.iter().map(|one| one.id.as_str());
    let list = |all: Vec<&str>| all.join(locale.pick(&words::COMMA));
    (list(tables.collect()), list(accounts.collect()))
}
