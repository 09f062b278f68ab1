//! Lists in HTTP headers, as [RFC 9651](https://www.rfc-editor.org/rfc/rfc9651) writes them.

use http::HeaderValue;
use std::fmt::Write as _;

/// As much as a header may hold without upsetting proxies in between, in bytes.
const ROOM: usize = 2 << 10;

/// A string. What is not printable ASCII, and `%`, is percent-encoded.
pub fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b'%' | 0..b' ' | 0x7f.. => _ = write!(out, "%{byte:02X}"),
            _ => out.push(char::from(byte)),
        }
    }
    out.push('"');
    out
}

/// The list of these members; none without any. Those for which there is no room are counted by the last one: `"and 3 more"`.
pub fn list(members: &[String]) -> Option<HeaderValue> {
    let mut out = String::new();
    for (index, member) in members.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        if out.len() + comma.len() + member.len() > ROOM {
            let more = members.len() - index;
            _ = write!(out, "{comma}\"and {more} more\"");
            break;
        }
        out += comma;
        out += member;
    }
    (!out.is_empty()).then(|| HeaderValue::try_from(out).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_ascii_and_escaped() {
        assert_eq!(string("a=b"), r#""a=b""#);
        assert_eq!(string(r#"q="x\y""#), r#""q=\"x\\y\"""#);
        assert_eq!(string("中 50%\r\n"), r#""%E4%B8%AD 50%25%0D%0A""#);
    }

    #[test]
    fn lists_end_before_they_are_too_long() {
        assert_eq!(list(&[]), None);
        assert_eq!(list(&["a".into(), "b".into()]).unwrap(), "a, b");
        let many = vec!["x".repeat(100); 100];
        let text = list(&many).unwrap();
        let text = text.to_str().unwrap();
        assert!(text.len() < ROOM + 32 && text.ends_with(", \"and 80 more\""), "{text}");
        let long = list(&["x".repeat(ROOM + 1)]).unwrap();
        assert_eq!(long, "\"and 1 more\"");
    }
}
