//! What a pressed key means: the one place that reads shortcuts, so that all of them stand back in the same fields and work on every keyboard.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The character of a shortcut that is one key, such as `/`; `None` where the key is meant for something else: a field that takes text, a modal
/// dialog, a handler that has had it, a command of the browser.
pub fn single(event: &KeyboardEvent) -> Option<char> {
    // With AltGr, which Windows reports as Ctrl and Alt, some keyboards write what has no key of its own.
    let held = event.ctrl_key() || event.alt_key();
    if event.default_prevented() || event.meta_key() || (held && !event.get_modifier_state("AltGraph")) {
        return None;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let elsewhere = target.is_some_and(|target| takes_text(&target) || inside(&target, "dialog[open]"));
    if elsewhere { None } else { character(event) }
}

/// The letter that is pressed together with Ctrl or ⌘, in lower case.
pub fn with_control(event: &KeyboardEvent) -> Option<char> {
    let held = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
    let letter = character(event).filter(|_| held)?;
    Some(letter.to_ascii_lowercase())
}

/// What a key writes, as a Latin keyboard would: j and k have the same places under Russian or Greek letters, and `/` under an Arabic one.
pub fn character(event: &KeyboardEvent) -> Option<char> {
    let key = event.key();
    let mut characters = key.chars();
    let (written, None) = (characters.next()?, characters.next()) else {
        // A key with a name.
        return None;
    };
    let capital = event.get_modifier_state("CapsLock");
    let letter = if written.is_ascii() {
        written
    } else {
        by_place(written, &event.code(), event.shift_key())?
    };
    Some(match letter {
        'A'..='Z' if capital => letter.to_ascii_lowercase(),
        'a'..='z' if capital && written.is_ascii() => letter.to_ascii_uppercase(),
        _ => letter,
    })
}

/// What stands on a key of the usual Latin keyboard. Latin letters are what they are: ß has the place of `-`.
fn by_place(written: char, code: &str, shift: bool) -> Option<char> {
    let pick = |plain: char, shifted: char| if shift { shifted } else { plain };
    if let Some(digit) = code.strip_prefix("Digit") {
        // French keyboards write digits with Shift, and é without.
        return digit.chars().next();
    }
    if matches!(written, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') {
        return None;
    }
    let name = code.strip_prefix("Key").and_then(|letter| letter.chars().next());
    match (name, code) {
        (Some(letter), _) => Some(pick(letter.to_ascii_lowercase(), letter)),
        (_, "Slash") => Some(pick('/', '?')),
        (_, "Period") => Some(pick('.', '>')),
        (_, "Minus") => Some(pick('-', '_')),
        (_, "Equal") => Some(pick('=', '+')),
        _ => None,
    }
}

/// Whether a key pressed on an element becomes text in it.
fn takes_text(element: &Element) -> bool {
    if element.has_attribute("readonly") {
        return false;
    }
    match element.tag_name().as_str() {
        "TEXTAREA" => true,
        "INPUT" => {
            let kind = element.get_attribute("type").unwrap_or_default().to_ascii_lowercase();
            !matches!(
                kind.as_str(),
                "button" | "checkbox" | "color" | "file" | "image" | "radio" | "range" | "reset" | "submit"
            )
        }
        _ => element
            .dyn_ref::<HtmlElement>()
            .is_some_and(HtmlElement::is_content_editable),
    }
}

/// Whether an element is in one that `css` finds.
fn inside(element: &Element, css: &str) -> bool {
    element.closest(css).ok().flatten().is_some()
}

#[cfg(test)]
mod tests {
    use super::by_place;

    #[test]
    fn letters_of_other_scripts_are_their_places() {
        for (written, code, shift, expected) in [
            ('о', "KeyJ", false, Some('j')),
            ('Λ', "KeyK", true, Some('K')),
            ('ξ', "KeyJ", false, Some('j')),
            ('ظ', "Slash", false, Some('/')),
            ('؟', "Slash", true, Some('?')),
            ('／', "Slash", false, Some('/')),
            ('。', "Period", false, Some('.')),
            ('à', "Digit0", false, Some('0')),
            ('ß', "Minus", false, None),
            ('ç', "Period", false, None),
            ('ж', "Semicolon", false, None),
        ] {
            assert_eq!(by_place(written, code, shift), expected, "{written} on {code}");
        }
    }
}
