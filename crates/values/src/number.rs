//! Numbers as text, both ways. Not by the standard library, whose tables and formats for numbers would be a fifteenth of the page.

mod decimal;
mod nearest;

pub use decimal::order;

use std::cmp::Ordering;

/// The powers of ten that an `f64` holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Parses a decimal number with an optional sign, fraction and exponent. `None` for anything else, and for what is beyond any `f64`.
pub fn parse(text: &str) -> Option<f64> {
    nearest_to(text).filter(|number| number.is_finite())
}

/// As [`parse`], but only what the number's own [`text`] says to the last digit: whole numbers beyond 2^53 are others than they were.
pub fn parse_exact(text: &str) -> Option<f64> {
    /// Up to so many digits every decimal text is told apart from every other.
    const SURE: usize = 15;
    let number = parse(text).filter(|number| number.abs() < BEYOND)?;
    let exact = text.len() <= SURE || order(text, &self::text(number)) == Some(Ordering::Equal);
    exact.then_some(number)
}

/// The first number that stands for more than one whole number.
const BEYOND: f64 = 9_007_199_254_740_992.0;

/// The `f64` nearest to a decimal text, infinite where that is beyond all. `None` for what is no number.
pub fn nearest_to(text: &str) -> Option<f64> {
    let (sign, text) = match text.as_bytes() {
        [b'-', text @ ..] => (-1.0, text),
        [b'+', text @ ..] | text => (1.0, text),
    };
    let (digits, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = match digits.iter().position(|byte| *byte == b'.') {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &digits[..0]),
    };
    let count = whole.len() + fraction.len();
    let mut digits = whole.iter().chain(fraction).map(|digit| digit.wrapping_sub(b'0'));
    if count == 0 || digits.clone().any(|digit| digit > 9) {
        return None;
    }
    let exponent = exponent.saturating_sub(i32::try_from(fraction.len()).unwrap_or(i32::MAX));
    // Both factors are numbers exactly, so only their product or quotient is rounded: what texts are, but for the oddest.
    let small = (count <= 19)
        .then(|| digits.clone().fold(0, |number, digit| number * 10 + u64::from(digit)))
        .filter(|number| *number <= 1 << 53);
    let power = usize::try_from(exponent.unsigned_abs()).ok();
    let number = match (small, power.and_then(|power| EXACT_POWERS.get(power))) {
        (Some(small), Some(power)) => {
            #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
            let small = small as f64;
            if exponent < 0 { small / power } else { small * power }
        }
        _ => nearest::nearest(&mut digits, exponent),
    };
    // `+ 0.0` turns a negative zero into zero.
    Some(sign * number + 0.0)
}

/// Parses what stands behind the `e`. An exponent that no `i32` holds saturates: the number is zero or infinite either way.
fn exponent(text: &[u8]) -> Option<i32> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i32, |value, digit| {
        value.saturating_mul(10).saturating_add(i32::from(digit - b'0'))
    });
    Some(sign * value)
}

/// A number's shortest text that [`parse`] reads back as the same number: plain digits, with an exponent only where they would be many.
pub fn text(number: f64) -> String {
    // Digits, maybe a point among them, maybe an exponent behind.
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format(number);
    let (sign, shortest) = match shortest.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", shortest),
    };
    let (plain, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let Ok(exponent) = exponent.parse::<i32>() else {
        return shortest.to_owned();
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut digits = [whole, fraction].concat();
    // Where the point stands, counted from the first digit.
    let mut point = exponent + i32::try_from(whole.len()).unwrap_or_default();
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    digits.drain(..zeros);
    point -= i32::try_from(zeros).unwrap_or_default();
    digits.truncate(digits.trim_end_matches('0').len());

    let mut text = sign.to_owned();
    let zeros = |count: i32| std::iter::repeat_n('0', usize::try_from(count).unwrap_or_default());
    let count = i32::try_from(digits.len()).unwrap_or_default();
    match point {
        _ if digits.is_empty() => text.push('0'),
        // 0.000001 to 0.9…
        -5..=0 => {
            text.push_str("0.");
            text.extend(zeros(-point));
            text.push_str(&digits);
        }
        // Below 1e21.
        1..=21 => {
            text.push_str(&digits);
            text.extend(zeros(point - count));
            if let Some(at) = usize::try_from(point).ok().filter(|_| point < count) {
                text.insert(sign.len() + at, '.');
            }
        }
        _ => {
            text.push_str(&digits);
            if count > 1 {
                text.insert(sign.len() + 1, '.');
            }
            text.push('e');
            text.push_str(&(point - 1).to_string());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{order, parse, parse_exact, text};
    use proptest::prelude::*;

    #[test]
    fn numbers_read_and_print() {
        for (given, printed) in [
            ("0", "0"),
            ("-0", "0"),
            ("007", "7"),
            ("+3", "3"),
            ("1.50", "1.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-2e3", "-2000"),
            ("1e21", "1e21"),
            ("1e-7", "1e-7"),
            ("-12.5e-9", "-1.25e-8"),
            ("0.000001", "0.000001"),
            ("999999999999999999999", "1e21"),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_eq!(text(parse(given).unwrap()), printed, "{given}");
        }
        for nothing in [
            "", "x", "inf", "NaN", "1e999", "1,5", "1 ", "-", "e", "0x1f", "1.2.3", ".", "1e", "e5", "--1", "1e+",
            "1e5.", "+-1", "１",
        ] {
            assert_eq!(parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn numbers_that_are_not_exact_are_told() {
        for exact in [
            "0",
            "-0.0",
            "1e3",
            "9007199254740991",
            "-9007199254740991",
            "0.1",
            "3.0000000000000000000",
            "1.50e0",
        ] {
            assert_eq!(parse_exact(exact), parse(exact), "{exact}");
            assert!(parse(exact).is_some());
        }
        for other in [
            "9007199254740992",
            "9007199254740993",
            "-9007199254740993",
            "1e20",
            "1e999",
            "18446744073709551615",
            "0.1000000000000000000001",
            "1,024",
            "",
            "many",
        ] {
            assert_eq!(parse_exact(other), None, "{other}");
        }
    }

    /// What the standard library reads, where it and [`parse`] mean the same texts to be numbers.
    fn standard(text: &str) -> Option<f64> {
        text.parse()
            .ok()
            .map(|number: f64| number + 0.0)
            .filter(|number| number.is_finite())
    }

    fn standard_text(number: f64) -> String {
        let size = number.abs();
        if size != 0.0 && !(1e-6..1e21).contains(&size) {
            format!("{number:e}")
        } else {
            number.to_string()
        }
    }

    #[test]
    fn the_hardest_texts_are_read_exactly() {
        for hard in [
            // Between two neighbours, and a little beside.
            "9007199254740993",
            "9007199254740993.0000000000000000000000000000000000000000000000001",
            "9007199254740992.9999999999999999999999999999999999999999999999999",
            // The ends of the scale.
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "2.2250738585072011e-308",
            "2.2250738585072012e-308",
            "2.2250738585072014e-308",
            "4.9406564584124654e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "7.4109846876186981e-324",
            "7.4109846876186982e-324",
            "1e-400",
            "0e99999999999",
            "1e-99999999999",
            "123456789012345678901234567890e-30",
        ] {
            assert_eq!(parse(hard), standard(hard), "{hard}");
        }
        for odd in [
            "0".repeat(2000) + "1.5",
            format!("{}{}1", between(1.0), "0".repeat(900)),
            format!("1{}", "0".repeat(400)),
            format!("1{}e-400", "0".repeat(400)),
        ] {
            assert_eq!(parse(&odd), standard(&odd), "{odd}");
        }
    }

    /// The decimal text exactly halfway between two neighbouring non-negative numbers: the hardest to round.
    fn between(number: f64) -> String {
        const FRACTION: usize = 1075;
        let exact = |number: f64| format!("{number:01500.FRACTION$}");
        let digits = |number: f64| exact(number).into_bytes().into_iter().filter(u8::is_ascii_digit);
        let mut carry = 0;
        let mut sum: Vec<u8> = (digits(number).rev())
            .zip(digits(number.next_up()).rev())
            .map(|(one, other)| {
                carry += one - b'0' + other - b'0';
                let digit = carry % 10;
                carry /= 10;
                digit
            })
            .collect();
        sum.reverse();
        let mut carry = 0;
        let mut half: String = sum
            .into_iter()
            .map(|digit| {
                let digit = carry * 10 + digit;
                carry = digit % 2;
                char::from(b'0' + digit / 2)
            })
            .collect();
        half.insert(half.len() - FRACTION, '.');
        half
    }

    proptest! {
        /// As whole numbers of any length compare.
        #[test]
        fn texts_have_the_order_of_what_they_say(a in any::<i128>(), b in any::<i128>(), near in -3_i128..4, zeros in 0_usize..3) {
            let padded = |number: i128| {
                let sign = if number < 0 { "-" } else { "" };
                format!("{sign}{}{}.{}", "0".repeat(zeros), number.unsigned_abs(), "0".repeat(zeros))
            };
            for b in [b, a.saturating_add(near), a / 10, a.saturating_mul(10), a.saturating_neg()] {
                prop_assert_eq!(order(&a.to_string(), &padded(b)), Some(a.cmp(&b)));
                prop_assert_eq!(order(&format!("{a}e-5"), &format!("{b}E-5")), Some(a.cmp(&b)));
            }
            prop_assert_eq!(order(&a.to_string(), "many"), None);
        }

        #[test]
        fn every_number_prints_as_short_as_with_the_standard_library_and_is_read_back(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite() && number != 0.0);
            prop_assert_eq!(text(number).len(), standard_text(number).len());
            prop_assert_eq!(parse(&text(number)), Some(number));
        }

        #[test]
        fn every_plain_number_prints_as_short_as_with_the_standard_library_and_is_read_back(whole in any::<i64>(), digits in 0_i32..25) {
            let number = whole as f64 / 10_f64.powi(digits);
            prop_assert_eq!(text(number).len(), standard_text(number).len());
            prop_assert_eq!(parse(&text(number)), Some(number));
        }

        #[test]
        fn every_text_is_read_as_with_the_standard_library(text in r"[+-]?[0-9]{0,25}\.?[0-9]{0,40}([eE][+-]?[0-9]{1,3})?") {
            prop_assert_eq!(parse(&text), standard(&text));
        }

        #[test]
        fn what_lies_between_two_numbers_is_rounded_as_with_the_standard_library(bits in 0..f64::MAX.to_bits(), beside in "[0-9]{0,3}") {
            let text = format!("{}{beside}", between(f64::from_bits(bits)));
            prop_assert_eq!(parse(&text), standard(&text));
        }
    }
}
