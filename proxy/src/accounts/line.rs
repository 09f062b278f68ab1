//! A line in which people take turns. Whoever comes with many requests waits behind their own, and not before those of others.

use crate::asker::Asker;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Room for some, and those who wait for it.
#[derive(Debug)]
pub(super) struct Line(Mutex<State>);

#[derive(Debug)]
struct State {
    free: u32,
    /// All who wait, in the order in which it is their turn; what each of them wants, in the order in which they came for it. Nobody wants nothing.
    waiting: VecDeque<(Asker, BTreeMap<u64, Wanted>)>,
    /// How many have come.
    came: u64,
}

#[derive(Debug)]
struct Wanted {
    places: u32,
    granted: oneshot::Sender<Place>,
}

/// Some of the room, given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    line: Arc<Line>,
    places: u32,
}

impl Line {
    /// A line before so many places.
    pub(super) fn before(places: u32) -> Self {
        Self(Mutex::new(State {
            free: places,
            waiting: VecDeque::new(),
            came: 0,
        }))
    }

    /// Waits for so many places at once.
    pub(super) async fn place(self: &Arc<Self>, asker: &Asker, places: u32) -> Option<Place> {
        let waiting = {
            let mut state = self.state();
            if state.waiting.is_empty() && state.free >= places {
                state.free -= places;
                return Some(Place {
                    line: Arc::clone(self),
                    places,
                });
            }
            let (granted, grant) = oneshot::channel();
            Waiting {
                number: state.join(asker, Wanted { places, granted }),
                line: self,
                asker,
                grant,
            }
        };
        waiting.end().await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets in who is next, as long as there is room. Whoever got something goes to the end of the line.
    fn go_on(self: &Arc<Self>, state: &mut State) {
        while let Some((asker, mut wanted)) = state.waiting.pop_front() {
            match wanted.pop_first() {
                Some((number, next)) if next.places > state.free => {
                    wanted.insert(number, next);
                    state.waiting.push_front((asker, wanted));
                    return;
                }
                Some((_, Wanted { places, granted })) => {
                    state.free -= places;
                    let line = Arc::clone(self);
                    // There is somebody: who goes away leaves the line first, for which it must be locked.
                    _ = granted.send(Place { line, places });
                }
                None => {}
            }
            if !wanted.is_empty() {
                state.waiting.push_back((asker, wanted));
            }
        }
    }
}

impl State {
    fn join(&mut self, asker: &Asker, wanted: Wanted) -> u64 {
        let number = self.came;
        self.came += 1;
        match self.waiting.iter_mut().find(|(other, _)| other == asker) {
            Some((_, all)) => _ = all.insert(number, wanted),
            None => self.waiting.push_back((asker.clone(), [(number, wanted)].into())),
        }
        number
    }

    fn leave(&mut self, asker: &Asker, number: u64) {
        if let Some((_, all)) = self.waiting.iter_mut().find(|(other, _)| other == asker) {
            all.remove(&number);
        }
        self.waiting.retain(|(_, all)| !all.is_empty());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.line.state();
        state.free += self.places;
        self.line.go_on(&mut state);
    }
}

/// Somebody in the line, who leaves it when this is dropped.
struct Waiting<'a> {
    line: &'a Arc<Line>,
    asker: &'a Asker,
    number: u64,
    grant: oneshot::Receiver<Place>,
}

impl Waiting<'_> {
    async fn end(mut self) -> Option<Place> {
        // Never dropped without a grant while somebody waits.
        (&mut self.grant).await.ok()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.line.state();
        state.leave(self.asker, self.number);
        // It may have been the one for whom there was no room.
        self.line.go_on(&mut state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;
    use proptest::prelude::*;

    type Waits = BoxFuture<'static, Option<Place>>;

    /// Joins the line, as a task does that is run once: either gets places or waits.
    fn join(line: &Arc<Line>, asker: &str, places: u32) -> (Option<Place>, Waits) {
        let (line, asker) = (Arc::clone(line), Asker::of(asker));
        let mut waits = async move { line.place(&asker, places).await }.fuse().boxed();
        ((&mut waits).now_or_never().flatten(), waits)
    }

    fn waits(line: &Arc<Line>, asker: &str, places: u32) -> Waits {
        let (place, waits) = join(line, asker, places);
        assert!(place.is_none());
        waits
    }

    fn got(waits: &mut Waits) -> Option<Place> {
        waits.now_or_never().flatten()
    }

    #[test]
    fn who_wants_much_waits_behind_themselves() {
        let line = Arc::new(Line::before(2));
        let mut of_a: Vec<_> = (0..2).map(|_| join(&line, "a", 1).0.unwrap()).collect();
        let mut more_of_a: Vec<_> = (0..100).map(|_| waits(&line, "a", 1)).collect();
        let mut of_b: Vec<_> = (0..2).map(|_| waits(&line, "b", 1)).collect();
        let mut of_c = waits(&line, "c", 1);
        let mut order = String::new();
        for _ in 0..6 {
            of_a.remove(0);
            of_a.extend(more_of_a.iter_mut().find_map(got).inspect(|_| order.push('a')));
            of_a.extend(of_b.iter_mut().find_map(got).inspect(|_| order.push('b')));
            of_a.extend(got(&mut of_c).inspect(|_| order.push('c')));
        }
        assert_eq!(order, "abcaba");
    }

    #[test]
    fn who_goes_away_holds_nobody_up() {
        let line = Arc::new(Line::before(2));
        let one = join(&line, "a", 1).0.unwrap();
        // For both places; nobody may pass, or it would never come.
        let all = waits(&line, "a", 2);
        let mut small = waits(&line, "b", 1);
        assert!(got(&mut small).is_none());
        drop(all);
        let small = got(&mut small);
        assert!(small.is_some());
        // What was granted to one who has gone is for the next.
        let granted = waits(&line, "a", 1);
        let mut next = waits(&line, "a", 1);
        drop(one);
        drop(granted);
        assert!(got(&mut next).is_some());
        drop((small, next));
        let state = line.state();
        assert_eq!((state.free, state.waiting.len()), (2, 0));
    }

    proptest! {
        #[test]
        fn there_is_never_too_much_inside_nor_room_for_who_is_next(steps in proptest::collection::vec((0..3_u8, 0..4_usize, 1..4_u32), 0..60)) {
            let line = Arc::new(Line::before(3));
            let (mut inside, mut waiting): (Vec<Place>, Vec<Waits>) = (Vec::new(), Vec::new());
            for (step, which, places) in steps {
                match step {
                    0 => match join(&line, ["a", "b", "c", "d"][which], places) {
                        (Some(place), _) => inside.push(place),
                        (None, waits) => waiting.push(waits),
                    },
                    1 if !inside.is_empty() => drop(inside.remove(which % inside.len())),
                    2 if !waiting.is_empty() => drop(waiting.remove(which % waiting.len())),
                    _ => {}
                }
                waiting.retain_mut(|waits| got(waits).map(|place| inside.push(place)).is_none());
                let state = line.state();
                prop_assert_eq!(inside.iter().map(|place| place.places).sum::<u32>() + state.free, 3);
                prop_assert_eq!(state.waiting.iter().map(|(_, all)| all.len()).sum::<usize>(), waiting.len());
                let next = state.waiting.front().and_then(|(_, all)| all.first_key_value());
                prop_assert!(next.is_none_or(|(_, next)| next.places > state.free));
            }
        }
    }
}
