//! Numbers as text, both ways.

/// The number that a text is: decimal, with an optional sign, fraction and exponent. `None` for anything else, for infinities too.
pub fn parse(text: &str) -> Option<f64> {
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let plain = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    // `+ 0.0` turns a negative zero into zero.
    (digits && plain).then(|| {
        text.parse()
            .ok()
            .map(|number: f64| number + 0.0)
            .filter(|number| number.is_finite())
    })?
}

/// A number's shortest text that [`parse`] reads back as the same number: plain digits, with an exponent only where they would be many.
pub fn text(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        format!("{number:e}")
    } else {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn numbers_read_and_print() {
        for (given, printed) in [
            ("0", "0"),
            ("-0", "0"),
            ("007", "7"),
            ("+3", "3"),
            ("1.50", "1.5"),
            (".5", "0.5"),
            ("-2e3", "-2000"),
            ("1e21", "1e21"),
            ("1e-7", "1e-7"),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_eq!(text(parse(given).unwrap()), printed, "{given}");
        }
        for nothing in ["", "x", "inf", "NaN", "1e999", "1,5", "1 ", "-", "e", "0x1f", "1.2.3"] {
            assert_eq!(parse(nothing), None, "{nothing}");
        }
    }
}
