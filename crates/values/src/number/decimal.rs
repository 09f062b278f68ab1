//! Decimal texts of any length, compared digit by digit.

use std::cmp::Ordering;

/// The order of the numbers that two texts say, exactly. `None` where one of them is no number.
pub fn order(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Decimal::of(a)?, Decimal::of(b)?);
    let sizes = match (a.sign, b.sign) {
        (1, 1) => a.size().cmp(&b.size()),
        (-1, -1) => b.size().cmp(&a.size()),
        _ => Ordering::Equal,
    };
    Some(a.sign.cmp(&b.sign).then(sizes))
}

/// A decimal text taken apart: 0.`digits` × 10^`point`.
struct Decimal {
    /// -1, 0 or 1.
    sign: i8,
    /// Without zeros at either end.
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    fn of(text: &str) -> Option<Self> {
        super::nearest_to(text)?;
        let (sign, text) = match text.as_bytes() {
            [b'-', rest @ ..] => (-1, rest),
            [b'+', rest @ ..] | rest => (1, rest),
        };
        let end = text.iter().position(|byte| matches!(byte, b'e' | b'E'));
        let (mantissa, exponent) = text.split_at(end.unwrap_or(text.len()));
        let exponent = exponent.get(1..).and_then(super::exponent).unwrap_or_default();
        let whole = mantissa.iter().position(|byte| *byte == b'.');
        let mut point = i64::from(exponent) + i64::try_from(whole.unwrap_or(mantissa.len())).ok()?;
        let mut digits: Vec<u8> = mantissa.iter().copied().filter(u8::is_ascii_digit).collect();
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        point -= i64::try_from(zeros).ok()?;
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let sign = if digits.is_empty() { 0 } else { sign };
        Some(Self { sign, digits, point })
    }

    /// What numbers of one sign compare by.
    fn size(&self) -> (i64, &[u8]) {
        (self.point, &self.digits)
    }
}
