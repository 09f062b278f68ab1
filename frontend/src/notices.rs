//! What concerns every page and is said once, above it: that the browser is offline, and that this device's clock is wrong.

use crate::address::Address;
use crate::i18n::{Locale, fill, format, words};
use crate::presence;
use crate::session;
use crate::store::{self, Data, Store};
use crate::ui::announce::Announcer;
use crate::ui::clock::{self, clock};
use crate::ui::effect::effect;
use crate::ui::icon;
use leptos::prelude::*;

/// The notices. As soon as the network is there again, everything that was missed is asked for.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view() -> AnyView {
    let locale = Locale::get();
    let address = Address::get();
    let now = clock();
    let all = StoredValue::new(catalog::tables().into_iter().map(Store::data).collect::<Vec<Data>>());
    let online = RwSignal::new(window().navigator().on_line());
    let on = window_event_listener_untyped("online", move |_| {
        online.set(true);
        all.with_value(|all| all.iter().for_each(|data| data.reconnect()));
    });
    let off = window_event_listener_untyped("offline", move |_| online.set(false));
    on_cleanup(move || {
        on.remove();
        off.remove();
    });
    // As long as the reader looks on, their visit goes on, whatever they look at.
    effect(move || {
        now.track();
        presence::here();
    });
    let announcer = Announcer::get();
    let rows_of = move || {
        let oldest = all.with_value(|all| store::oldest(all, &address.path.get()));
        oldest.map(|at| format::clock_time(at, now.get_untracked()))
    };
    let offline = move || {
        (!online.get()).then(|| {
            let text = match rows_of() {
                Some(time) => fill(locale.pick(&words::OFFLINE_ROWS), &[("t", &time)]),
                None => locale.pick(&words::OFFLINE).to_owned(),
            };
            announcer.say("offline", text.clone());
            view! { <p class="notice quiet" role="region" aria-label=locale.word(&words::NETWORK) data-testid="offline">{text}</p> }
        })
    };
    let dismissed = RwSignal::new(false);
    let wrong = Memo::new(move |_| {
        now.track();
        clock::off().filter(|_| !dismissed.get())
    });
    let clock = move || {
        wrong.get().map(|off| {
            let phrase = if off > 0 { &words::CLOCK_BEHIND } else { &words::CLOCK_AHEAD };
            let text = fill(locale.pick(phrase), &[("t", &format::length(locale.lang(), off.abs()))]);
            announcer.say("clock", text.clone());
            view! {
                <p class="notice quiet" role="region" aria-label=locale.word(&words::CLOCK) data-testid="clock">
                    <span>{text}</span>
                    <button type="button" class="button quiet compact" aria-label=locale.word(&words::CLOSE) title=locale.word(&words::CLOSE) on:click=move |_| dismissed.set(true)>{icon::icon(icon::CLOSE)}</button>
                </p>
            }
        })
    };
    view! {
        {session::notices()}
        {offline}
        {clock}
    }
    .into_any()
}
