//! What this browser has seen of the tables, kept in `IndexedDB`: a few snapshots a table and user.
//!
//! The rule: a snapshot is kept when a table has come in whole, and when one leaves it. Snapshots are thinned out with age, so that of every age
//! there is one or two: `since=-24h` finds the newest that is at least a day old, and that one is at most three days old if there were as many visits.

use crate::presence::AWAY;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransactionMode};

/// The data base and its one store.
const NAME: &str = "signalbox";
const STORE: &str = "visits";
/// Most snapshots of a table.
const MANY: usize = 24;
/// Most bytes of all snapshots of a table.
const ROOM: usize = 96 << 20;
/// A snapshot younger than this gives way to the next one of the same visit.
const YOUNG: i64 = 60 * 60_000;
/// Milliseconds after which nobody asks any more.
const OLD: i64 = 60 * table::time::DAY;

/// The browser keeps nothing, or what it kept cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unkept;

impl From<JsValue> for Unkept {
    fn from(error: JsValue) -> Self {
        leptos::logging::warn!("signalbox: this browser keeps no visits: {error:?}");
        Self
    }
}

/// A snapshot, without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// When it was taken, in milliseconds since the Unix epoch.
    pub taken: i64,
    /// How many sources could not be asked then, whose rows it lacks.
    pub gaps: usize,
}

impl Visit {
    fn key(self, prefix: &str) -> String {
        format!("{prefix}{:013} {}", self.taken, self.gaps)
    }
}

/// What all keys of a table and user begin with.
fn prefix(user: &str, table: &str) -> String {
    format!("{table} {user}\n")
}

/// Waits for a request of the data base.
async fn wait(request: &IdbRequest) -> Result<JsValue, Unkept> {
    let promise = Promise::new(&mut |done, failed| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    JsFuture::from(promise).await?;
    Ok(request.result()?)
}

/// The data base, open as long as this lives.
struct Base(IdbDatabase);

impl Drop for Base {
    fn drop(&mut self) {
        // What is under way is still done.
        self.0.close();
    }
}

async fn open() -> Result<Base, Unkept> {
    let factory = leptos::prelude::window().indexed_db()?.ok_or(Unkept)?;
    let request = factory.open_with_u32(NAME, 1)?;
    // Given back below: of the browser's own accord neither it nor the request would go, as each holds the other.
    let upgrade = {
        let request = request.clone();
        Closure::once(move || {
            let base = request
                .result()
                .ok()
                .and_then(|base| base.dyn_into::<IdbDatabase>().ok());
            // Without the store every request fails, and each says so.
            drop(base.map(|base| base.create_object_store(STORE)));
        })
    };
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let base = wait(&request).await;
    request.set_onupgradeneeded(None);
    base?.dyn_into().map(Base).map_err(Unkept::from)
}

async fn store(mode: IdbTransactionMode) -> Result<(Base, IdbObjectStore), Unkept> {
    let base = open().await?;
    let store = base.0.transaction_with_str_and_mode(STORE, mode)?.object_store(STORE)?;
    Ok((base, store))
}

async fn list(store: &IdbObjectStore, prefix: &str) -> Result<Vec<Visit>, Unkept> {
    let range = IdbKeyRange::bound(&prefix.into(), &[prefix, "\u{ffff}"].concat().into())?;
    let keys: Array = wait(&store.get_all_keys_with_key(&range)?).await?.unchecked_into();
    let visit = |key: JsValue| {
        let key = key.as_string()?;
        let (taken, gaps) = key.strip_prefix(prefix)?.split_once(' ')?;
        Some(Visit {
            taken: taken.parse().ok()?,
            gaps: gaps.parse().ok()?,
        })
    };
    Ok(keys.iter().filter_map(visit).collect())
}

/// The snapshots of a table, the oldest first.
///
/// # Errors
/// When the browser keeps none.
pub async fn all(user: &str, table: &str) -> Result<Vec<Visit>, Unkept> {
    let (_base, store) = store(IdbTransactionMode::Readonly).await?;
    list(&store, &prefix(user, table)).await
}

/// A snapshot's bytes.
///
/// # Errors
/// When they are not there any more.
pub async fn bytes(user: &str, table: &str, visit: Visit) -> Result<Vec<u8>, Unkept> {
    let (_base, store) = store(IdbTransactionMode::Readonly).await?;
    let found = wait(&store.get(&visit.key(&prefix(user, table)).into())?).await?;
    Ok(found.dyn_into::<Uint8Array>()?.to_vec())
}

/// Keeps a snapshot, and drops what it makes superfluous: of the visit that `began` then, and of older ones. What was marked as `seen` stays.
///
/// # Errors
/// When the browser does not take it: no such data base, or no room.
pub async fn keep(
    user: &str,
    table: &str,
    visit: Visit,
    bytes: &[u8],
    began: i64,
    seen: Option<i64>,
) -> Result<(), Unkept> {
    let prefix = prefix(user, table);
    let (_base, store) = store(IdbTransactionMode::Readwrite).await?;
    let value = Uint8Array::from(bytes);
    wait(&store.put_with_key(&value, &visit.key(&prefix).into())?).await?;
    let many = (ROOM / bytes.len().max(1)).clamp(2, MANY);
    let all = list(&store, &prefix).await?;
    let needed = [
        last(&all, began, None, visit.taken),
        last(&all, began, seen, visit.taken),
    ];
    let mut dropped = repeated(&all, began, visit);
    dropped.extend(superfluous(&all, visit.taken, many));
    dropped.retain(|old| !needed.contains(&Some(*old)));
    for old in dropped {
        wait(&store.delete(&old.key(&prefix).into())?).await?;
    }
    Ok(())
}

/// Forgets all snapshots, whosever they are.
///
/// # Errors
/// When the browser keeps none.
pub async fn forget() -> Result<(), Unkept> {
    let (_base, store) = store(IdbTransactionMode::Readwrite).await?;
    wait(&store.clear()?).await?;
    Ok(())
}

/// Those of the visit that began then, between its first snapshot and the newest, that are not old enough yet to be of use beside them.
fn repeated(all: &[Visit], began: i64, newest: Visit) -> Vec<Visit> {
    let mine = all.iter().filter(|visit| visit.taken >= began).skip(1);
    let young = mine.filter(|visit| newest.taken - visit.taken < YOUNG && **visit != newest);
    young.copied().collect()
}

/// Which of the snapshots, the oldest first, need not be kept: of those that fall into one slot of time the newest is, and slots are as long as what
/// they hold is old, in powers of two, so that they only ever merge.
fn superfluous(all: &[Visit], now: i64, many: usize) -> Vec<Visit> {
    let mut out = Vec::new();
    let mut kept = 0;
    let mut last = None;
    for visit in all.iter().rev() {
        let age = (now - visit.taken).max(1);
        let length = 1 << age.ilog2();
        let slot = Some((length, visit.taken / length));
        // The newest two are this visit and, most likely, the last one.
        if kept < 2 || (kept < many && age < OLD && slot != last) {
            kept += 1;
        } else {
            out.push(*visit);
        }
        last = slot;
    }
    out
}

/// The newest snapshot that is no newer than `limit`.
pub fn newest(all: &[Visit], limit: i64) -> Option<Visit> {
    all.iter().copied().filter(|visit| visit.taken <= limit).max()
}

/// The last visit: what was marked as seen since this one began, else the newest snapshot from before it. During the very first visit, which has none, one
/// that is half an hour old will do.
pub fn last(all: &[Visit], began: i64, seen: Option<i64>, now: i64) -> Option<Visit> {
    let away = now - AWAY;
    let limit = seen.filter(|seen| *seen >= began).unwrap_or(away.min(began - 1));
    newest(all, limit).or_else(|| newest(all, away))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn visits(hours: &[i64]) -> Vec<Visit> {
        let visit = |hours: &i64| Visit {
            taken: hours * HOUR,
            gaps: 0,
        };
        hours.iter().map(visit).collect()
    }

    #[test]
    fn the_newest_that_is_old_enough() {
        let all = visits(&[1, 5, 9]);
        assert_eq!(newest(&all, 8 * HOUR), Some(all[1]));
        assert_eq!(newest(&all, 9 * HOUR), Some(all[2]));
        assert_eq!(newest(&all, 0), None);
    }

    /// Somebody who looks every hour for two months finds, for every age, a snapshot that is at most three times as old.
    #[test]
    fn thinning_leaves_one_of_every_age() {
        let mut all = Vec::new();
        for hour in 0..60 * 24_i64 {
            all.extend(visits(&[hour]));
            let now = hour * HOUR;
            for old in superfluous(&all, now, MANY) {
                all.retain(|visit| *visit != old);
            }
            assert!(all.len() <= MANY, "{}", all.len());
            for age in [1, 2, 8, 24, 72, 168, 336] {
                if hour > 2 * age {
                    let found = newest(&all, now - age * HOUR).map(|visit| hour - visit.taken / HOUR);
                    assert!(
                        found.is_some_and(|found| found <= 3 * age),
                        "{age} h at {hour}: {found:?} of {all:?}"
                    );
                }
            }
        }
    }

    /// A morning: yesterday's state is what counts, however often the page is opened anew, until it is marked as seen or the reader was away.
    #[test]
    fn the_last_visit_is_the_one_before_this_one() {
        let minute = HOUR / 60;
        let yesterday = visits(&[0])[0];
        let began = 15 * HOUR;
        let at = |minutes: i64| Visit {
            taken: began + minutes * minute,
            gaps: 0,
        };
        let all = [yesterday, at(0), at(10), at(50)];
        for now in [1, 29, 31, 90, 500] {
            assert_eq!(last(&all, began, None, began + now * minute), Some(yesterday), "{now}");
        }
        assert_eq!(last(&all, began, Some(at(10).taken), began + 11 * minute), Some(at(10)));
        // What was marked in an earlier visit has become an ordinary state of it.
        let next = began + 3 * HOUR;
        assert_eq!(last(&all, next, Some(at(10).taken), next), Some(at(50)));
        // Before anything is half an hour old, there is nothing to compare with; then the first visit itself is.
        assert_eq!(last(&all[1..], began, None, began + 29 * minute), None);
        assert_eq!(last(&all[1..], began, None, began + 35 * minute), Some(at(0)));
    }

    /// Opening the page again and again makes neither many snapshots nor the last visit go.
    #[test]
    fn a_long_morning_keeps_its_first_state_and_its_newest() {
        let began = 1000 * HOUR;
        let mut all = visits(&[10, 900]);
        for look in 0..50 {
            let newest = Visit {
                taken: began + look * HOUR / 60,
                gaps: 0,
            };
            all.push(newest);
            for old in repeated(&all, began, newest) {
                all.retain(|visit| *visit != old);
            }
        }
        let morning = |look: i64| Visit {
            taken: began + look * HOUR / 60,
            gaps: 0,
        };
        assert_eq!(all[2..], [morning(0), morning(49)]);
        assert_eq!(last(&all, began, None, began + HOUR), Some(all[1]));
    }

    #[test]
    fn the_last_visit_is_never_dropped() {
        let all = visits(&[0, 9_000, 9_001]);
        assert_eq!(superfluous(&all, 9_001 * HOUR, 2), [all[0]]);
        assert_eq!(superfluous(&visits(&[0, 1]), 9_000 * HOUR, 2), []);
    }
}
