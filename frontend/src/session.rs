//! Who is signed in, asked once.

use crate::api::{self, Error, Session};
use crate::ui::scoped_signal::ScopedSignal;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The session: `None` until the proxy has answered; an error stays until the page is reloaded. As a context.
#[derive(Clone, Copy)]
pub struct Who(ScopedSignal<Option<Result<Session, Error>>>);

impl Who {
    /// Makes it a context; nothing is asked yet.
    pub fn provide() {
        provide_context(Self(ScopedSignal::new(None)));
    }

    /// The session of the surrounding page, for the part of it that calls.
    pub fn get() -> Option<Self> {
        use_context().map(|Self(who)| Self(who.scoped()))
    }

    /// Who is asking, as far as that separates what this browser keeps: empty without sign-in. `None` until the proxy has answered.
    pub fn key(self) -> Option<String> {
        self.0.with(|answer| {
            let session = answer.as_ref()?;
            Some(
                session
                    .as_ref()
                    .ok()
                    .and_then(|session| session.user.clone())
                    .unwrap_or_default(),
            )
        })
    }
}

/// The name of who is signed in. Rows come without: only this asks the proxy.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn name() -> AnyView {
    let who = Who::get();
    if let Some(Who(who)) = who {
        spawn_local(async move {
            drop(who.try_set(Some(api::session().await)));
        });
    }
    (move || who.and_then(|Who(who)| who.with(|answer| answer.as_ref()?.as_ref().ok()?.user.clone()))).into_any()
}
