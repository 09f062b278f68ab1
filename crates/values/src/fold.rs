//! Texts as search and order see them: what readers call the same is the same.
//!
//! Capitals and small letters, full-width and usual ones, `é` and `e` with an accent behind it, `İ`, `ı` and `i`, `ß` and `ss` are folded into one
//! form: NFKC (<https://www.unicode.org/reports/tr15/>) with all letters made small, large and small again, without what nobody sees. Accents
//! stay. Most texts are ASCII or Chinese, of which only ASCII letters change; for the others a page has no tables and takes the browser's.

use crate::unseen::is_unseen;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Folds texts beyond ASCII: NFKC, small, large, small, NFKC.
pub type Folding = fn(&str) -> String;

static FOLDING: OnceLock<Folding> = OnceLock::new();

/// Hands over what folds texts beyond ASCII, once, before any row comes. Without it this crate uses tables of its own, which it has everywhere but in
/// WebAssembly.
pub fn by(folding: Folding) {
    _ = FOLDING.set(folding);
}

/// A text in its folded form.
pub fn text(text: &str) -> Cow<'_, str> {
    if is_folded(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    push(&mut out, text);
    Cow::Owned(out)
}

/// Appends a text in its folded form.
pub fn push(out: &mut String, text: &str) {
    if is_plain(text) {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
        return;
    }
    let seen: String = text.chars().filter(|letter| !is_unseen(*letter)).collect();
    for letter in FOLDING.get_or_init(|| by_tables)(&seen).chars() {
        match letter {
            // The dot that is left of `İ`.
            '\u{307}' if out.ends_with('i') => {}
            // The small sigma at the end of a word.
            'ς' => out.push('σ'),
            _ => out.push(letter),
        }
    }
}

/// Whether a text is its own folded form.
pub fn is_folded(text: &str) -> bool {
    // Nearly every text is ASCII without capitals. To go through all of it at once costs less than to stop at the first that is not.
    let other = |byte: u8| !byte.is_ascii() | byte.is_ascii_uppercase();
    if !text.bytes().fold(false, |any, byte| any | other(byte)) {
        return true;
    }
    if is_plain(text) {
        return !text.bytes().any(|byte| byte.is_ascii_uppercase());
    }
    let mut folded = String::new();
    push(&mut folded, text);
    folded == text
}

/// Whether folding changes nothing of a text but its ASCII capitals.
fn is_plain(text: &str) -> bool {
    text.is_ascii() || text.chars().all(|letter| letter.is_ascii() || is_caseless(letter))
}

/// Letters and signs of Chinese, Japanese and Korean that have one form only.
const fn is_caseless(letter: char) -> bool {
    matches!(
        letter,
        '\u{4e00}'..='\u{9fff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{3001}'..='\u{3002}'
            | '\u{3008}'..='\u{3011}'
            | '\u{2013}'..='\u{2014}'
            | '\u{2018}'..='\u{201d}'
    )
}

#[cfg(not(target_arch = "wasm32"))]
fn by_tables(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let composed: String = text.nfkc().collect();
    composed.to_lowercase().to_uppercase().to_lowercase().nfkc().collect()
}

/// A page hands over the browser's own.
#[cfg(target_arch = "wasm32")]
fn by_tables(text: &str) -> String {
    text.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{by_tables, is_caseless, text};
    use proptest::prelude::*;

    #[test]
    fn what_readers_call_the_same_is_the_same() {
        for same in [
            &[
                "web",
                "WEB",
                "Web",
                "ＷＥＢ",
                "ｗｅｂ",
                "w\u{200b}eb",
                "\u{feff}web",
                "\u{2068}web\u{2069}",
                "\u{202a}w\u{61c}eb\u{202c}",
                "we\u{e0100}b",
                "𝐰𝐞𝐛",
                "ⓦⓔⓑ",
            ][..],
            &["café", "cafe\u{301}", "CAFÉ", "CAFE\u{301}", "ｃａｆｅ\u{301}"],
            &["istanbul", "İstanbul", "I\u{307}stanbul", "ISTANBUL", "ıstanbul"],
            &["strasse", "straße", "STRASSE", "STRAẞE"],
            &["σασ", "ΣΑΣ", "σας", "Σας"],
            &["kelvin", "\u{212a}elvin"],
            &["ohm ω", "Ohm Ω", "ohm \u{2126}"],
            &["file", "ﬁle", "FILE"],
            &["ガギ", "ｶﾞｷﾞ", "カ\u{3099}キ\u{3099}"],
            &["가", "\u{1100}\u{1161}"],
            &["i-1(主)", "I-1（主）", "ｉ－１（主）"],
            &["支付 1", "支付\u{3000}１"],
            &["...", "…"],
        ] {
            for other in same {
                assert_eq!(text(other), same[0], "{other}");
            }
        }
        for (one, other) in [
            ("cafe", "café"),
            ("主机", "主機"),
            ("a", "ä"),
            ("web", "web1"),
            ("日", "曰"),
        ] {
            assert_ne!(text(one), text(other));
        }
    }

    #[test]
    fn letters_that_are_passed_over_have_one_form() {
        for letter in ('\u{80}'..=char::MAX).filter(|letter| is_caseless(*letter)) {
            let letter = letter.to_string();
            assert_eq!(by_tables(&letter), letter);
        }
    }

    proptest! {
        /// The short way leads where the long one does, and once is enough.
        #[test]
        fn short_is_long(given in "([a-zA-Z0-9é主か가、“ÀΣςßİıＷ\u{300}\u{3099}]|\\PC){0,12}") {
            let folded = text(&given).into_owned();
            prop_assert_eq!(text(&folded), folded.as_str());
            let large = given.to_ascii_uppercase();
            prop_assert_eq!(text(&large), folded.as_str());
            if given.is_ascii() {
                prop_assert_eq!(given.to_ascii_lowercase(), folded);
            }
        }
    }
}
