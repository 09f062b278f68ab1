//! Which rows are in sight. Browsers limit how tall an element may be, so very long lists are scrolled on a shorter scale.

use crate::ui::effect::{effect, effect_after};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Height of a row in CSS pixels; the style sheet's `--row`.
pub const ROW: f64 = 34.0;
/// Height of the header in CSS pixels; the style sheet's `--header`.
pub const HEADER: f64 = 36.0;
/// Rows kept ready above and below the visible ones. Each costs layout and paint with every key; a wheel's step is three rows.
const OVERSCAN: usize = 3;
/// The tallest body in CSS pixels. Firefox draws nothing that stands lower than 8.9 million of them.
const TALLEST: f64 = 8_000_000.0;
/// The tallest body in device pixels, of which Chromium allows 33,554,428. Zooming makes more of them, up to fifteen for one CSS pixel.
const TALLEST_ON_DEVICE: f64 = 33_000_000.0;

/// What the grid's box shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Viewport {
    /// Height of the box without the header, in CSS pixels.
    height: f64,
}

impl Viewport {
    /// Whole rows in sight.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a screen height in rows"
    )]
    pub fn rows(self) -> usize {
        (self.height / ROW).floor().max(1.0) as usize
    }

    /// Row elements needed to cover the box.
    pub fn slots(self) -> usize {
        if self.height == 0.0 {
            0
        } else {
            self.rows() + 2 + 2 * OVERSCAN
        }
    }
}

/// How a list lies in the body that is scrolled in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    /// Height of all rows.
    list: f64,
    /// Height of the body.
    body: f64,
    /// Height of what is in sight.
    view: f64,
}

impl Scale {
    /// Pixels of the list per pixel of the body: 1 unless the list is taller than browsers allow.
    fn factor(self) -> f64 {
        let room = self.body - self.view;
        if self.list <= self.body || room <= 0.0 {
            1.0
        } else {
            (self.list - self.view) / room
        }
    }

    /// The lowest place in the list.
    fn end(self) -> f64 {
        (self.list - self.view).max(0.0)
    }

    /// The place in the list where the body is scrolled to `top` of at most `most`. At either end that is the list's own, whatever the browser has
    /// rounded on the way.
    fn place(self, top: f64, most: f64) -> f64 {
        if self.list <= self.body {
            top
        } else if top + 1.0 >= most {
            self.end()
        } else {
            (top * self.factor()).min(self.end())
        }
    }
}

/// The tallest body at a device pixel ratio, as far as is known.
fn tallest(ratio: f64) -> f64 {
    (TALLEST_ON_DEVICE / ratio.max(1.0)).floor().min(TALLEST)
}

#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
fn tall(rows: usize) -> f64 {
    rows as f64 * ROW
}

/// The scroll state of a grid.
#[derive(Clone, Copy)]
pub struct Scroll {
    root: NodeRef<html::Div>,
    count: Memo<usize>,
    /// How far the box is scrolled.
    top: RwSignal<f64>,
    /// The place in the list at the box's upper edge: more exact than what the box is scrolled by, each pixel of which may be many of the list.
    place: RwSignal<f64>,
    /// What the box shows.
    pub viewport: RwSignal<Viewport>,
    /// The tallest body.
    limit: RwSignal<f64>,
    /// The same, as far as it follows from the zoom.
    ratio_limit: StoredValue<f64>,
    /// Height of the body in CSS pixels.
    pub height: Memo<f64>,
    scale: Memo<Scale>,
    /// First row that has an element.
    first: Memo<usize>,
}

impl Scroll {
    /// Follows the box `root`, which scrolls over `count` rows.
    pub fn new(root: NodeRef<html::Div>, count: Memo<usize>) -> Self {
        let known = tallest(window().device_pixel_ratio());
        let limit = RwSignal::new(known);
        let place = RwSignal::new(0.0_f64);
        let viewport = RwSignal::new(Viewport::default());
        let height = Memo::new(move |_| tall(count.get()).min(limit.get()));
        let scale = Memo::new(move |_| Scale {
            list: tall(count.get()),
            body: height.get(),
            view: viewport.get().height,
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row number")]
        let first = Memo::new(move |_| {
            let place = place.get().min(scale.with(|scale| scale.end()));
            ((place / ROW).floor().max(0.0) as usize).saturating_sub(OVERSCAN)
        });
        let scroll = Self {
            root,
            count,
            top: RwSignal::new(0.0),
            place,
            viewport,
            limit,
            ratio_limit: StoredValue::new(known),
            height,
            scale,
            first,
        };
        scroll.observe();
        scroll.obey();
        scroll.hold();
        scroll.turn();
        scroll
    }

    /// Keeps the viewport in step with the box, and the tallest body with the zoom, which changes the box too.
    fn observe(self) {
        let measure = Closure::<dyn FnMut(JsValue)>::new(move |_| self.measure());
        let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            return;
        };
        let observer = StoredValue::new_local((observer, measure));
        effect(move || {
            if let Some(root) = self.root.get() {
                observer.with_value(|(observer, _)| observer.observe(&root));
            }
        });
        // On another screen, a box of the same size may have other pixels.
        let resized = window_event_listener(ev::resize, move |_| self.measure());
        on_cleanup(move || {
            observer.try_with_value(|(observer, _)| observer.disconnect());
            resized.remove();
        });
    }

    fn measure(self) {
        let Some(root) = self.root.try_get_untracked().flatten() else {
            return;
        };
        let height = (f64::from(root.client_height()) - HEADER).max(0.0);
        if self.viewport.get_untracked() != (Viewport { height }) {
            self.viewport.set(Viewport { height });
        }
        let limit = tallest(window().device_pixel_ratio());
        if (self.ratio_limit.get_value() - limit).abs() > 1.0 {
            self.ratio_limit.set_value(limit);
            self.limit.set(limit);
        }
    }

    /// Takes a browser's word for how tall a body may be, where it allows less than is known of.
    fn obey(self) {
        effect(move || {
            let wanted = self.height.get();
            if wanted < 1_000_000.0 {
                return;
            }
            request_animation_frame(move || {
                let Some(root) = self.root.try_get_untracked().flatten() else {
                    return;
                };
                let allowed = f64::from(root.scroll_height()) - HEADER;
                if (self.height.get_untracked() - wanted).abs() < 1.0 && allowed > 0.0 && allowed + 2.0 < wanted {
                    self.limit.set(allowed);
                }
            });
        });
    }

    /// Keeps the place in a list whose scale has changed: it has grown, or the page is zoomed.
    fn hold(self) {
        effect_after(move |before: Option<Scale>| {
            let scale = self.scale.get();
            let scaled = |scale: Scale| scale.factor() > 1.0;
            if before.is_some_and(|before| before != scale && (scaled(before) || scaled(scale))) {
                // The body has its new height with the next frame; by then, its scroll position may be another.
                let place = self.place.get_untracked();
                request_animation_frame(move || self.go(place));
            }
            scale
        });
    }

    /// Lets a wheel move a very long list as far as any other.
    fn turn(self) {
        let long = Memo::new(move |_| self.scale.with(|scale| scale.factor()) > 1.0);
        let turned = Closure::<dyn FnMut(ev::WheelEvent)>::new(move |event: ev::WheelEvent| {
            if event.ctrl_key() || event.shift_key() || event.delta_x().abs() > event.delta_y().abs() {
                return;
            }
            let unit = match event.delta_mode() {
                ev::WheelEvent::DOM_DELTA_LINE => ROW,
                ev::WheelEvent::DOM_DELTA_PAGE => self.viewport.get_untracked().height,
                _ => 1.0,
            };
            event.prevent_default();
            self.go(self.place.get_untracked() + event.delta_y() * unit);
        });
        let turned = StoredValue::new_local(turned);
        effect_after(move |heard: Option<bool>| {
            let heard = heard.unwrap_or(false);
            let Some(root) = self.root.get() else { return heard };
            let long = long.get();
            // Only then: a box whose wheel is listened to is scrolled by the page's own thread.
            turned.with_value(|turned| {
                let turned = turned.as_ref().unchecked_ref();
                match (heard, long) {
                    (false, true) => _ = root.add_event_listener_with_callback("wheel", turned),
                    (true, false) => _ = root.remove_event_listener_with_callback("wheel", turned),
                    _ => {}
                }
            });
            long
        });
    }

    /// To be called when the box has scrolled.
    pub fn scrolled(self) {
        let Some(root) = self.root.get_untracked() else { return };
        let top = f64::from(root.scroll_top());
        // Not where it was sent: there it is more exactly than it can tell.
        if (top - self.top.get_untracked()).abs() > 0.5 {
            let most = f64::from(root.scroll_height() - root.client_height());
            let place = self.scale.get_untracked().place(top, most);
            self.top.set(top);
            self.place.set(place);
        }
    }

    /// The row that an element shows: elements keep their row while it stays in reach, so scrolling by one row changes one element.
    pub fn row_of(self, element: usize) -> Option<usize> {
        let slots = self.viewport.get().slots();
        let first = self.first.get();
        let row = first + (element + slots - first % slots.max(1)) % slots.max(1);
        (row < self.count.get()).then_some(row)
    }

    /// Whether a row has an element.
    pub fn has(self, row: usize) -> bool {
        let first = self.first.get();
        row >= first && row < first + self.viewport.get().slots() && row < self.count.get()
    }

    /// Where a row stands in the body, in CSS pixels.
    pub fn y(self, row: usize) -> f64 {
        let scale = self.scale.get();
        if scale.list <= scale.body {
            return tall(row);
        }
        tall(row) - self.place.get().min(scale.end()) + self.top.get()
    }

    /// Scrolls as little as brings a row into sight.
    pub fn show(self, row: usize) {
        let (place, view) = (self.place.get_untracked(), self.viewport.get_untracked().height);
        if tall(row) < place {
            self.go(tall(row));
        } else if tall(row + 1) > place + view {
            self.go(tall(row + 1) - view);
        }
    }

    /// Whether the box has a height yet; not tracked.
    pub fn is_seen(self) -> bool {
        self.viewport
            .try_get_untracked()
            .is_some_and(|viewport| viewport.slots() > 0)
    }

    /// The place in the list at the box's upper edge, as a row and the pixels of it that are above; and how far the box is scrolled to the right.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row number")]
    pub fn at(self) -> Option<(usize, f64, i32)> {
        let left = self.root.try_get_untracked().flatten()?.scroll_left();
        let place = self.place.get_untracked();
        let row = (place / ROW).floor() as usize;
        Some((row, place - tall(row), left))
    }

    /// Scrolls to what [`Scroll::at`] has said.
    pub fn return_to(self, (row, above, left): (usize, f64, i32)) {
        self.go(tall(row) + above);
        if let Some(root) = self.root.try_get_untracked().flatten() {
            root.set_scroll_left(left);
        }
    }

    /// Scrolls to the first row.
    pub fn to_top(self) {
        // Whoever types is there already: to go nowhere would lay the page out once more with every key.
        if self.place.try_get_untracked().is_some_and(|place| place > 0.0) {
            self.go(0.0);
        }
    }

    /// Scrolls to a place in the list.
    fn go(self, place: f64) {
        let Some(root) = self.root.try_get_untracked().flatten() else {
            return;
        };
        let Some(scale) = self.scale.try_get_untracked() else {
            return;
        };
        // Not `clamp`: it panics, and the words of that bring along how to print floats, which are 5 KB.
        let place = place.min(scale.end()).max(0.0);
        #[expect(clippy::cast_possible_truncation, reason = "a scroll position")]
        root.set_scroll_top((place / scale.factor()).round() as i32);
        let top = f64::from(root.scroll_top());
        self.top.set(top);
        self.place.set(if scale.factor() > 1.0 { place } else { top });
    }
}

#[cfg(test)]
mod tests {
    use super::{ROW, Scale, tall, tallest};

    /// A box as browsers scroll it: by whole pixels of the device, up to what they round to.
    fn most(scale: Scale, ratio: f64) -> f64 {
        ((scale.body - scale.view) * ratio).floor() / ratio
    }

    #[test]
    fn the_last_row_is_reached_at_any_device_pixel_ratio() {
        for ratio in [1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.625, 3.0, 4.0, 5.0, 7.5, 15.0] {
            assert!(tallest(ratio) * ratio <= 33_554_428.0, "{ratio}");
            for rows in [1, 50, 235_294, 235_295, 300_000, 1_000_000, 5_000_000] {
                for view in [34.0, 111.2, 144.0, 700.0, 2000.0] {
                    let scale = Scale {
                        list: tall(rows),
                        body: tall(rows).min(tallest(ratio)),
                        view,
                    };
                    let end = most(scale, ratio).max(0.0);
                    let lowest = scale.place(end, end);
                    let below = tall(rows) - (lowest + view);
                    assert!(below < 1.0, "{rows} rows at {ratio}: {below} pixels are never seen");
                    assert!(scale.place(0.0, end) <= 0.0 || end < 1.0);
                }
            }
        }
    }

    #[test]
    fn a_place_grows_with_the_scroll_position_and_skips_no_row_by_one_pixel() {
        let scale = Scale {
            list: tall(1_000_000),
            body: tallest(1.0),
            view: 700.0,
        };
        assert!(scale.factor() < ROW, "a pixel is {} pixels of the list", scale.factor());
        let most = most(scale, 1.0);
        let mut before = scale.place(0.0, most);
        for top in [1.0, 2.0, 3.0, 1000.0, most - 2.0, most - 1.0, most] {
            let now = scale.place(top, most);
            assert!(now > before || now >= scale.end(), "{top}");
            before = now;
        }
    }
}
