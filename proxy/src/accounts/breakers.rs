//! Targets that are not asked for a while, because their cloud has failed too often.

use crate::error::TargetError;
use crate::telemetry::metrics;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// A source in a region.
type Key = (&'static str, String);

/// After so many walks in a row that brought nothing, a target is not asked for a while.
const FAILURES: u32 = 5;

/// How long at first. It doubles with each walk that fails after it.
const PAUSE: Duration = Duration::from_secs(15);

/// How long at most.
const LONGEST: Duration = Duration::from_secs(120);

/// The breakers of an account, one a target that has failed.
#[derive(Debug, Default)]
pub struct Breakers(Mutex<HashMap<Key, Breaker>>);

#[derive(Debug)]
struct Breaker {
    /// Walks in a row that failed.
    failures: u32,
    last: TargetError,
    /// Until when nobody asks.
    until: Instant,
    /// Whether one is trying how it is now.
    trying: bool,
}

/// The right to walk a target, of which [`Trial::ended`] says what came of it. Where nothing is said, nothing has been learned.
#[derive(Debug)]
pub struct Trial<'a> {
    breakers: &'a Breakers,
    key: Key,
}

impl Breakers {
    fn breakers(&self) -> MutexGuard<'_, HashMap<Key, Breaker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a target may be walked now. After a pause, one walk tries; the others wait for what comes of it.
    ///
    /// # Errors
    /// That of the last walk, with when it will be asked again.
    pub fn begin(&self, source: &'static str, region: &str) -> Result<Trial<'_>, TargetError> {
        let key = (source, region.to_owned());
        if let Some(breaker) = self.breakers().get_mut(&key)
            && breaker.failures >= FAILURES
        {
            let left = breaker.until.saturating_duration_since(Instant::now());
            if breaker.trying || !left.is_zero() {
                return Err(breaker.refuse(left));
            }
            breaker.trying = true;
        }
        Ok(Trial { breakers: self, key })
    }
}

impl Breaker {
    fn refuse(&self, left: Duration) -> TargetError {
        let mut error = self.last.clone();
        error.public.message = format!(
            "not asked, after {} failures in a row; the last one: {}",
            self.failures, error.public.message
        );
        error.more_after(left.max(Duration::from_secs(1)))
    }
}

impl Trial<'_> {
    /// What came of it: none where the cloud answered, be it with a refusal; else how it failed.
    pub fn ended(self, failure: Option<&TargetError>) {
        let mut breakers = self.breakers.breakers();
        let Some(failure) = failure else {
            let removed = breakers.remove(&self.key);
            if removed.is_some_and(|breaker| breaker.failures >= FAILURES) {
                metrics().breakers_open.dec();
            }
            return;
        };
        let now = Instant::now();
        let breaker = breakers.entry(self.key.clone()).or_insert_with(|| Breaker {
            failures: 0,
            last: failure.clone(),
            until: now,
            trying: false,
        });
        breaker.failures = breaker.failures.saturating_add(1);
        if breaker.failures == FAILURES {
            metrics().breakers_open.inc();
        }
        breaker.last = failure.clone();
        let doubled = breaker.failures.saturating_sub(FAILURES).min(8);
        breaker.until = now + PAUSE.saturating_mul(1 << doubled).min(LONGEST);
    }
}

impl Drop for Breakers {
    /// Of an account that is gone nothing is held back.
    fn drop(&mut self) {
        let breakers = self.breakers();
        let open = breakers.values().filter(|breaker| breaker.failures >= FAILURES);
        metrics().breakers_open.sub(open.count() as i64);
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if let Some(breaker) = self.breakers.breakers().get_mut(&self.key) {
            breaker.trying = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(breakers: &Breakers) -> Result<(), TargetError> {
        let trial = breakers.begin("patches", "r")?;
        trial.ended(Some(&TargetError::connect("no way")));
        Ok(())
    }

    fn open(breakers: &Breakers) {
        for _ in 0..FAILURES {
            fail(breakers).unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_target_that_fails_is_left_alone_for_longer_and_longer() {
        let breakers = Breakers::default();
        open(&breakers);
        let mut pause = PAUSE;
        for failures in FAILURES..FAILURES + 5 {
            let refused = breakers.begin("patches", "r").unwrap_err().public;
            assert_eq!(
                refused.message,
                format!("not asked, after {failures} failures in a row; the last one: no way")
            );
            assert_eq!(refused.code.as_str(), "ConnectFailed");
            let wait = format!("more after {} s: check", pause.as_secs());
            assert!(
                pause >= LONGEST || refused.advice.as_ref().unwrap().starts_with(&wait),
                "{:?}",
                refused.advice
            );
            assert!(refused.advice_zh.unwrap().contains("后才能继续获取"));
            let moment = Duration::from_millis(1);
            tokio::time::sleep(pause.saturating_sub(moment)).await;
            assert!(breakers.begin("patches", "r").is_err());
            tokio::time::sleep(moment).await;
            fail(&breakers).unwrap();
            pause = (2 * pause).min(LONGEST);
        }
        assert!(
            breakers.begin("patches", "s").is_ok() && breakers.begin("plans", "r").is_ok(),
            "others are asked"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_tries_and_a_success_ends_it() {
        let breakers = Breakers::default();
        open(&breakers);
        tokio::time::sleep(PAUSE).await;
        let trial = breakers.begin("patches", "r").unwrap();
        assert!(breakers.begin("patches", "r").is_err(), "one tries");
        // Nothing was learned: its reader went away.
        drop(trial);
        let trial = breakers.begin("patches", "r").unwrap();
        trial.ended(None);
        assert!(breakers.breakers().is_empty());
        for _ in 0..FAILURES - 1 {
            fail(&breakers).unwrap();
        }
        breakers.begin("patches", "r").unwrap().ended(None);
        open(&breakers);
        assert!(fail(&breakers).is_err());
    }
}
