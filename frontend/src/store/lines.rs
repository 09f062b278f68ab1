//! What each line of the row stream does to a table's data.

use super::{Data, Progress, Target};
use crate::api::Received;
use leptos::prelude::*;
use wire::{Cache, Line};

impl Data {
    /// Takes one line in, without telling anyone.
    pub(super) fn receive(self, line: Received<'_>) {
        let mut targets = self.targets.write_untracked();
        let number = |target: u32| {
            let number = |numbers: &Vec<Option<u32>>| numbers.get(target as usize).copied().flatten();
            self.numbers.with_value(number)
        };
        match line {
            Received::Line(Line::Targets { targets: found }) => {
                let known = std::mem::take(&mut *targets);
                *targets = self.expect(known, found);
            }
            Received::Line(Line::Rows {
                target,
                rows: items,
                total,
            }) => {
                let Some(known) = targets.get_mut(target as usize) else {
                    return;
                };
                known.total = total.or(known.total);
                let Some(number) = number(target) else { return };
                match self.rows.update_untracked(|rows| rows.ingest(number, items)) {
                    Some(Ok(count)) => known.rows += count as u64,
                    Some(Err(error)) => log(&format!("{}: {error}", known.id())),
                    None => {}
                }
            }
            Received::Line(Line::Done(done)) => {
                if let Some(known) = targets.get_mut(done.target as usize) {
                    known.before = None;
                    known.progress = Progress::Done {
                        as_of: done.as_of,
                        cap: done.capped,
                        stale: done.cache == Cache::Stale,
                    };
                }
                if let Some(number) = number(done.target) {
                    self.rows.update_untracked(|rows| rows.finish(number));
                }
            }
            Received::Line(Line::Failed(failed)) => {
                if let Some(known) = targets.get_mut(failed.target as usize) {
                    known.progress = Progress::Failed(failed.error);
                }
            }
            Received::Line(Line::Waiting | Line::End | Line::Other) => {}
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
                    rows: 0,
                    unreadable: 0,
                    total: None,
                    progress: Progress::Loading,
                    before: None,
                },
                |place| known.swap_remove(place),
            )
        };
        found.into_iter().map(target).collect()
    }
}

/// A line that the page did not understand: for whoever looks at the console; the coverage shows its target as still open.
fn log(message: &str) {
    leptos::logging::warn!("signalbox: {message}");
}
