//! Which rows are in sight. Browsers limit how tall an element may be, so very long lists are scrolled on a shorter scale.

use leptos::{html, prelude::*};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Height of a row in CSS pixels; the style sheet's `--row`.
pub const ROW: f64 = 34.0;
/// Height of the header in CSS pixels; the style sheet's `--header`.
pub const HEADER: f64 = 36.0;
/// Rows kept ready above and below the visible ones. Each costs layout and paint with every key; a wheel's step is three rows.
const OVERSCAN: usize = 3;
/// The tallest body. Chromium allows 33,554,428 device pixels, a third of that on a phone with three of them per CSS pixel.
const TALLEST: f64 = 8_000_000.0;

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

/// The scroll state of a grid.
#[derive(Clone, Copy)]
pub struct Scroll {
    root: NodeRef<html::Div>,
    count: Memo<usize>,
    top: RwSignal<f64>,
    /// What the box shows.
    pub viewport: RwSignal<Viewport>,
    /// Height of the body in CSS pixels.
    pub height: Memo<f64>,
    /// First row that has an element.
    first: Memo<usize>,
}

#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
fn tall(rows: usize) -> f64 {
    rows as f64 * ROW
}

impl Scroll {
    /// Follows the box `root`, which scrolls over `count` rows.
    pub fn new(root: NodeRef<html::Div>, count: Memo<usize>) -> Self {
        let top = RwSignal::new(0.0_f64);
        let viewport = RwSignal::new(Viewport::default());
        let height = Memo::new(move |_| tall(count.get()).min(TALLEST));
        let scale = move || scale(count.get(), height.get(), viewport.get());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row number")]
        let first =
            Memo::new(move |_| ((top.get() * scale() / ROW).floor().max(0.0) as usize).saturating_sub(OVERSCAN));
        let scroll = Self {
            root,
            count,
            top,
            viewport,
            height,
            first,
        };
        scroll.observe();
        scroll
    }

    /// Keeps the viewport in step with the box.
    fn observe(self) {
        let measure = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            if let Some(root) = self.root.try_get_untracked().flatten() {
                let height = (f64::from(root.client_height()) - HEADER).max(0.0);
                if self.viewport.get_untracked() != (Viewport { height }) {
                    self.viewport.set(Viewport { height });
                }
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            return;
        };
        let observer = StoredValue::new_local((observer, measure));
        Effect::new(move |_| {
            if let Some(root) = self.root.get() {
                observer.with_value(|(observer, _)| observer.observe(&root));
            }
        });
        on_cleanup(move || {
            observer.try_with_value(|(observer, _)| observer.disconnect());
        });
    }

    /// To be called when the box has scrolled.
    pub fn scrolled(self) {
        if let Some(root) = self.root.get_untracked() {
            self.top.set(f64::from(root.scroll_top()));
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
        if tall(self.count.get()) <= TALLEST {
            return tall(row);
        }
        let (count, height, viewport, top) = (self.count.get(), self.height.get(), self.viewport.get(), self.top.get());
        tall(row) - top * scale(count, height, viewport) + top
    }

    /// Scrolls as little as brings a row into sight.
    pub fn show(self, row: usize) {
        let Some(root) = self.root.get_untracked() else { return };
        let (count, height, viewport) = (
            self.count.get_untracked(),
            self.height.get_untracked(),
            self.viewport.get_untracked(),
        );
        let scale = scale(count, height, viewport);
        let offset = f64::from(root.scroll_top()) * scale;
        let wanted = if tall(row) < offset {
            tall(row)
        } else if tall(row + 1) > offset + viewport.height {
            tall(row + 1) - viewport.height
        } else {
            return;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a scroll position")]
        root.set_scroll_top((wanted / scale).round() as i32);
    }

    /// Scrolls to the first row.
    pub fn to_top(self) {
        if let Some(root) = self.root.get_untracked() {
            root.set_scroll_top(0);
        }
    }
}

/// Pixels of the whole list per pixel of the body: 1 unless the list is taller than browsers allow.
fn scale(count: usize, height: f64, viewport: Viewport) -> f64 {
    let room = height - viewport.height;
    if tall(count) <= height || room <= 0.0 {
        1.0
    } else {
        (tall(count) - viewport.height) / room
    }
}
