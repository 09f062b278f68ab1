//! Rows that whoever sits here may see no more.

use super::{Data, Load};
use crate::api::Error;
use leptos::prelude::*;
use table::rows::{Changes, Rows};

impl Data {
    /// Drops all rows and all that is known of their sources, and gives up what is under way. A table that nobody has asked for stays so.
    pub fn forget(self, why: Error) {
        if self.load.with_untracked(|load| *load == Load::Idle) {
            return;
        }
        if let Some(controller) = self.abort.get_value() {
            controller.abort();
        }
        self.attempt.update_value(|attempt| *attempt += 1);
        self.watch.cancel();
        self.unanswered.set(false);
        self.rows.update_untracked(|rows| *rows = Rows::new(self.table));
        self.numbers.set_value(Vec::new());
        self.snapshot.set_value(None);
        self.targets.set(Vec::new());
        self.changes.set(Changes::default());
        self.held.set(false);
        self.ended.set(0);
        self.load.set(Load::Broken(why));
        self.rows.notify();
    }

    /// Whether the proxy does not know who asks, or does not let them read this; tracked.
    pub fn shut(self) -> Option<Error> {
        self.load.with(|load| match load {
            Load::Broken(error) if error.unsigned() || *error == Error::NotGranted => Some(error.clone()),
            _ => None,
        })
    }
}
