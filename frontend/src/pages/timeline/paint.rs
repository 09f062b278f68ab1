//! Draws what is in sight. Elements stay with what they show, so that panning moves them and the focus is kept.

mod bars;

use super::gathering::Found;
use super::items::Key;
use super::lanes::Bubble;
use super::layout::{LANE, Picture, Place};
use super::state::TimelineState;
use crate::i18n::{Lang, Locale, format, words};
use crate::links;
use crate::ui::timer;
use bars::BarElement;
use hashbrown::{HashMap, HashSet};
use leptos::prelude::*;
use std::iter::Peekable;
use std::vec::IntoIter;
use table::view::timeline::{Grouping, TimelineView};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Node};

/// How long a frame makes bars or gives them words, in milliseconds: to find their places and to draw them takes the browser longer than this.
const TURN: f64 = 5.0;
/// Bars that a frame makes, or gives their words, however long they take, so that all are there some time.
const FEWEST: u32 = 16;
/// How far beyond the edges of the window is drawn, in pixels.
const OVERSCAN: f64 = 120.0;

/// What is in the document.
#[derive(Default)]
pub struct Painter {
    bands: HashMap<u32, BandElement>,
    style: Option<Style>,
    /// What bars are copies of.
    blank: Option<Node>,
    /// Counts changes of whatever words depend on.
    epoch: u64,
}

/// What one frame may do beside moving what is there.
pub struct Turn {
    begun: f64,
    /// How many bars it has been asked for.
    done: u32,
}

impl Turn {
    fn begin() -> Self {
        Self {
            begun: timer::elapsed(),
            done: 0,
        }
    }

    /// Whether there is time left.
    fn goes_on(&self) -> bool {
        timer::elapsed() - self.begun < TURN
    }

    /// Whether one more bar may be made, or given its words.
    fn more(&mut self) -> bool {
        self.done += 1;
        self.done <= FEWEST || self.goes_on()
    }
}

/// What every word depends on.
#[derive(Clone, PartialEq)]
struct Style {
    changed: u64,
    lang: Lang,
    zone: Option<String>,
}

struct BandElement {
    section: HtmlElement,
    name: HtmlElement,
    count: HtmlElement,
    fold: HtmlElement,
    list: Element,
    bars: HashMap<Key, BarElement>,
    /// The bars as they follow each other in the document.
    order: Vec<Key>,
    bubbles: Vec<Element>,
    /// What the bubbles show, and how far below the band's upper edge.
    counted: Option<(Vec<Bubble>, f64, Lang)>,
    place: Option<(i32, i32)>,
    label: Option<Label>,
}

/// What a band's label says.
#[derive(PartialEq)]
struct Label {
    name: String,
    code: Option<String>,
    href: String,
    count: usize,
    /// Whether it is unfolded, where that can be changed.
    fold: Option<bool>,
    lang: Lang,
}

/// What a drawing needs.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The timeline.
    pub timeline: TimelineState,
    /// Language.
    pub locale: Locale,
    /// Where everything stands.
    pub picture: &'a Picture,
    /// Upper edge and height of the window.
    pub window: (f64, f64),
    /// The bar that the keyboard is on.
    pub current: Option<Key>,
}

/// A new element.
fn element(tag: &str, class: &str) -> Result<HtmlElement, JsValue> {
    let element: HtmlElement = document().create_element(tag)?.unchecked_into();
    element.set_class_name(class);
    Ok(element)
}

/// Whole pixels: half of one is not seen, and its digits cost more than it is worth.
#[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
fn whole(pixels: f64) -> i32 {
    pixels.round() as i32
}

/// Puts an element where its edges are said to be. All of its style is that.
fn stand(element: &HtmlElement, edges: &[(&str, i32)]) {
    let mut style = String::new();
    for (edge, value) in edges {
        for part in [edge, ":", &value.to_string(), "px;"] {
            style.push_str(part);
        }
    }
    // In one go: each property by itself would cross over to the browser three times as often.
    element.style().set_css_text(&style);
}

impl Painter {
    /// Draws into `canvas`. What is there moves at once; what is to come is made for some milliseconds. Whether there is more to make: the next
    /// drawing does, of the same scene or another.
    ///
    /// # Errors
    /// When the browser refuses an element, which it never does in a document.
    pub fn paint(&mut self, canvas: &Element, scene: Scene<'_>) -> Result<bool, JsValue> {
        let mut turn = Turn::begin();
        let style = Style {
            changed: scene.timeline.found.version_untracked(),
            lang: scene.locale.lang(),
            zone: scene.timeline.zone.get(),
        };
        if self.style.as_ref() != Some(&style) {
            self.epoch += 1;
            self.style = Some(style);
        }
        let (top, bottom) = (scene.window.0 - OVERSCAN, scene.window.0 + scene.window.1 + OVERSCAN);
        let blank = match self.blank.take() {
            Some(blank) => blank,
            None => BarElement::blank()?,
        };
        let mut whole = true;
        let mut before = std::mem::take(&mut self.bands);
        let mut next = canvas.first_element_child();
        let visible = scene.picture.places.iter();
        for place in visible.filter(|place| place.top < bottom && place.top + place.height > top) {
            let mut band = match before.remove(&place.band) {
                Some(band) => band,
                None => BandElement::new()?,
            };
            put(canvas, &band.section, &mut next)?;
            whole &= band.paint(scene, place, self.epoch, &blank, &mut turn)?;
            self.bands.insert(place.band, band);
        }
        for band in before.values() {
            band.section.remove();
        }
        self.blank = Some(blank);
        Ok(!whole)
    }

    /// Gives words and addresses to bars that have none yet, for some milliseconds. Most of them have no room to show their words, so they can
    /// wait until the hand rests. Whether there are more.
    ///
    /// # Errors
    /// When the browser refuses an attribute, which it never does in a document.
    pub fn describe(&mut self, timeline: TimelineState, lang: Lang) -> Result<bool, JsValue> {
        let mut turn = Turn::begin();
        let epoch = self.epoch;
        let waiting = self.bands.values_mut().flat_map(|band| band.bars.values_mut());
        for bar in waiting.filter(|bar| bar.waits(epoch)) {
            if !turn.more() {
                return Ok(true);
            }
            bar.describe(timeline, lang, epoch)?;
        }
        Ok(false)
    }

    /// Gives a bar its words and address now, if it has none yet.
    ///
    /// # Errors
    /// When the browser refuses an attribute, which it never does in a document.
    pub fn describe_now(&mut self, link: &Element, timeline: TimelineState, lang: Lang) -> Result<(), JsValue> {
        let epoch = self.epoch;
        let mut bars = self.bands.values_mut().flat_map(|band| band.bars.values_mut());
        match bars.find(|bar| bar.waits(epoch) && bar.link.is_same_node(Some(link))) {
            Some(bar) => bar.describe(timeline, lang, epoch),
            None => Ok(()),
        }
    }

    /// The link of a bar, if it is in the document.
    pub fn link(&self, key: Key) -> Option<&HtmlElement> {
        self.bands.values().find_map(|band| Some(&band.bars.get(&key)?.link))
    }
}

/// Makes `child` the next child of `parent`, which is nothing to do where it is that already.
fn put(parent: &Element, child: &Element, next: &mut Option<Element>) -> Result<(), JsValue> {
    if next.as_ref().is_some_and(|next| next.is_same_node(Some(child))) {
        *next = child.next_element_sibling();
        return Ok(());
    }
    parent.insert_before(child, next.as_deref())?;
    Ok(())
}

impl BandElement {
    fn new() -> Result<Self, JsValue> {
        let section = element("section", "band")?;
        let label = element("div", "label")?;
        let heading = element("h2", "")?;
        let name = element("a", "")?;
        let count = element("span", "hint")?;
        let fold = element("button", "link")?;
        fold.set_attribute("type", "button")?;
        heading.append_child(&name)?;
        for child in [&heading, &count, &fold] {
            label.append_child(child)?;
        }
        let list = document().create_element("ul")?;
        list.set_attribute("role", "list")?;
        // What the clouds call their things, with numbers: nothing that a translator should touch.
        list.set_attribute("translate", "no")?;
        section.append_child(&label)?;
        section.append_child(&list)?;
        Ok(Self {
            section,
            name,
            count,
            fold,
            list,
            bars: HashMap::new(),
            order: Vec::new(),
            bubbles: Vec::new(),
            counted: None,
            place: None,
            label: None,
        })
    }

    /// Returns whether all of its bars are there.
    fn paint(
        &mut self,
        scene: Scene<'_>,
        place: &Place,
        epoch: u64,
        blank: &Node,
        turn: &mut Turn,
    ) -> Result<bool, JsValue> {
        let at = (whole(place.top), whole(place.height));
        if self.place != Some(at) {
            stand(&self.section, &[("top", at.0), ("height", at.1)]);
            self.place = Some(at);
        }
        self.label(scene, place)?;
        let (top, bottom) = (
            scene.window.0 - place.top - OVERSCAN,
            scene.window.0 + scene.window.1 - place.top + OVERSCAN,
        );
        #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
        let y = |lane: usize| place.lanes + lane as f64 * LANE;
        let seen = |lane: usize| y(lane) < bottom && y(lane) + LANE > top;
        let mut all = true;
        scene.timeline.found.with_untracked(|found| {
            let bars = place.packed.bars.iter().filter(|bar| seen(bar.lane));
            let coming: Vec<_> = bars
                .filter_map(|bar| Some((bar, found.all.items.get(bar.item)?)))
                .collect();
            let mut before = std::mem::take(&mut self.bars);
            let mut staying = self.staying(&mut before, coming.iter().map(|(_, item)| item.key()));
            for (bar, item) in coming {
                let key = item.key();
                let (mut drawn, there) = match before.remove(&key) {
                    Some(drawn) => (drawn, staying.next_if_eq(&key).is_some()),
                    // The one that the keyboard is on comes before all others.
                    None if turn.more() || scene.current == Some(key) => (BarElement::new(blank)?, false),
                    None => {
                        all = false;
                        continue;
                    }
                };
                if !there {
                    // Those that have been put elsewhere meanwhile are not what follows.
                    while staying.next_if(|next| !before.contains_key(next)).is_some() {}
                    let next = staying.peek().and_then(|next| Some(&**before.get(next)?.item));
                    let next = next.or_else(|| self.bubbles.first().map(|bubble| &**bubble));
                    self.list.insert_before(&drawn.item, next)?;
                }
                drawn.paint(scene, bar, item, y(bar.lane), (epoch, turn))?;
                self.order.push(key);
                self.bars.insert(key, drawn);
            }
            Ok::<(), JsValue>(())
        })?;
        let last = place.packed.lanes.saturating_sub(1);
        self.bubbles(scene, place, y(last), seen(last))?;
        Ok(all)
    }

    /// Takes away the bars that are not among those to come, and returns the others as they follow each other. To ask the document for that would
    /// cost more, with every bar, than to move it.
    fn staying(
        &mut self,
        before: &mut HashMap<Key, BarElement>,
        coming: impl Iterator<Item = Key>,
    ) -> Peekable<IntoIter<Key>> {
        let coming: HashSet<Key> = coming.collect();
        before.retain(|key, bar| {
            let stays = coming.contains(key);
            if !stays {
                bar.item.remove();
            }
            stays
        });
        let mut order = std::mem::take(&mut self.order);
        order.retain(|key| coming.contains(key));
        order.into_iter().peekable()
    }

    /// The counts in place of bars, where their lane is `seen`.
    fn bubbles(&mut self, scene: Scene<'_>, place: &Place, y: f64, seen: bool) -> Result<(), JsValue> {
        let shown = if seen { place.packed.bubbles.as_slice() } else { &[] };
        let counted = Some((shown.to_vec(), y, scene.locale.lang()));
        if self.counted == counted {
            return Ok(());
        }
        self.counted = counted;
        self.bubbles.drain(..).for_each(|bubble| bubble.remove());
        for bubble in shown {
            let drawn = bars::bubble(scene, place.band, bubble, y)?;
            self.list.append_child(&drawn)?;
            self.bubbles.push(drawn);
        }
        Ok(())
    }

    /// What the band is, and how much of it is in sight.
    fn label(&mut self, scene: Scene<'_>, place: &Place) -> Result<(), JsValue> {
        let lang = scene.locale.lang();
        let (name, code, href) = scene.timeline.view.with(|view| {
            let found = scene.timeline.found;
            found.with_untracked(|found| band_words(found, view, place.band, lang))
        });
        let label = Label {
            name,
            code,
            href,
            count: place.packed.count,
            fold: (place.unfolded || !place.packed.bubbles.is_empty()).then_some(place.unfolded),
            lang,
        };
        if self.label.as_ref() == Some(&label) {
            return Ok(());
        }
        let code = label.code.as_deref().unwrap_or(&label.name);
        let ours = scene.timeline.view.with(|view| view.grouping == Grouping::Table);
        self.name.set_attribute("translate", if ours { "yes" } else { "no" })?;
        self.name.set_text_content(Some(&label.name));
        self.name.set_attribute("href", &label.href)?;
        self.name.set_attribute("title", code)?;
        self.count.set_text_content(Some(&format::count(lang, label.count)));
        self.section.set_attribute("data-band", code)?;
        self.list.set_attribute("aria-label", &label.name)?;
        let unfolded = label.fold == Some(true);
        let word = lang.pick(if unfolded { &words::FOLD } else { &words::UNFOLD });
        self.fold.set_hidden(label.fold.is_none());
        self.fold.set_text_content(Some(word));
        self.fold.set_attribute("data-fold", &place.band.to_string())?;
        self.fold
            .set_attribute("aria-expanded", if unfolded { "true" } else { "false" })?;
        self.fold
            .set_attribute("aria-label", &[word, ": ", &label.name].concat())?;
        self.label = Some(label);
        Ok(())
    }
}

/// A band's name, its id where that is not the name, and where its name leads.
fn band_words(found: &Found, view: &TimelineView, band: u32, lang: Lang) -> (String, Option<String>, String) {
    let Some(band) = found.bands.all.get(band as usize) else {
        return (String::new(), None, String::new());
    };
    let key = &band.key;
    let shown = |text: &str| {
        if text.is_empty() {
            lang.pick(&words::EMPTY_VALUE).to_owned()
        } else {
            text.to_owned()
        }
    };
    match view.grouping {
        Grouping::Account => (shown(key), None, view.only("account", key).path()),
        Grouping::Table => {
            let table = catalog::table(key);
            let name = table.map_or(key.as_str(), |table| lang.pick(&table.label));
            let view = table.and_then(|table| view.view(table));
            let address = view.map_or_else(String::new, |mut view| {
                view.sort.clear();
                view.path()
            });
            (name.to_owned(), Some(key.clone()), address)
        }
        Grouping::Resource => {
            let name = if band.name.is_empty() {
                format::shortened(key)
            } else {
                band.name.clone()
            };
            (shown(&name), Some(key.clone()), links::to_resource(key))
        }
    }
}
