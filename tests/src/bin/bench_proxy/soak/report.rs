//! What the load has shown, as a table, and what of that must not be.

use std::collections::BTreeMap;
use std::time::Duration;

use super::VIEWERS;
use super::replicas::{Killed, Left, Taken};
use super::viewers::{Lost, Tally};
use crate::figure::quantile;

/// Memory may have grown by so much in a replica that was there all the time, from where everything had been in use once: what the allocator keeps differs.
const GROWTH: u64 = 16 << 20;
/// When nobody reads any more, so many more files may be open than when the load had settled; there were hundreds of connections then.
const FILES: usize = 0;

/// Everything.
pub struct Report {
    pub time: Duration,
    pub tally: Tally,
    pub struck: BTreeMap<&'static str, usize>,
    pub killed: Killed,
    /// What each replica took while people still read.
    pub in_the_end: Vec<Option<Taken>>,
    pub replicas: Vec<Left>,
}

impl Report {
    /// Requests that were lost though the replica that answered was not killed meanwhile.
    fn lost(&self) -> impl Iterator<Item = &Lost> {
        let Killed { address, at } = &self.killed;
        self.tally.lost.iter().filter(move |lost| {
            let of_it = lost.replica.as_ref().is_none_or(|replica| replica == address);
            !(of_it && lost.sent <= *at && *at <= lost.broke)
        })
    }

    /// How many answers of a replica came whole.
    fn answered_by(&self, replica: &str) -> usize {
        self.tally.whole.iter().filter(|(by, ..)| by == replica).count()
    }

    fn was_killed(&self, replica: &Left) -> bool {
        replica.address == self.killed.address
    }

    pub fn table(&self) -> String {
        let Tally {
            whole,
            lost,
            done,
            failed,
            rows,
            first_rows,
        } = &self.tally;
        let struck: Vec<String> = self
            .struck
            .iter()
            .map(|(kind, count)| format!("{kind} {count}"))
            .collect();
        let unexcused = self.lost().count();
        let mut table = format!(
            "\n| a load of {:.1} minutes, {VIEWERS} viewers, {} replicas | |\n|---|---|\n| answers that came whole | {} |\n| targets that came to their end, \
             targets that failed | {done}, {failed} |\n| rows | {rows} |\n| calls of the clouds that failed by chance | {} |\n| requests broken off by the replica that was killed | \
             {} |\n| other requests lost | {unexcused} |\n| first rows, p50, p99 | {:.0}, {:.0} ms |\n",
            self.time.as_secs_f64() / 60.0,
            self.replicas.len(),
            whole.len(),
            if struck.is_empty() {
                "none".to_owned()
            } else {
                struck.join(", ")
            },
            lost.len() - unexcused,
            quantile(first_rows, 0.5),
            quantile(first_rows, 0.99),
        );
        for (number, (replica, busy)) in self.replicas.iter().zip(&self.in_the_end).enumerate() {
            let killed = if self.was_killed(replica) {
                ", killed and started again"
            } else {
                ""
            };
            table += &format!(
                "| replica {}{killed}: memory and open files settled, at the end, and with nobody | {}; {}; {} |\n| … audit events of answers, answers that came \
                 whole; configurations read anew | {}, {}; {} |\n",
                number + 1,
                taken(replica.settled),
                taken(*busy),
                taken(replica.idle),
                replica.answered,
                self.answered_by(&replica.address),
                replica.reloads,
            );
        }
        table
    }

    /// What must not be.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self
            .lost()
            .take(20)
            .map(|lost| {
                format!(
                    "lost after {:.1} s, sent at {:.1} s, by {:?}: {}",
                    lost.broke.as_secs_f64(),
                    lost.sent.as_secs_f64(),
                    lost.replica,
                    lost.why
                )
            })
            .collect();
        for replica in self.replicas.iter().filter(|replica| !self.was_killed(replica)) {
            let Left {
                address,
                answered,
                broken,
                reloads,
                ..
            } = replica;
            let whole = self.answered_by(address);
            if *answered != whole || *broken > 0 {
                faults.push(format!(
                    "{address}: {answered} answers in the audit, {broken} of them broken; {whole} came whole"
                ));
            }
            if *reloads != 2 {
                faults.push(format!("{address}: the configuration was read anew {reloads} times"));
            }
            if let (Some(settled), Some(idle)) = (replica.settled, replica.idle)
                && (idle.0 > settled.0 + GROWTH || idle.1 > settled.1 + FILES)
            {
                faults.push(format!(
                    "{address}: settled {}, with nobody {}",
                    taken(Some(settled)),
                    taken(Some(idle))
                ));
            }
        }
        faults
    }
}

fn taken(taken: Option<Taken>) -> String {
    taken.map_or_else(
        || "–".to_owned(),
        |(memory, files)| format!("{:.0} MiB, {files}", memory as f64 / f64::from(1 << 20)),
    )
}
