//! Texts of a cloud, made fit to be shown: one line, short, without secrets and without what was signed. Never a page, never the body itself.

use http::StatusCode;
use table::unseen::is_unseen;

/// The longest message that is shown, in characters.
const LONGEST: usize = 600;

/// The longest text of an answer that is no message by its form, and the longest code or id.
const LONGEST_WORD: usize = 120;

/// Words after which gateways repeat what was signed.
const ECHO_WORDS: [&str; 6] = [
    "canonicalrequest",
    "canonical request",
    "string to sign",
    "stringtosign",
    "signature=",
    "signature is:",
];

/// What makes texts of one account fit to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Cleaner<'a> {
    /// Words after which the vendor repeats what was signed, besides those that all use.
    pub echo_words: &'a [&'a str],
    /// Texts that must not come back.
    pub secrets: &'a [&'a str],
}

impl Cleaner<'_> {
    /// A message.
    #[must_use]
    pub fn message(&self, text: &str) -> String {
        // First, so that nothing hides between what is not seen.
        let mut shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        shown.retain(|sign| !sign.is_control() && !is_unseen(sign));
        // ASCII lower-casing keeps every byte's place.
        let lower = shown.to_ascii_lowercase();
        let words = ECHO_WORDS.iter().chain(self.echo_words);
        if let Some(at) = words.filter_map(|word| lower.find(word)).min() {
            shown.truncate(shown[..at].trim_end_matches([' ', ',', ':', ';', '(']).len());
        }
        for secret in self.secrets.iter().filter(|secret| !secret.is_empty()) {
            shown = shown.replace(*secret, "***");
        }
        shorten(&mut shown, LONGEST);
        shown
    }

    /// A code or an id.
    #[must_use]
    pub fn word(&self, text: &str) -> String {
        let mut word = self.message(text);
        shorten(&mut word, LONGEST_WORD);
        word
    }
}

fn shorten(text: &mut String, longest: usize) {
    if let Some((at, _)) = text.char_indices().nth(longest) {
        text.truncate(at);
        text.push('…');
    }
}

/// Whether a text is a web page. JSON is none, whatever is quoted in it.
#[must_use]
pub fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(LONGEST).collect();
    let start = start.to_ascii_lowercase();
    let tags = ["<html", "<!doctype", "<head", "<body"];
    start.starts_with('<') || !start.starts_with(['{', '[']) && tags.iter().any(|tag| start.contains(tag))
}

/// What stands for a message where the answer has none: a short plain text, else what the status means.
#[must_use]
pub fn instead(status: StatusCode, text: &str) -> String {
    let text = text.trim();
    let plain =
        !text.is_empty() && !text.starts_with(['{', '[']) && !is_page(text) && text.chars().count() <= LONGEST_WORD;
    if plain {
        return text.to_owned();
    }
    status.canonical_reason().unwrap_or("no reason given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through_between_signs_that_are_not_seen() {
        let clean = Cleaner {
            echo_words: &[],
            secrets: &["hunter2"],
        };
        for (said, shown) in [
            ("key hun\u{200b}ter2 is bad", "key *** is bad"),
            ("key hunter2\u{ad} is\u{61c} bad", "key *** is bad"),
            ("no match. String\u{feff} to\n  sign: GET hun", "no match."),
            ("no match. Signature\u{2069}=abc", "no match."),
        ] {
            assert_eq!(clean.message(said), shown);
            assert_eq!(clean.word(said), shown);
        }
    }
}
