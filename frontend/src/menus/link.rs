//! Links to what is on screen: as it is, and with its times pinned.

use crate::i18n::{Locale, format, words};
use crate::screen::Screen;
use crate::ui::clipboard::Clipboard;
use crate::ui::clock;
use crate::ui::icon;
use catalog::Label;
use leptos::prelude::*;
use table::Clock;
use table::view::View;

/// The two buttons.
#[component]
pub fn Links(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let button = move |word: &'static Label, picture, id: &'static str, copy: fn(&View) -> String| {
        let words = locale.word(word);
        view! {
            <button type="button" class="button compact" data-testid=id title=words on:click=move |_| clipboard.copy(copy(&screen.view.peek()))>
                {icon::icon(picture)}
                <span class="words">{words}</span>
            </button>
        }
    };
    view! {
        {button(&words::COPY_LINK, icon::LINK, "copy-link", address)}
        {button(&words::COPY_FROZEN, icon::PIN, "copy-frozen", |view| address(&frozen(view)))}
    }
}

/// The whole address of a view, with this page's origin.
pub fn address(view: &View) -> String {
    [window().location().origin().unwrap_or_default(), view.path()].concat()
}

/// The view with every time pinned at what it means to this reader now. It is no longer the saved view that it may have come from.
pub fn frozen(view: &View) -> View {
    let midnight = |date| format::midnight(date, view.tz.as_deref());
    let clock = Clock {
        now: clock::now(),
        midnight: &midnight,
    };
    view.frozen(&clock).with_name(None)
}
