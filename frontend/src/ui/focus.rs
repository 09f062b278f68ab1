//! Hands the focus on when what had it goes away: a removed condition, a closed panel, a value that is no longer offered, a row that has left. Without
//! that, the browser puts it nowhere, and whoever works by keys begins again at the top of the page.
//!
//! One place for all of them: nothing that removes an element has to think of it. Where the neighbours are the wrong heirs, `data-heir` on an element
//! names (as a selector) who takes over from whatever was inside it.

use js_sys::Array;
use leptos::{ev, prelude::*};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit, MutationRecord, Node, NodeList,
};

/// What can have the focus.
const FOCUSABLE: &str = "a[href], button, input, select, textarea, summary, [tabindex]";
/// What brings up the keyboard of a phone.
const TEXT: &str = "input:not([type=checkbox], [type=radio]), textarea";
/// What two elements have in common of which one is drawn in place of the other.
const NAMES: [&str; 9] = [
    "data-testid",
    "data-action",
    "data-value",
    "data-column",
    "data-column-choice",
    "aria-label",
    "name",
    "href",
    "id",
];

/// Begins to watch, for as long as the page is there.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn keeper() -> AnyView {
    let keeper = Keeper::default();
    if let Some(at) = focused() {
        keeper.note(&at);
    }
    let changed = {
        let keeper = keeper.clone();
        Closure::<dyn FnMut(Array)>::new(move |records: Array| {
            // What is still there is not measured at each change: that would lay out the page each time.
            if keeper.0.borrow().first().is_some_and(|last| !last.is_connected()) {
                keeper.check(&records);
            }
        })
    };
    let Some(body) = document().body() else {
        return ().into_any();
    };
    if let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) {
        let children = MutationObserverInit::new();
        children.set_child_list(true);
        children.set_subtree(true);
        // A body that cannot be watched is none that a browser has.
        drop(observer.observe_with_options(&body, &children));
        changed.forget();
    }
    let noted = keeper.clone();
    let came = window_event_listener_untyped("focusin", move |event| {
        if let Some(at) = event.target().and_then(|at| at.dyn_into().ok()) {
            noted.note(&at);
        }
    });
    // What is hidden or disabled loses the focus without being removed.
    let left = keeper.clone();
    let went = window_event_listener_untyped("focusout", move |_| {
        let left = left.clone();
        request_animation_frame(move || left.check(&Array::new()));
    });
    // At the latest before the next key, which would otherwise go nowhere.
    let late = keeper.clone();
    let pressed = window_event_listener(ev::keydown, move |_| late.check(&Array::new()));
    // Somebody has put the focus nowhere, by a press on what cannot have it.
    let aside = window_event_listener(ev::pointerdown, move |_| {
        if focused().is_none() {
            keeper.forget();
        }
    });
    on_cleanup(move || {
        [came, went, pressed, aside]
            .into_iter()
            .for_each(WindowListenerHandle::remove);
    });
    ().into_any()
}

/// The element that had the focus last, and all around it, from the inside out.
#[derive(Clone, Default)]
struct Keeper(Rc<RefCell<Vec<Element>>>);

impl Keeper {
    fn note(&self, at: &Element) {
        // What lies outside is there for a moment only, such as a field to copy from.
        if at.closest("#app").is_ok_and(|app| app.is_some()) {
            *self.0.borrow_mut() = std::iter::successors(Some(at.clone()), |inner| inner.parent_element()).collect();
        }
    }

    fn forget(&self) {
        self.0.borrow_mut().clear();
    }

    /// Hands the focus on if it is lost. `records` is what has just changed in the document: of [`MutationRecord`].
    fn check(&self, records: &Array) {
        if focused().is_some() {
            return;
        }
        let around = self.0.borrow().clone();
        let Some(lost) = around.first().filter(|lost| !usable(lost)) else {
            return;
        };
        if let Some(heir) = heir(lost, &around, records) {
            // Where it cannot be put, it stays nowhere.
            let calm = FocusOptions::new();
            calm.set_prevent_scroll(heir.tag_name() == "MAIN");
            drop(heir.focus_with_options(&calm));
        }
    }
}

/// The element that has the focus; `None` where that is nowhere.
fn focused() -> Option<Element> {
    document().active_element().filter(|at| at.tag_name() != "BODY")
}

/// Whether an element can have the focus now.
fn usable(element: &Element) -> bool {
    shows(element) && !element.matches(":disabled").unwrap_or(true)
}

/// Who goes on in place of `lost`, given what was `around` it.
fn heir(lost: &Element, around: &[Element], records: &Array) -> Option<HtmlElement> {
    // The outermost element that has gone, or does not show any more, and the one that it was in.
    let stays = around.iter().position(|element| element != lost && shows(element))?;
    let (gone, mut home) = (&around[..stays], around[stays].clone());
    let outermost = gone.last()?;
    let Place { before, after, instead } = Place::of(outermost, &home, records);
    // Another page has come, or will.
    if outer(&home) {
        return page();
    }
    // The same, drawn anew.
    let known = name(lost);
    if let Some(twin) = inside(&home).into_iter().find(|twin| name(twin) == known) {
        return Some(twin);
    }
    // The next one of its kind, else the one before; else what has come in its place; else whom it has named.
    let kin = |near: Option<Node>, step: fn(&Node) -> Option<Node>| {
        let mut near = along(near, step);
        let alike = inside(&near.find(|near| kind(near) == kind(outermost))?);
        alike
            .iter()
            .find(|alike| kind(alike) == kind(lost))
            .or(alike.first())
            .cloned()
    };
    let found = kin(after.clone(), Node::next_sibling)
        .or_else(|| kin(before.clone(), Node::previous_sibling))
        .or_else(|| {
            instead
                .iter()
                .find_map(|instead| first(instead).or_else(|| coming(instead)))
        })
        .or_else(|| gone.iter().find_map(named));
    if found.is_some() {
        return found;
    }
    // Else whatever is nearest.
    let (mut before, mut after) = (before, after);
    loop {
        let beside =
            |near: Option<Node>, step: fn(&Node) -> Option<Node>| along(near, step).find_map(|near| first(&near));
        let own = || {
            home.clone()
                .dyn_into()
                .ok()
                .filter(|home: &HtmlElement| home.tab_index() >= 0)
        };
        let found = named(&home)
            .or_else(|| beside(before.take(), Node::previous_sibling))
            .or_else(|| beside(after.take(), Node::next_sibling))
            .or_else(own);
        if found.is_some() {
            return found;
        }
        (before, after) = (home.previous_sibling(), home.next_sibling());
        home = home.parent_element()?;
        if outer(&home) {
            return page();
        }
    }
}

/// Where an element stood among the children of its parent.
struct Place {
    before: Option<Node>,
    after: Option<Node>,
    /// What was put there at the same time.
    instead: Vec<Element>,
}

impl Place {
    fn of(gone: &Node, home: &Node, records: &Array) -> Self {
        let here: Vec<MutationRecord> = records.iter().map(JsCast::unchecked_into).collect();
        let here = || here.iter().filter(|record| record.target().as_ref() == Some(home));
        let removed = here().find(|record| nodes(&record.removed_nodes()).any(|node| node == *gone));
        let added = here().flat_map(|record| nodes(&record.added_nodes()).collect::<Vec<_>>());
        // A neighbour that has gone at the same time knows no neighbours any more.
        let still = |near: Option<Node>| near.filter(|near| near.parent_node().as_ref() == Some(home));
        let (before, after) = match removed {
            Some(removed) => (removed.previous_sibling(), removed.next_sibling()),
            None => (gone.previous_sibling(), gone.next_sibling()),
        };
        Self {
            before: still(before),
            after: still(after),
            instead: added.filter_map(|node| node.dyn_into().ok()).collect(),
        }
    }
}

fn nodes(list: &NodeList) -> impl Iterator<Item = Node> {
    (0..list.length()).filter_map(move |at| list.get(at))
}

/// The elements from a node on.
fn along(from: Option<Node>, step: fn(&Node) -> Option<Node>) -> impl Iterator<Item = Element> {
    std::iter::successors(from, step).filter_map(|node| node.dyn_into().ok())
}

/// Whether an element is in the document and has a place there.
fn shows(element: &Element) -> bool {
    element.is_connected() && element.get_client_rects().length() != 0
}

/// Whether what is in an element are pages, rather than things on one.
fn outer(element: &Element) -> bool {
    element.id() == "app" || element.tag_name() == "BODY"
}

/// The page as a whole, where nothing nearer is left.
fn page() -> Option<HtmlElement> {
    let page: HtmlElement = document().query_selector("main").ok()??.dyn_into().ok()?;
    page.set_tab_index(-1);
    Some(page)
}

/// The place of something that is on its way, until it is there.
fn coming(element: &Element) -> Option<HtmlElement> {
    let element: &HtmlElement = element.dyn_ref()?;
    (element.get_attribute("aria-busy").as_deref() == Some("true")).then(|| {
        element.set_tab_index(-1);
        element.clone()
    })
}

/// Whom an element names as heir. On a phone, nobody's keyboard is to come up for it.
fn named(element: &Element) -> Option<HtmlElement> {
    let selector = element.get_attribute("data-heir")?;
    let named = document().query_selector(&selector).ok()??;
    let touch = window()
        .match_media("(pointer: coarse)")
        .ok()
        .flatten()
        .is_some_and(|touch| touch.matches());
    let fits = usable(&named) && !(touch && named.matches(TEXT).unwrap_or_default());
    named.dyn_into().ok().filter(|_| fits)
}

/// What in an element, or the element itself, comes first by Tab.
fn first(element: &Element) -> Option<HtmlElement> {
    inside(element).into_iter().find(|found| found.tab_index() >= 0)
}

/// What can have the focus in an element, itself included.
fn inside(element: &Element) -> Vec<HtmlElement> {
    let itself = element
        .matches(FOCUSABLE)
        .unwrap_or_default()
        .then(|| element.clone().into());
    let within = element.query_selector_all(FOCUSABLE).ok();
    let all = itself.into_iter().chain(within.iter().flat_map(nodes));
    all.filter_map(|node: Node| node.dyn_into().ok())
        .filter(|element: &HtmlElement| usable(element))
        .collect()
}

/// By what an element is known when it is drawn anew.
fn name(element: &Element) -> (String, String) {
    let names = NAMES
        .iter()
        .filter_map(|name| Some([*name, "=", &*element.get_attribute(name)?].concat()));
    let names = names.collect::<Vec<_>>().join(" ");
    // Words are part of it only where nothing else is: they count and change.
    let words = if names.is_empty() { element.text_content() } else { None };
    (element.tag_name(), names + &words.unwrap_or_default())
}

/// What an element is, whatever its state.
fn kind(element: &Element) -> (String, Option<String>) {
    (element.tag_name(), element.class_list().get(0))
}
