//! The page's languages. Every word shown to people stands in [`words`], in both of them.

pub mod format;
pub mod words;

use crate::ui::effect::effect;
use crate::ui::scoped_signal::ScopedSignal;
use crate::ui::storage;
use catalog::Label;
use js_sys::JsString;
use leptos::prelude::*;
pub use words::fill;

/// Folds a text as [`table::fold`] wants it, by the browser's tables: the page has none.
pub fn fold(text: &str) -> String {
    let text = JsString::from(text).normalize("NFKC").to_lower_case();
    text.to_upper_case().to_lower_case().normalize("NFKC").into()
}

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// The BCP 47 tag, for `<html lang>` and `Intl`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// A word in this language.
    pub const fn pick(self, label: &Label) -> &'static str {
        match self {
            Self::En => label.en,
            Self::Zh => label.zh,
        }
    }

    /// The language kept in this browser, else the browser's own.
    fn initial() -> Self {
        let kept = storage::get("language");
        let tag = kept.or_else(|| web_sys::window().and_then(|window| window.navigator().language()));
        if tag.is_some_and(|tag| tag.starts_with("zh")) {
            Self::Zh
        } else {
            Self::En
        }
    }
}

/// The language in use, as a context.
#[derive(Clone, Copy)]
pub struct Locale(ScopedSignal<Lang>);

impl Locale {
    /// Makes the locale a context and keeps `<html lang>` in step.
    pub fn provide() -> Self {
        let lang = ScopedSignal::new(Lang::initial());
        effect(move || {
            if let Some(root) = document().document_element() {
                // An attribute that cannot be set leaves the page readable: nothing to do about it.
                drop(root.set_attribute("lang", lang.get().tag()));
            }
        });
        let locale = Self(lang);
        provide_context(locale);
        locale
    }

    /// The locale of the surrounding page.
    pub fn get() -> Self {
        use_context().unwrap_or_else(|| Self(ScopedSignal::new(Lang::En)))
    }

    /// Makes the locale one of the view that calls, and of all in it.
    pub fn scope() {
        provide_context(Self(Self::get().0.scoped()));
    }

    /// The language; tracked.
    pub fn lang(self) -> Lang {
        self.0.get()
    }

    /// A word in the language in use; tracked.
    pub fn pick(self, label: &Label) -> &'static str {
        self.lang().pick(label)
    }

    /// A word that follows the language. One type for all words: every closure of its own would be compiled, and loaded, anew.
    pub fn word(self, label: &'static Label) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || self.pick(label)
    }

    /// Switches to the other language and keeps it in this browser.
    pub fn toggle(self) {
        let next = if self.0.get_untracked() == Lang::En {
            Lang::Zh
        } else {
            Lang::En
        };
        storage::set("language", next.tag());
        self.0.set(next);
    }
}
