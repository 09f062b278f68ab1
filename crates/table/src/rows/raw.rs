//! The cloud's own words.

use super::form::{Form, KEPT, LOOSE};
use super::{Rows, plan};
use std::borrow::Cow;

impl Form {
    /// How many of the row's texts stand with the row.
    pub(super) fn kept(&self) -> usize {
        if self.shape == LOOSE {
            1
        } else {
            self.styles.iter().filter(|style| **style == KEPT).count()
        }
    }
}

impl Rows {
    /// The cloud's own object, as JSON text. For a row out of an item with several rows: the item's other fields, then the row's own.
    pub fn raw(&self, row: u32) -> Cow<'_, str> {
        let own = self.own(row as usize);
        let parent = self
            .parent_of
            .get(&row)
            .and_then(|parent| self.parent_texts.get(*parent as usize));
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

    /// How many texts stand with a row.
    pub(super) fn kept_of(&self, row: usize) -> usize {
        self.form
            .get(row)
            .and_then(|form| self.forms.get(form))
            .map_or(0, Form::kept)
    }

    /// The text of the object that a row came out of.
    fn own(&self, row: usize) -> Cow<'_, str> {
        let Some(form) = self.form.get(row).and_then(|form| self.forms.get(form)) else {
            return Cow::Borrowed("");
        };
        let kept = self.kept.get(row, form.kept());
        let Some(shape) = self.shapes.get(form.shape as usize) else {
            return Cow::Borrowed(kept.first().copied().unwrap_or_default());
        };
        let Some(reader) = self.readers.get(shape.source) else {
            return Cow::Borrowed("");
        };
        let mut kept = kept.into_iter();
        Cow::Owned(shape.write(|at, out| match form.styles.get(at) {
            Some(&KEPT) => out.push_str(kept.next().unwrap_or("null")),
            Some(style) => {
                if let Some(leaf) = shape.leaves.get(at).and_then(|place| reader.leaves.get(*place)) {
                    leaf.write(&self.columns, row, *style, out);
                }
            }
            None => {}
        }))
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
