//! Comparing short texts.
//!
//! Where the processor's own way is not at hand, as in WebAssembly, the compiler's library compares byte by byte. Reading a million objects is
//! mostly comparing texts of ten to thirty bytes, so here it is done eight at a time.

/// Whether two texts are the same.
#[inline]
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let ((a8, a_rest), (b8, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    if a8.iter().zip(b8).any(|(a, b)| word(*a) != word(*b)) {
        return false;
    }
    // Of more than eight bytes the last eight once more, whichever of them were compared.
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(a), Some(b)) => word(*a) == word(*b),
        _ => a_rest.iter().zip(b_rest).all(|(a, b)| a == b),
    }
}

/// Whether a text holds a byte. Goes through all of it: where in a text the byte stands nobody can guess, and to stop there costs more.
#[inline]
pub(crate) fn holds(text: &[u8], byte: u8) -> bool {
    let marks = |eight: [u8; 8]| marks(word(eight), byte);
    match text.last_chunk::<8>() {
        Some(last) => {
            let eights = text.as_chunks::<8>().0;
            eights.iter().fold(marks(*last), |all, eight| all | marks(*eight)) & HIGHS != 0
        }
        None => text.contains(&byte),
    }
}

/// Whether `text` begins with `start` at a place.
#[inline]
pub(super) fn starts_at(text: &[u8], at: usize, start: &[u8]) -> bool {
    text.get(at..at + start.len()).is_some_and(|text| same(text, start))
}

/// A text of at most sixteen bytes, as a number and its length: no two share both.
#[inline]
pub(super) fn packed(text: &[u8]) -> Option<(u128, u8)> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length <= 16)?;
    let (low, high) = if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (word(*first), word(*last))
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
    } else {
        let byte = |at: usize| text.get(at).copied().unwrap_or_default();
        (u32::from_le_bytes([byte(0), byte(1), byte(2), 0]).into(), 0)
    };
    Some(((u128::from(high) << 64) | u128::from(low), length))
}

/// A word whose every byte is 1.
pub(super) const ONES: u64 = u64::MAX / 255;
/// The highest bit of every byte, which [`marks`] leave.
pub(super) const HIGHS: u64 = ONES << 7;

/// Sets the highest bit of every byte of a word that is `byte`. Borrows may raise false marks, but only above a true one; other bits mean nothing.
#[inline]
pub(super) const fn marks(word: u64, byte: u8) -> u64 {
    let other = word ^ (ONES * byte as u64);
    other.wrapping_sub(ONES) & !other
}

fn word(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::{holds, packed, same, starts_at};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn same_is_equality(a in "[ab]{0,20}", b in "[ab]{0,20}", other in 0usize..24) {
            prop_assert_eq!(same(a.as_bytes(), b.as_bytes()), a == b);
            prop_assert!(same(a.as_bytes(), a.clone().as_bytes()));
            let mut changed = a.clone().into_bytes();
            if let Some(byte) = changed.get_mut(other) {
                *byte = b'c';
                prop_assert!(!same(a.as_bytes(), &changed));
            }
        }

        #[test]
        fn bytes_are_found(text in "[a-d\u{7f}é]{0,20}", byte: u8) {
            for byte in [byte, b'a', b'`', 0] {
                prop_assert_eq!(holds(text.as_bytes(), byte), text.as_bytes().contains(&byte));
            }
        }

        #[test]
        fn packed_tells_texts_apart(a in "[ab]{0,17}", b in "[ab]{0,17}") {
            let (one, other) = (packed(a.as_bytes()), packed(b.as_bytes()));
            prop_assert_eq!(one.is_some(), a.len() <= 16);
            if one.is_some() {
                prop_assert_eq!(one == other, a == b);
            }
        }

        #[test]
        fn starts_are_found(text in "[ab]{0,12}", at in 0usize..14, start in "[ab]{0,4}") {
            let expected = text.get(at..).is_some_and(|rest| rest.starts_with(&start));
            prop_assert_eq!(starts_at(text.as_bytes(), at, start.as_bytes()), expected);
        }
    }
}
