//! What the objects of a source look like, apart from their values.
//!
//! Clouds write all objects of a list in one of a few ways: the same names in the same order, white space too. A template is one such way: the
//! text around the values. With it an object is read in one pass without looking at a name, and its own text need not be kept: template and
//! values are the text.

use super::bytes::starts_at;
use super::plan::{Key, entries, places};
use super::scan;

/// Values that an object may have and still get a template.
const MOST_VALUES: usize = 200;
/// Bytes of text around the values that a template may have.
const MOST_TEXT: usize = 16 << 10;

/// A way to write an object.
pub(super) struct Template {
    /// Which source writes so.
    pub(super) source: usize,
    /// The text before each value.
    before: Vec<Box<str>>,
    /// The text behind the last value.
    after: Box<str>,
    /// The place of each value among the source's slots.
    pub(super) slots: Vec<usize>,
}

/// From where to where a value stands.
pub(super) type Span = (usize, usize);

impl Template {
    /// Reads an object of this template that begins at `at`: fills `spans` with its values and returns where it ends. `None` if the object has
    /// another template, or is broken.
    pub(super) fn read(&self, text: &str, mut at: usize, spans: &mut Vec<Span>) -> Option<usize> {
        spans.clear();
        let bytes = text.as_bytes();
        for before in &self.before {
            if !starts_at(bytes, at, before.as_bytes()) {
                return None;
            }
            at += before.len();
            let end = scan::value_end(text, at)?;
            spans.push((at, end));
            at = end;
        }
        starts_at(bytes, at, self.after.as_bytes()).then_some(at + self.after.len())
    }

    /// The object with these values.
    pub(super) fn write(&self, mut value: impl FnMut(usize, &mut String)) -> String {
        let mut out = String::new();
        for (at, before) in self.before.iter().enumerate() {
            out.push_str(before);
            value(at, &mut out);
        }
        out.push_str(&self.after);
        out
    }
}

/// A value of an object: its path, as names joined by dots with `\` before a dot that is part of a name, and what key of the plan it is.
pub(super) struct Field<'p> {
    pub(super) path: String,
    pub(super) key: Option<&'p Key>,
    span: Span,
}

/// The values of a valid JSON object that stands at `from..to` of `text`; objects that lead to columns are entered. `None` for what gets no
/// template: no object, one with a name twice, or one that is too large.
pub(super) fn fields<'p>(keys: &'p [Key], text: &str, from: usize, to: usize) -> Option<Vec<Field<'p>>> {
    let mut found = Vec::new();
    collect(keys, text, text.get(from..to)?, "", &mut found)?;
    let values: usize = found.iter().map(|field| field.span.1 - field.span.0).sum();
    (to - from - values <= MOST_TEXT).then_some(found)
}

fn collect<'p>(keys: &'p [Key], text: &str, object: &str, prefix: &str, found: &mut Vec<Field<'p>>) -> Option<()> {
    if !object.starts_with('{') {
        return None;
    }
    let entries = entries(object);
    // Of fields with one name only the last is handed over, and a broken name ends the list: either way the object has more text.
    let whole = object.len() - object.bytes().rev().skip(1).take_while(u8::is_ascii_whitespace).count() - 1;
    let (mut names, mut end) = (0, 1);
    for ((name, value), key) in entries.iter().zip(places(keys, &entries)) {
        let path = [prefix, &name.replace('\\', "\\\\").replace('.', "\\.")].concat();
        let start = value.as_ptr() as usize - object.as_ptr() as usize;
        // Between two values stands one name. A second one is that of a field which was overruled.
        names += count_names(object.get(end..start)?);
        end = start + value.len();
        match key.filter(|key| !key.inner().is_empty() && value.starts_with('{')) {
            // Its text would have to be kept as a whole and in parts.
            Some(key) if key.column.is_some() => return None,
            Some(key) => collect(key.inner(), text, value, &[&path, "."].concat(), found)?,
            None => {
                let start = value.as_ptr() as usize - text.as_ptr() as usize;
                found.push(Field {
                    path,
                    key,
                    span: (start, start + value.len()),
                });
            }
        }
        names = names.checked_sub(1)?;
        if names != 0 || found.len() > MOST_VALUES {
            return None;
        }
    }
    (end == whole || object.get(end..whole)?.trim_ascii().is_empty()).then_some(())
}

/// How many names a text between two values holds: colons outside of strings.
fn count_names(text: &str) -> usize {
    let (mut names, mut inside, mut escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = inside,
            b'"' => inside = !inside,
            b':' if !inside => names += 1,
            _ => {}
        }
    }
    names
}

/// The template of the object at `from..to` with these values, whose places among the source's slots are `slots`.
pub(super) fn template(
    source: usize,
    text: &str,
    (from, to): Span,
    fields: &[Field<'_>],
    slots: Vec<usize>,
) -> Option<Template> {
    let mut before = Vec::with_capacity(fields.len());
    let mut at = from;
    for field in fields {
        before.push(text.get(at..field.span.0)?.into());
        at = field.span.1;
    }
    Some(Template {
        source,
        before,
        after: text.get(at..to)?.into(),
        slots,
    })
}
