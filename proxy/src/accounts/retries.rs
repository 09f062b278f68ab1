//! Whether attempts may be made again: a cloud that is down gets hardly more questions than there are.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many may fail one after the other, whatever was answered before.
const FLOOR: f64 = 20.0;

/// What an answer at the first attempt adds: a tenth of another attempt.
const SHARE: f64 = 0.1;

/// How many more attempts may be made again in vain, service by service. One that is answered adds another, so that a cloud that fails now and then is asked again as often as it
/// helps.
#[derive(Debug, Default)]
pub struct Retries(Mutex<HashMap<&'static str, f64>>);

impl Retries {
    fn left(&self) -> MutexGuard<'_, HashMap<&'static str, f64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, service: &'static str, more: f64) {
        let mut left = self.left();
        let left = left.entry(service).or_insert(FLOOR);
        *left = (*left + more).clamp(0.0, FLOOR);
    }

    /// Whether there may be one.
    pub fn may(&self, service: &'static str) -> bool {
        self.left().get(service).is_none_or(|left| *left >= 1.0)
    }

    /// One was made in vain.
    pub fn failed(&self, service: &'static str) {
        self.add(service, -1.0);
    }

    /// An attempt was answered, the first one or one that was made `again`.
    pub fn answered(&self, service: &'static str, again: bool) {
        self.add(service, if again { 1.0 } else { SHARE });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many may fail now, one after the other.
    fn in_vain(retries: &Retries) -> usize {
        let may = |_: &usize| {
            let may = retries.may("oos");
            retries.failed("oos");
            may
        };
        (0..1000).take_while(may).count()
    }

    #[test]
    fn what_fails_again_and_again_has_an_end_and_what_helps_has_none() {
        let retries = Retries::default();
        for _ in 0..1000 {
            assert!(retries.may("oos"));
            retries.answered("oos", true);
        }
        assert_eq!(in_vain(&retries), 20);
        assert!(retries.may("cs"), "another service");
        // A tenth of what is answered.
        for _ in 0..105 {
            retries.answered("oos", false);
        }
        assert_eq!(in_vain(&retries), 10);
        for _ in 0..1000 {
            retries.answered("oos", false);
        }
        assert_eq!(in_vain(&retries), 20, "it is not saved up");
        // Half of them help.
        retries.answered("oos", true);
        for _ in 0..1000 {
            assert!(retries.may("oos"));
            retries.failed("oos");
            retries.answered("oos", true);
        }
    }
}
