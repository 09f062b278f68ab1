//! What sticks to texts unseen when they are copied: byte order marks, line breaks, signs of no width.

use table::unseen::is_unseen;

/// What is wrong with a text that cannot be seen in it, if anything.
pub(super) fn fault(text: &str) -> Option<String> {
    if text.chars().all(|sign| sign.is_whitespace() || is_unseen(sign)) {
        return Some("is blank".to_owned());
    }
    let sign = text.chars().find(|&sign| sign.is_control() || is_unseen(sign))?;
    Some(match sign {
        '\u{feff}' => "holds a byte order mark".to_owned(),
        '\n' | '\r' => "holds a line break".to_owned(),
        _ if sign.is_control() => "holds control characters".to_owned(),
        _ => format!("holds a sign that cannot be seen (U+{:04X})", u32::from(sign)),
    })
}

/// As [`fault`], for a name that stands for exactly one thing.
pub(super) fn fault_of_id(id: &str) -> Option<String> {
    fault(id).or_else(|| (id.trim() != id).then(|| "begins or ends with white space".to_owned()))
}

/// As [`fault`], for keys and tokens, which are sent in headers: visible ASCII, whichever vendor's. The text itself is not repeated.
pub(super) fn fault_of_key(key: &str) -> Option<String> {
    fault(key).or_else(|| {
        let sign = key.chars().find(|sign| !sign.is_ascii_graphic())?;
        Some(if sign == ' ' {
            "holds a blank".to_owned()
        } else {
            format!("holds a sign that is in no key (U+{:04X})", u32::from(sign))
        })
    })
}
