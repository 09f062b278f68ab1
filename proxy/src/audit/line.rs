//! An event as a line of JSON, in which nothing is hidden: what cannot be seen, or would do something to a terminal, is escaped.

use super::event::Event;
use crate::logs::hides;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io;

pub(super) fn of(event: &Event<'_>) -> Vec<u8> {
    let mut line = Vec::with_capacity(512);
    let written = event.serialize(&mut Serializer::with_formatter(&mut line, Visible));
    if let Err(error) = written {
        // Texts and numbers alone: this cannot be. Nothing is left out in silence all the same.
        line = format!(
            "{{\"version\":1,\"event\":\"unwritable\",\"reason\":{:?}}}",
            error.to_string()
        )
        .into_bytes();
    }
    line.push(b'\n');
    line
}

struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, sign)) = rest.char_indices().find(|(_, sign)| hides(*sign)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in sign.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + sign.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{What, Who};
    use proptest::prelude::*;
    use std::time::UNIX_EPOCH;

    fn line(name: &str) -> String {
        let who = Who {
            id: "1".to_owned(),
            issuer: "i".to_owned(),
            subject: "s".to_owned(),
            name: name.to_owned(),
        };
        String::from_utf8(of(&Event::new(UNIX_EPOCH, None, Some(&who), &What::Ended))).unwrap()
    }

    #[test]
    fn nothing_hides_in_a_line_or_breaks_it() {
        let told = line("a\"\r\n{\u{1b}[2J\u{9b}\u{202e}\u{feff}\u{2028}\u{7f}\u{e0041}王");
        assert!(
            told.ends_with("\"name\":\"a\\\"\\r\\n{\\u001b[2J\\u009b\\u202e\\ufeff\\u2028\\u007f\\udb40\\udc41王\"},\"peer\":null}\n"),
            "{told}"
        );
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_and_says_what_was_said(name in any::<String>()) {
            let told = line(&name);
            prop_assert_eq!(told.matches('\n').count(), 1);
            prop_assert!(told.trim_end_matches('\n').chars().all(|sign| !hides(sign)));
            let read: serde_json::Value = serde_json::from_str(&told).unwrap();
            prop_assert_eq!(read["who"]["name"].as_str(), Some(name.as_str()));
        }
    }
}
