//! Percent-encoding of query strings, lossless both ways.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is written as it is: letters, digits and the punctuation that chats, mails and shells leave alone inside a link. Brackets, quotes,
/// `*`, `!`, `;` and everything beyond ASCII are encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'@');

/// Appends `text` to a query string.
pub(super) fn encode(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, ENCODED));
}

/// Escapes the last character, if it is punctuation that was written as it is.
pub(super) fn close(out: &mut String) {
    if let Some(last) = out.pop() {
        if last.is_ascii_alphanumeric() || matches!(last, '=' | '&') {
            out.push(last);
        } else {
            out.extend(utf8_percent_encode(last.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC));
        }
    }
}

/// Decodes a name or value: `%XX` and `+`. What is no valid escape, or no UTF-8 after decoding, stays as it was written.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let run = escapes(&bytes[at..]);
        if run.is_empty() {
            let next = bytes[at + 1..].iter().position(|byte| matches!(byte, b'%' | b'+'));
            let end = next.map_or(bytes.len(), |next| at + 1 + next);
            if bytes[at] == b'+' {
                out.push(' ');
                out.push_str(&text[at + 1..end]);
            } else {
                out.push_str(&text[at..end]);
            }
            at = end;
            continue;
        }
        for chunk in run.utf8_chunks() {
            out.push_str(chunk.valid());
            at += 3 * chunk.valid().len();
            let end = at + 3 * chunk.invalid().len();
            out.push_str(&text[at..end]);
            at = end;
        }
    }
    out
}

/// The bytes that the unbroken run of escapes at the start of `bytes` stands for.
fn escapes(bytes: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16);
    bytes
        .chunks_exact(3)
        .map_while(|escape| match escape {
            [b'%', high, low] => u8::try_from(hex(*high)? * 16 + hex(*low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn escapes_are_decoded_and_the_rest_stays() {
        for (given, decoded) in [
            ("", ""),
            ("a+b%20c", "a b c"),
            ("++", "  "),
            ("%E4%B8%AD%e6%96%87", "中文"),
            ("中%2C文", "中,文"),
            ("100%", "100%"),
            ("%zz%2", "%zz%2"),
            ("%%41", "%A"),
            ("%FF%41%fe", "%FFA%fe"),
            ("%E4%B8", "%E4%B8"),
            ("%F0%9F%98x", "%F0%9F%98x"),
        ] {
            assert_eq!(decode(given), decoded, "{given}");
            let mut again = String::new();
            encode(&mut again, decoded);
            assert_eq!(decode(&again), decoded, "{given}");
        }
    }

    #[test]
    fn links_survive_chats() {
        let mut out = String::new();
        encode(&mut out, "a-b._~,:/@ (x)[y]'\"!*;$?&=%+#é");
        assert_eq!(
            out,
            "a-b._~,:/@%20%28x%29%5By%5D%27%22%21%2A%3B%24%3F%26%3D%25%2B%23%C3%A9"
        );
    }
}
