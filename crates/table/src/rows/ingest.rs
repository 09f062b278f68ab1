//! Cloud objects into rows.

use super::dictionary::NewValue;
use super::item::{Full, Item};
use super::place::Place;
use super::reader::{Behind, behind};
use super::{Cell, Column, Rows, decode, scan};
use catalog::{Cells, Phase};
use serde::de::{Error as _, IgnoredAny};
use std::fmt;

/// Why a batch, or the rest of one, could not be taken in. What came before stays.
#[derive(Debug)]
pub enum IngestError {
    /// No such target.
    Target(u32),
    /// Not a JSON list.
    Json(serde_json::Error),
    /// More than 2³² rows or values, or 4 GiB of text in one column.
    Full,
}

impl fmt::Display for IngestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(target) => write!(f, "rows for target {target}, which was never announced"),
            Self::Json(error) => write!(f, "rows that are no JSON list: {error}"),
            Self::Full => f.write_str("more rows than fit in memory"),
        }
    }
}

impl std::error::Error for IngestError {}

impl From<Full> for IngestError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}

impl Rows {
    /// Takes in a JSON list of a target's items, and returns how many rows are new: items may hold several rows each, or repeat one that is
    /// known, which then takes its newer values. Items of any shape are taken.
    ///
    /// # Errors
    /// When the text is no JSON list; the items before the fault are taken. When the memory is full.
    pub fn ingest(&mut self, target: u32, items: &str) -> Result<usize, IngestError> {
        if self.targets.len() <= target as usize {
            return Err(IngestError::Target(target));
        }
        let before = self.len();
        self.page.clear();
        // Taken out so that rows can be changed while it is used.
        let mut item = std::mem::take(&mut self.item);
        let mut seen = false;
        let result = self.take_list(target, items, &mut item, &mut seen);
        self.item = item;
        if seen {
            self.version += 1;
        }
        result.map(|()| self.len() - before)
    }

    fn take_list(&mut self, target: u32, items: &str, item: &mut Item, seen: &mut bool) -> Result<(), IngestError> {
        let bytes = items.as_bytes();
        let mut at = scan::blank(bytes, 0);
        if bytes.get(at) != Some(&b'[') {
            return Err(broken(items));
        }
        at = scan::blank(bytes, at + 1);
        let mut end = (bytes.get(at) == Some(&b']')).then(|| scan::blank(bytes, at + 1));
        while end.is_none() {
            let ended = self.take(target, items, at, item)?.ok_or_else(|| broken(items))?;
            *seen = true;
            match behind(bytes, ended).ok_or_else(|| broken(items))? {
                Behind::Item(next) => at = next,
                Behind::End(last) => end = Some(last),
            }
        }
        if end == Some(bytes.len()) {
            Ok(())
        } else {
            Err(broken(items))
        }
    }

    /// Takes the item at `at` and returns where it ends; `None` for what is no JSON.
    fn take(&mut self, target: u32, items: &str, at: usize, item: &mut Item) -> Result<Option<usize>, Full> {
        let place = self.targets[target as usize].reader;
        let (reader, columns, originals) = (&mut self.readers[place], &mut self.columns, &mut self.originals);
        item.begin(columns.len());
        let explode = reader.plan.explode;
        if explode.is_none()
            && let Some(end) = reader.read_known(columns, originals, items, at, item)?
        {
            self.add(target, item, None)?;
            return Ok(Some(end));
        }
        let Some(end) = scan::any_end(items, at) else {
            return Ok(None);
        };
        let parts = match explode {
            Some(_) => reader
                .walk(columns, &items[at..end], &mut item.cells)?
                .and_then(decode::elements),
            None => None,
        };
        let Some(parts) = parts.filter(|parts| !parts.is_empty()) else {
            item.begin(columns.len());
            reader.read(columns, originals, items, (at, end), item)?;
            self.add(target, item, None)?;
            return Ok(Some(end));
        };
        let parent = originals.parent(explode, &items[at..end])?;
        let shared = item.cells.clone();
        for part in parts {
            item.cells.copy_from_slice(&shared);
            let (columns, originals) = (&mut self.columns, &mut self.originals);
            self.readers[place].read(columns, originals, part, (0, part.len()), item)?;
            self.add(target, item, Some(parent))?;
        }
        Ok(Some(end))
    }

    /// Adds a row, or changes the one with the same identity.
    fn add(&mut self, target: u32, item: &mut Item, parent: Option<u32>) -> Result<(), Full> {
        let Some(known) = self.targets.get(target as usize) else {
            return Ok(());
        };
        let (source, walk) = (known.source, known.walk);
        let cells = &mut item.cells;
        let places = self.common[..3].iter().chain(&self.labels);
        for (at, code) in places.zip(known.codes.into_iter().chain(known.labels)) {
            if let Some(at) = at {
                cells[*at] = code;
            }
        }
        let told = (source.phase)(&Row { rows: self, cells });
        let phase = told.unwrap_or(Phase::Unknown);
        if let Some(at) = self.common[3] {
            let known = self.phases.iter().find(|(known, _)| *known == phase);
            cells[at] = if let Some((_, code)) = known {
                *code
            } else {
                let code = self.columns[at].dict.code(NewValue::Text(phase.id())).ok_or(Full)?;
                self.phases.push((phase, code));
                code
            };
        }
        self.identity.stand_in(&mut self.columns, cells)?;
        let row = match self.place(target, item, parent) {
            Place::Known(row) => {
                self.renew(row, target, walk, item, parent)?;
                row
            }
            Place::New(name) => {
                let row = self.push(target, walk, item, parent)?;
                self.identity.add(&self.columns, &name, row)?;
                row
            }
        };
        if told.is_none() {
            self.untold.insert(row);
        } else if !self.untold.is_empty() {
            self.untold.remove(&row);
        }
        if source.moves {
            self.page.push(row);
        }
        Ok(())
    }

    fn push(&mut self, target: u32, walk: u32, item: &Item, parent: Option<u32>) -> Result<u32, Full> {
        let row = u32::try_from(self.len())
            .ok()
            .filter(|row| *row < u32::MAX)
            .ok_or(Full)?;
        for (column, code) in self.columns.iter_mut().zip(&item.cells) {
            column.codes.push(*code);
        }
        self.target.push(target);
        self.walked.push(walk);
        self.originals.push(row, item, parent)?;
        self.note_new(row);
        Ok(row)
    }

    /// Gives a known row its newer values.
    fn renew(&mut self, row: u32, target: u32, walk: u32, item: &Item, parent: Option<u32>) -> Result<(), Full> {
        let at = row as usize;
        let mut changed = 0;
        for (place, (column, code)) in self.columns.iter_mut().zip(&item.cells).enumerate() {
            if column.codes.get(at) != Some(*code) {
                column.codes.set(at, *code);
                changed |= 1 << place;
            }
        }
        if changed != 0 {
            self.edits += 1;
            self.note_changed(row, changed);
        }
        self.originals.set(row, item, parent)?;
        self.target.set(at, target);
        self.walked.set(at, walk);
        self.note_back(row);
        Ok(())
    }
}

/// Why a text is no JSON list.
fn broken(items: &str) -> IngestError {
    let error = serde_json::from_str::<Vec<IgnoredAny>>(items).err();
    IngestError::Json(error.unwrap_or_else(|| serde_json::Error::custom("no list of items")))
}

/// A row that is being decoded, as the catalogue's phase rules see it.
struct Row<'a> {
    rows: &'a Rows,
    cells: &'a [u32],
}

impl Row<'_> {
    fn cell(&self, column: &str) -> Option<Cell<'_>> {
        let at = self.rows.table.index(column)?;
        let column: &Column = self.rows.columns.get(at)?;
        Some(column.dict.cell(*self.cells.get(at)?))
    }
}

impl Cells for Row<'_> {
    fn is_empty(&self, column: &str) -> bool {
        self.cell(column).is_none_or(|cell| cell == Cell::Empty)
    }

    fn text(&self, column: &str) -> Option<&str> {
        match self.cell(column)? {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, column: &str) -> Option<f64> {
        match self.cell(column)? {
            Cell::Number(number) => Some(number),
            _ => None,
        }
    }

    fn flag(&self, column: &str) -> Option<bool> {
        match self.cell(column)? {
            Cell::Bool(flag) => Some(flag),
            _ => None,
        }
    }
}
