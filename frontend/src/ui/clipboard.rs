//! Copying, with a word of thanks.

use crate::i18n::{Locale, words};
use crate::ui::announce::Announcer;
use crate::ui::timer::Delay;
use js_sys::Reflect;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// How long the message stands.
const SHOWN: Duration = Duration::from_secs(2);

/// The clipboard and the short message at the page's lower edge, as a context.
#[derive(Clone, Copy)]
pub struct Clipboard {
    message: RwSignal<Option<&'static str>>,
    hide: Delay,
    locale: Locale,
    announcer: Announcer,
}

impl Clipboard {
    /// Makes the clipboard a context.
    pub fn provide() {
        provide_context(Self::new());
    }

    fn new() -> Self {
        Self {
            message: RwSignal::new(None),
            hide: Delay::new(),
            locale: Locale::get(),
            announcer: Announcer::get(),
        }
    }

    /// The clipboard of the surrounding page; to be taken while a component is built.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Copies a text and says for two seconds whether that worked.
    pub fn copy(self, text: String) {
        let lang = untrack(|| self.locale.lang());
        spawn_local(async move {
            let said = if write(&text).await {
                &words::COPIED
            } else {
                &words::COPY_FAILED
            };
            self.message.try_set(Some(lang.pick(said)));
            self.announcer.say("copied", lang.pick(said).to_owned());
            self.hide.set(SHOWN, move || _ = self.message.try_set(None));
        });
    }
}

/// Hands a text to the browser's clipboard and returns whether it was taken. Over plain `http` browsers have none, except on this machine itself.
async fn write(text: &str) -> bool {
    let navigator = window().navigator();
    let there = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    there && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
        || copy_selected(text).unwrap_or_default()
}

/// The old way, which works everywhere: selects the text in a field and lets the browser copy what is selected. The field stands where the focus is, because
/// beside an open dialog nothing can be selected.
fn copy_selected(text: &str) -> Result<bool, JsValue> {
    let page = document();
    let focused = page.active_element();
    let place = focused
        .as_ref()
        .and_then(|focused| focused.closest("dialog").ok().flatten());
    let place = place.or_else(|| page.body().map(Into::into)).ok_or(JsValue::NULL)?;
    let field: web_sys::HtmlTextAreaElement = page.create_element("textarea")?.unchecked_into();
    field.set_value(text);
    field.set_class_name("hidden");
    place.append_child(&field)?;
    field.select();
    let copy: js_sys::Function = Reflect::get(&page, &"execCommand".into())?.dyn_into()?;
    let copied = copy.call1(&page, &"copy".into());
    field.remove();
    if let Some(focused) = focused.and_then(|focused| focused.dyn_into::<web_sys::HtmlElement>().ok()) {
        _ = focused.focus();
    }
    Ok(copied?.is_truthy())
}

/// Where the message appears.
#[component]
pub fn ToastOutlet() -> impl IntoView {
    let message = Clipboard::get().message;
    view! {
        <div class="toast" aria-hidden="true" class:shown=move || message.get().is_some()>
            {move || message.get()}
        </div>
    }
}
