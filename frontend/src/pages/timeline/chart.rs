//! The chart: what stands where in its window, what keys do, and when it is drawn. What the pointer does is in [`pointer`], what it all looks
//! like in [`view`].

mod pointer;
mod view;

use super::axis::Scale;
use super::items::Key;
use super::layout::{LANE, Picture, picture};
use super::paint::{Painter, Scene};
use super::state::TimelineState;
use super::zoom::{moved, zoomed};
use crate::i18n::Locale;
use crate::ui::effect::effect;
use crate::url_state::Entry;
use hashbrown::HashSet;
use leptos::{html, prelude::*};
use table::view::timeline::Range;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use pointer::Tip;
pub use view::ChartView;

/// Width below which labels stand above the lanes; the style sheet's breakpoint.
const NARROW: f64 = 720.0;
/// Height of the axis, which covers the upper edge of the window.
const AXIS: f64 = 44.0;

/// What is laid out, and what the chart knows of its window.
#[derive(Clone, Copy)]
pub struct Chart {
    timeline: TimelineState,
    root: NodeRef<html::Div>,
    track: NodeRef<html::Div>,
    canvas: NodeRef<html::Div>,
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
    /// Which change of what matches was drawn last.
    drawn: RwSignal<u64>,
    /// The bar that gets the focus when it is drawn.
    wanted: StoredValue<Option<Key>>,
    /// Whether bars that are not there yet, or have no words, wait for the next frame.
    finishing: StoredValue<bool>,
    /// Whether all bars that belong into the window are there.
    whole: RwSignal<bool>,
    /// Where a drag began, and where it is, in pixels of the track.
    drag: RwSignal<Option<(f64, f64)>>,
    tip: RwSignal<Option<Tip>>,
}

impl Chart {
    /// The chart of a timeline.
    pub fn new(timeline: TimelineState) -> Self {
        let size = RwSignal::new((0.0, 0.0, 0.0));
        let unfolded = RwSignal::new(HashSet::<String>::new());
        let picture = Memo::new(move |_| {
            let (track, width, height) = size.get();
            let scale = timeline.scale(track);
            let now = timeline.now.get();
            unfolded.with(|unfolded| {
                timeline.found.with(|found| {
                    let is = |band: u32| {
                        let band = found.bands.all.get(band as usize);
                        band.is_some_and(|band| unfolded.contains(&band.key))
                    };
                    picture(&found.all, scale, now, width < NARROW, height - AXIS, is)
                })
            })
        });
        let chart = Self {
            timeline,
            root: NodeRef::new(),
            track: NodeRef::new(),
            canvas: NodeRef::new(),
            size,
            top: RwSignal::new(0.0),
            picture,
            unfolded,
            current: RwSignal::new(None),
            painter: StoredValue::new_local(Painter::default()),
            drawing: StoredValue::new(false),
            drawn: RwSignal::new(0),
            wanted: StoredValue::new(None),
            finishing: StoredValue::new(false),
            whole: RwSignal::new(true),
            drag: RwSignal::new(None),
            tip: RwSignal::new(None),
        };
        chart.observe();
        chart
    }

    /// Whether bars may come, go or move by themselves; tracked.
    pub fn busy(self) -> bool {
        self.timeline.busy() || !self.whole.get() || self.drawn.get() != self.timeline.found.version()
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
        effect(move || {
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
        self.timeline.look(zoomed(&scale, factor, around), false, entry);
    }

    fn pan(self, part: f64) {
        self.tip.set(None);
        self.timeline.look(moved(&self.scale(), part), false, Entry::Burst);
    }

    /// Goes back to the usual stretch of time.
    pub fn reset(self) {
        self.timeline.view.step(|view| view.with_range(Range::default()));
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
        let all: Vec<(Key, f64)> = self.timeline.found.with_untracked(|found| {
            self.picture.with_untracked(|picture| {
                let bars = picture
                    .places
                    .iter()
                    .flat_map(|place| place.packed.bars.iter().map(move |bar| (place, bar)));
                let bars = bars.filter_map(|(place, bar)| {
                    let item = found.all.items.get(bar.item)?;
                    #[expect(clippy::cast_precision_loss, reason = "a handful of lanes")]
                    let y = place.top + place.lanes + bar.lane as f64 * LANE;
                    Some((item.key(), y))
                });
                bars.collect()
            })
        });
        let at = self.current.get_untracked();
        let at = all.iter().position(|(key, _)| Some(*key) == at);
        // Out of sight the walk begins with the first.
        let next = at.map_or(0, |at| at.saturating_add_signed(by).min(all.len().saturating_sub(1)));
        let Some((key, y)) = all.get(next).copied() else {
            return;
        };
        if let Some(root) = self.root.get_untracked() {
            let (top, height) = (f64::from(root.scroll_top()), self.size.get_untracked().2);
            // The axis covers the upper edge.
            if y < top || y + 2.0 * LANE > top + height - AXIS {
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

    /// Draws with the next frame, however often it is asked to until then: a key that is held asks more often than that.
    fn draw_soon(self, locale: Locale) {
        if self.drawing.get_value() {
            return;
        }
        self.drawing.set_value(true);
        request_animation_frame(move || {
            // The page may have been left meanwhile.
            if self.drawing.try_set_value(false).is_none() {
                self.draw(locale);
            }
        });
    }

    fn draw(self, locale: Locale) {
        let Some(canvas) = self.canvas.get_untracked() else {
            return;
        };
        let focused = self.has_focus();
        let drawn = untrack(|| {
            self.picture.with(|picture| {
                let scene = Scene {
                    timeline: self.timeline,
                    locale,
                    picture,
                    window: (self.top.get(), self.size.get().2),
                    current: self.current.get(),
                };
                self.painter.try_update_value(|painter| painter.paint(&canvas, scene))
            })
        });
        let more = match drawn {
            Some(Err(error)) => {
                leptos::logging::error!("signalbox: the timeline could not be drawn: {error:?}");
                false
            }
            drawn => matches!(drawn, Some(Ok(true))),
        };
        if self.whole.get_untracked() == more {
            self.whole.set(!more);
        }
        self.drawn.set(self.timeline.found.version_untracked());
        self.finish_soon(locale);
        if let Some(key) = self.wanted.try_update_value(Option::take).flatten() {
            // Not while the painter is held: what gets the focus may be given its words.
            if let Some(link) = self.painter.with_value(|painter| painter.link(key).cloned()) {
                drop(link.focus());
            }
        }
        // A bar that went out of sight takes the focus with it; the keys must go on working.
        if focused && !self.has_focus() {
            self.focus();
        }
    }

    /// With the next frame, and the ones after it, makes the bars that are not there yet, then gives words to those that have none: a few at a
    /// time, so that no frame takes long.
    fn finish_soon(self, locale: Locale) {
        if self.finishing.get_value() {
            return;
        }
        self.finishing.set_value(true);
        request_animation_frame(move || {
            if self.finishing.try_set_value(false).is_some() || self.drawing.try_get_value() != Some(false) {
                // The page has been left, or a drawing comes with this very frame.
                return;
            }
            if !self.whole.get_untracked() {
                return self.draw(locale);
            }
            let lang = untrack(|| locale.lang());
            let more = self
                .painter
                .try_update_value(|painter| painter.describe(self.timeline, lang));
            if matches!(more, Some(Ok(true))) {
                self.finish_soon(locale);
            }
        });
    }

    /// Gives words to a bar that somebody is on, if it has none: it leads nowhere without.
    fn describe_now(self, bar: &Element, locale: Locale) {
        // What it stands for may be known only when all is drawn again.
        if self.drawing.get_value() {
            self.draw(locale);
        }
        let lang = untrack(|| locale.lang());
        self.painter
            .update_value(|painter| drop(painter.describe_now(bar, self.timeline, lang)));
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
}
