//! One page of a list: the items as they came, where the list continues, how long it is.

mod salvage;

use crate::ask::parts::Parts;
use crate::error::TargetError;
use crate::object;
use bytes::Bytes;
use catalog::{Call, Discovery};
use memchr::{memchr2, memmem};
use std::ops::{Deref, Range};

/// A page's top-level object, read once: where its items are, and the values of all other fields, still text.
#[derive(Clone, Debug)]
pub struct Envelope {
    body: Bytes,
    parts: Parts,
}

/// The rows of a page: a JSON array on one line, every object as it came. A part of the answer itself wherever that is on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRows(Bytes);

impl From<&'static str> for PageRows {
    fn from(json: &'static str) -> Self {
        Self(Bytes::from_static(json.as_bytes()))
    }
}

impl From<String> for PageRows {
    fn from(json: String) -> Self {
        Self(json.into())
    }
}

impl Deref for PageRows {
    type Target = str;

    fn deref(&self) -> &str {
        // Read as JSON before, so it is UTF-8.
        std::str::from_utf8(&self.0).unwrap_or("[]")
    }
}

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// At this cursor.
    Is(String),
    /// Nowhere, says the answer: null, an empty text, `"null"` or `"-"`.
    Ended,
    /// The answer does not say.
    Nowhere,
    /// The answer says it in a way that cannot be read: with a value of this kind.
    Odd(&'static str),
}

impl Envelope {
    /// Takes an answer that was read. Of one that is broken the items that are whole are read.
    ///
    /// # Errors
    /// `BadAnswer` when there are none, something else than a list stands in their place, or nothing where the vendor says nothing of that.
    pub fn of(call: &'static Call, body: &Bytes, parts: Result<Parts, serde_json::Error>) -> Result<Self, TargetError> {
        let (body, parts) = match parts {
            Ok(parts) => (body.clone(), parts),
            Err(error) => {
                let mended = salvage::mend(body);
                let parts = Parts::read(call, &mended).or_else(|_| {
                    let what = not_json(body, &error);
                    salvage::whole_items(call, &mended, &what).ok_or_else(|| TargetError::bad_answer(what))
                })?;
                (mended, parts)
            }
        };
        let envelope = Self { body, parts };
        match &envelope.parts.flaw {
            Some(flaw) if envelope.parts.items.is_empty() => Err(TargetError::bad_answer(flaw)),
            _ => Ok(envelope),
        }
    }

    /// Reads an answer.
    #[cfg(test)]
    pub fn read(call: &'static Call, body: &Bytes) -> Result<Self, TargetError> {
        Self::of(call, body, Parts::read(call, body))
    }

    /// A part of the answer.
    fn part(&self, place: &Range<usize>) -> &str {
        std::str::from_utf8(&self.body[place.clone()]).unwrap_or_default()
    }

    /// The items, each an object.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.parts.items.iter().map(|item| self.part(item))
    }

    /// Whether a text stands somewhere in the items, or around them.
    pub fn items_contain(&self, text: &str) -> bool {
        memmem::find(&self.body, text.as_bytes()).is_some()
    }

    /// How many items the page has, those included that could not be taken.
    pub fn len(&self) -> u64 {
        self.parts.items.len() as u64 + self.parts.lost
    }

    /// What is wrong with items that could not be taken.
    pub fn flaw(&self) -> Option<&str> {
        self.parts.flaw.as_deref()
    }

    /// The items and their number.
    pub fn rows(&self) -> (PageRows, u64) {
        let items = &self.parts.items;
        let (Some(first), Some(last)) = (items.first(), items.last()) else {
            return (PageRows(Bytes::from_static(b"[]")), 0);
        };
        let count = items.len() as u64;
        if !self.parts.side_by_side {
            let rows = self.items().collect::<Vec<_>>().join(",");
            return (PageRows(one_line(format!("[{rows}]").into())), count);
        }
        // Only white space is between the items and their brackets.
        let start = self.body[..first.start].iter().rposition(|&byte| byte == b'[');
        let end = self.body[last.end..].iter().position(|&byte| byte == b']');
        let (start, end) = (
            start.unwrap_or(first.start),
            end.map_or(last.end, |at| last.end + at + 1),
        );
        (PageRows(one_line(self.body.slice(start..end))), count)
    }

    /// The texts that a discovery in `region` wants of the items, and how many items have none that can be read. Items of another region are not meant.
    pub fn wanted(&self, discovery: &Discovery, region: &str) -> (Vec<String>, u64) {
        let (mut texts, mut others) = (Vec::new(), 0);
        for item in self.items() {
            let text = |field| object::at(item, &[field]).and_then(object::text);
            if discovery.region.and_then(text).is_some_and(|named| named != region) {
                others += 1;
            } else {
                texts.extend(text(discovery.wanted));
            }
        }
        let without = self.len() - others - texts.len() as u64;
        (texts, without)
    }

    /// Where the list goes on.
    pub fn next(&self, path: &[&str]) -> Next {
        match self.at(path) {
            None => Next::Nowhere,
            Some("null") => Next::Ended,
            Some(value) => match (object::text(value), value.as_bytes().first()) {
                (Some(text), _) => Next::Is(text),
                (None, Some(b'"')) if serde_json::from_str::<String>(value).is_ok() => Next::Ended,
                (None, _) => Next::Odd(object::kind(value)),
            },
        }
    }

    /// The list's length, if the cloud says it in a way that can be read.
    pub fn total(&self, path: &[&str]) -> Option<u64> {
        count(self.at(path)?)
    }

    /// Whether the answer says somewhere that there is more than the `rows` that came, in words that list APIs commonly have for it.
    pub fn speaks_of_more(&self, rows: u64) -> bool {
        let says = |name: &str, value: &str| {
            let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            match name.to_ascii_lowercase().as_str() {
                "nexttoken" | "nextmarker" | "nextcursor" | "nextpagetoken" => object::text(value).is_some(),
                "istruncated" | "truncated" | "hasmore" | "hasnext" | "hasnextpage" => {
                    matches!(value, "true" | "1")
                        || object::text(value).is_some_and(|text| text.eq_ignore_ascii_case("true"))
                }
                "total" | "totalcount" => count(value).is_some_and(|total| total > rows),
                _ => false,
            }
        };
        self.parts.fields.iter().any(|(name, value)| {
            let value = self.part(value);
            let inner = object::fields(value).unwrap_or_default();
            says(name, value) || inner.iter().any(|(name, value)| says(name, value))
        })
    }

    /// The text of a value down a path.
    fn at(&self, path: &[&str]) -> Option<&str> {
        let (first, rest) = path.split_first()?;
        let fields = self.parts.fields.iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| (name.as_str().into(), self.part(value)))
            .collect();
        object::at(object::named(&fields, first)?, rest)
    }
}

/// Line breaks in JSON stand between tokens only, never inside a string: a page stays one line of the stream.
fn one_line(rows: Bytes) -> Bytes {
    if memchr2(b'\n', b'\r', &rows).is_none() {
        return rows;
    }
    let blank = |&byte: &u8| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte };
    rows.iter().map(blank).collect()
}

/// A count, as a number or as digits, with or without a fraction of nothing and with commas between thousands.
fn count(value: &str) -> Option<u64> {
    let text = object::text(value)?.replace(',', "");
    let whole = text.trim();
    let whole = whole.split_once('.').map_or(whole, |(whole, zeros)| {
        if zeros.bytes().all(|digit| digit == b'0') {
            whole
        } else {
            ""
        }
    });
    whole.parse().ok()
}

fn not_json(body: &[u8], error: &serde_json::Error) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(200)]);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    match start.chars().next() {
        None => "the answer is empty".to_owned(),
        Some('<') => "the answer is a web page, not JSON".to_owned(),
        Some('{') if error.is_eof() => format!("the answer is cut off after {} bytes", body.len()),
        Some('{') => format!("the answer is not valid JSON: {error}"),
        Some(_) => "the answer is not a JSON object".to_owned(),
    }
}

#[cfg(test)]
mod tests;
