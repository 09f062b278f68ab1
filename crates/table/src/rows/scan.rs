//! Where a JSON value ends, decided in one pass: what clouds mostly send by hand, the rest by `serde_json`.

use super::bytes::{HIGHS, ONES, marks};
use serde_json::value::RawValue;

/// The end of the JSON value that begins at `at`, or `None` where there is none.
pub(super) fn value_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        b'"' => string_end(bytes, at + 1).or_else(|| any_end(text, at)),
        b'0'..=b'9' => integer_end(bytes, at).or_else(|| any_end(text, at)),
        b'n' => bytes[at..].starts_with(b"null").then_some(at + 4),
        b't' => bytes[at..].starts_with(b"true").then_some(at + 4),
        b'f' => bytes[at..].starts_with(b"false").then_some(at + 5),
        _ => any_end(text, at),
    }
}

/// The end of the value at `at`, whatever it is.
pub(super) fn any_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
    let value = values.next()?.ok()?.get();
    // White space before it would be part of what stands around the value, not of the value.
    rest.starts_with(value).then_some(at + value.len())
}

/// The place behind the quote that ends the string whose text begins at `at`; `None` for a string with escapes, a broken one, or none.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Eight bytes at a time: the highest bit of each that is a quote, a backslash or a control character.
    while let Some(eight) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(eight.try_into().ok()?);
        let found = (marks(word, b'"') | marks(word, b'\\') | (word.wrapping_sub(ONES * 0x20) & !word)) & HIGHS;
        if found != 0 {
            let end = at + found.trailing_zeros() as usize / 8;
            return (bytes[end] == b'"').then_some(end + 1);
        }
        at += 8;
    }
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' | 0..0x20 => return None,
            _ => at += 1,
        }
    }
}

/// The end of a whole number without sign; `None` where it goes on as another number, or begins as none should.
fn integer_end(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let more = matches!(bytes.get(at + length), Some(b'.' | b'e' | b'E'));
    (!more && (length == 1 || bytes[at] != b'0')).then_some(at + length)
}

/// Passes over white space.
pub(super) fn blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{any_end, value_end};
    use proptest::prelude::*;

    #[test]
    fn ends_are_those_of_json() {
        for (text, end) in [
            (r#""a","#, Some(3)),
            (r#""" "#, Some(2)),
            (r#""a long text, longer than eight bytes" : 1"#, Some(38)),
            (r#""a long \" text","#, Some(16)),
            ("\"line\nfeed\"", None),
            (r#""open"#, None),
            ("0,", Some(1)),
            ("01", None),
            ("120}", Some(3)),
            ("1.5e3]", Some(5)),
            ("-7 ", Some(2)),
            ("null}", Some(4)),
            ("nul", None),
            ("true", Some(4)),
            ("[1, {\"a\": 2}],", Some(13)),
            (" 1", None),
            ("]", None),
            ("", None),
        ] {
            assert_eq!(value_end(text, 0), end, "{text}");
        }
    }

    proptest! {
        /// The quick way finds what the slow way finds.
        #[test]
        fn quick_is_slow(text in "[\"\\\\a-c0-9.,é{}\u{1}\u{7f}-]{0,24}", tail in select_tail()) {
            let text = format!("\"{text}\"{tail}");
            prop_assert_eq!(value_end(&text, 0), any_end(&text, 0));
            let bare = &text[1..];
            if bare.starts_with(|first: char| first.is_ascii_digit()) && any_end(bare, 0).is_some() {
                prop_assert_eq!(value_end(bare, 0), any_end(bare, 0));
            }
        }
    }

    fn select_tail() -> impl Strategy<Value = &'static str> {
        proptest::sample::select(vec!["", ",", "}", " ]", "\"more text behind it"])
    }
}
