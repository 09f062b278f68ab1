//! The two dialogs that any page has: the command palette (Ctrl-K) and the help (`?`).

mod fuzzy;
mod help;
mod palette;

use crate::i18n::{Locale, words};
use crate::parts::{self, Loader, Part, lazy};
use crate::ui::dialog::Dialog;
use crate::ui::effect::effect;
use crate::ui::{icon, keys};
use catalog::Label;
use leptos::{ev, prelude::*};

/// Which of the dialogs is open, as a context.
#[derive(Clone, Copy)]
pub struct Commands {
    palette: RwSignal<bool>,
    help: RwSignal<bool>,
}

impl Commands {
    /// Listens for the keys and makes it a context.
    pub fn provide() {
        let commands = Self {
            palette: RwSignal::new(false),
            help: RwSignal::new(false),
        };
        let keys = window_event_listener(ev::keydown, move |event| commands.key(&event));
        on_cleanup(move || keys.remove());
        provide_context(commands);
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if keys::with_control(event) == Some('k') {
            event.prevent_default();
            self.help.set(false);
            self.palette.update(|open| *open = !*open);
        } else if keys::single(event) == Some('?') {
            event.prevent_default();
            self.help.set(true);
        }
    }
}

/// The buttons that open them.
#[component]
pub fn CommandButtons() -> impl IntoView {
    let locale = Locale::get();
    let commands = use_context::<Commands>()?;
    let button = move |open: RwSignal<bool>, id: &'static str, picture, key: &'static str, word: &'static Label| {
        let words = locale.word(word);
        view! {
            <button type="button" class="button quiet" data-testid=id aria-haspopup="dialog" aria-label=words title=move || format!("{} ({key})", words()) on:click=move |_| open.set(true)>
                {icon::icon(picture)}
            </button>
        }
    };
    Some(view! {
        {button(commands.palette, "palette", icon::COMMAND, "Ctrl-K", &words::PALETTE)}
        {button(commands.help, "help", icon::QUESTION, "?", &words::HELP)}
    })
}

/// Where they appear.
#[component]
pub fn CommandOutlet() -> impl IntoView {
    let commands: Commands = use_context()?;
    let later = Loader::of(Part::Later);
    let asked = Memo::new(move |_| commands.palette.get() || commands.help.get());
    effect(move || {
        if asked.get() {
            later.fetch();
        }
    });
    Some(parts::once_here(
        Part::Later,
        false,
        false,
        lazy!(dialogs(commands.palette, commands.help)),
    ))
}

/// The two dialogs.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn dialogs(palette: RwSignal<bool>, help: RwSignal<bool>) -> AnyView {
    let locale = Locale::get();
    view! {
        <Dialog open=palette label=Signal::derive(move || locale.pick(&words::PALETTE).to_owned())>
            {palette::view(palette, help)}
        </Dialog>
        <Dialog open=help label=Signal::derive(move || locale.pick(&words::HELP).to_owned())>
            {help::view(help)}
        </Dialog>
    }
    .into_any()
}
