//! Seeded chance: the same seed and the same place in the fleet always give the same rows.

/// A small counter-based generator (`SplitMix64`), keyed by a seed and the place it is used at.
///
/// It is our own because the fleet must not change when a dependency changes its algorithm, and because a row far down
/// a list must be made without making the rows before it.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one place: `place` is any list of numbers that names it (table, account, row …).
    pub(crate) fn new(seed: u64, place: &[u64]) -> Self {
        let state = place
            .iter()
            .fold(mix(seed ^ 0x51_6E_A1_B0), |state, part| mix(state ^ mix(*part)));
        Self(state)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        // The bias of the remainder is far below anything a demo could show.
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low.saturating_add_unsigned(self.below(high.abs_diff(low).saturating_add(1)))
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let index = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
        items[index]
    }

    /// `length` characters of `0-9a-f`.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text(length, b"0123456789abcdef")
    }

    /// `length` characters of `0-9a-z`.
    pub(crate) fn base36(&mut self, length: usize) -> String {
        self.text(length, b"0123456789abcdefghijklmnopqrstuvwxyz")
    }

    /// `length` characters of `alphabet`.
    pub(crate) fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        (0..length).map(|_| char::from(self.pick(alphabet))).collect()
    }

    /// A version 4 UUID in lower case.
    pub(crate) fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-{}{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.text(1, b"89ab"),
            self.hex(3),
            self.hex(12)
        )
    }
}

/// The finaliser of `SplitMix64`.
const fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_place_throws_the_same_and_another_place_does_not() {
        let throw = |seed, place: &[u64]| Dice::new(seed, place).uuid();
        assert_eq!(throw(1, &[2, 3]), throw(1, &[2, 3]));
        assert_ne!(throw(1, &[2, 3]), throw(1, &[3, 2]));
        assert_ne!(throw(1, &[2, 3]), throw(2, &[2, 3]));
    }

    #[test]
    fn bounds_hold() {
        let mut dice = Dice::new(7, &[]);
        for _ in 0..1000 {
            assert!((-3..=4).contains(&dice.between(-3, 4)));
            assert!(dice.below(5) < 5);
        }
        assert_eq!(dice.below(0), 0);
        assert!(!dice.chance(0) && dice.chance(100));
    }
}
