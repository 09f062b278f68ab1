//! The cloud's own words.

use super::item::{Full, Item};
use super::layout::{LOOSE, Layout, Layouts, RESIDUE, Slot};
use super::residue::Residue;
use super::template::Template;
use super::{Codes, Column, Rows, plan};
use hashbrown::HashMap;
use std::borrow::Cow;

/// What, together with the cells, is the text of the object that each row came out of.
#[derive(Default)]
pub(super) struct Originals {
    pub(super) templates: Vec<Template>,
    pub(super) layouts: Layouts,
    /// Each row's layout.
    layout: Codes,
    residue: Residue,
    /// The item that an exploded row came out of.
    parent_of: HashMap<u32, u32>,
    parent_texts: Vec<Box<str>>,
    parents: HashMap<Box<str>, u32>,
}

impl Layout {
    /// How many of the row's texts stand with the row.
    fn residues(&self) -> usize {
        if self.template == LOOSE {
            1
        } else {
            self.styles.iter().map(|style| usize::from(*style == RESIDUE)).sum()
        }
    }
}

impl Originals {
    /// Adds a row, which comes behind the last, with what `item` and the item around it say.
    pub(super) fn push(&mut self, row: u32, item: &Item, parent: Option<u32>) -> Result<(), Full> {
        self.layout.push(item.layout);
        if self.residues(row as usize) > 0 {
            self.residue.set(row as usize, 0, &item.texts).ok_or(Full)?;
        }
        if let Some(parent) = parent {
            self.parent_of.insert(row, parent);
        }
        Ok(())
    }

    /// Whether a row's text is what `item` and the item around it say.
    pub(super) fn is_as(&self, row: u32, item: &Item, parent: Option<u32>) -> bool {
        let at = row as usize;
        self.layout.get(at) == Some(item.layout)
            && self.parent_of.get(&row).copied() == parent
            && self.residue.is(at, self.residues(at), &item.texts)
    }

    /// Gives a known row its newer text.
    pub(super) fn set(&mut self, row: u32, item: &Item, parent: Option<u32>) -> Result<(), Full> {
        let at = row as usize;
        let before = self.residues(at);
        self.layout.set(at, item.layout);
        if before > 0 || self.residues(at) > 0 {
            self.residue.set(at, before, &item.texts).ok_or(Full)?;
        }
        match parent {
            Some(parent) => self.parent_of.insert(row, parent),
            None => self.parent_of.remove(&row),
        };
        Ok(())
    }

    /// The number of an item that several rows come out of: its text without their list.
    pub(super) fn parent(&mut self, explode: Option<&str>, object: &str) -> Result<u32, Full> {
        let mut fields = plan::entries(object);
        fields.retain(|(name, _)| !explode.is_some_and(|explode| plan::alike(explode, name)));
        let text = plan::object(&fields);
        if let Some(known) = self.parents.get(text.as_str()) {
            return Ok(*known);
        }
        let number = u32::try_from(self.parent_texts.len()).map_err(|_| Full)?;
        self.parent_texts.push(text.as_str().into());
        self.parents.insert(text.into(), number);
        Ok(number)
    }

    /// Drops texts that no row has any more, if they are most of all.
    pub(super) fn tidy(&mut self) {
        let (layout, layouts) = (&self.layout, &self.layouts);
        self.residue.tidy(|row| residues(layout, layouts, row));
    }

    fn residues(&self, row: usize) -> usize {
        residues(&self.layout, &self.layouts, row)
    }

    /// The text of the object that a row came out of; `slots` gives the places for values of a source by its number.
    fn own<'a>(&self, row: usize, columns: &[Column], slots: impl Fn(usize) -> Option<&'a [Slot]>) -> Cow<'_, str> {
        let Some(layout) = self.layout.get(row).and_then(|layout| self.layouts.get(layout)) else {
            return Cow::Borrowed("");
        };
        let residue = self.residue.get(row, layout.residues());
        let Some(template) = self.templates.get(layout.template as usize) else {
            return Cow::Borrowed(residue.first().copied().unwrap_or_default());
        };
        let Some(slots) = slots(template.source) else {
            return Cow::Borrowed("");
        };
        let mut residue = residue.into_iter();
        Cow::Owned(template.write(|at, out| match layout.styles.get(at) {
            Some(&RESIDUE) => out.push_str(residue.next().unwrap_or("null")),
            Some(style) => {
                if let Some(slot) = template.slots.get(at).and_then(|place| slots.get(*place)) {
                    slot.write(columns, row, *style, out);
                }
            }
            None => {}
        }))
    }
}

/// How many texts stand with a row.
fn residues(layout: &Codes, layouts: &Layouts, row: usize) -> usize {
    layout
        .get(row)
        .and_then(|layout| layouts.get(layout))
        .map_or(0, Layout::residues)
}

impl Rows {
    /// The cloud's own object, as JSON text. For a row out of an item with several rows: the item's other fields, then the row's own.
    pub fn raw(&self, row: u32) -> Cow<'_, str> {
        let originals = &self.originals;
        let own = originals.own(row as usize, &self.columns, |source| {
            self.readers.get(source).map(|reader| reader.slots.as_slice())
        });
        let parent = originals.parent_of.get(&row);
        let parent = parent.and_then(|parent| originals.parent_texts.get(*parent as usize));
        let (Some(parent), Some(explode)) = (parent, self.source(row).and_then(|source| source.explode)) else {
            return own;
        };
        let mut fields = plan::entries(parent);
        if own.starts_with('{') {
            let owned = plan::entries(&own);
            fields.retain(|(name, _)| !owned.iter().any(|(known, _)| known == name));
            fields.extend(owned);
        } else {
            fields.push((explode.to_owned(), &own));
        }
        Cow::Owned(plan::object(&fields))
    }

    /// The fields that the catalogue does not know, as path (`state_reason.since`) and JSON text.
    pub fn unknown_fields(&self, row: u32) -> Vec<(String, String)> {
        let reader = self
            .targets
            .get(self.target(row) as usize)
            .and_then(|target| self.readers.get(target.reader));
        reader
            .map(|reader| reader.plan.unknown(&self.raw(row)))
            .unwrap_or_default()
    }
}
