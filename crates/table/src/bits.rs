//! A set of small numbers, one bit each.

/// A set of row numbers or codes below [`Bits::len`], a bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// The empty set of numbers below `len`.
    pub(crate) fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    /// The bound: all numbers in it are smaller.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Raises the bound. The further numbers are not in it.
    pub(crate) fn grow(&mut self, len: usize) {
        self.words.resize(len.div_ceil(64), 0);
        self.len = len;
    }

    /// Whether a number is in it.
    #[inline]
    pub(crate) fn has(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Puts a number into it.
    #[inline]
    pub(crate) fn add(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Adds a number under a condition, without a branch that the processor would guess wrong.
    #[inline]
    pub(crate) fn add_if(&mut self, at: usize, is: bool) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= u64::from(is) << (at % 64);
        }
    }

    /// Its numbers, 64 at a time: the lowest bit of the first is number 0.
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The same, to be changed. Bits beyond [`Bits::len`] must stay 0.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// How many numbers are in it.
    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers in it, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn numbers_go_in_and_come_out() {
        let mut bits = Bits::none(70);
        for at in [0, 63, 64, 69] {
            bits.add(at);
        }
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 69]);
        assert_eq!(
            (bits.count(), bits.has(63), bits.has(62), bits.has(700)),
            (4, true, false, false)
        );
        bits.add(700);
        bits.grow(200);
        assert_eq!((bits.count(), bits.len()), (4, 200));
    }
}
