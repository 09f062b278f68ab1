//! What the search box and what reads its text share. The reading is in the later part of the page; until it is there, all text is free text.

use crate::screen::Screen;
use crate::ui::effect::effect;
use leptos::{ev, html, prelude::*};
use table::view::typed::Suggestion;

/// The text in the search box.
#[derive(Clone, Copy)]
pub struct Typing {
    /// The table that is searched.
    pub screen: Screen,
    /// The box.
    pub input: NodeRef<html::Input>,
    /// What stands in it. It may differ from the view by spaces, and by conditions that wait for Enter.
    pub text: RwSignal<String>,
    /// Where suggestions are wanted, in UTF-16 code units as the browser counts; `None` where they are not.
    pub caret: RwSignal<Option<u32>>,
    /// What is suggested there.
    pub offered: RwSignal<Vec<Suggestion>>,
    /// Which of these Enter takes.
    pub marked: RwSignal<Option<usize>>,
    /// Whether Enter waits for the reader.
    pub entered: RwSignal<bool>,
    /// What reads conditions, as soon as it is there.
    pub reader: RwSignal<Option<Reader>>,
}

/// What the later part does for the search box.
#[derive(Clone, Copy)]
pub struct Reader {
    /// The text to search for while all this is being typed.
    pub searched: fn(Screen, &str) -> String,
    /// How a free text is typed: in quotes where it would read as conditions.
    pub quoted: fn(Screen, &str) -> String,
    /// Takes a key, and returns whether it did.
    pub key: fn(Typing, &ev::KeyboardEvent) -> bool,
}

impl Typing {
    /// With the free text of the view in the box, which follows it.
    pub fn new(screen: Screen, input: NodeRef<html::Input>) -> Self {
        let q = Memo::new(move |_| screen.view.with(|view| view.q.clone()));
        let typing = Self {
            screen,
            input,
            text: RwSignal::new(q.get_untracked()),
            caret: RwSignal::new(None),
            offered: RwSignal::new(Vec::new()),
            marked: RwSignal::new(None),
            entered: RwSignal::new(false),
            reader: RwSignal::new(None),
        };
        effect(move || {
            let q = q.get();
            if typing.text.with_untracked(|text| typing.searched(text)) != q {
                let quoted = typing.reader.get_untracked().map(|reader| (reader.quoted)(screen, &q));
                typing.text.set(quoted.unwrap_or(q));
            }
        });
        typing
    }

    /// Takes what the box holds now, and searches for it.
    pub fn change(self, text: String) {
        let q = self.searched(&text);
        self.screen.view.burst(|view| view.with_q(&q));
        self.entered.set(false);
        self.text.set(text);
        let caret = self
            .input
            .get_untracked()
            .and_then(|input| input.selection_start().ok()?);
        self.caret.set(caret);
    }

    fn searched(self, text: &str) -> String {
        match self.reader.get_untracked() {
            Some(reader) => (reader.searched)(self.screen, text),
            None => super::paste::normal(text),
        }
    }
}

/// Whether a text may hold conditions, as far as that can be told without reading it.
pub fn may_ask(text: &str) -> bool {
    text.contains([':', '<', '>', '：', '＜', '＞', '≤', '≥'])
}
