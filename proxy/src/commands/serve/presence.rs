//! What each replica says of itself, every second: how much people are reading there. So nobody reads more by asking several.

use crate::asker::{Asker, Readings};
use crate::http::state::App;
use crate::store::{Fields, Store};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// So often each says it.
const EVERY: Duration = Duration::from_secs(1);

/// One that has said nothing new for so long has gone.
const GONE: Duration = Duration::from_secs(5);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Said {
    /// Another number every time.
    beat: u64,
    /// How many readings are under way, by the id of whose they are.
    readings: BTreeMap<String, usize>,
}

/// What another replica has said, and since when that is the newest.
struct Heard {
    beat: u64,
    since: Instant,
}

/// Says and hears it, for good.
pub(super) async fn follow(store: Store, app: Arc<App>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = HashMap::new();
    for beat in 0.. {
        ticks.tick().await;
        let readings = app.readings();
        let own = Said {
            beat,
            readings: said(readings),
        };
        let own = serde_json::to_vec(&own).unwrap_or_default();
        let own = [(store.replica().to_owned(), own)];
        let all = store.fields(Fields::Replicas, &gone(&known), &own).await;
        readings.are_elsewhere(
            all.map(|all| heard(all, store.replica(), &mut known))
                .unwrap_or_default(),
        );
        flush(&app).await;
    }
}

fn said(readings: &Readings) -> BTreeMap<String, usize> {
    let here = readings.here().into_iter();
    here.map(|(asker, count)| (asker.id().to_owned(), count)).collect()
}

/// Those of which nothing new has been heard for long.
fn gone(known: &HashMap<String, Heard>) -> Vec<String> {
    let gone = known.iter().filter(|(_, heard)| heard.since.elapsed() >= GONE);
    gone.map(|(replica, _)| replica.clone()).collect()
}

/// How many readings of each person are under way at the others that live.
fn heard(all: BTreeMap<String, Vec<u8>>, own: &str, known: &mut HashMap<String, Heard>) -> HashMap<Asker, usize> {
    let mut elsewhere = HashMap::new();
    known.retain(|replica, _| all.contains_key(replica));
    for (replica, said) in all {
        let Ok(said) = serde_json::from_slice::<Said>(&said) else {
            continue;
        };
        let since = Instant::now();
        let heard = known.entry(replica.clone()).or_insert(Heard { beat: said.beat, since });
        if heard.beat != said.beat {
            *heard = Heard { beat: said.beat, since };
        }
        if replica != own && heard.since.elapsed() < GONE {
            for (id, count) in said.readings {
                *elsewhere.entry(Asker::of(&id)).or_default() += count;
            }
        }
    }
    elsewhere
}

/// Takes feeds out of the store that were revoked while it was away.
async fn flush(app: &App) {
    let Some(feeds) = app.settings().feeds.clone() else {
        return;
    };
    if feeds.has_untold() {
        _ = tokio::task::spawn_blocking(move || feeds.tell()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_replica_that_says_nothing_new_is_gone() {
        let mut known = HashMap::new();
        let said = |beat, count| {
            let said = Said {
                beat,
                readings: [("ann".to_owned(), count)].into(),
            };
            serde_json::to_vec(&said).unwrap()
        };
        let count = |known: &mut _, all: &[(&str, Vec<u8>)]| {
            let all = all
                .iter()
                .map(|(replica, said)| ((*replica).to_owned(), said.clone()))
                .collect();
            heard(all, "own", known).get(&Asker::of("ann")).copied()
        };
        let all = [
            ("own", said(1, 7)),
            ("b", said(1, 2)),
            ("c", said(1, 3)),
            ("d", b"{".to_vec()),
        ];
        assert_eq!(count(&mut known, &all), Some(5));
        tokio::time::sleep(GONE).await;
        assert_eq!(
            count(&mut known, &[("own", said(6, 7)), ("b", said(6, 1)), ("c", said(1, 3))]),
            Some(1)
        );
        assert_eq!(gone(&known), ["c"]);
        assert_eq!(count(&mut known, &[("own", said(7, 7))]), None);
        assert!(gone(&known).is_empty());
    }
}
