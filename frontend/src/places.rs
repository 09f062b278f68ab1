//! Where somebody was in each entry of the history: how far the page was scrolled, and to which row. Back, Forward and reload lead there again.
//!
//! The browser does this for documents that scroll as a whole and are there at once; here, boxes scroll, and rows take their time. An entry has a name
//! in its state, and under that name this tab keeps what whoever scrolls has said of it.

use crate::ui::{storage, timer};
use leptos::{ev, prelude::*};
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, JsValue};

/// Places that are remembered. Nobody goes further back by hand.
const MANY: usize = 200;
/// The key of this tab's storage.
const KEPT: &str = "signalbox.places";
/// Frames until what was scrolled is expected to be as tall again; two seconds.
const PATIENCE: u32 = 120;
/// What scrolls, but for the grid, which knows its place by rows.
const BOXES: &str = "html, main.page, .matrix, .timeline, .sidebar, .detail .content";

/// The places of this tab, as a context.
#[derive(Clone, Copy)]
pub struct Places(StoredValue<Inner, LocalStorage>);

struct Inner {
    /// The entry on screen.
    entry: String,
    kept: VecDeque<Kept>,
    keepers: Vec<(u64, Keeper)>,
    next: u64,
}

/// What was said of an entry.
struct Kept {
    entry: String,
    name: String,
    place: String,
}

#[derive(Clone)]
struct Keeper {
    name: &'static str,
    tell: StoredValue<Box<dyn Fn() -> Option<String>>, LocalStorage>,
    arrive: StoredValue<Box<dyn Fn(String)>, LocalStorage>,
}

impl Places {
    /// Takes what this tab has kept and makes it a context.
    pub fn provide() -> Self {
        let kept = storage::tab().and_then(|storage| storage.get_item(KEPT).ok()?);
        let kept = kept.iter().flat_map(|kept| kept.lines()).filter_map(|line| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            Some(Kept {
                entry: parts.next()?,
                name: parts.next()?,
                place: parts.next()?,
            })
        });
        let places = Self(StoredValue::new_local(Inner {
            entry: String::new(),
            kept: kept.collect(),
            keepers: Vec::new(),
            next: 0,
        }));
        places.enter();
        for gone in ["pagehide", "visibilitychange"] {
            window_event_listener_untyped(gone, move |_| {
                places.note();
                places.store();
            });
        }
        provide_context(places);
        let touched = StoredValue::new(0_u32);
        when_touched(move || touched.update_value(|times| *times += 1));
        places.keep(
            "page",
            || Some(boxes()),
            move |place| {
                let tops: Vec<i32> = place.split(' ').filter_map(|top| top.parse().ok()).collect();
                let (before, patience) = (touched.get_value(), PATIENCE);
                request_animation_frame(move || scroll_boxes(tops, patience, move || touched.get_value() == before));
            },
        );
        places
    }

    /// The places of the surrounding page.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// The state of the entry on screen, for whoever writes its address anew.
    pub fn state(self) -> JsValue {
        self.0.with_value(|inner| inner.entry.as_str().into())
    }

    /// The state of an entry that is about to be made. What is on screen is noted first.
    pub fn next(self) -> JsValue {
        self.note();
        self.0.update_value(|inner| {
            inner.next += 1;
            inner.entry = format!("{}.{}", timer::now(), inner.next);
        });
        self.state()
    }

    /// Takes the entry that the browser has gone to as the one on screen.
    fn enter(self) {
        let state = window().history().and_then(|history| history.state()).ok();
        if let Some(entry) = state.and_then(|state| state.as_string()) {
            return self.0.update_value(|inner| inner.entry = entry);
        }
        let state = self.next();
        if let Ok(history) = window().history() {
            // Refused, the entry has no place to come back to.
            _ = history.replace_state_with_url(&state, "", None);
        }
    }

    /// The browser has gone to and fro: notes where one was, and tells everyone who keeps a place where to go.
    pub fn moved(self) {
        self.note();
        self.enter();
        for (_, keeper) in self.0.with_value(|inner| inner.keepers.clone()) {
            if let Some(place) = self.kept(keeper.name) {
                keeper.arrive.try_with_value(|arrive| arrive(place));
            }
        }
    }

    /// What was kept under a name for the entry on screen.
    fn kept(self, name: &str) -> Option<String> {
        self.0.with_value(|inner| {
            let kept = inner.kept.iter().rev();
            let mut mine = kept.filter(|kept| kept.entry == inner.entry && kept.name == name);
            mine.next().map(|kept| kept.place.clone())
        })
    }

    /// Asks everyone where they are.
    fn note(self) {
        for (_, keeper) in self.0.with_value(|inner| inner.keepers.clone()) {
            let Some(place) = keeper.tell.try_with_value(|tell| tell()).flatten() else {
                continue;
            };
            self.0.update_value(|inner| {
                let Inner { entry, kept, .. } = inner;
                kept.retain(|kept| kept.entry != *entry || kept.name != keeper.name);
                kept.push_back(Kept {
                    entry: entry.clone(),
                    name: keeper.name.to_owned(),
                    place,
                });
                let many = kept.len().saturating_sub(MANY);
                kept.drain(..many);
            });
        }
    }

    fn store(self) {
        let text = self.0.with_value(|inner| {
            let lines = inner.kept.iter();
            let lines = lines.map(|kept| [kept.entry.as_str(), &kept.name, &kept.place].join("\t"));
            lines.collect::<Vec<_>>().join("\n")
        });
        if let Some(storage) = storage::tab() {
            _ = storage.set_item(KEPT, &text);
        }
    }

    /// Forgets all places: they are somebody else's.
    pub fn forget(self) {
        self.0.update_value(|inner| inner.kept.clear());
        self.store();
    }

    /// Keeps a place under a name while the calling view is there: `tell` says where one is, in one line, and `arrive` goes there. It is called at
    /// once where the entry on screen has such a place already.
    pub fn keep(
        self,
        name: &'static str,
        tell: impl Fn() -> Option<String> + 'static,
        arrive: impl Fn(String) + 'static,
    ) {
        if let Some(place) = self.kept(name) {
            arrive(place);
        }
        let keeper = Keeper {
            name,
            tell: StoredValue::new_local(Box::new(tell)),
            arrive: StoredValue::new_local(Box::new(arrive)),
        };
        let id = self.0.try_update_value(|inner| {
            inner.next += 1;
            inner.keepers.push((inner.next, keeper));
            inner.next
        });
        on_cleanup(move || {
            self.0
                .try_update_value(|inner| inner.keepers.retain(|(mine, _)| Some(*mine) != id));
        });
    }
}

/// Calls `act` when somebody scrolls, points or types: from then on, where they are is theirs to say.
pub fn when_touched(act: impl Fn() + Copy + 'static) {
    let wheel = window_event_listener(ev::wheel, move |_| act());
    let press = window_event_listener(ev::pointerdown, move |_| act());
    let key = window_event_listener(ev::keydown, move |_| act());
    on_cleanup(move || {
        wheel.remove();
        press.remove();
        key.remove();
    });
}

/// How far the boxes of a page are scrolled.
fn boxes() -> String {
    let tops = all_boxes();
    let tops = tops.iter().map(|element| element.scroll_top().to_string());
    tops.collect::<Vec<_>>().join(" ")
}

/// Scrolls the boxes; those that are not there yet, or not tall enough, in one of the next frames, while nobody has gone elsewhere.
fn scroll_boxes(tops: Vec<i32>, patience: u32, still: impl Fn() -> bool + 'static) {
    if !still() {
        return;
    }
    let found = all_boxes();
    let mut reached = found.len() == tops.len();
    for (element, top) in found.iter().zip(&tops) {
        element.set_scroll_top(*top);
        reached &= element.scroll_top() >= *top;
    }
    if !reached && patience > 0 {
        request_animation_frame(move || scroll_boxes(tops, patience - 1, still));
    }
}

fn all_boxes() -> Vec<web_sys::Element> {
    let Ok(found) = document().query_selector_all(BOXES) else {
        return Vec::new();
    };
    let found = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok());
    found.collect()
}
