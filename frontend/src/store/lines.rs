//! What each line of the row stream does to a table's data.

use super::{Data, Progress, Target};
use crate::api::Received;
use crate::ui::timer;
use leptos::prelude::*;
use wire::{Cache, Line};

impl Data {
    /// Takes one line in of an answer about all targets, without telling anyone.
    pub(super) fn receive(self, line: Received<'_>) {
        if let Received::Line(Line::Targets { targets: found }) = line {
            let mut targets = self.targets.write_untracked();
            let known = std::mem::take(&mut *targets);
            *targets = self.expect(known, found);
        } else {
            self.take(line, &|target| Some(target as usize));
        }
    }

    /// The number within the rows of the target at a place.
    pub(super) fn number(self, place: usize) -> Option<u32> {
        let number = |numbers: &Vec<Option<u32>>| numbers.get(place).copied().flatten();
        self.numbers.with_value(number)
    }

    /// Takes one line in that is about a target, which has its `place` among all. One without a place is dropped.
    pub(super) fn take(self, line: Received<'_>, place: &dyn Fn(u32) -> Option<usize>) {
        let mut targets = self.targets.write_untracked();
        match line {
            Received::Line(Line::Rows {
                target,
                rows: items,
                total,
            }) => {
                let Some(place) = place(target) else { return };
                let Some(known) = targets.get_mut(place) else {
                    return;
                };
                known.total = total.or(known.total);
                let Some(number) = self.number(place) else { return };
                match self.rows.update_untracked(|rows| rows.ingest(number, items)) {
                    Some(Ok(count)) => known.rows += count as u64,
                    Some(Err(error)) => log(&format!("{}: {error}", known.id())),
                    None => {}
                }
            }
            Received::Line(Line::Done(done)) => {
                let Some(place) = place(done.target) else { return };
                if let Some(known) = targets.get_mut(place) {
                    known.before = None;
                    known.progress = Progress::Done {
                        as_of: done.as_of,
                        cap: done.capped,
                        stale: done.cache == Cache::Stale,
                    };
                }
                if let Some(number) = self.number(place) {
                    self.rows.update_untracked(|rows| rows.finish(number));
                }
            }
            Received::Line(Line::Failed(failed)) => {
                if let Some(known) = place(failed.target).and_then(|place| targets.get_mut(place)) {
                    known.progress = Progress::Failed(failed.error);
                }
            }
            Received::Line(Line::Targets { .. } | Line::Waiting | Line::End | Line::Other) => {}
            Received::Unreadable(error) => log(&error),
        }
    }

    /// Prepares for the targets that the proxy has announced. Those known from before keep their rows; those that are no longer among them lose
    /// theirs.
    fn expect(self, mut known: Vec<Target>, found: Vec<wire::Target>) -> Vec<Target> {
        let before = self.numbers.get_value();
        let numbers = self.rows.update_untracked(|rows| {
            let numbers: Vec<_> = found
                .iter()
                .map(|target| {
                    let source = catalog::source(&target.source)?;
                    let number = rows.add_target(&target.cloud, &target.account, &target.region, source);
                    let [env, team] = labels(target);
                    rows.label_target(number, env, team);
                    rows.begin(number);
                    Some(number)
                })
                .collect();
            for number in before
                .into_iter()
                .flatten()
                .filter(|number| !numbers.contains(&Some(*number)))
            {
                rows.begin(number);
                rows.finish(number);
            }
            numbers
        });
        self.numbers.set_value(numbers.unwrap_or_default());
        let target = |found: wire::Target| {
            let is = |known: &Target| {
                (&known.account, &known.region, &known.source) == (&found.account, &found.region, &found.source)
            };
            let place = known.iter().position(is);
            place.map_or_else(
                || Target {
                    account: found.account.clone(),
                    region: found.region.clone(),
                    source: found.source.clone(),
                    labels: labels(&found).map(str::to_owned),
                    unlisted: found.unlisted,
                    rows: 0,
                    unreadable: 0,
                    total: None,
                    progress: Progress::Loading,
                    asked: timer::now(),
                    before: None,
                },
                |place| Target {
                    labels: labels(&found).map(str::to_owned),
                    unlisted: found.unlisted,
                    ..known.swap_remove(place)
                },
            )
        };
        found.into_iter().map(target).collect()
    }
}

/// What a target's account is called besides: `env`, `team`.
fn labels(target: &wire::Target) -> [&str; 2] {
    [&target.env, &target.team].map(|label| label.as_deref().unwrap_or_default())
}

/// A line that the page did not understand: for whoever looks at the console; the coverage shows its target as still open.
fn log(message: &str) {
    leptos::logging::warn!("signalbox: {message}");
}
