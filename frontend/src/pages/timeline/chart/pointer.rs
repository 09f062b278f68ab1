//! What the pointer does in the chart: it drags, clicks, turns its wheel, and asks for the words about a bar.

use super::Chart;
use crate::i18n::{Locale, format};
use crate::pages::timeline::caption::Caption;
use crate::ui::timer::breathe;
use crate::url_state::Entry;
use leptos::{ev, prelude::*};
use table::view::timeline::SHORTEST;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

/// A drag shorter than this is a click.
const DRAG: f64 = 5.0;

/// What a turn of the wheel asks for.
enum Turn {
    /// A stretch so many times as long, around a place on the track.
    Zoom(f64, f64),
    /// The same length of time, moved by a part of it.
    Pan(f64),
}

/// The words about a bar, and where.
#[derive(Clone, PartialEq)]
pub struct Tip {
    /// Left edge in pixels of the window.
    pub left: f64,
    /// Upper edge, or the lower one of words that stand above their bar.
    pub top: f64,
    /// Whether they stand below it.
    pub below: bool,
    /// What the row is.
    pub title: String,
    /// What its dot says.
    pub phase: catalog::Phase,
    /// How, when and where.
    pub lines: [String; 3],
}

impl Chart {
    /// Where on the track an event is, in pixels.
    pub fn x(self, event: &ev::MouseEvent) -> f64 {
        let left = self
            .track
            .get_untracked()
            .map_or(0.0, |track| track.get_bounding_client_rect().left());
        let width = self.size.get_untracked().0;
        // Not `clamp`: it panics, and the words of that bring along how to print floats, which are 5 KB.
        (f64::from(event.client_x()) - left).min(width).max(0.0)
    }

    /// A bar may be about to be followed. A drag begins on the axis, or with a mouse on the ground between the bars.
    pub fn press(self, event: &ev::PointerEvent, locale: Locale) {
        if let Some(bar) = closest(event, ".bar") {
            return self.describe_now(&bar, locale);
        }
        let on = |css: &str| closest(event, css).is_some();
        if event.button() != 0 || on("a, button") || !(on(".axis") || event.pointer_type() == "mouse" && on(".canvas"))
        {
            return;
        }
        let x = self.x(event);
        self.drag.set(Some((x, x)));
        self.tip.set(None);
        if let Some(root) = self.root.get_untracked() {
            // Without it a drag ends where the pointer leaves the window.
            drop(root.set_pointer_capture(event.pointer_id()));
        }
    }

    /// A drag ends: what it went over comes into sight.
    pub fn release(self) {
        let Some((begin, end)) = self.drag.get_untracked() else {
            return;
        };
        self.drag.set(None);
        if (begin - end).abs() >= DRAG {
            let scale = self.scale();
            self.timeline
                .look((scale.at(begin.min(end)), scale.at(begin.max(end))), true, Entry::Step);
        }
    }

    /// A click on a count shows what it stands for; one on a fold shows more lanes or fewer.
    pub fn click(self, event: &ev::MouseEvent) {
        let value = |name: &str| closest(event, &["[", name, "]"].concat())?.get_attribute(name);
        if let Some(band) = value("data-fold").and_then(|band| band.parse().ok()) {
            return self.fold(band);
        }
        let Some(bubble) = value("data-bubble") else { return };
        let mut numbers = bubble.split('/');
        let band = numbers.next().and_then(|band| band.parse::<u32>().ok());
        let mut instant = || numbers.next()?.parse::<i64>().ok();
        let (Some(band), Some(from), Some(to)) = (band, instant(), instant()) else {
            return;
        };
        let scale = self.scale();
        // What begins at the same moment does not come apart however close one looks.
        if to - from < SHORTEST || scale.span() <= 2 * SHORTEST {
            return self.fold(band);
        }
        let room = (to - from) / 10 + SHORTEST / 2;
        self.timeline
            .look((from.max(scale.from) - room, to + room), true, Entry::Step);
        self.focus();
    }

    fn fold(self, band: u32) {
        let key = self
            .timeline
            .found
            .with_untracked(|found| found.bands.all.get(band as usize).map(|band| band.key.clone()));
        if let Some(key) = key {
            self.unfolded.update(|unfolded| {
                if !unfolded.remove(&key) {
                    unfolded.insert(key);
                }
            });
        }
    }

    /// The wheel with Ctrl zooms where the pointer is; sideways it pans. Not at once: the browser tells of a wheel just before it draws, so to lay
    /// everything out and to draw it would be one piece of work. The axis and the bars move together, with the next frame.
    pub fn wheel(self, event: &ev::WheelEvent) {
        let turn = if event.ctrl_key() {
            Turn::Zoom(if event.delta_y() > 0.0 { 1.25 } else { 0.8 }, self.x(event))
        } else if event.delta_x().abs() > event.delta_y().abs() {
            Turn::Pan(event.delta_x() / self.size.get_untracked().0.max(1.0))
        } else {
            return;
        };
        event.prevent_default();
        spawn_local(async move {
            breathe().await;
            // The page may have been left meanwhile.
            if self.drawing.try_get_value().is_none() {
                return;
            }
            match turn {
                Turn::Zoom(factor, x) => self.zoom(factor, Some(self.scale().at(x)), Entry::Burst),
                Turn::Pan(part) => self.pan(part),
            }
        });
    }

    /// Shows the words about the bar that an event is on, or none.
    pub fn point(self, event: &ev::Event, locale: Locale) {
        let Some(link) = closest(event, ".bar").filter(|_| self.drag.with_untracked(Option::is_none)) else {
            return self.tip.set(None);
        };
        self.describe_now(&link, locale);
        let key = link.get_attribute("data-key");
        let key = key.as_ref().and_then(|key| {
            let (table, row) = key.split_once('/')?;
            Some((table.parse().ok()?, row.parse().ok()?))
        });
        let Some(key) = key else { return };
        if event.type_() == "focusin" {
            self.current.set(Some(key));
        }
        let (lang, zone) = (untrack(|| locale.lang()), self.timeline.zone.get_untracked());
        let now = self.timeline.now.get_untracked();
        let tip = self.timeline.found.with_untracked(|found| {
            let item = self.picture.with_untracked(|picture| {
                let bars = picture.places.iter().flat_map(|place| &place.packed.bars);
                let mut items = bars.filter_map(|bar| found.all.items.get(bar.item));
                items.find(|item| item.key() == key)
            })?;
            self.timeline.layers.with_value(|layers| {
                let layer = layers.get(usize::from(item.table))?;
                let caption = Caption::of(layer, item, lang, zone.as_deref());
                let rect = link.get_bounding_client_rect();
                // Four lines need so much room.
                let below = rect.bottom() + 120.0 < window_height();
                let relative = format::relative(lang, item.from, now);
                Some(Tip {
                    // The end of a long bar may be far out of sight.
                    left: rect.left(),
                    top: if below { rect.bottom() + 6.0 } else { rect.top() - 6.0 },
                    below,
                    title: caption.title,
                    phase: item.phase,
                    lines: [
                        caption.state,
                        [caption.time.as_str(), " (", &relative, ")"].concat(),
                        [lang.pick(&layer.table.label), " · ", &caption.place].concat(),
                    ],
                })
            })
        });
        self.tip.set(tip);
    }
}

/// The innermost element of a kind that an event is on.
fn closest(event: &ev::Event, css: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(css).ok()?
}

fn window_height() -> f64 {
    let height = window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or_default()
}
