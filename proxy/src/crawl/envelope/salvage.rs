//! What can be read of an answer that is no JSON as a whole.

use crate::ask::parts::Parts;
use crate::object;
use bytes::Bytes;
use catalog::Call;
use serde_json::value::RawValue;
use std::fmt::Write as _;
use std::ops::Range;

/// The answer as it must have been meant: without a byte order mark, with � for bytes that are no UTF-8, and with escapes for control characters
/// inside texts. Everything else is as it came.
pub(super) fn mend(body: &[u8]) -> Bytes {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let mut mended = String::with_capacity(text.len());
    let mut strings = Strings::default();
    for character in text.chars() {
        let inside = strings.pass(character as u32);
        if inside && character.is_ascii_control() && character != '\u{7f}' {
            // Nothing can go wrong in a text.
            _ = write!(mended, "\\u{:04x}", character as u32);
        } else {
            mended.push(character);
        }
    }
    mended.into()
}

/// The items that are whole, and the other fields; what is wrong is told with them. None where there is no such list.
pub(super) fn whole_items(call: &Call, body: &[u8], wrong: &str) -> Option<Parts> {
    let text = std::str::from_utf8(body).ok()?;
    let mut parts = Parts::default();
    let mut at = after(text, 0, b'{')?;
    let mut listed = false;
    while let Some(key) = value(text, at).filter(|key| text[key.clone()].starts_with('"')) {
        let name = object::name(&text[key.clone()]);
        let Some(start) = after(text, key.end, b':') else { break };
        at = if name.eq_ignore_ascii_case(call.items) && after(text, start, b'[').is_some() {
            listed = true;
            take(text, after(text, start, b'[')?, &mut parts)
        } else {
            let Some(value) = value(text, start) else { break };
            if is_json(&text[value.clone()]) {
                parts.fields.push((name.into_owned(), value.clone()));
            }
            value.end
        };
        let Some(next) = after(text, at, b',') else { break };
        at = next;
    }
    let Call { items, action, .. } = call;
    parts.flaw = Some(match parts.items.len() {
        0 => wrong.to_owned(),
        count => format!("{wrong}; of `{items}` of {action} only {count} could be read"),
    });
    listed.then_some(parts)
}

/// Takes the items of the list whose first begins at `at`, and says where the list ends.
fn take(text: &str, mut at: usize, parts: &mut Parts) -> usize {
    loop {
        at = blank(text, at);
        if text.as_bytes().get(at).is_none_or(|&byte| byte == b']') {
            return (at + 1).min(text.len());
        }
        let Some(item) = value(text, at) else { return text.len() };
        let json = &text[item.clone()];
        at = item.end;
        if json.starts_with('{') && is_json(json) {
            parts.items.push(item);
        } else {
            parts.lost += 1;
        }
        if let Some(next) = after(text, at, b',') {
            at = next;
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Where the value at or behind `at` is, told by brackets and quotes alone: up to the comma, colon or bracket that ends it.
fn value(text: &str, at: usize) -> Option<Range<usize>> {
    let start = blank(text, at);
    let mut strings = Strings::default();
    let mut depth = 0_u32;
    for (offset, byte) in text.bytes().enumerate().skip(start) {
        if strings.pass(byte.into()) {
            continue;
        }
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' if depth == 1 => return Some(start..offset + 1),
            b'}' | b']' | b',' | b':' if depth == 0 => {
                let end = start + text[start..offset].trim_end().len();
                return (start < end).then_some(start..end);
            }
            _ => {}
        }
    }
    (start < text.len()).then_some(start..text.len())
}

/// The place behind `byte`, if that is what stands at `at`, white space aside.
fn after(text: &str, at: usize, byte: u8) -> Option<usize> {
    let at = blank(text, at);
    (text.as_bytes().get(at) == Some(&byte)).then_some(at + 1)
}

fn blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start().len()
}

/// Whether one is inside a JSON string, character by character.
#[derive(Default)]
struct Strings {
    inside: bool,
    escaped: bool,
}

impl Strings {
    /// Passes a character, or a byte; whether it belongs to a string's text.
    fn pass(&mut self, character: u32) -> bool {
        let escaped = std::mem::take(&mut self.escaped);
        let quote = character == u32::from(b'"') && !escaped;
        let was = self.inside;
        self.inside ^= quote;
        self.escaped = was && !escaped && character == u32::from(b'\\');
        was && !quote
    }
}
