//! The life of a session: who it is, until when, what they may see; that it ends, here, in another window or at the identity provider, and goes on.

use super::{Gate, HIDDEN, Who, kept, leave};
use crate::address::Address;
use crate::api::{self, Catalog, Error, Session};
use crate::i18n::{Locale, words};
use crate::parts;
use crate::places::Places;
use crate::presence;
use crate::store::{Data, Store};
use crate::ui::announce::Announcer;
use crate::ui::clock::clock;
use crate::ui::effect::effect;
use crate::ui::scoped_signal::ScopedSignal;
use crate::ui::{storage, timer};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

/// What all windows of this browser hear.
const CHANNEL: &str = "signalbox.session";
/// In milliseconds: so long before its end a session can be prolonged.
const SOON: i64 = 5 * 60_000;
/// In milliseconds: so long after the last answer, whoever looks again has it asked anew.
const OLD: i64 = 60_000;
/// Where people sign in, unless the proxy says otherwise.
const LOGIN: &str = "/auth/login";

/// How a session has ended that was known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Its time is over, or somebody has ended it elsewhere.
    Ended,
    /// Its owner has signed out in another window.
    SignedOut,
}

/// The life of the session, as a context.
#[derive(Clone, Copy)]
pub struct Life {
    /// The session itself.
    pub who: Who,
    /// Whether it is over; rows and what was typed are still here.
    pub over: ScopedSignal<Option<Over>>,
    /// What there is for whom it is of.
    pub catalog: ScopedSignal<Option<Catalog>>,
    /// Whether signing out did not work.
    pub stays: ScopedSignal<bool>,
    /// Whether the browser opens no window to sign in.
    pub blocked: ScopedSignal<bool>,
    /// Who was signed in here before somebody else.
    pub before: ScopedSignal<Option<String>>,
    /// All tables.
    pub all: StoredValue<Vec<Data>>,
    address: Address,
    announcer: Announcer,
    locale: Locale,
    places: Places,
    /// What stands in place of all pages.
    stopped: ScopedSignal<Gate>,
    /// When the proxy was last asked.
    asked: StoredValue<i64>,
    login: StoredValue<String>,
    /// Whether the browser is on its way to sign in.
    leaving: StoredValue<bool>,
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
}

impl Life {
    fn new() -> Self {
        Self {
            who: Who::get().unwrap_or_else(Who::provide),
            over: ScopedSignal::new(None),
            catalog: ScopedSignal::new(None),
            stays: ScopedSignal::new(false),
            blocked: ScopedSignal::new(false),
            before: ScopedSignal::new(kept::before()),
            all: StoredValue::new(catalog::tables().into_iter().map(Store::data).collect()),
            address: Address::get(),
            announcer: Announcer::get(),
            locale: Locale::get(),
            places: Places::get(),
            stopped: ScopedSignal::new(Gate::Open),
            asked: StoredValue::new(0),
            login: StoredValue::new(LOGIN.to_owned()),
            leaving: StoredValue::new(false),
            channel: StoredValue::new_local(BroadcastChannel::new(CHANNEL).ok()),
        }
    }

    /// Of the surrounding page.
    pub fn get() -> Self {
        parts::page_context(Self::new)
    }

    /// Asks who it is, and follows it from then on.
    pub fn begin(self) {
        self.listen();
        self.follow_rows();
        self.follow_time();
        self.keep_gate();
        self.keep_hidden();
        self.ask();
    }

    /// Hears what other windows say, and asks again when somebody looks at this one again.
    fn listen(self) {
        let told = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string() {
                self.told(&message);
            }
        });
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                channel.set_onmessage(Some(told.as_ref().unchecked_ref()));
            }
        });
        // As long as the page.
        told.forget();
        let again = move || {
            let old = timer::now() - self.asked.get_value() > OLD;
            let known = self.who.answer.with_untracked(|answer| matches!(answer, Some(Ok(_))));
            if !presence::unseen() && self.stopped.get_untracked() == Gate::Open && (old || !known) {
                self.ask();
            }
        };
        let looked = window_event_listener_untyped("visibilitychange", move |_| again());
        let online = window_event_listener_untyped("online", move |_| again());
        on_cleanup(move || {
            looked.remove();
            online.remove();
        });
    }

    /// Says something to all other windows.
    fn say(self, message: &str) {
        self.channel.with_value(|channel| {
            // Those who do not hear it will find out by themselves.
            _ = channel.as_ref().map(|channel| channel.post_message(&message.into()));
        });
    }

    /// Another window says something.
    fn told(self, message: &str) {
        let mine = untrack(|| self.who.with(signature));
        match (message, mine) {
            ("out", Some(_)) => self.end(Over::SignedOut),
            ("out", None) => {}
            // What stands here has nothing to lose.
            (_, None) if self.stopped.get_untracked() != Gate::Open => reload(),
            (_, mine) => {
                if mine.is_none_or(|mine| mine != message) || self.over.get_untracked().is_some() {
                    self.ask();
                }
            }
        }
    }

    /// Asks the proxy who it is.
    fn ask(self) {
        self.asked.set_value(timer::now());
        spawn_local(async move {
            match api::session().await {
                Ok(session) => self.know(session).await,
                Err(error) => self.refuse(error),
            }
        });
    }

    async fn know(self, session: Session) {
        let person = session.id.clone().unwrap_or_default();
        let before = self.who.answer.get_untracked().and_then(Result::ok);
        if let Some(before) = &before
            && before.id != session.id
        {
            // Nothing of what was here is theirs: the page begins anew.
            self.all
                .with_value(|all| all.iter().for_each(|data| data.forget(Error::Lost)));
            if let Some(name) = &before.user {
                kept::leave(name);
            }
            return reload();
        }
        if before.is_none() {
            kept::belongs_to(&person, self.places).await;
            leave::came_in();
            if session.id.is_some() {
                self.say(&signature(&session));
            }
        }
        let signs_in = session.id.is_some();
        if before.as_ref() != Some(&session) {
            self.who.answer.set(Some(Ok(session)));
            self.blocked.set(false);
        }
        if self.over.get_untracked().is_some() {
            self.over.set(None);
            self.blocked.set(false);
            self.all.with_value(|all| all.iter().for_each(|data| data.reconnect()));
            let again = untrack(|| self.locale.pick(&words::SIGNED_IN_AGAIN));
            self.announcer.say("session", again.to_owned());
        }
        let catalog = if signs_in { api::catalog().await.ok() } else { None };
        if catalog.is_some() || !signs_in {
            self.catalog.set(catalog);
        }
    }

    /// The proxy does not say who it is.
    fn refuse(self, error: Error) {
        let known = self.who.answer.with_untracked(|answer| matches!(answer, Some(Ok(_))));
        match (error.unsigned(), known) {
            (true, true) => self.end(Over::Ended),
            (true, false) => self.stop(&error),
            (false, true) => {}
            (false, false) => self.who.answer.set(Some(Err(error))),
        }
    }

    /// A session that was known here is over.
    fn end(self, over: Over) {
        let before = self.over.get_untracked();
        if before == Some(Over::SignedOut) || before == Some(over) {
            return;
        }
        self.over.set(Some(over));
        if over == Over::SignedOut {
            let login = self.login.get_value();
            self.all
                .with_value(|all| all.iter().for_each(|data| data.forget(Error::SignIn(login.clone()))));
        }
    }

    /// Nobody was signed in when the page was opened: to sign in, or a page that says why not.
    fn stop(self, error: &Error) {
        if self.stopped.get_untracked() != Gate::Open || self.leaving.get_value() {
            return;
        }
        let gate = match error {
            _ if leave::signed_out() => Gate::SignedOut,
            Error::SignIn(login) => {
                self.login.set_value(login.clone());
                if !super::gates::is_window(self.address) && leave::bounce(login) {
                    return self.leaving.set_value(true);
                }
                Gate::Unheld
            }
            _ => Gate::Unnamed,
        };
        self.stopped.set(gate);
    }

    /// A table that is refused tells of the session.
    fn follow_rows(self) {
        effect(move || {
            let shut = self
                .all
                .with_value(|all| all.iter().find_map(|data| data.shut().filter(Error::unsigned)));
            if let Some(error) = shut {
                if let Error::SignIn(login) = &error {
                    self.login.set_value(login.clone());
                }
                untrack(|| self.refuse(error));
            }
        });
    }

    /// Its time may be over while nobody asks for anything.
    fn follow_time(self) {
        let now = clock();
        effect(move || {
            let end = self.expires();
            if end.is_some_and(|end| end <= now.get()) {
                untrack(|| self.end(Over::Ended));
            }
        });
    }

    /// When the session ends, in milliseconds since the Unix epoch; tracked.
    pub fn expires(self) -> Option<i64> {
        let expires = self.who.with(|session| session.expires.clone())?;
        table::time::parse(&expires?)
    }

    /// Whether it ends so soon that it should be prolonged; tracked.
    pub fn ends_soon(self, now: i64) -> bool {
        self.over.get().is_none() && self.expires().is_some_and(|end| end - now <= SOON && end > now)
    }

    /// What stands in place of the page.
    fn keep_gate(self) {
        let gate = Memo::new(move |before: Option<&Gate>| {
            let stopped = self.stopped.get();
            if stopped != Gate::Open {
                return stopped;
            }
            if self.over.get().is_some() {
                return before.copied().unwrap_or(Gate::Open);
            }
            let none = self
                .catalog
                .with(|catalog| catalog.as_ref().is_some_and(|catalog| catalog.tables.is_empty()));
            if none && !super::gates::is_window(self.address) {
                return Gate::NoGrant;
            }
            let path = self.address.path.get();
            let denied = self.all.with_value(|all| {
                let shown = all.iter().find(|data| data.table.id == path.trim_matches('/'));
                shown.is_some_and(|data| data.shut() == Some(Error::NotGranted))
            });
            if denied { Gate::Denied } else { Gate::Open }
        });
        effect(move || {
            let gate = gate.get();
            if self.who.gate.get_untracked() != gate {
                self.who.gate.set(gate);
            }
        });
    }

    /// What is not granted is not named elsewhere.
    fn keep_hidden(self) {
        effect(move || {
            let known = self.who.with(|session| session.id.is_some());
            let before = self.who.hidden.get_untracked();
            let hidden = match (known, self.catalog.get()) {
                (Some(false), _) => 0,
                (_, Some(catalog)) => {
                    let granted = |data: &Data| catalog.tables.iter().any(|table| table.id == data.table.id);
                    self.mask(|data| !granted(data))
                }
                _ => before | self.mask(|data| data.shut() == Some(Error::NotGranted)),
            };
            if hidden != before {
                self.who.hidden.set(hidden);
                storage::set(HIDDEN, &hidden.to_string());
            }
        });
    }

    fn mask(self, is: impl Fn(&Data) -> bool) -> u32 {
        let bit = |(at, data): (usize, &Data)| u32::from(is(data)) << at;
        self.all.with_value(|all| all.iter().enumerate().map(bit).sum())
    }

    /// Signs in beside this page, which goes on then.
    pub fn sign_in_beside(self) {
        self.blocked.set(!leave::beside(&self.login.get_value()));
    }

    /// Signs in, and comes back.
    pub fn sign_in(self) {
        leave::sign_in(&self.login.get_value());
    }

    /// Signs out, here and at the identity provider.
    pub fn sign_out(self) {
        self.stays.set(false);
        leave::sign_out(true);
        spawn_local(async move {
            if let Ok(location) = api::sign_out().await {
                self.say("out");
                // Refused, the page finds out that it is signed out as soon as it asks for something.
                _ = window().location().assign(&location);
            } else {
                leave::sign_out(false);
                self.stays.set(true);
            }
        });
    }

    /// The word about another person has been read.
    pub fn forget_before(self) {
        kept::forget_before();
        self.before.set(None);
    }
}

/// What other windows are told of a session: whose it is, until when, and with which groups.
fn signature(session: &Session) -> String {
    let parts = [session.id.as_deref(), session.expires.as_deref()];
    let groups = session.groups.join(" ");
    [
        "in",
        parts[0].unwrap_or_default(),
        parts[1].unwrap_or_default(),
        &groups,
    ]
    .join(" ")
}

/// Begins anew.
pub fn reload() {
    // Refused, what is here stays as it is.
    _ = window().location().reload();
}
