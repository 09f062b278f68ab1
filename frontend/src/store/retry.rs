//! One target is asked once more, past what the proxy keeps.

use super::{Data, Load, Progress, Target};
use crate::api::{self, Error, Received};
use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use table::rows::Rows;
use wasm_bindgen_futures::spawn_local;
use wire::Line;

/// So long at most: the proxy gives a target two minutes.
const LONGEST: Duration = Duration::from_secs(150);

impl Data {
    /// Asks once more for the target with this id, and for no other. Its rows stay until newer ones take their places. Nothing happens while it is being asked.
    pub fn retry(self, id: &str) {
        let targets = self.targets.get_untracked();
        let Some((place, target)) = targets.iter().enumerate().find(|(_, target)| target.id() == id) else {
            return;
        };
        let Ok(controller) = web_sys::AbortController::new() else {
            return;
        };
        if target.progress == Progress::Loading {
            return;
        }
        if self.under_way().is_none() && !self.held.get_untracked() {
            // Whatever was marked has been on screen since the last refresh.
            self.acknowledge();
        }
        self.targets
            .update(|targets| targets.iter_mut().skip(place).take(1).for_each(Target::again));
        let attempt = self.attempt.get_value();
        let still = move || self.attempt.try_get_value() == Some(attempt);
        let request = api::rows_of(self.table.id, &target.account, &target.region);
        let (signal, silent) = (controller.signal(), controller.clone());
        let watch = set_timeout_with_handle(move || silent.abort(), LONGEST);
        let id = id.to_owned();
        spawn_local(async move {
            // Its number in this answer.
            let mine = Cell::new(None);
            let result = api::rows(request, &signal, |line| {
                if !still() {
                    // All are being asked.
                    controller.abort();
                } else if let Received::Line(Line::Targets { targets }) = line {
                    let place_of = |found: &wire::Target| is(found, &id);
                    mine.set(targets.iter().position(place_of));
                    if let Some(number) = self.number(place).filter(|_| mine.get().is_some()) {
                        self.rows.update_untracked(|rows| rows.begin(number));
                    }
                } else {
                    self.take(line, &|target| (mine.get() == Some(target as usize)).then_some(place));
                    self.announce_soon();
                }
            })
            .await;
            if let Ok(watch) = watch {
                watch.clear();
            }
            if still() {
                self.end_retry(place, result);
            }
        });
    }

    fn end_retry(self, place: usize, result: Result<(), Error>) {
        let mut targets = self.targets.write_untracked();
        let target = targets.get_mut(place);
        let open = target.is_some_and(|target| {
            let open = target.progress == Progress::Loading;
            target.give_up();
            open
        });
        drop(targets);
        match result {
            Err(error) if !self.load.with_untracked(|load| matches!(load, Load::Loading(_))) => {
                self.load.set(Load::Broken(error));
            }
            // It is no longer among those that may be asked.
            Ok(()) if open => return self.reload(),
            _ => {}
        }
        if self.ended.get_untracked() > 0 {
            self.changes.set(self.rows.with_untracked(Rows::changes));
        }
        self.settle();
    }
}

fn is(found: &wire::Target, id: &str) -> bool {
    let parts = [&found.account, &found.region, &found.source];
    id.split('/').eq(parts)
}
