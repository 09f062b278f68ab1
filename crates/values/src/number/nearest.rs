//! The number nearest to a decimal text, exactly, by whole numbers of any length.
//!
//! The standard library does this from tables of powers, faster, but those tables alone were a twenty-fifth of what the page may weigh.
//! The texts that people write and clouds send hardly ever come here: see [`super::parse`].

use std::cmp::Ordering;

/// Most decimal digits that can decide how a number is rounded. Of further digits only matters whether any is not zero.
const DECISIVE: usize = 800;

/// `digits` × 10^`exponent`, rounded to the nearest number, of two equally near ones to the even one. Infinite when it is too large.
pub(super) fn nearest(digits: impl Iterator<Item = u8>, mut exponent: i32) -> f64 {
    let mut value = Natural::default();
    let mut count = 0;
    for digit in digits.skip_while(|digit| *digit == 0) {
        if count < DECISIVE {
            value.push(10, u32::from(digit));
            count += 1;
        } else {
            exponent = exponent.saturating_add(1);
            if digit != 0 {
                value.set_lowest();
            }
        }
    }
    let magnitude = exponent.saturating_add(i32::try_from(count).unwrap_or(i32::MAX));
    // Far outside of what a number can be, where the powers below would only take long.
    if count == 0 || magnitude < -330 {
        return 0.0;
    }
    if magnitude > 310 {
        return f64::INFINITY;
    }
    let mut divisor = Natural::one();
    let power = if exponent < 0 { &mut divisor } else { &mut value };
    for _ in 0..exponent.unsigned_abs() {
        power.push(10, 0);
    }
    ratio(value, divisor)
}

/// `value / divisor` for a value that is not zero.
fn ratio(mut value: Natural, mut divisor: Natural) -> f64 {
    // The quotient of value / (divisor × 2^shift) gets 54 or 55 bits, one or two more than a number has.
    let shift = (value.bits() - divisor.bits() - 54).max(-1075);
    if shift < 0 {
        value.double(shift.unsigned_abs());
    } else {
        divisor.double(shift.unsigned_abs());
    }
    let mut quotient = 0_u64;
    divisor.double(55);
    for _ in 0..=55 {
        quotient <<= 1;
        if value.compare(&divisor) != Ordering::Less {
            value.subtract(&divisor);
            quotient |= 1;
        }
        value.double(1);
    }
    let inexact = !value.is_zero();

    let bits = 64 - i64::from(quotient.leading_zeros());
    // A number has 53 bits, and the smallest step is 2^-1074.
    let dropped = (bits - 53).max(-1074 - shift).max(0);
    let (kept, rest) = (quotient >> dropped, quotient & ((1 << dropped) - 1));
    let half = (1_u64 << dropped) >> 1;
    let up = match rest.cmp(&half) {
        _ if dropped == 0 => false,
        Ordering::Greater => true,
        Ordering::Equal => inexact || kept & 1 == 1,
        Ordering::Less => false,
    };
    exact(kept + u64::from(up)) * power_of_two(shift + dropped)
}

#[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
fn exact(value: u64) -> f64 {
    value as f64
}

/// 2^`exponent`, for at least -1074; infinite above 1023.
fn power_of_two(exponent: i64) -> f64 {
    let bits = match u64::try_from(exponent + 1023) {
        Ok(biased @ 1..) => biased.min(2047) << 52,
        _ => 1 << (exponent + 1074).max(0),
    };
    f64::from_bits(bits)
}

/// An unsigned integer of any size, in words of 32 bits, lowest first, without zero words at the end.
#[derive(Clone, Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn one() -> Self {
        Self(vec![1])
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn bits(&self) -> i64 {
        self.0.last().map_or(0, |top| {
            let below = i64::try_from(self.0.len() - 1).unwrap_or(i64::MAX / 32);
            below * 32 + i64::from(32 - top.leading_zeros())
        })
    }

    /// Multiplies by `factor` and adds `more`.
    fn push(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = low(carry);
            carry >>= 32;
        }
        if carry != 0 {
            self.0.push(low(carry));
        }
    }

    /// Sets the lowest bit: it stands for digits that were cut off and are not all zero.
    fn set_lowest(&mut self) {
        if let Some(limb) = self.0.first_mut() {
            *limb |= 1;
        }
    }

    fn double(&mut self, times: u64) {
        for _ in 0..times % 32 {
            self.push(2, 0);
        }
        let limbs = usize::try_from(times / 32).unwrap_or(0);
        if !self.is_zero() {
            self.0.splice(0..0, std::iter::repeat_n(0, limbs));
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// Subtracts `other`, which must not be larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (at, limb) in self.0.iter_mut().enumerate() {
            let (less, one) = limb.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (less, two) = less.overflowing_sub(u32::from(borrow));
            (*limb, borrow) = (less, one || two);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
fn low(value: u64) -> u32 {
    value as u32
}
