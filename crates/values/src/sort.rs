//! Sorting by one compiled algorithm. The standard library's sorts are compiled anew for every type and every order: in a page, where two dozen
//! short lists are sorted, they were a twentieth of what a first visit loads.

use std::cmp::Ordering;

/// A stable sort of numbers.
pub fn numbers(numbers: &mut [u32], compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    numbers.sort_by(|a, b| compare(*a, *b));
}

/// A stable sort by a comparison.
pub fn by<T>(things: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut order: Vec<u32> = (0..things.len()).filter_map(|at| u32::try_from(at).ok()).collect();
    numbers(
        &mut order,
        &mut |a, b| match (things.get(a as usize), things.get(b as usize)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => Ordering::Equal,
        },
    );
    let mut taken: Vec<Option<T>> = things.drain(..).map(Some).collect();
    things.extend(order.into_iter().filter_map(|at| taken.get_mut(at as usize)?.take()));
}

/// A stable sort by a key that is worked out once for each.
pub fn by_key<T, K: Ord>(things: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut keyed: Vec<(K, T)> = things.drain(..).map(|thing| (key(&thing), thing)).collect();
    by(&mut keyed, |(a, _), (b, _)| a.cmp(b));
    things.extend(keyed.into_iter().map(|(_, thing)| thing));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(things in prop::collection::vec((0u8..9, any::<u16>()), 0..60)) {
            let (mut by, mut keyed, mut expected) = (things.clone(), things.clone(), things);
            expected.sort_by_key(|thing| thing.0);
            super::by(&mut by, |a, b| a.0.cmp(&b.0));
            super::by_key(&mut keyed, |thing| thing.0);
            prop_assert_eq!(&by, &expected);
            prop_assert_eq!(&keyed, &expected);
        }
    }
}
