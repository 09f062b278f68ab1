//! The calendar of a page that is no table: its file, and a way to subscribe to it.

use super::feeds;
use crate::i18n::{Locale, words};
use crate::session::Who;
use crate::ui::clipboard::Clipboard;
use crate::ui::icon;
use leptos::prelude::*;
use table::view::{View, export_path};

/// What stands beside the calendar of a page of another part than this one: a way to subscribe. Where nobody signs in and there are no feeds, the address
/// of the file does.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn beside(plans: Memo<Option<View>>) -> AnyView {
    let locale = Locale::get();
    let clipboard = Clipboard::get();
    let who = Who::get();
    let open = RwSignal::new(false);
    let copy = move |_| {
        let path = plans.with_untracked(|view| view.as_ref().map(file));
        if let (Some(path), Ok(origin)) = (path, window().location().origin()) {
            clipboard.copy([origin, path].concat());
        }
    };
    let button = move || {
        let who = who?;
        if who.feeds() {
            return Some(view! {
                <button type="button" class="button compact" data-testid="subscribe" aria-haspopup="dialog" title=locale.word(&words::SUBSCRIBE_TITLE) on:click=move |_| open.set(true)>
                    {locale.word(&words::SUBSCRIBE)}
                </button>
            }.into_any());
        }
        who.is_open().then(|| view! {
            <button type="button" class="button compact" aria-label=locale.word(&words::CALENDAR_COPY) title=locale.word(&words::CALENDAR_COPY) on:click=copy>
                {icon::icon(icon::COPY)}
            </button>
        }.into_any())
    };
    // The button stands last, as the joined ones look at it.
    view! { {feeds::dialog(open, plans)}{button} }.into_any()
}

/// The path of the file with a view's planned windows.
pub fn file(view: &View) -> String {
    export_path(view.table, "ics", &view.to_query())
}
