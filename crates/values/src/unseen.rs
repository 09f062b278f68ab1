//! Characters that nobody sees, and that come along when a text is copied.

/// Whether a character has neither width nor look of its own: soft hyphens, joiners, marks of direction and of byte order, variation selectors,
/// tags. White space and control characters are others.
pub const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
