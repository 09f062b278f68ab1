//! The event of one answer, gathered while it goes out.

use super::Audit;
use super::event::{Outcome, TargetTold, What, Who, cut, short};
use crate::target::Target;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

/// The most request ids that are told of a target: the first ones.
const MOST_IDS: usize = 20;

/// What an answer is of.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `rows`, `export` or `feed`.
    pub of: &'static str,
    /// The table's id.
    pub table: &'static str,
    /// The id of the feed.
    pub feed: Option<String>,
    /// What is asked.
    pub targets: Vec<Target>,
}

impl Asked {
    pub(super) fn begun(&self) -> What {
        What::Begun {
            of: self.of,
            table: self.table,
            targets: self.targets.len(),
            feed: self.feed.clone(),
        }
    }
}

/// How a target ended.
#[derive(Clone, Copy, Debug)]
pub enum End<'a> {
    /// With so many rows, or cut by the cloud; and where they came from.
    Done {
        /// Whether the cloud cut it.
        capped: bool,
        /// `miss`, `fresh` or `stale`.
        cache: &'static str,
    },
    /// It failed.
    Failed {
        /// The code.
        code: &'a str,
    },
}

/// An answer that is under way. It is written down when this is dropped, whatever became of it.
#[derive(Debug)]
pub struct Answer {
    audit: Arc<Audit>,
    peer: Option<IpAddr>,
    who: Option<Who>,
    asked: Asked,
    targets: Vec<TargetTold>,
    begun: Instant,
    ended: bool,
}

impl Answer {
    pub(super) fn new(audit: Arc<Audit>, peer: Option<IpAddr>, who: Option<Who>, mut asked: Asked) -> Self {
        let told = |target: Target| TargetTold {
            account: target.account.id.clone(),
            region: target.region,
            source: target.source.id,
            outcome: "unfinished",
            rows: 0,
            cache: None,
            code: None,
            request_ids: Vec::new(),
        };
        let asked_for = std::mem::take(&mut asked.targets);
        let targets = if audit.is_open() {
            asked_for.into_iter().map(told).collect()
        } else {
            Vec::new()
        };
        Self {
            audit,
            peer,
            who,
            asked,
            targets,
            begun: Instant::now(),
            ended: false,
        }
    }

    /// A target, by its place among those that were asked, brought rows.
    pub fn rows(&mut self, target: u32, rows: u64) {
        if let Some(told) = self.targets.get_mut(target as usize) {
            told.rows += rows;
        }
    }

    /// The cloud called a request about a target so.
    pub fn request_id(&mut self, target: u32, id: &str) {
        if let Some(told) = self.targets.get_mut(target as usize)
            && told.request_ids.len() < MOST_IDS
        {
            told.request_ids.push(short(id));
        }
    }

    /// A target ended.
    pub fn end(&mut self, target: u32, end: End<'_>) {
        let Some(told) = self.targets.get_mut(target as usize) else {
            return;
        };
        match end {
            End::Done { capped, cache } => {
                told.outcome = if capped { "capped" } else { "done" };
                told.cache = Some(cache);
            }
            End::Failed { code } => {
                told.outcome = "failed";
                told.code = Some(short(code));
            }
        }
    }

    /// All targets have ended.
    pub fn all_ended(&mut self) {
        self.ended = true;
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let targets = std::mem::take(&mut self.targets);
        let outcome = match targets.iter().all(|target| target.outcome == "done") {
            _ if !self.ended => Outcome::Broken,
            true => Outcome::Whole,
            false => Outcome::Incomplete,
        };
        let rows = targets.iter().map(|target| target.rows).sum();
        let (targets, more_targets) = cut(targets);
        let what = What::Answered {
            of: self.asked.of,
            table: self.asked.table,
            feed: self.asked.feed.take(),
            outcome,
            rows,
            duration_ms: self.begun.elapsed().as_millis() as u64,
            targets,
            more_targets,
        };
        self.audit.record(self.peer, self.who.as_ref(), &what);
    }
}
