//! Draws the rows in sight. Elements are made once and reused; of those, only what differs from the last drawing is touched, because every
//! change of the document costs more than deciding that there is none.

use super::cell::{self, Look, Shown};
use super::ours::Watch;
use super::scroll::Scroll;
use super::{Active, offer};
use crate::i18n::{Lang, Locale, words};
use crate::screen::Screen;
use catalog::{Column, Format, Kind};
use leptos::prelude::*;
use table::rows::Change;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Text};

/// The row elements of a grid.
#[derive(Default)]
pub struct Painter {
    rows: Vec<Row>,
    columns: Vec<usize>,
    style: Option<Style>,
    /// Counts changes of whatever all rows depend on.
    epoch: u64,
    /// How often somebody else had changed the rows when they were drawn last.
    meddled: u64,
}

/// What the look of every row depends on.
#[derive(Clone, PartialEq)]
struct Style {
    generation: u64,
    lang: Lang,
    now: i64,
    zone: Option<String>,
}

/// What a row element shows.
#[derive(Clone, Copy, PartialEq)]
struct State {
    epoch: u64,
    position: usize,
    row: u32,
    open: bool,
    active: Option<usize>,
    offering: Option<usize>,
    change: Change,
}

struct Row {
    element: HtmlElement,
    cells: Vec<Cell>,
    /// `None` while the element is not in the document.
    state: Option<State>,
    id: String,
    y: Option<f64>,
}

struct Cell {
    element: HtmlElement,
    text: Text,
    index: usize,
    column: &'static Column,
    shown: Shown,
    /// Whether it is marked as changed.
    changed: bool,
    /// The DOM id, which only the active cell has.
    id: Option<String>,
    offer: Option<Element>,
}

/// Everything that a drawing needs, read by the effect that draws.
#[derive(Clone, Copy)]
pub struct Scene {
    /// The page.
    pub screen: Screen,
    /// What is in sight.
    pub scroll: Scroll,
    /// Language.
    pub locale: Locale,
    /// Where the keyboard is.
    pub active: Active,
    /// The cell that offers something.
    pub offering: Option<Active>,
    /// Whether somebody else has changed the rows.
    pub watch: Watch,
}

impl Painter {
    /// Draws the rows in sight into `body`. Reads signals: to be called in an effect.
    ///
    /// # Errors
    /// When the browser refuses an element, which it never does in a document.
    pub fn paint(&mut self, body: &Element, scene: Scene) -> Result<(), JsValue> {
        let Scene {
            screen, scroll, locale, ..
        } = scene;
        let style = Style {
            generation: screen.engine.version(),
            lang: locale.lang(),
            now: screen.now.get(),
            zone: screen.zone.get(),
        };
        if self.style.as_ref() != Some(&style) {
            self.epoch += 1;
        }
        let elements = scroll.viewport.get().slots();
        let columns = screen.columns.get();
        if self.columns != columns {
            self.rows.drain(..).for_each(|row| row.element.remove());
            self.columns = columns;
        }
        while self.rows.len() < elements {
            let row = Row::new(screen.table, &self.columns)?;
            self.rows.push(row);
        }
        self.rows.drain(elements..).for_each(|row| row.element.remove());
        let look = Look {
            lang: style.lang,
            now: style.now,
            zone: style.zone.as_deref(),
            full: false,
        };
        let open = screen.open.get();
        let place = |at: Active, position| (at.row == Some(position)).then_some(at.column);
        let times = scene.watch.times.get();
        let meddled = std::mem::replace(&mut self.meddled, times) != times;
        let doubtful = scene.watch.doubtful();
        for (element, row) in self.rows.iter_mut().enumerate() {
            let state = scroll.row_of(element).and_then(|position| {
                let row = screen.row_at(position)?;
                Some(State {
                    epoch: self.epoch,
                    position,
                    row,
                    change: screen.change(row),
                    open: open == Some(position),
                    active: place(scene.active, position),
                    offering: scene.offering.and_then(|at| place(at, position)),
                })
            });
            if (meddled || doubtful && row.state != state) && !row.is_ours() {
                row.element.remove();
                *row = Row::new(screen.table, &self.columns)?;
            }
            row.paint(body, scene, look, state)?;
        }
        self.style = Some(style);
        Ok(())
    }
}

impl Row {
    fn new(table: &'static catalog::Table, columns: &[usize]) -> Result<Self, JsValue> {
        let element: HtmlElement = document().create_element("div")?.unchecked_into();
        element.set_attribute("role", "row")?;
        let mut cells = Vec::with_capacity(columns.len());
        for (place, index) in columns.iter().enumerate() {
            if let Some(column) = table.columns().nth(*index) {
                let cell = Cell::new(column, *index, place)?;
                element.append_child(&cell.element)?;
                cells.push(cell);
            }
        }
        Ok(Self {
            element,
            cells,
            state: None,
            id: String::new(),
            y: None,
        })
    }

    /// Whether the row consists of what was drawn. Translators and other extensions put nodes of their own into the document, in which the values of
    /// one row would stay when the element shows another.
    fn is_ours(&self) -> bool {
        self.cells.iter().all(|cell| {
            let first = cell.element.first_child();
            self.element.contains(Some(&cell.text))
                && first.is_some_and(|first| first.is_same_node(Some(&cell.text)))
                && match (cell.text.next_sibling(), &cell.offer) {
                    (None, None) => true,
                    (Some(next), Some(offer)) => next.is_same_node(Some(offer)) && offer.next_sibling().is_none(),
                    _ => false,
                }
        })
    }

    fn paint(&mut self, body: &Element, scene: Scene, look: Look<'_>, state: Option<State>) -> Result<(), JsValue> {
        let Some(state) = state else {
            if self.state.take().is_some() {
                self.element.remove();
            }
            return Ok(());
        };
        let y = scene.scroll.y(state.position);
        if self.y.replace(y) != Some(y) {
            self.element
                .style()
                .set_property("transform", &format!("translateY({}px)", ::table::number::text(y)))?;
        }
        let before = self.state.replace(state);
        if before == Some(state) {
            return Ok(());
        }
        if before.is_none_or(|before| before.position != state.position) {
            self.element
                .set_attribute("aria-rowindex", &(state.position + 2).to_string())?;
        }
        let class = |state: &State| (state.open, state.position % 2, state.change.new, state.change.gone);
        if before.is_none_or(|before| class(&before) != class(&state)) {
            let stripe = if state.position % 2 == 1 { " odd" } else { "" };
            let open = if state.open { " open" } else { "" };
            let change = match state.change {
                Change { gone: true, .. } => " gone",
                Change { new: true, .. } => " new",
                _ => "",
            };
            self.element.set_class_name(&["row", stripe, open, change].concat());
            self.element
                .set_attribute("aria-selected", if state.open { "true" } else { "false" })?;
        }
        let same = before.is_some_and(|before| (before.epoch, before.row) == (state.epoch, state.row));
        scene.screen.data.rows.with_untracked(|rows| {
            if !same {
                let id = rows.id(state.row);
                if id != self.id {
                    self.element.set_attribute("data-row-id", &id)?;
                    self.id = id;
                }
            }
            for (place, cell) in self.cells.iter_mut().enumerate() {
                if !same {
                    cell.show(cell::show(rows, state.row, cell.index, cell.column, look))?;
                }
                cell.change(state.change.columns >> cell.index & 1 == 1, scene.locale)?;
                let at = Active {
                    row: Some(state.position),
                    column: place,
                };
                cell.mark((state.active == Some(place)).then(|| at.dom_id()))?;
                let offering = state.offering == Some(place);
                cell.offer(
                    offering.then(|| {
                        let values = cell::values(rows, state.row, cell.index);
                        let thing = |value: &String| crate::links::to_named(scene.screen.table, cell.column.id, value);
                        (values.len() > 1, values.first().and_then(thing))
                    }),
                    scene.locale,
                )?;
            }
            Ok::<(), JsValue>(())
        })?;
        if before.is_none() {
            body.append_child(&self.element)?;
        }
        Ok(())
    }
}

impl Cell {
    fn new(column: &'static Column, index: usize, place: usize) -> Result<Self, JsValue> {
        let element: HtmlElement = document().create_element("div")?.unchecked_into();
        element.set_class_name(match (column.kind, column.format) {
            (Kind::Number, _) => "cell number",
            (_, Format::Id | Format::Code) => "cell code",
            _ => "cell",
        });
        element.set_attribute("role", "gridcell")?;
        element.set_attribute("aria-colindex", &(place + 1).to_string())?;
        element.set_attribute("data-column", column.id)?;
        let text = document().create_text_node("");
        element.append_child(&text)?;
        Ok(Self {
            element,
            text,
            index,
            column,
            shown: Shown::default(),
            changed: false,
            id: None,
            offer: None,
        })
    }

    fn show(&mut self, shown: Shown) -> Result<(), JsValue> {
        if shown.text != self.shown.text {
            // Not `set_data`, before which boot.js asks where the text is: the painter knows, and this is done some hundred times a key.
            self.text.set_text_content(Some(&shown.text));
        }
        attribute(
            &self.element,
            "data-value",
            self.shown.value.as_deref(),
            shown.value.as_deref(),
        )?;
        match &shown.title {
            title if *title == self.shown.title => {}
            // As a property, whose name need not cross over to the browser each time.
            Some(title) => self.element.set_title(title),
            None => self.element.remove_attribute("title")?,
        }
        let phase = |shown: &Shown| shown.phase.map(catalog::Phase::id);
        attribute(&self.element, "data-phase", phase(&self.shown), phase(&shown))?;
        self.shown = shown;
        Ok(())
    }

    /// Marks the value as another than before, or takes the mark away.
    fn change(&mut self, changed: bool, locale: Locale) -> Result<(), JsValue> {
        let word = |changed: bool| changed.then(|| untrack(|| locale.pick(&words::CHANGED)));
        attribute(&self.element, "aria-description", word(self.changed), word(changed))?;
        self.changed = changed;
        Ok(())
    }

    fn mark(&mut self, id: Option<String>) -> Result<(), JsValue> {
        attribute(&self.element, "id", self.id.as_deref(), id.as_deref())?;
        self.id = id;
        Ok(())
    }

    /// Shows or takes away the buttons, given whether the cell has several values and the address of the thing that it names.
    fn offer(&mut self, what: Option<(bool, Option<String>)>, locale: Locale) -> Result<(), JsValue> {
        match (what, self.offer.take()) {
            (Some((several, thing)), before) => {
                if let Some(before) = before {
                    before.remove();
                }
                let buttons = offer::buttons(locale, several, thing.as_deref())?;
                self.element.append_child(&buttons)?;
                self.offer = Some(buttons);
            }
            (None, Some(before)) => before.remove(),
            (None, None) => {}
        }
        Ok(())
    }
}

/// Brings an attribute from one value to another; `None` is its absence.
fn attribute(element: &Element, name: &str, before: Option<&str>, after: Option<&str>) -> Result<(), JsValue> {
    match after {
        _ if before == after => Ok(()),
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    }
}
