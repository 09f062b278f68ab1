//! How often an operation may be asked in a region, as far as its cloud has shown: learned from what it throttles.
//!
//! Clouds do not say how many requests a second they allow, and others may use the same quota. So there is no limit until one is throttled; then the pace falls below what was
//! too much, and rises step by step until it is too much again.

use super::line::Line;
use crate::asker::Asker;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// What is throttled by itself: an operation in a region.
type Key = (&'static str, String);

/// The slowest pace, in requests a second. Where even that is too much, requests go one at a time with growing pauses.
const SLOWEST: f64 = 2.0;

/// What is left of a pace that was too fast.
const FALL: f64 = 0.7;

/// By how much it rises in a second, in requests a second.
const RISE: f64 = 0.5;

/// For so long requests are counted, and a pace falls once at most: those that were on their way already say nothing new.
const SECOND: Duration = Duration::from_secs(1);

/// After so long without throttling there is no limit any more.
const FORGET: Duration = Duration::from_secs(300);

/// The paces of an account.
#[derive(Debug, Default)]
pub struct Paces(Mutex<HashMap<Key, Pace>>);

#[derive(Debug)]
struct Pace {
    /// When the requests of the last second were sent, or will be.
    sent: VecDeque<Instant>,
    limit: Option<Limit>,
    /// Whoever wants to go next; the others wait behind, person by person.
    line: Arc<Line>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    /// Requests a second, when it fell last.
    rate: f64,
    /// When that was.
    since: Instant,
    /// Before which nobody goes.
    next: Instant,
}

impl Limit {
    /// Requests a second at a time.
    fn at(&self, now: Instant) -> f64 {
        self.rate + RISE * now.saturating_duration_since(self.since).as_secs_f64()
    }
}

impl Paces {
    fn paces(&self) -> MutexGuard<'_, HashMap<Key, Pace>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until one more request may go; at `end` it goes all the same, and hears what the cloud says to it.
    pub async fn pass(&self, action: &'static str, region: &str, asker: &Asker, end: Instant) {
        let line = {
            let mut paces = self.paces();
            let pace = paces.entry((action, region.to_owned())).or_default();
            let now = Instant::now();
            pace.limit.take_if(|limit| limit.since + FORGET <= now);
            if pace.limit.is_none() {
                return pace.note(now);
            }
            Arc::clone(&pace.line)
        };
        // One at a time finds out when it may go, so that whoever comes with many keeps nobody else waiting.
        let Ok(_place) = timeout_at(end, line.place(asker, 1)).await else {
            return;
        };
        let at = {
            let mut paces = self.paces();
            let pace = paces.entry((action, region.to_owned())).or_default();
            let now = Instant::now();
            let at = pace.limit.map_or(now, |limit| limit.next.max(now)).min(end);
            if let Some(limit) = &mut pace.limit {
                limit.next = at + Duration::from_secs_f64(1.0 / limit.at(at));
            }
            pace.note(at);
            at
        };
        sleep_until(at).await;
    }

    /// The cloud says that it was too much. What the pace is then, if it fell.
    pub fn throttled(&self, action: &'static str, region: &str) -> Option<f64> {
        self.fall(action, region, None)
    }

    /// Another replica has heard from the cloud that it was too much, so long ago, and goes at this pace since. What this one sends counts against the same quota.
    pub fn throttled_elsewhere(&self, action: &'static str, region: &str, rate: f64, ago: Duration) {
        if ago < FORGET {
            self.fall(action, region, Some((rate, ago)));
        }
    }

    fn fall(&self, action: &'static str, region: &str, told: Option<(f64, Duration)>) -> Option<f64> {
        let mut paces = self.paces();
        let pace = paces.entry((action, region.to_owned())).or_default();
        let now = Instant::now();
        pace.forget(now);
        let ago = told.map(|(_, ago)| ago).unwrap_or_default();
        let since = now.checked_sub(ago).unwrap_or(now);
        let rate = match pace.limit {
            // Of this replica's own word too, which comes back to it by the store, however late.
            Some(limit) if limit.since + SECOND > since => return None,
            Some(limit) => FALL * limit.at(now),
            None => match told {
                // Whoever sends nothing does not know how much is too much.
                Some((rate, _)) if pace.sent.is_empty() && rate.is_finite() => rate,
                _ => FALL * pace.sent.len() as f64,
            },
        };
        let rate = rate.max(SLOWEST);
        pace.limit = Some(Limit {
            rate,
            since,
            next: pace
                .sent
                .back()
                .map_or(now, |last| *last + Duration::from_secs_f64(1.0 / rate)),
        });
        Some(rate)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            sent: VecDeque::new(),
            limit: None,
            line: Arc::new(Line::before(1)),
        }
    }
}

impl Pace {
    /// Notes that a request is sent at a time.
    fn note(&mut self, at: Instant) {
        self.forget(at);
        self.sent.push_back(at);
    }

    /// Forgets what was sent more than a second ago.
    fn forget(&mut self, now: Instant) {
        while self.sent.front().is_some_and(|sent| *sent + SECOND <= now) {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "List";

    async fn pass(paces: &Paces, region: &str) {
        let end = Instant::now() + Duration::from_secs(100);
        paces.pass(LIST, region, &Asker::default(), end).await;
    }

    /// A cloud that allows so many requests in every second of the clock, asked for so long by somebody who always wants more; how many it answered and how many it refused.
    async fn asked(quota: usize, seconds: u64) -> (usize, usize) {
        let paces = Paces::default();
        let start = Instant::now();
        let (mut answered, mut refused) = (0, 0);
        let (mut second, mut in_second) = (0, 0);
        while start.elapsed() < Duration::from_secs(seconds) {
            pass(&paces, "r").await;
            // What one can send at most.
            tokio::time::sleep(Duration::from_millis(5)).await;
            if start.elapsed().as_secs() != second {
                (second, in_second) = (start.elapsed().as_secs(), 0);
            }
            in_second += 1;
            if in_second > quota {
                refused += 1;
                paces.throttled(LIST, "r");
            } else {
                answered += 1;
            }
        }
        (answered, refused)
    }

    #[tokio::test(start_paused = true)]
    async fn a_quota_is_learned_and_mostly_used() {
        for quota in [10, 20, 50, 100] {
            let (answered, refused) = asked(quota, 120).await;
            assert!(refused * 10 < answered, "{quota}: {refused} of {answered} refused");
            assert!(
                answered * 10 > quota * 120 * 6,
                "{quota}: {answered} of {}",
                quota * 120
            );
        }
        let (answered, refused) = asked(usize::MAX, 60).await;
        assert_eq!(
            (answered, refused),
            (12_000, 0),
            "where nothing is throttled there is no limit"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_is_one_operations_in_one_region_and_ends_when_it_is_not_needed() {
        let paces = Paces::default();
        for _ in 0..10 {
            pass(&paces, "r").await;
        }
        // Those that were on their way together are one.
        for _ in 0..10 {
            paces.throttled(LIST, "r");
        }
        let start = Instant::now();
        for _ in 0..7 {
            pass(&paces, "r").await;
        }
        let took = start.elapsed().as_secs_f64();
        assert!((0.8..=1.01).contains(&took), "7 a second: {took}");
        let start = Instant::now();
        for _ in 0..100 {
            pass(&paces, "s").await;
            paces.pass("Describe", "r", &Asker::default(), start).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        tokio::time::sleep(FORGET).await;
        let start = Instant::now();
        for _ in 0..1000 {
            pass(&paces, "r").await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn what_another_replica_was_told_counts_here_too() {
        // One that sends nothing begins at the pace of the other.
        let idle = Paces::default();
        idle.throttled_elsewhere(LIST, "r", 10.0, Duration::ZERO);
        let start = Instant::now();
        for _ in 0..11 {
            pass(&idle, "r").await;
        }
        let took = start.elapsed().as_secs_f64();
        assert!((0.9..=1.01).contains(&took), "10 a second: {took}");
        // One that sends falls below what it sends itself; its own word within that second says nothing new.
        let busy = Paces::default();
        for _ in 0..10 {
            pass(&busy, "r").await;
        }
        busy.throttled_elsewhere(LIST, "r", 100.0, Duration::ZERO);
        assert_eq!(busy.throttled(LIST, "r"), None);
        let start = Instant::now();
        for _ in 0..7 {
            pass(&busy, "r").await;
        }
        let took = start.elapsed().as_secs_f64();
        assert!((0.8..=1.01).contains(&took), "7 a second: {took}");
        // Nor does it when it comes back by the store, late.
        let own = Paces::default();
        for _ in 0..10 {
            pass(&own, "r").await;
        }
        let fallen = own.throttled(LIST, "r").unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
        own.throttled_elsewhere(LIST, "r", fallen, Duration::from_secs(5));
        let start = Instant::now();
        for _ in 0..9 {
            pass(&own, "r").await;
        }
        let took = start.elapsed().as_secs_f64();
        assert!((0.7..=0.9).contains(&took), "7 a second, and risen since: {took}");
        // What was told long ago is over, and nonsense is the slowest.
        for (rate, ago) in [(10.0, FORGET), (f64::NAN, Duration::ZERO), (-7.0, Duration::ZERO)] {
            let paces = Paces::default();
            paces.throttled_elsewhere(LIST, "r", rate, ago);
            let start = Instant::now();
            for _ in 0..4 {
                pass(&paces, "r").await;
            }
            assert_eq!(start.elapsed().is_zero(), ago == FORGET, "{rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_with_many_waits_behind_themselves_and_nobody_waits_for_ever() {
        let paces = Arc::new(Paces::default());
        pass(&paces, "r").await;
        paces.throttled(LIST, "r");
        let end = Instant::now() + Duration::from_secs(20);
        let mut of_ann = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let paces = Arc::clone(&paces);
            of_ann.spawn(async move { paces.pass(LIST, "r", &Asker::of("ann"), end).await });
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        let start = Instant::now();
        paces.pass(LIST, "r", &Asker::of("bob"), end).await;
        // Whoever is next already, one of hers, and then his.
        assert!(start.elapsed() <= Duration::from_millis(1500), "{:?}", start.elapsed());
        of_ann.join_all().await;
        assert_eq!(Instant::now(), end);
    }
}
