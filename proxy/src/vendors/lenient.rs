//! Error bodies as they really come: in GBK or UTF-16, with raw line breaks, halves of emojis, cut off. What can be read of them is read.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;

/// No error is longer. What stands behind that is not looked at.
const LONGEST: usize = 64 << 10;

/// No error is nested deeper.
const DEEPEST: usize = 16;

/// The text of a body, by its byte order mark or by what its bytes look like.
#[must_use]
pub fn text(body: &[u8]) -> Cow<'_, str> {
    let body = &body[..body.len().min(LONGEST)];
    let encoding = match body {
        [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, 0, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255, ..] => Some(UTF_16BE),
        _ if is_gbk(body) => Some(GB18030),
        _ => None,
    };
    match encoding {
        Some(encoding) => encoding.decode(body).0,
        None => String::from_utf8_lossy(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)),
    }
}

/// Whether bytes that are no UTF-8 are GBK. A text in UTF-8 with a flaw has more that is right than that is wrong.
fn is_gbk(body: &[u8]) -> bool {
    // Nothing wrong, or nothing but that the end is missing.
    if std::str::from_utf8(body)
        .err()
        .and_then(|error| error.error_len())
        .is_none()
    {
        return false;
    }
    let utf8 = String::from_utf8_lossy(body);
    let (mut right, mut wrong) = (0, 0);
    for sign in utf8.chars().filter(|sign| !sign.is_ascii()) {
        *(if sign == char::REPLACEMENT_CHARACTER {
            &mut wrong
        } else {
            &mut right
        }) += 1;
    }
    wrong > right && !GB18030.decode_without_bom_handling(body).1
}

/// The first JSON value of a text, with all that can be made out of it where it is not quite JSON; none where nothing looks like an object.
#[must_use]
pub fn json(text: &str) -> Option<Value> {
    let start = text.find('{')?;
    Some(Reader { rest: &text[start..] }.value(0))
}

/// Reads what is like JSON, and never fails: what is missing at the end is thought to be there.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self
            .rest
            .trim_start_matches(|sign: char| sign.is_whitespace() || sign.is_control());
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut signs = self.rest.chars();
        let next = signs.next();
        self.rest = signs.as_str();
        next
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.peek() {
            Some('{') if depth < DEEPEST => self.object(depth),
            Some('[') if depth < DEEPEST => self.list(depth),
            Some(quote @ ('"' | '\'')) => Value::String(self.quoted(quote)),
            Some('{' | '[') | None => {
                self.rest = "";
                Value::Null
            }
            Some(_) => bare(self.until(&[',', '}', ']']).trim()),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut fields = Map::new();
        self.next();
        while let Some(sign) = self.peek() {
            match sign {
                '}' => {
                    self.next();
                    break;
                }
                ',' => _ = self.next(),
                _ => {
                    let key = match sign {
                        quote @ ('"' | '\'') => self.quoted(quote),
                        _ => self.until(&[':', ',', '}']).trim().to_owned(),
                    };
                    if self.peek() == Some(':') {
                        self.next();
                        let value = self.value(depth + 1);
                        fields.entry(key).or_insert(value);
                        self.until(&[',', '}']);
                    }
                }
            }
        }
        Value::Object(fields)
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        self.next();
        while let Some(sign) = self.peek() {
            match sign {
                ']' => {
                    self.next();
                    break;
                }
                ',' | '}' | ':' => _ = self.next(),
                _ => items.push(self.value(depth + 1)),
            }
        }
        Value::Array(items)
    }

    /// What stands before the first of some signs.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (before, rest) = self.rest.split_at(end);
        self.rest = rest;
        before
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut units: Vec<u16> = Vec::new();
        self.next();
        while let Some(sign) = self.next().filter(|&sign| sign != quote) {
            let sign = if sign == '\\' {
                self.escaped(&mut units)
            } else {
                Some(sign)
            };
            if let Some(sign) = sign {
                units.extend_from_slice(sign.encode_utf16(&mut [0; 2]));
            }
        }
        // Half an emoji becomes the sign for what cannot be read.
        String::from_utf16_lossy(&units)
    }

    /// The sign after a backslash; half of one is put to `units` instead.
    fn escaped(&mut self, units: &mut Vec<u16>) -> Option<char> {
        Some(match self.next()? {
            'u' => {
                let unit = self.rest.get(..4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
                self.rest = unit.map_or(self.rest, |_| &self.rest[4..]);
                units.push(unit.unwrap_or(0xfffd));
                return None;
            }
            'n' | 'r' | 't' | 'b' | 'f' => ' ',
            sign => sign,
        })
    }
}

/// A value without quotes: a number, a word of JSON, or a text that somebody did not quote.
fn bare(text: &str) -> Value {
    match text {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "" | "null" | "None" | "undefined" => Value::Null,
        number => match number.parse::<Number>() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::String(number.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_json_is_read_as_json() {
        let value = json!({"a": [1, "b\"\n😀", {"c": null, "d": true}], "e": -1.5e3, "f": {}});
        let read = json(&value.to_string()).unwrap();
        assert_eq!(read["a"][1], "b\" 😀", "a line break is a blank");
        assert_eq!(
            (&read["a"][2], &read["e"], &read["f"]),
            (&value["a"][2], &value["e"], &value["f"])
        );
    }

    #[test]
    fn what_is_not_quite_json_is_read_all_the_same() {
        for (body, code) in [
            (&b"{\"Code\":\"X\",\"Message\":\"slow\ndown\"}"[..], "X"),
            (b"{\"Message\":\"half \\ud83d\",\"Code\":\"X\"}", "X"),
            (b"{\"Message\":\"half \\udc00\\u12\",\"Code\":\"X\"}", "X"),
            (
                b"{\"Message\":\"\xc7\xeb\xc7\xf3\xb1\xbb\xc1\xf7\xbf\xd8\",\"Code\":\"X\"}",
                "X",
            ),
            // The second byte of this sign is a backslash.
            (b"{\"Message\":\"\x81\\\",\"Code\":\"X\"}", "X"),
            (b"\xef\xbb\xbf{\"Code\":\"X\"}", "X"),
            (b"\xff\xfe{\0\"\0C\0o\0d\0e\0\"\0:\0\"\0X\0\"\0}\0", "X"),
            (b"{\0\"\0C\0o\0d\0e\0\"\0:\0\"\0X\0\"\0}\0", "X"),
            (b"\0{\0\"\0C\0o\0d\0e\0\"\0:\0\"\0X\0\"\0}", "X"),
            (b"{\"Code\":\"X\",\"Message\":\"cut of", "X"),
            (b"{\"Message\":{\"a\":[1,{\"Code\":\"X", ""),
            (b"{'Code': 'X', 'Message': None}", "X"),
            (b"{Code: X, Message: y}", "X"),
            (b"{\"Code\":\"X\",}", "X"),
            (b"error: {\"Code\":\"X\"} ", "X"),
            (b"{\"Message\":\"a \"quoted\" word\",\"Code\":\"X\"}", "X"),
            (b"{\"Code\":\"\xe8\xaf", "\u{fffd}"),
        ] {
            let read = json(&text(body)).unwrap();
            assert_eq!(read["Code"].as_str().unwrap_or_default(), code, "{read}");
        }
        assert_eq!(text(b"\xc7\xeb\xc7\xf3\xb1\xbb\xc1\xf7\xbf\xd8"), "请求被流控");
        assert_eq!(text("请求被流控\u{fffd}".as_bytes()), "请求被流控\u{fffd}");
        assert_eq!(
            text(b"\xe8\xaf\xb7\xe6\xb1\x82\xe8"),
            "请求\u{fffd}",
            "cut off, not GBK"
        );
    }

    #[test]
    fn depth_and_length_are_bounded() {
        assert!(json(&"{\"a\":".repeat(100_000)).is_some());
        assert!(json(&"[".repeat(100_000)).is_none());
        assert_eq!(text(&vec![b' '; 1 << 20]).len(), LONGEST);
    }

    proptest! {
        #[test]
        fn nothing_is_too_odd_to_be_read(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut object = b"{\"Code\":".to_vec();
            object.extend(&body);
            _ = json(&text(&object));
            _ = json(&text(&body));
        }

        #[test]
        fn like_json_is_read_to_its_end(body in "[{}\\[\\]\",:'\\\\u0-9a-f \n]{0,60}") {
            _ = json(&format!("{{{body}"));
        }
    }
}
