//! Bars, and the counts in place of them, as elements.

use super::{Scene, Turn, element, stand, whole};
use crate::i18n::{Lang, fill, format, words};
use crate::links;
use crate::pages::timeline::caption::Caption;
use crate::pages::timeline::items::{End, Item};
use crate::pages::timeline::lanes::{Bar, Bubble};
use crate::pages::timeline::state::TimelineState;
use catalog::Phase;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Node};

/// Width from which a bar has room for words.
const WORDS: f64 = 44.0;

/// A bar in the document.
pub struct BarElement {
    /// Its place in its band's list.
    pub item: HtmlElement,
    /// What is seen of it, and leads to its row.
    pub link: HtmlElement,
    /// What it shows, as a place among all items.
    at: usize,
    /// The epoch that its words are of; 0 before it has any.
    epoch: u64,
    place: Option<(i32, i32, i32)>,
    class: &'static str,
    phase: Option<Phase>,
    current: bool,
}

impl BarElement {
    /// A bar that shows nothing yet, as a copy of such a one: that is half the work of putting it together.
    pub fn new(blank: &Node) -> Result<Self, JsValue> {
        let item: HtmlElement = blank.clone_node_with_deep(true)?.unchecked_into();
        let link = item.first_element_child().ok_or(JsValue::NULL)?.unchecked_into();
        Ok(Self {
            item,
            link,
            at: 0,
            epoch: 0,
            place: None,
            class: "",
            phase: None,
            current: false,
        })
    }

    /// What all bars are copies of.
    pub fn blank() -> Result<Node, JsValue> {
        let item = element("li", "")?;
        let link = element("a", "")?;
        link.set_attribute("tabindex", "-1")?;
        item.append_child(&link)?;
        Ok(item.into())
    }

    /// Makes it show an item, whose bar stands `y` below the upper edge of its band.
    pub fn paint(
        &mut self,
        scene: Scene<'_>,
        bar: &Bar,
        item: &Item,
        y: f64,
        (epoch, turn): (u64, &Turn),
    ) -> Result<(), JsValue> {
        self.at = bar.item;
        self.place(scene, bar, item, y);
        self.mark(item.phase, scene.current == Some(item.key()))?;
        // Words that can be read are there at once; those of before may be read a little longer.
        if bar.width >= WORDS && self.waits(epoch) && (self.epoch == 0 || turn.goes_on()) {
            self.describe(scene.timeline, scene.locale.lang(), epoch)?;
        }
        Ok(())
    }

    /// Whether it has no words of this epoch yet.
    pub fn waits(&self, epoch: u64) -> bool {
        self.epoch != epoch
    }

    /// Words and address.
    pub fn describe(&mut self, timeline: TimelineState, lang: Lang, epoch: u64) -> Result<(), JsValue> {
        self.epoch = epoch;
        let zone = timeline.zone.get_untracked();
        let Some(item) = timeline
            .found
            .with_untracked(|found| found.all.items.get(self.at).copied())
        else {
            return Ok(());
        };
        timeline.layers.with_value(|layers| {
            let Some(layer) = layers.get(usize::from(item.table)) else {
                return Ok(());
            };
            let caption = Caption::of(layer, &item, lang, zone.as_deref());
            layer.data.rows.with_untracked(|rows| {
                self.link.set_text_content(Some(&caption.title));
                for (name, value) in [
                    ("href", links::to_row(rows, item.row, zone.as_deref()).as_str()),
                    ("aria-label", &caption.sentence()),
                    ("data-table", layer.table.id),
                    ("data-row-id", &rows.id(item.row)),
                    ("data-key", &[item.table.to_string(), item.row.to_string()].join("/")),
                ] {
                    self.link.set_attribute(name, value)?;
                }
                Ok(())
            })
        })
    }

    /// Colour, and whether the keyboard is on it.
    fn mark(&mut self, phase: Phase, current: bool) -> Result<(), JsValue> {
        if self.phase != Some(phase) {
            self.phase = Some(phase);
            self.link.set_attribute("data-phase", phase.id())?;
        }
        if self.current != current {
            self.current = current;
            self.link.set_attribute("tabindex", if current { "0" } else { "-1" })?;
        }
        Ok(())
    }

    /// Place and shape.
    fn place(&mut self, scene: Scene<'_>, bar: &Bar, item: &Item, y: f64) {
        let at = (whole(bar.x), whole(y), whole(bar.width));
        if self.place != Some(at) {
            stand(&self.item, &in_band(at));
            self.place = Some(at);
        }
        let class = shape(bar, item, scene.timeline.now.get_untracked());
        if class != self.class {
            self.link.set_class_name(class);
            self.class = class;
        }
    }
}

/// Left edge, upper edge and width of what stands in a band.
fn in_band((left, top, width): (i32, i32, i32)) -> [(&'static str, i32); 3] {
    [("left", left), ("top", top), ("width", width)]
}

/// What a bar looks like besides its colour. One word each, so that none is put together anew for every bar.
fn shape(bar: &Bar, item: &Item, now: i64) -> &'static str {
    let ahead = item.phase == Phase::Scheduled && item.from > now;
    match (item.end, bar.width >= WORDS) {
        (End::Unknown, _) if ahead => "bar mark ahead",
        (End::Unknown, _) => "bar mark",
        (End::Open, true) => "bar open words",
        (End::Open, false) => "bar open",
        (End::At, true) if ahead => "bar ahead words",
        (End::At, false) if ahead => "bar ahead",
        (End::At, true) => "bar words",
        (End::At, false) => "bar",
    }
}

/// A count in place of bars.
pub fn bubble(scene: Scene<'_>, band: u32, bubble: &Bubble, y: f64) -> Result<Element, JsValue> {
    let lang = scene.locale.lang();
    let item = element("li", "")?;
    let button = element("button", "bubble")?;
    let count = format::count(lang, bubble.count);
    let label = fill(lang.pick(&words::BUBBLE), &[("n", &count)]);
    // Two digits more than fit, so thousands are short.
    let short = if bubble.count < 1000 { count } else { "999+".to_owned() };
    button.set_text_content(Some(&short));
    for (name, value) in [
        ("type", "button"),
        ("aria-label", &label),
        ("title", &label),
        ("data-phase", bubble.phase.id()),
        (
            "data-bubble",
            &[band.to_string(), bubble.from.to_string(), bubble.to.to_string()].join("/"),
        ),
        ("data-count", &bubble.count.to_string()),
    ] {
        button.set_attribute(name, value)?;
    }
    stand(&item, &in_band((whole(bubble.x), whole(y), whole(bubble.width))));
    item.append_child(&button)?;
    Ok(item.into())
}
