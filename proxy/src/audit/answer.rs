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
    pub targets: Arc<[Target]>,
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
    /// What became of each of them; nothing where it is written nowhere.
    became: Vec<Became>,
    begun: Instant,
    ended: bool,
}

/// What became of a target so far.
#[derive(Clone, Debug, Default)]
struct Became {
    /// Nothing as long as it has not ended.
    outcome: Option<&'static str>,
    rows: u64,
    cache: Option<&'static str>,
    code: Option<String>,
    request_ids: Vec<String>,
}

impl Became {
    /// Names are only written down in the end: with hundreds of targets whoever asks would wait for that.
    fn told(self, target: &Target) -> TargetTold {
        TargetTold {
            account: target.account.id.clone(),
            region: target.region.clone(),
            source: target.source.id,
            outcome: self.outcome.unwrap_or("unfinished"),
            rows: self.rows,
            cache: self.cache,
            code: self.code,
            request_ids: self.request_ids,
        }
    }
}

impl Answer {
    pub(super) fn new(audit: Arc<Audit>, peer: Option<IpAddr>, who: Option<Who>, asked: Asked) -> Self {
        let count = if audit.is_open() { asked.targets.len() } else { 0 };
        Self {
            audit,
            peer,
            who,
            asked,
            became: vec![Became::default(); count],
            begun: Instant::now(),
            ended: false,
        }
    }

    /// A target, by its place among those that were asked, brought rows.
    pub fn rows(&mut self, target: u32, rows: u64) {
        if let Some(became) = self.became.get_mut(target as usize) {
            became.rows += rows;
        }
    }

    /// The cloud called a request about a target so.
    pub fn request_id(&mut self, target: u32, id: &str) {
        if let Some(became) = self.became.get_mut(target as usize)
            && became.request_ids.len() < MOST_IDS
        {
            became.request_ids.push(short(id));
        }
    }

    /// A target ended.
    pub fn end(&mut self, target: u32, end: End<'_>) {
        let Some(became) = self.became.get_mut(target as usize) else {
            return;
        };
        match end {
            End::Done { capped, cache } => {
                became.outcome = Some(if capped { "capped" } else { "done" });
                became.cache = Some(cache);
            }
            End::Failed { code } => {
                became.outcome = Some("failed");
                became.code = Some(short(code));
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
        let became = std::mem::take(&mut self.became);
        let targets = self.asked.targets.iter().zip(became);
        let targets: Vec<_> = targets.map(|(target, became)| became.told(target)).collect();
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
