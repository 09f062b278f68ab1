//! For whom the clouds are asked, and how much one person reads side by side.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// So many readings of one person may be under way at once: six windows with everything in each. Each costs memory while its
/// reader is slow; that none of them keeps others from the clouds is seen to where requests wait for their turn.
pub const MOST: usize = 32;

/// For whom the clouds are asked: a person or program, by the id of its principal. The default is nobody in particular: all where nobody signs in, and the
/// program itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asker(Arc<str>);

impl Asker {
    /// By a principal's id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self(id.into())
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0
    }
}

/// Those for whom one and the same thing is asked. Its requests wait wherever one of them would wait, and go on with whoever's turn comes first: so nobody waits
/// longer for what somebody else has asked for already than if they had asked for it themselves.
#[derive(Debug)]
pub struct Askers {
    /// Each once, in the order in which they came.
    all: Mutex<Vec<Asker>>,
    joined: Notify,
}

/// So many wait side by side for one thing: more would not be sooner.
const SIDE_BY_SIDE: usize = 16;

impl Askers {
    /// One, to begin with.
    #[must_use]
    pub fn new(first: Asker) -> Self {
        Self {
            all: Mutex::new(vec![first]),
            joined: Notify::new(),
        }
    }

    /// One more.
    pub fn join(&self, asker: &Asker) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < SIDE_BY_SIDE && !all.contains(asker) {
            all.push(asker.clone());
            drop(all);
            self.joined.notify_waiters();
        }
    }

    /// Whatever comes first of what each of them waits for, those included who join meanwhile.
    pub async fn first<T, W: Future<Output = T>>(&self, wait: impl Fn(Asker) -> W) -> T {
        let mut waiting = FuturesUnordered::new();
        let mut known = 0;
        loop {
            let joined = self.joined.notified();
            {
                let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.extend(all[known..].iter().cloned().map(&wait));
                known = all.len();
            }
            tokio::select! {
                Some(first) = waiting.next() => return first,
                () = joined => {}
            }
        }
    }
}

/// What everybody is reading: streams of rows, and exports.
#[derive(Debug, Default)]
pub struct Readings {
    here: Mutex<HashMap<Asker, usize>>,
    /// At other replicas, as far as is known.
    elsewhere: Mutex<HashMap<Asker, usize>>,
}

/// One reading, which is under way until this is dropped. The default is one of nobody in particular, which is not counted.
#[derive(Debug, Default)]
pub struct Reading {
    asker: Asker,
    counted: Option<Arc<Readings>>,
}

impl Default for Askers {
    fn default() -> Self {
        Self::new(Asker::default())
    }
}

impl Readings {
    /// One more reading of somebody; none where [`MOST`] of theirs are under way.
    #[must_use]
    pub fn begin(self: &Arc<Self>, asker: Asker) -> Option<Reading> {
        let elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        let elsewhere = elsewhere.get(&asker).copied().unwrap_or_default();
        let mut under_way = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.get(&asker).map_or(elsewhere, |count| count + elsewhere) >= MOST {
            return None;
        }
        let count = under_way.entry(asker.clone()).or_default();
        *count += 1;
        Some(Reading {
            asker,
            counted: Some(Arc::clone(self)),
        })
    }
}

impl Readings {
    /// How many of each person are under way at this replica.
    #[must_use]
    pub fn here(&self) -> HashMap<Asker, usize> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on so many of each person are under way at other replicas.
    pub fn are_elsewhere(&self, readings: HashMap<Asker, usize>) {
        *self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner) = readings;
    }
}

impl Reading {
    /// Whose it is.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        &self.asker
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(readings) = &self.counted else { return };
        let mut under_way = readings.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.asker) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.asker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn what_several_want_comes_when_it_is_the_turn_of_one_of_them() {
        let askers = Askers::new(Asker::of("slow"));
        askers.join(&Asker::of("slow"));
        // Those who come later count at once, and each waits but once.
        let waits = Mutex::new(Vec::new());
        let got = askers.first(|asker| {
            waits.lock().unwrap().push(asker.clone());
            async move {
                let time = if asker == Asker::of("quick") { 5 } else { 1000 };
                tokio::time::sleep(Duration::from_secs(time)).await;
                asker
            }
        });
        let others = async {
            tokio::time::sleep(Duration::from_secs(10)).await;
            askers.join(&Asker::of("quick"));
            tokio::time::sleep(Duration::from_secs(1)).await;
            askers.join(&Asker::of("slow too"));
            tokio::time::sleep(Duration::from_secs(1000)).await;
        };
        let start = tokio::time::Instant::now();
        tokio::select! {
            got = got => assert_eq!(got, Asker::of("quick")),
            () = others => panic!("nobody's turn came"),
        }
        assert_eq!(start.elapsed(), Duration::from_secs(15));
        let waits = waits.into_inner().unwrap();
        assert_eq!(waits, ["slow", "quick", "slow too"].map(Asker::of));
    }

    #[test]
    fn one_person_has_so_many_questions_and_another_as_many() {
        let readings = Arc::new(Readings::default());
        let begin = |name: &str| readings.begin(Asker::of(name));
        let mut of_a: Vec<Reading> = (0..MOST).filter_map(|_| begin("a")).collect();
        assert_eq!(of_a.len(), MOST);
        assert!(begin("a").is_none());
        let of_b = begin("b");
        assert!(of_b.is_some());
        drop(of_a.pop());
        let again = begin("a");
        assert!(again.is_some());
        assert!(begin("a").is_none());
        drop((of_a, again, of_b));
        assert!(readings.here().is_empty(), "nobody is remembered");
        readings.are_elsewhere([(Asker::of("a"), MOST - 1), (Asker::of("b"), MOST)].into());
        let last = begin("a");
        assert!(last.is_some() && begin("a").is_none() && begin("b").is_none() && begin("c").is_some());
        readings.are_elsewhere(HashMap::new());
        assert!(begin("b").is_some());
        drop(last);
        assert!(readings.here().is_empty());
    }
}
