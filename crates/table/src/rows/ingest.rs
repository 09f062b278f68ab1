//! Cloud objects into rows.

use super::dict::{EMPTY, New};
use super::plan::Plan;
use super::{Cell, Raw, Rows, decode};
use catalog::Cells;
use std::fmt;
use std::hash::BuildHasher;

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

impl Rows {
    /// Takes in a JSON list of a target's items, and returns how many rows are new: items may hold several rows each, or repeat one that is
    /// known, which then takes its newer values. Items of any shape are taken.
    ///
    /// # Errors
    /// When the text is no JSON list; the items before the fault are taken. When the memory is full.
    pub fn ingest(&mut self, target: u32, items: &str) -> Result<usize, IngestError> {
        let source = self
            .targets
            .get(target as usize)
            .ok_or(IngestError::Target(target))?
            .source;
        let Some(place) = self.plans.iter().position(|(id, _)| *id == source.id) else {
            return Err(IngestError::Target(target));
        };
        // Taken out so that rows can be changed while it is read.
        let plan = self.plans.swap_remove(place);
        let before = self.target.len();
        let mut full = false;
        let mut seen = false;
        let mut cells = vec![EMPTY; self.columns.len()];
        let read = decode::each(items, &mut |item| {
            seen = true;
            full |= self.take(target, &plan.1, items, item, &mut cells).is_none();
        });
        self.plans.push(plan);
        if seen {
            self.blocks.push(items.into());
            self.version += 1;
        }
        read.map_err(IngestError::Json)?;
        if full {
            Err(IngestError::Full)
        } else {
            Ok(self.target.len() - before)
        }
    }

    /// Takes one item of the batch `block`. `None` when something is full.
    fn take<'a>(&mut self, target: u32, plan: &Plan, block: &'a str, item: &'a str, cells: &mut [u32]) -> Option<()> {
        let at = |part: &str| {
            let start = u32::try_from(part.as_ptr() as usize - block.as_ptr() as usize).ok()?;
            Some((start, start.checked_add(u32::try_from(part.len()).ok()?)?))
        };
        cells.fill(EMPTY);
        let exploded = self.fill(plan, item, cells)?.and_then(decode::elements);
        let parts = match &exploded {
            Some(parts) if !parts.is_empty() => parts,
            _ => return self.add(target, at(item)?, None, cells),
        };
        let parent = cells.to_vec();
        for part in parts {
            cells.copy_from_slice(&parent);
            self.fill(plan, part, cells)?;
            self.add(target, at(part)?, Some(at(item)?), cells)?;
        }
        Some(())
    }

    /// Decodes an object's fields over `cells`, and returns what stands at the exploded key. `None` when something is full.
    fn fill<'a>(&mut self, plan: &Plan, object: &'a str, cells: &mut [u32]) -> Option<Option<&'a str>> {
        let mut full = false;
        let exploded = plan.walk(object, &mut |key, json| {
            if let Some((column, how)) = key.column {
                match decode::decode(&mut self.columns[column].dict, how, json) {
                    Some(code) => cells[column] = code,
                    None => full = true,
                }
            }
        });
        (!full).then_some(exploded)
    }

    /// Adds a row, or changes the one with the same identity.
    fn add(
        &mut self,
        target: u32,
        (start, end): (u32, u32),
        parent: Option<(u32, u32)>,
        cells: &mut [u32],
    ) -> Option<()> {
        let known = &self.targets[target as usize];
        let [_, account, region, phase_at] = self.common;
        for (at, code) in self.common.iter().zip(known.codes) {
            if let Some(at) = at {
                cells[*at] = code;
            }
        }
        let phase = (known.source.phase)(&Row { rows: self, cells });
        if let Some(at) = phase_at {
            cells[at] = self.columns[at].dict.code(New::Text(phase.id()))?;
        }
        let block = u32::try_from(self.blocks.len()).ok()?;
        let raw = Raw { block, start, end };
        let new = u32::try_from(self.target.len()).ok().filter(|row| *row < u32::MAX)?;
        // A stand-in's text gets a code in the column that it stands in for, so that identities compare by one column a part.
        for (first, second) in self.identity.clone() {
            if let Some(second) = second.filter(|second| cells[first] == EMPTY && cells[*second] != EMPTY) {
                let text = self.columns[second].dict.text(cells[second]).into_owned();
                self.columns[first].dict.code(New::Text(&text))?;
            }
        }
        let id: Vec<u32> = self.identity_of(|column| cells[column]).collect();
        let named = self
            .identity
            .iter()
            .zip(&id)
            .any(|((first, _), code)| *code != EMPTY && ![account, region].contains(&Some(*first)));
        let hash = self.hasher.hash_one(id.as_slice());
        let old = self.row_of(hash, &id);
        if let Some(row) = old.filter(|_| named) {
            let at = row as usize;
            for (column, code) in self.columns.iter_mut().zip(cells.iter()) {
                if column.codes[at] != *code {
                    column.codes[at] = *code;
                    self.edits += 1;
                }
            }
            self.target[at] = target;
            self.raw[at] = raw;
            match parent {
                Some(parent) => self.parents.insert(row, parent),
                None => self.parents.remove(&row),
            };
            return Some(());
        }
        for (column, code) in self.columns.iter_mut().zip(cells.iter()) {
            column.codes.push(*code);
        }
        self.target.push(target);
        self.raw.push(raw);
        if let Some(parent) = parent {
            self.parents.insert(new, parent);
        }
        if named {
            let mut ids = std::mem::take(&mut self.ids);
            ids.insert_unique(hash, new, |row| {
                let id: Vec<u32> = self
                    .identity_of(|column| self.columns[column].codes[*row as usize])
                    .collect();
                self.hasher.hash_one(id.as_slice())
            });
            self.ids = ids;
        } else {
            self.nameless.push(new);
        }
        Some(())
    }
}

/// A row that is being decoded, as the catalogue's phase rules see it.
struct Row<'a> {
    rows: &'a Rows,
    cells: &'a [u32],
}

impl Row<'_> {
    fn cell(&self, column: &str) -> Option<Cell<'_>> {
        let at = self.rows.table.index(column)?;
        Some(self.rows.columns[at].dict.cell(self.cells[at]))
    }
}

impl Cells for Row<'_> {
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
