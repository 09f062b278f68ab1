//! Reading one source's objects: its places for values and the templates that it writes.

use super::item::{Full, Item};
use super::layout::{LOOSE, RESIDUE, Slot};
use super::originals::Originals;
use super::plan::{Key, Plan};
use super::template::{self, Span};
use super::{Column, decode, scan};
use catalog::Source;
use hashbrown::HashMap;

/// Templates that are tried before an object is looked at closely. Sources write in a few ways, mostly the same one as before.
const TRIED: usize = 6;
/// Templates of one source at most; what comes in yet another is kept as text.
const MOST_TEMPLATES: usize = 500;

/// What is known of a source's objects.
#[derive(Default)]
pub(super) struct Reader {
    /// The source's number among the readers.
    number: usize,
    pub(super) plan: Plan,
    pub(super) slots: Vec<Slot>,
    /// The places of values by path.
    paths: HashMap<Box<str>, u32>,
    /// The templates' numbers, those used last first.
    recent: Vec<u32>,
}

impl Reader {
    pub(super) fn new(number: usize, source: &'static Source) -> Self {
        Self {
            number,
            plan: Plan::new(source),
            ..Self::default()
        }
    }

    /// Reads the object at `at` if it has a known template, over `item.cells`. Returns where it ends.
    pub(super) fn read_known(
        &mut self,
        columns: &mut [Column],
        originals: &mut Originals,
        text: &str,
        at: usize,
        item: &mut Item,
    ) -> Result<Option<usize>, Full> {
        for tried in 0..self.recent.len().min(TRIED) {
            let number = self.recent[tried];
            let Some(template) = originals.templates.get(number as usize) else {
                continue;
            };
            let Some(end) = template.read(text, at, &mut item.spans) else {
                continue;
            };
            self.recent[..=tried].rotate_right(1);
            self.take(columns, originals, number, text, (at, end), item)?;
            return Ok(Some(end));
        }
        Ok(None)
    }

    /// Reads the valid object at `span`, over `item.cells`.
    pub(super) fn read(
        &mut self,
        columns: &mut [Column],
        originals: &mut Originals,
        text: &str,
        span: Span,
        item: &mut Item,
    ) -> Result<(), Full> {
        if let Some(end) = self.read_known(columns, originals, text, span.0, item)?
            && end == span.1
        {
            return Ok(());
        }
        let Some(number) = self.learn(originals, text, span) else {
            return self.take_loose(columns, originals, text, span, item);
        };
        let read = originals
            .templates
            .get(number as usize)
            .and_then(|template| template.read(text, span.0, &mut item.spans));
        if read == Some(span.1) {
            self.take(columns, originals, number, text, span, item)
        } else {
            self.take_loose(columns, originals, text, span, item)
        }
    }

    /// The number of the object's template, known or new.
    fn learn(&mut self, originals: &mut Originals, text: &str, span: Span) -> Option<u32> {
        let known = self.recent.iter().enumerate().skip(TRIED).find(|(_, number)| {
            let template = originals.templates.get(**number as usize);
            template.is_some_and(|template| template.read(text, span.0, &mut Vec::new()) == Some(span.1))
        });
        if let Some((at, _)) = known {
            self.recent[..=at].rotate_right(1);
            return self.recent.first().copied();
        }
        if self.recent.len() >= MOST_TEMPLATES {
            return None;
        }
        let found = template::fields(&self.plan.keys, text, span.0, span.1)?;
        let column = |key: Option<&Key>| key.and_then(|key| key.column);
        let mut taken = 0_u64;
        for (column, _) in found.iter().filter_map(|field| column(field.key)) {
            // Two values for one cell: the cell tells only one of them.
            if taken & 1 << column != 0 {
                return None;
            }
            taken |= 1 << column;
        }
        let mut places = Vec::with_capacity(found.len());
        for field in &found {
            places.push(if let Some(place) = self.paths.get(field.path.as_str()) {
                *place as usize
            } else {
                let place = self.slots.len();
                self.slots.push(Slot::new(column(field.key)));
                self.paths.insert(field.path.as_str().into(), place as u32);
                place
            });
        }
        let number = u32::try_from(originals.templates.len()).ok()?;
        originals
            .templates
            .push(template::template(self.number, text, span, &found, places)?);
        self.recent.insert(0, number);
        Some(number)
    }

    /// Takes over the values at `item.spans`.
    fn take(
        &mut self,
        columns: &mut [Column],
        originals: &mut Originals,
        number: u32,
        text: &str,
        span: Span,
        item: &mut Item,
    ) -> Result<(), Full> {
        item.styles.clear();
        item.texts.clear();
        let Some(template) = originals.templates.get(number as usize) else {
            return self.take_loose(columns, originals, text, span, item);
        };
        for (place, (start, end)) in template.slots.iter().zip(&item.spans) {
            let json = &text[*start..*end];
            let slot = &mut self.slots[*place];
            let (code, style) = slot.read(columns, json).ok_or(Full)?;
            if let Some((column, _)) = slot.column {
                item.cells[column] = code;
            }
            item.styles.push(style);
            if style == RESIDUE {
                item.texts.push(json);
            }
        }
        match originals.layouts.number(number, &item.styles) {
            Some(layout) => {
                item.layout = layout;
                Ok(())
            }
            None => self.take_loose(columns, originals, text, span, item),
        }
    }

    /// Takes an object whose whole text must be kept.
    fn take_loose(
        &mut self,
        columns: &mut [Column],
        originals: &mut Originals,
        text: &str,
        (from, to): Span,
        item: &mut Item,
    ) -> Result<(), Full> {
        let object = &text[from..to];
        self.walk(columns, object, &mut item.cells)?;
        item.texts.clear();
        item.texts.push(object);
        item.layout = originals.layouts.number(LOOSE, &[]).unwrap_or_default();
        Ok(())
    }

    /// Decodes an object's fields over `cells`, and returns what stands at the exploded key.
    pub(super) fn walk<'a>(
        &self,
        columns: &mut [Column],
        object: &'a str,
        cells: &mut [u32],
    ) -> Result<Option<&'a str>, Full> {
        let mut full = false;
        let exploded = self.plan.walk(object, &mut |key, json| {
            if let Some((column, how)) = key.column {
                match decode::decode(&mut columns[column].dict, how, json) {
                    Some(code) => cells[column] = code,
                    None => full = true,
                }
            }
        });
        if full { Err(Full) } else { Ok(exploded) }
    }
}

/// What comes behind an item of a list.
pub(super) enum Behind {
    /// The next item, here.
    Item(usize),
    /// The list's end; here goes on what is behind it.
    End(usize),
}

/// What comes behind the item that ends at `end`; `None` where the list is broken.
pub(super) fn behind(bytes: &[u8], end: usize) -> Option<Behind> {
    let at = scan::blank(bytes, end);
    let next = |at: usize| scan::blank(bytes, at + 1);
    match bytes.get(at)? {
        b',' => Some(Behind::Item(next(at))),
        b']' => Some(Behind::End(next(at))),
        _ => None,
    }
}
