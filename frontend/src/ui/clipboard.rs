//! Copying, with a word of thanks.

use crate::i18n::{Locale, words};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The clipboard and the short message at the page's lower edge, as a context.
#[derive(Clone, Copy)]
pub struct Clipboard {
    message: RwSignal<Option<&'static str>>,
    locale: Locale,
}

impl Clipboard {
    /// Makes the clipboard a context.
    pub fn provide() {
        provide_context(Self::new());
    }

    fn new() -> Self {
        Self {
            message: RwSignal::new(None),
            locale: Locale::get(),
        }
    }

    /// The clipboard of the surrounding page; to be taken while a component is built.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Copies a text and says for two seconds whether that worked.
    pub fn copy(self, text: String) {
        let Some(window) = web_sys::window() else { return };
        let lang = untrack(|| self.locale.lang());
        spawn_local(async move {
            let done = JsFuture::from(window.navigator().clipboard().write_text(&text)).await;
            self.message.try_set(Some(lang.pick(if done.is_ok() {
                &words::COPIED
            } else {
                &words::COPY_FAILED
            })));
            let clear = move || {
                self.message.try_set(None);
            };
            set_timeout(clear, Duration::from_secs(2));
        });
    }
}

/// Where the message appears.
#[component]
pub fn ToastOutlet() -> impl IntoView {
    let message = Clipboard::get().message;
    view! {
        <div class="toast" role="status" aria-live="polite" class:shown=move || message.get().is_some()>
            {move || message.get()}
        </div>
    }
}
