//! The cloud's own words.

use super::{Rows, plan};
use std::borrow::Cow;

impl Rows {
    /// The cloud's own object, as JSON text. For a row out of an item with several rows: the item's other fields, then the row's own.
    pub fn raw(&self, row: u32) -> Cow<'_, str> {
        let Some((own, parent)) = self.own(row) else {
            return Cow::Borrowed("");
        };
        let (Some(parent), Some(explode)) = (parent, self.source(row).and_then(|source| source.explode)) else {
            return Cow::Borrowed(own);
        };
        let mut fields = plan::entries(parent);
        fields.retain(|(name, _)| name != explode);
        if own.starts_with('{') {
            let owned = plan::entries(own);
            fields.retain(|(name, _)| !owned.iter().any(|(known, _)| known == name));
            fields.extend(owned);
        } else {
            fields.push((explode.to_owned(), own));
        }
        let fields = fields.into_iter().map(|(name, value)| {
            let name = serde_json::to_string(&name).unwrap_or_default();
            [&name, ":", value].concat()
        });
        Cow::Owned(["{", &fields.collect::<Vec<_>>().join(","), "}"].concat())
    }

    /// A row's own text, and that of the item it came out of.
    fn own(&self, row: u32) -> Option<(&str, Option<&str>)> {
        let raw = self.raw.get(row as usize)?;
        let block = self.blocks.get(raw.block as usize)?;
        let parent = self
            .parents
            .get(&row)
            .and_then(|(start, end)| block.get(*start as usize..*end as usize));
        Some((block.get(raw.start as usize..raw.end as usize)?, parent))
    }

    /// The fields that the catalogue does not know, as path (`state_reason.since`) and JSON text.
    pub fn unknown_fields(&self, row: u32) -> Vec<(String, String)> {
        let plan = self
            .source(row)
            .and_then(|source| self.plans.iter().find(|(id, _)| *id == source.id));
        plan.map(|(_, plan)| plan.unknown(&self.raw(row))).unwrap_or_default()
    }
}
