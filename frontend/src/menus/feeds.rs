//! Subscribing: an address is made by which a calendar reads the planned windows of a view without signing in; and all of the reader's addresses, to be
//! revoked.

use super::elsewhere;
use crate::api::{self, Error, Feed, Feeds};
use crate::i18n::{Locale, fill, format, words};
use crate::parts;
use crate::ui::clipboard::Clipboard;
use crate::ui::dialog::Dialog;
use crate::ui::effect::effect;
use crate::ui::{clock, icon};
use catalog::Label;
use leptos::{html, prelude::*};
use table::view::{View, decode_query, encode_query, with_query};
use wasm_bindgen_futures::spawn_local;

/// The dialog of a view. An address for it is made as soon as it opens.
pub fn dialog(open: RwSignal<bool>, plans: Memo<Option<View>>) -> AnyView {
    framed(open, &words::SUBSCRIBE_TITLE, Some(plans))
}

/// The dialog of those addresses that there are.
pub fn all(open: RwSignal<bool>) -> AnyView {
    framed(open, &words::FEEDS_OWN, None)
}

fn framed(open: RwSignal<bool>, title: &'static Label, plans: Option<Memo<Option<View>>>) -> AnyView {
    let locale = Locale::get();
    let subscription = Subscription {
        plans,
        locale,
        made: parts::page_context(Made::default),
        address: RwSignal::new(Address::Making),
        own: RwSignal::new(None),
    };
    view! {
        <Dialog open label=Signal::derive(move || locale.pick(title).to_owned())>
            {inside(subscription, title, open)}
        </Dialog>
    }
    .into_any()
}

/// The addresses that this page has made, by the views that were wished for: nobody else keeps them, and who opens the dialog once more wants no second one.
#[derive(Clone, Copy)]
struct Made(StoredValue<Vec<(String, Feed)>>);

impl Default for Made {
    fn default() -> Self {
        Self(StoredValue::new(Vec::new()))
    }
}

/// What stands where the address will.
#[derive(Clone, PartialEq)]
enum Address {
    Making,
    Made(Feed),
    Failed(Error),
    /// It has been revoked.
    Gone,
}

#[derive(Clone, Copy)]
struct Subscription {
    plans: Option<Memo<Option<View>>>,
    locale: Locale,
    made: Made,
    address: RwSignal<Address>,
    own: RwSignal<Option<Result<Feeds, Error>>>,
}

impl Subscription {
    /// The view that the calendar is to read, as it means the same elsewhere and in this language.
    fn wish(self) -> Option<String> {
        let lang = untrack(|| self.locale.pick(&words::EXPORT_LANG));
        let query = self.plans?.with_untracked(|view| view.as_ref().map(elsewhere::query))?;
        let parts = [query.as_str(), lang].into_iter().filter(|part| !part.is_empty());
        Some(with_query("/plans", &parts.collect::<Vec<_>>().join("&")))
    }

    /// Makes an address, unless this page has made one of the same view; and asks for all that there are.
    fn begin(self) {
        let Some(wish) = self.wish() else {
            return spawn_local(self.ask());
        };
        let known = self.made.0.with_value(|made| {
            let found = made.iter().find(|(known, _)| *known == wish);
            found.map(|(_, feed)| feed.clone())
        });
        self.address.set(known.map_or(Address::Making, Address::Made));
        spawn_local(async move {
            if self.address.try_get_untracked() == Some(Address::Making) {
                let address = match api::make_feed(&wish, "ics").await {
                    Ok(feed) => {
                        self.made.0.try_update_value(|made| made.push((wish, feed.clone())));
                        Address::Made(feed)
                    }
                    Err(error) => Address::Failed(error),
                };
                self.address.try_set(address);
            }
            self.ask().await;
        });
    }

    /// Asks for all that there are. What has been revoked elsewhere is shown no longer.
    async fn ask(self) {
        let own = api::feeds().await;
        if let Ok(own) = &own {
            let lives = |id: &str| own.feeds.iter().any(|feed| feed.id == id);
            self.made
                .0
                .try_update_value(|made| made.retain(|(_, feed)| lives(&feed.id)));
            self.address.try_update(|address| {
                if matches!(address, Address::Made(feed) if !lives(&feed.id)) {
                    *address = Address::Gone;
                }
            });
        }
        self.own.try_set(Some(own));
    }

    fn revoke(self, id: String) {
        spawn_local(async move {
            match api::revoke_feed(&id).await {
                Ok(()) => self.ask().await,
                Err(error) => _ = self.own.try_set(Some(Err(error))),
            }
        });
    }

    /// Why something did not work.
    fn why(self, error: &Error) -> String {
        match error {
            error if error.unsigned() => self.locale.pick(&words::SESSION_OVER).to_owned(),
            Error::Refused { status: 409, .. } => self.locale.pick(&words::FEED_FULL).to_owned(),
            Error::Refused { detail, .. } => fill(self.locale.pick(&words::FEED_REFUSED), &[("d", detail)]),
            _ => self.locale.pick(&words::FEED_LOST).to_owned(),
        }
    }

    /// An instant of an answer, as people read it.
    fn time(text: &str) -> String {
        table::time::parse(text).map_or_else(|| text.to_owned(), |at| format::clock_time(at, clock::now()))
    }
}

fn inside(subscription: Subscription, title: &'static Label, open: RwSignal<bool>) -> AnyView {
    let locale = subscription.locale;
    subscription.begin();
    let new = subscription.plans.map(|_| {
        view! {
            <p>{locale.word(&words::FEED_ABOUT)}</p>
            {move || address(subscription)}
            <h3>{locale.word(&words::FEEDS_OWN)}</h3>
        }
    });
    view! {
        // In the bar at the top of the page, it would be taken for a second banner.
        <header role="none">
            <h2>{locale.word(title)}</h2>
            <button type="button" class="button quiet" aria-label=locale.word(&words::CLOSE) title=locale.word(&words::CLOSE) on:click=move |_| open.set(false)>{icon::icon(icon::CLOSE)}</button>
        </header>
        <div class="help feeds" tabindex="0" role="group" aria-label=locale.word(title)>
            {new}
            {move || own(subscription)}
        </div>
    }
    .into_any()
}

/// The address, on its way or not.
fn address(subscription: Subscription) -> AnyView {
    let locale = subscription.locale;
    let again = move || {
        view! {
            <p><button type="button" class="button primary" data-testid="feed-make" on:click=move |_| subscription.begin()>{locale.word(&words::FEED_MAKE)}</button></p>
        }
    };
    match subscription.address.get() {
        Address::Making => view! { <p class="hint" aria-busy="true">{locale.word(&words::FEED_MAKING)}</p> }.into_any(),
        Address::Made(feed) => made(locale, &feed),
        Address::Gone => again().into_any(),
        Address::Failed(error) => {
            let why = move || subscription.why(&error);
            view! { <p class="notice error" role="alert" data-testid="feed-failed">{why}</p>{again()} }.into_any()
        }
    }
}

/// An address that has just been made. It gets the focus, so that it is read out, and that copying it takes one key.
fn made(locale: Locale, feed: &Feed) -> AnyView {
    let clipboard = Clipboard::get();
    let field = NodeRef::<html::Input>::new();
    let text = StoredValue::new(feed.address.clone().unwrap_or_default());
    let until = Subscription::time(&feed.expires);
    let select = move || {
        if let Some(field) = field.try_get_untracked().flatten() {
            // What cannot be focused can still be copied by its button.
            _ = field.focus();
            field.select();
        }
    };
    effect(move || {
        field.track();
        request_animation_frame(select);
    });
    view! {
        <div class="made">
            <input
                type="text"
                class="listed"
                readonly
                autocomplete="off"
                spellcheck="false"
                translate="no"
                data-testid="feed-address"
                node_ref=field
                aria-label=locale.word(&words::FEED_ADDRESS)
                prop:value=text.get_value()
            />
            <button type="button" class="button primary" on:click=move |_| clipboard.copy(text.get_value())>
                {icon::icon(icon::COPY)}
                <span>{locale.word(&words::COPY)}</span>
            </button>
        </div>
        <p class="hint">{move || fill(locale.pick(&words::FEED_UNTIL), &[("t", &until)])}</p>
        <p class="notice">{locale.word(&words::FEED_SECRET)}</p>
    }
    .into_any()
}

/// All addresses of the reader.
fn own(subscription: Subscription) -> Option<AnyView> {
    let locale = subscription.locale;
    let Feeds { feeds, lasting } = match subscription.own.get()? {
        Ok(own) => own,
        Err(error) => {
            let why = subscription.why(&error);
            return Some(view! { <p class="notice error" role="alert">{why}</p> }.into_any());
        }
    };
    if feeds.is_empty() {
        return Some(view! { <p class="hint">{locale.word(&words::FEEDS_NONE)}</p> }.into_any());
    }
    let line = move |feed: Feed| {
        let (made, until) = (Subscription::time(&feed.made), Subscription::time(&feed.expires));
        let times = move || fill(locale.pick(&words::FEED_TIMES), &[("m", &made), ("t", &until)]);
        let (name, link) = named(&feed, locale);
        let label = [locale.pick(&words::FEED_REVOKE), locale.pick(&words::COLON), &name].concat();
        let id = feed.id.clone();
        view! {
            <li data-feed=feed.id>
                <span class="about">
                    <a href=link>{name}</a>
                    <span class="hint">{times}</span>
                </span>
                <button type="button" class="button" data-testid="feed-revoke" aria-label=label on:click=move |_| subscription.revoke(id.clone())>{locale.word(&words::FEED_REVOKE)}</button>
            </li>
        }
    };
    let fleeting = (!lasting).then(|| view! { <p class="hint">{locale.word(&words::FEEDS_FLEETING)}</p> });
    let list = feeds.into_iter().map(line).collect_view();
    Some(view! { <ul data-testid="feeds">{list}</ul>{fleeting} }.into_any())
}

/// What an address reads, in words, and the page that shows the same.
fn named(feed: &Feed, locale: Locale) -> (String, String) {
    let (path, query) = feed.view.split_once('?').unwrap_or((&feed.view, ""));
    let Some(table) = catalog::table(path.trim_start_matches('/')) else {
        return (feed.view.clone(), feed.view.clone());
    };
    // What says how the file is wanted is none of the page's.
    let params: Vec<_> = decode_query(query)
        .filter(|param| !matches!(param.name.as_str(), "lang" | "bom"))
        .collect();
    let params = params.iter().map(|param| (param.name.as_str(), param.value.as_deref()));
    let view = View::parse(table, &encode_query(params));
    let mut conditions: Vec<String> = view.items().into_iter().map(|item| item.param).collect();
    if !view.q.is_empty() {
        conditions.push(view.q.clone());
    }
    let mut name = locale.pick(&table.label).to_owned();
    if feed.format != "ics" {
        name = [&name, " (", &feed.format, ")"].concat();
    }
    if !conditions.is_empty() {
        name = [
            &name,
            locale.pick(&words::COLON),
            &conditions.join(locale.pick(&words::COMMA)),
        ]
        .concat();
    }
    (name, view.path())
}
