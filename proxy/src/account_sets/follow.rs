//! Sets are kept fresh while the program goes by them.

use super::set::AccountSet;
use crate::ask::Client;
use crate::clock::unix_seconds;
use crate::telemetry::metrics;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::sleep;

/// After a failure the directory is asked again so soon, and later with each, until it is as often as ever.
const AGAIN: Duration = Duration::from_secs(10);

/// Begins to keep sets fresh, each as long as somebody holds it. One that is kept fresh already is left alone.
pub fn follow(sets: &[Arc<AccountSet>], client: &Arc<Client>) {
    for set in sets.iter().filter(|set| set.begin_to_follow()) {
        tokio::spawn(keep_fresh(Arc::downgrade(set), Arc::clone(client)));
    }
}

/// Nobody goes by a set with this id any more.
pub fn forget(id: &str) {
    metrics().account_set_members.forget([id]);
    metrics().account_set_whole.forget([id]);
}

async fn keep_fresh(set: Weak<AccountSet>, client: Arc<Client>) {
    let mut failed = 0_u32;
    while let Some(set) = set.upgrade() {
        let changed = set.refresh(&client).await;
        if Arc::strong_count(&set) == 1 {
            // A reload has taken it away meanwhile: nobody is to be told of it any more.
            return;
        }
        tell(&set, changed);
        failed = if set.gap().is_some() { failed + 1 } else { 0 };
        let every = set.every();
        drop(set);
        sleep(wait(every, failed, |most| client.ambient().jitter(most))).await;
    }
}

/// Until the directory is asked again. Never all sets of all replicas at once.
fn wait(every: Duration, failed: u32, jitter: impl Fn(Duration) -> Duration) -> Duration {
    let usual = match failed.checked_sub(1) {
        None => every,
        Some(times) => every.min(AGAIN * 2_u32.saturating_pow(times.min(16))),
    };
    usual / 10 * 9 + jitter(usual / 5)
}

fn tell(set: &AccountSet, (came, went): (usize, usize)) {
    let (id, members) = (set.id(), set.accounts().len());
    let outcome = if set.gap().is_some() { "failed" } else { "ok" };
    metrics().account_set_refreshes.of([id, outcome]).inc();
    let count = i64::try_from(members).unwrap_or(i64::MAX);
    metrics().account_set_members.of([id]).set(count);
    if let Some(whole) = set.whole() {
        metrics().account_set_whole.of([id]).set(unix_seconds(whole));
    }
    if let Some(gap) = set.gap() {
        tracing::warn!(set = id, members, %gap, "the directory of an account set has not told all its members");
    }
    if came + went > 0 {
        let taken = set.taken();
        tracing::info!(
            set = id,
            members,
            came,
            went,
            "the members of an account set have changed"
        );
        if taken > 0 {
            tracing::info!(
                set = id,
                taken,
                "accounts of the configuration stand in the place of members with their ids"
            );
        }
    } else if members == 0 && set.gap().is_none() {
        tracing::warn!(set = id, "an account set has no members");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_fails_is_asked_sooner_and_then_ever_later() {
        let every = Duration::from_secs(600);
        let middle = |failed| wait(every, failed, |most| most / 2);
        assert_eq!(middle(0), every);
        assert_eq!(middle(1), AGAIN);
        assert_eq!(middle(3), AGAIN * 4);
        assert_eq!(middle(40), every);
        assert_eq!(wait(every, 0, |_| Duration::ZERO), every / 10 * 9);
    }
}
