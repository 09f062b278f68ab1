//! Loads that are given up: a connection may die without a word, above all where a device has slept or changed its network, and a reader may go elsewhere.

use super::{Asker, Data, Load, Target};
use crate::api::Error;
use leptos::prelude::*;
use std::time::Duration;
use table::rows::Rows;

/// So long without a line, and a load is given up and begun again. The proxy sends one at least every 20 seconds.
const SILENCE: Duration = Duration::from_secs(60);

impl Data {
    /// Waits for the first sign of life of a load.
    pub(super) fn listen(self, attempt: u64) {
        self.watch.set(SILENCE, move || self.give_up_silent(attempt));
    }

    /// A load has given a sign of life.
    pub(super) fn heard(self, attempt: u64) {
        if self.attempt.try_get_value() == Some(attempt) && self.under_way().is_some() {
            if self.unanswered.get_untracked() {
                self.unanswered.set(false);
            }
            self.listen(attempt);
        }
    }

    fn give_up_silent(self, attempt: u64) {
        if let Some(asker) = self
            .under_way()
            .filter(|_| self.attempt.try_get_value() == Some(attempt))
        {
            self.unanswered.set(true);
            self.ask(asker);
        }
    }

    /// Gives up a refresh that nobody asked for by hand: what there is stays as it is.
    pub fn give_up(self) {
        if self.under_way() != Some(Asker::Interval) {
            return;
        }
        if let Some(controller) = self.abort.get_value() {
            controller.abort();
        }
        self.attempt.update_value(|attempt| *attempt += 1);
        self.targets.write_untracked().iter_mut().for_each(Target::give_up);
        self.end(Ok(()));
    }

    /// The network is there again, or the reader has signed in again: begins anew what was under way, because it may wait for an answer that never
    /// comes, and asks for what could not be asked for meanwhile.
    pub fn reconnect(self) {
        let missed = self.load.with_untracked(|load| match load {
            Load::Broken(error) => *error == Error::Lost || error.unsigned(),
            _ => false,
        });
        match self.under_way() {
            Some(asker) => self.ask(asker),
            None if missed && self.rows.with_untracked(Rows::count) == 0 => self.ask(Asker::Reader),
            None if missed => self.ask(Asker::Interval),
            None => {}
        }
    }
}
