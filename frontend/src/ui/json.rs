//! JSON for reading.

/// JSON with line breaks and indents. Only white space is touched, so numbers keep every digit; a text that is no JSON stays readable.
pub fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                out.push('"');
                while let Some(inner) = characters.next() {
                    out.push(inner);
                    match inner {
                        '\\' => out.extend(characters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                out.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                // Nothing inside needs no lines.
                if let Some(end) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn values_are_untouched() {
        assert_eq!(
            pretty(r#"{"a":[1,2.50,12345678901234567890],"b":"x, {y}: \"z\" \\","c":{},"d":[ ]}"#),
            "{\n  \"a\": [\n    1,\n    2.50,\n    12345678901234567890\n  ],\n  \"b\": \"x, {y}: \\\"z\\\" \\\\\",\n  \"c\": {},\n  \"d\": []\n}"
        );
    }

    #[test]
    fn formatting_twice_changes_nothing() {
        let once = pretty(r#"[{"a":"\n"},[],null,true]"#);
        assert_eq!(pretty(&once), once);
    }

    #[test]
    fn a_cut_text_is_shown() {
        assert_eq!(pretty(r#"{"a":"b"#), "{\n  \"a\": \"b");
        assert_eq!(pretty("]]"), "\n]\n]");
    }
}
