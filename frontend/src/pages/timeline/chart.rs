//! The chart: what it does when it is dragged over, clicked, scrolled, and typed at. What it looks like is in [`view`].

mod view;

use super::axis::Scale;
use super::items::Key;
use super::layout::{Picture, picture};
use super::paint::{Painter, Scene};
use super::range::{SHORTEST, moved, zoomed};
use super::state::Stage;
use super::words::Words;
use crate::i18n::{Locale, format};
use crate::view_state::Entry;
use leptos::{ev, html, prelude::*};
use std::collections::HashSet;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

pub use view::ChartView;

/// Width below which labels stand above the lanes; the style sheet's breakpoint.
const NARROW: f64 = 720.0;
/// Height of the axis, which covers the upper edge of the window.
const AXIS: f64 = 44.0;
/// A drag shorter than this is a click.
const DRAG: f64 = 5.0;

/// What is laid out, and what the chart knows of its window.
#[derive(Clone, Copy)]
pub struct Chart {
    stage: Stage,
    root: NodeRef<html::Div>,
    track: NodeRef<html::Div>,
    /// Width of the stretch of time, width and height of the window, in pixels.
    size: RwSignal<(f64, f64, f64)>,
    top: RwSignal<f64>,
    /// Where everything stands.
    pub picture: Memo<Picture>,
    /// The bands with more lanes than usual, by key, so that they stay so when others come.
    unfolded: RwSignal<HashSet<String>>,
    current: RwSignal<Option<Key>>,
    painter: StoredValue<Painter, LocalStorage>,
    /// Whether a drawing waits for the next frame.
    drawing: StoredValue<bool>,
    /// The bar that gets the focus when it is drawn.
    wanted: StoredValue<Option<Key>>,
    /// Whether bars without words wait for the next frame.
    describing: StoredValue<bool>,
    /// Where a drag began, and where it is, in pixels of the track.
    drag: RwSignal<Option<(f64, f64)>>,
    tip: RwSignal<Option<Tip>>,
}

/// The words about a bar, and where.
#[derive(Clone, PartialEq)]
struct Tip {
    left: f64,
    top: f64,
    below: bool,
    title: String,
    phase: catalog::Phase,
    lines: [String; 3],
}

impl Chart {
    /// A chart of what the stage shows.
    pub fn new(stage: Stage) -> Self {
        let size = RwSignal::new((0.0, 0.0, 0.0));
        let unfolded = RwSignal::new(HashSet::<String>::new());
        let picture = Memo::new(move |_| {
            stage.changed.track();
            let (track, width, height) = size.get();
            let scale = stage.scale(track);
            let now = stage.now.get();
            unfolded.with(|unfolded| {
                stage.found.with_value(|found| {
                    let is = |band: u32| {
                        let band = found.bands.all.get(band as usize);
                        band.is_some_and(|band| unfolded.contains(&band.key))
                    };
                    picture(&found.items, scale, now, width < NARROW, height - AXIS, is)
                })
            })
        });
        let chart = Self {
            stage,
            root: NodeRef::new(),
            track: NodeRef::new(),
            size,
            top: RwSignal::new(0.0),
            picture,
            unfolded,
            current: RwSignal::new(None),
            painter: StoredValue::new_local(Painter::default()),
            drawing: StoredValue::new(false),
            wanted: StoredValue::new(None),
            describing: StoredValue::new(false),
            drag: RwSignal::new(None),
            tip: RwSignal::new(None),
        };
        chart.observe();
        chart
    }

    fn measure(self) {
        let (Some(root), Some(track)) = (
            self.root.try_get_untracked().flatten(),
            self.track.try_get_untracked().flatten(),
        ) else {
            return;
        };
        let size = (
            f64::from(track.client_width()),
            f64::from(root.client_width()),
            f64::from(root.client_height()),
        );
        if self.size.get_untracked() != size {
            self.size.set(size);
        }
    }

    fn observe(self) {
        let measure = Closure::<dyn FnMut(JsValue)>::new(move |_| self.measure());
        let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            return;
        };
        let observer = StoredValue::new_local((observer, measure));
        Effect::new(move |_| {
            if let (Some(root), Some(track)) = (self.root.get(), self.track.get()) {
                observer.with_value(|(observer, _)| {
                    observer.observe(&root);
                    observer.observe(&track);
                });
                self.measure();
            }
        });
        on_cleanup(move || {
            observer.try_with_value(|(observer, _)| observer.disconnect());
        });
    }

    fn scale(self) -> Scale {
        self.picture.with_untracked(|picture| picture.scale)
    }

    /// Zooms around the middle, or around an instant.
    pub fn zoom(self, factor: f64, around: Option<i64>, entry: Entry) {
        let scale = self.scale();
        let around = around.unwrap_or(scale.from + scale.span() / 2);
        self.tip.set(None);
        self.stage.look(zoomed(&scale, factor, around), false, entry);
    }

    fn pan(self, part: f64) {
        self.tip.set(None);
        self.stage.look(moved(&self.scale(), part), false, Entry::Burst);
    }

    /// Goes back to the usual stretch of time.
    pub fn reset(self) {
        self.stage
            .change(Entry::Step, |board| board.with_range(super::range::Range::default()));
    }

    /// Does what a key says; `false` for keys that mean nothing here.
    pub fn key(self, key: &str) -> bool {
        match key {
            "+" | "=" => self.zoom(0.5, None, Entry::Burst),
            "-" => self.zoom(2.0, None, Entry::Burst),
            "0" => self.reset(),
            "ArrowLeft" => self.pan(-0.1),
            "ArrowRight" => self.pan(0.1),
            "j" => self.walk(1),
            "k" => self.walk(-1),
            "Escape" if self.tip.with_untracked(Option::is_some) => self.tip.set(None),
            _ => return false,
        }
        true
    }

    /// Moves the focus to the next bar, or the one before, in reading order.
    fn walk(self, by: isize) {
        let all: Vec<(Key, f64, f64)> = self.stage.found.with_value(|found| {
            self.picture.with_untracked(|picture| {
                let bars = picture
                    .places
                    .iter()
                    .flat_map(|place| place.packed.bars.iter().map(move |bar| (place, bar)));
                let bars = bars.filter_map(|(place, bar)| {
                    let item = found.items.get(bar.item)?;
                    #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
                    let y = place.top + place.lanes + bar.lane as f64 * super::layout::LANE;
                    Some((item.key(), y, place.top))
                });
                bars.collect()
            })
        });
        let at = self.current.get_untracked();
        let at = all.iter().position(|(key, ..)| Some(*key) == at);
        // Out of sight the walk begins with the first.
        let next = at.map_or(0, |at| at.saturating_add_signed(by).min(all.len().saturating_sub(1)));
        let Some((key, y, _)) = all.get(next).copied() else {
            return;
        };
        if let Some(root) = self.root.get_untracked() {
            let (top, height) = (f64::from(root.scroll_top()), self.size.get_untracked().2);
            // The axis covers the upper edge.
            if y < top || y + 2.0 * super::layout::LANE > top + height - AXIS {
                #[expect(clippy::cast_possible_truncation, reason = "a place on a screen")]
                root.set_scroll_top((y - height / 3.0).max(0.0) as i32);
                self.scrolled();
            }
        }
        self.current.set(Some(key));
        // The bar may come into the document only when it is drawn.
        self.wanted.set_value(Some(key));
    }

    fn scrolled(self) {
        if let Some(root) = self.root.get_untracked() {
            self.top.set(f64::from(root.scroll_top()));
            self.tip.set(None);
        }
    }

    fn x(self, event: &ev::MouseEvent) -> f64 {
        let left = self
            .track
            .get_untracked()
            .map_or(0.0, |track| track.get_bounding_client_rect().left());
        let width = self.size.get_untracked().0;
        (f64::from(event.client_x()) - left).clamp(0.0, width)
    }

    /// A drag begins on the axis, or with a mouse on the ground between the bars.
    fn press(self, event: &ev::PointerEvent) {
        let target = target(event);
        let on = |css: &str| {
            target
                .as_ref()
                .is_some_and(|target| target.closest(css).ok().flatten().is_some())
        };
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

    fn release(self) {
        let Some((begin, end)) = self.drag.get_untracked() else {
            return;
        };
        self.drag.set(None);
        if (begin - end).abs() >= DRAG {
            let scale = self.scale();
            self.stage
                .look((scale.at(begin.min(end)), scale.at(begin.max(end))), true, Entry::Step);
        }
    }

    /// A click on a count shows what it stands for; one on a fold shows more lanes or fewer.
    fn click(self, event: &ev::MouseEvent) {
        let Some(target) = target(event) else { return };
        let value = |name: &str| {
            let found = target.closest(&["[", name, "]"].concat()).ok().flatten();
            found.and_then(|found| found.get_attribute(name))
        };
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
        self.stage
            .look((from.max(scale.from) - room, to + room), true, Entry::Step);
        self.focus();
    }

    fn fold(self, band: u32) {
        let key = self
            .stage
            .found
            .with_value(|found| found.bands.all.get(band as usize).map(|band| band.key.clone()));
        if let Some(key) = key {
            self.unfolded.update(|unfolded| {
                if !unfolded.remove(&key) {
                    unfolded.insert(key);
                }
            });
        }
    }

    /// Draws with the next frame, however often it is asked to until then: a key that is held asks more often than that.
    fn draw_soon(self, canvas: Element, locale: Locale) {
        if self.drawing.get_value() {
            return;
        }
        self.drawing.set_value(true);
        request_animation_frame(move || {
            // The page may have been left meanwhile.
            if self.drawing.try_set_value(false).is_none() {
                untrack(|| self.draw(&canvas, locale));
            }
        });
    }

    fn draw(self, canvas: &Element, locale: Locale) {
        let focused = self.has_focus();
        let drawn = self.picture.with(|picture| {
            let scene = Scene {
                stage: self.stage,
                locale,
                picture,
                window: (self.top.get(), self.size.get().2),
                current: self.current.get(),
            };
            self.painter.try_update_value(|painter| painter.paint(canvas, scene))
        });
        if let Some(Err(error)) = drawn {
            leptos::logging::error!("signalbox: the timeline could not be drawn: {error:?}");
        }
        self.describe_soon(locale);
        if let Some(key) = self.wanted.try_update_value(Option::take).flatten() {
            self.painter.with_value(|painter| {
                if let Some(link) = painter.link(key) {
                    drop(link.focus());
                }
            });
        }
        // A bar that went out of sight takes the focus with it; the keys must go on working.
        if focused && !self.has_focus() {
            self.focus();
        }
    }

    /// Gives words to the bars that have none, a few at a time, until all have some.
    fn describe_soon(self, locale: Locale) {
        if self.describing.get_value() {
            return;
        }
        self.describing.set_value(true);
        request_animation_frame(move || {
            self.describing.try_set_value(false);
            let lang = untrack(|| locale.lang());
            let more = self
                .painter
                .try_update_value(|painter| painter.describe(self.stage, lang));
            if matches!(more, Some(Ok(true))) {
                self.describe_soon(locale);
            }
        });
    }

    /// Whether the keyboard is in the chart.
    fn has_focus(self) -> bool {
        let root = self.root.get_untracked();
        root.is_some_and(|root| root.contains(document().active_element().as_deref()))
    }

    /// Hands the keyboard to the chart.
    pub fn focus(self) {
        if let Some(root) = self.root.get_untracked() {
            drop(root.focus());
        }
    }

    /// The wheel with Ctrl zooms where the pointer is; sideways it pans.
    fn wheel(self, event: &ev::WheelEvent) {
        if event.ctrl_key() {
            event.prevent_default();
            let around = self.scale().at(self.x(event));
            let factor = if event.delta_y() > 0.0 { 1.25 } else { 0.8 };
            self.zoom(factor, Some(around), Entry::Burst);
        } else if event.delta_x().abs() > event.delta_y().abs() {
            event.prevent_default();
            self.pan(event.delta_x() / self.size.get_untracked().0.max(1.0));
        }
    }

    /// Shows the words about the bar that an event is on, or none.
    fn point(self, event: &ev::Event, locale: Locale) {
        let link = target(event).and_then(|target| target.closest("[data-key]").ok().flatten());
        let Some(link) = link.filter(|_| self.drag.with_untracked(Option::is_none)) else {
            return self.tip.set(None);
        };
        let key = link.get_attribute("data-key");
        let key = key.as_ref().and_then(|key| {
            let (table, row) = key.split_once('/')?;
            Some((table.parse().ok()?, row.parse().ok()?))
        });
        let Some(key) = key else { return };
        if event.type_() == "focusin" {
            self.current.set(Some(key));
        }
        let (lang, zone) = (untrack(|| locale.lang()), self.stage.zone.get_untracked());
        let now = self.stage.now.get_untracked();
        let tip = self.stage.found.with_value(|found| {
            let item = found.items.iter().find(|item| item.key() == key)?;
            self.stage.layers.with_value(|layers| {
                let layer = layers.get(usize::from(item.table))?;
                let words = Words::of(layer, item, lang, zone.as_deref());
                let rect = link.get_bounding_client_rect();
                // Four lines need so much room.
                let below = rect.bottom() + 120.0 < window_height();
                let relative = format::relative(lang, item.from, now);
                Some(Tip {
                    // The end of a long bar may be far out of sight.
                    left: rect.left(),
                    top: if below { rect.bottom() + 6.0 } else { rect.top() - 6.0 },
                    below,
                    title: words.title,
                    phase: item.phase,
                    lines: [
                        words.state,
                        [words.time.as_str(), " (", &relative, ")"].concat(),
                        [lang.pick(layer.table.label), " · ", &words.place].concat(),
                    ],
                })
            })
        });
        self.tip.set(tip);
    }
}

fn target(event: &ev::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether an event comes from a field that takes text.
pub fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| match element.tag_name().as_str() {
        "INPUT" => element.get_attribute("type").as_deref() != Some("checkbox"),
        tag => matches!(tag, "TEXTAREA" | "SELECT"),
    })
}

fn window_height() -> f64 {
    let height = window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or_default()
}
