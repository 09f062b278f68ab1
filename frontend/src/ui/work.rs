//! Long work on the rows, done in parts between which the page answers.

use crate::ui::timer::{Delay, SHARE, breathe, elapsed};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// Work that can be done in parts.
pub trait Task: 'static {
    /// Does one part, of some tens of milliseconds at most, and returns whether that was the last.
    fn step(&mut self) -> bool;
}

/// One task at a time. The parts that fit into one turn of the page are done at once, so that little work is done when [`Work::begin`] returns.
pub struct Work<T: 'static> {
    now: StoredValue<Option<T>, LocalStorage>,
    /// The task after this one.
    next: StoredValue<Option<T>, LocalStorage>,
    /// When that may begin.
    due: Delay,
    /// Whether a task is being done, or waits for its time.
    under_way: RwSignal<bool>,
    /// Whether one turn follows the other.
    turning: StoredValue<bool>,
    /// How long tasks that may wait do wait, in durations of the one before.
    rest: f64,
    /// Milliseconds that the task has taken in earlier turns.
    spent: StoredValue<f64>,
    /// When the rest after the last task is over.
    rested: StoredValue<f64>,
}

impl<T> Clone for Work<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Work<T> {}

impl<T: Task> Work<T> {
    /// Nothing to do yet. A task that may wait does so for `rest` times as long as the one before took.
    pub fn new(rest: f64) -> Self {
        Self {
            now: StoredValue::new_local(None),
            next: StoredValue::new_local(None),
            due: Delay::new(),
            under_way: RwSignal::new(false),
            turning: StoredValue::new(false),
            rest,
            spent: StoredValue::new(0.0),
            rested: StoredValue::new(0.0),
        }
    }

    /// Whether something is still to be done; tracked.
    pub fn under_way(self) -> bool {
        self.under_way.get()
    }

    /// Does a task in place of all others: somebody waits for it.
    pub fn begin(self, task: T) {
        self.cancel();
        self.start(task);
    }

    /// Does a task that may wait: after the one that is being done, and in place of others that wait.
    pub fn begin_later(self, task: T) {
        self.next.set_value(Some(task));
        if !self.under_way.get_untracked() {
            self.wait();
        }
    }

    /// Gives up whatever is under way.
    pub fn cancel(self) {
        self.due.cancel();
        self.now.set_value(None);
        self.next.set_value(None);
        self.mark(false);
    }

    fn mark(self, under_way: bool) {
        if self.under_way.get_untracked() != under_way {
            self.under_way.set(under_way);
        }
    }

    /// Starts the next task, if there is one, when the rest is over.
    fn wait(self) {
        let start = move || {
            if let Some(task) = self.next.try_update_value(Option::take).flatten() {
                self.start(task);
            }
        };
        let rest = self.rested.get_value() - elapsed();
        if self.next.with_value(Option::is_none) {
            self.mark(false);
        } else if rest > 0.0 {
            self.mark(true);
            self.due.set(Duration::from_secs_f64(rest / 1000.0), start);
        } else {
            start();
        }
    }

    fn start(self, task: T) {
        self.now.set_value(Some(task));
        self.spent.set_value(0.0);
        if self.turning.get_value() {
            return self.mark(true);
        }
        if !self.turn() || self.turning.get_value() {
            return;
        }
        self.mark(true);
        self.turning.set_value(true);
        spawn_local(async move {
            loop {
                breathe().await;
                if !self.turn() {
                    break;
                }
            }
            self.turning.try_set_value(false);
        });
    }

    /// Does parts of the task for one turn of the page, and returns whether there is more to do in the next.
    fn turn(self) -> bool {
        let begun = elapsed();
        // Taken out, so that a part may look at whatever it likes. Once the page is gone there is nothing to take.
        while let Some(mut task) = self.now.try_update_value(Option::take).flatten() {
            let done = task.step();
            let spent = elapsed() - begun;
            if done {
                let all = self.spent.get_value() + spent;
                self.rested.set_value(elapsed() + self.rest * all);
                self.wait();
                // What starts now without a rest has its first turn in the next one.
                break;
            }
            self.now.set_value(Some(task));
            if spent > SHARE {
                self.spent.update_value(|all| *all += spent);
                break;
            }
        }
        self.now.try_with_value(Option::is_some) == Some(true)
    }
}
