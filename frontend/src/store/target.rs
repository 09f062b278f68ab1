//! How far each account × region × source has come.

use crate::ui::timer;
use wire::TargetError;

/// How far a target has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Still walking.
    Loading,
    /// Complete. With `cap` the cloud cut the list there; `stale` came from a cache past its freshness.
    Done {
        /// When the walk ended, RFC 3339.
        as_of: String,
        /// The length at which the cloud cuts.
        cap: Option<u64>,
        /// Whether it is an older answer.
        stale: bool,
    },
    /// Gave up.
    Failed(TargetError),
}

/// One account × region × source.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Account id.
    pub account: String,
    /// Region id.
    pub region: String,
    /// Source id.
    pub source: String,
    /// What the account is for, and whose it is; empty where nobody says so.
    pub labels: [String; 2],
    /// Whether the account stands for others of which nothing is known.
    pub unlisted: bool,
    /// Table rows that are there, each counted once.
    pub rows: u64,
    /// How many of them hold a value that could not be read.
    pub unreadable: u64,
    /// How many the cloud says there are.
    pub total: Option<u64>,
    /// How far it has come.
    pub progress: Progress,
    /// When it was asked last, in milliseconds since the Unix epoch.
    pub asked: i64,
    /// How the walk before ended, while this one is under way or after it has failed: its rows are kept until newer ones replace them.
    pub before: Option<Box<Progress>>,
}

impl Target {
    /// `account/region/source`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.account, self.region, self.source)
    }

    /// All that its mark in the coverage shows. One text, as every list of the page has as its key: how lists follow their keys is compiled once.
    pub fn mark(&self) -> String {
        let (rows, unreadable) = (self.rows.to_string(), self.unreadable.to_string());
        [
            &self.id(),
            self.state(),
            &rows,
            &unreadable,
            self.kept().unwrap_or_default(),
        ]
        .join("\n")
    }

    /// When the last complete answer ended whose rows are still there, while there is no newer one.
    pub fn kept(&self) -> Option<&str> {
        match self.before.as_deref()? {
            Progress::Done { as_of, .. } => Some(as_of),
            _ => None,
        }
    }

    /// When the answer whose rows are there was complete, in milliseconds since the Unix epoch.
    pub fn as_of(&self) -> Option<i64> {
        let kept = match &self.progress {
            Progress::Done { as_of, .. } => Some(as_of.as_str()),
            _ => self.kept(),
        };
        table::time::parse(kept?)
    }

    /// Begins anew, and remembers what there is.
    pub(super) fn again(&mut self) {
        self.total = None;
        self.asked = timer::now();
        match std::mem::replace(&mut self.progress, Progress::Loading) {
            Progress::Loading => {}
            // An answer is worth remembering beyond a failure.
            Progress::Failed(_) if self.kept().is_some() => {}
            last => self.before = Some(Box::new(last)),
        }
    }

    /// Takes back that it was asked again: it is as it was before, if it ever answered.
    pub(super) fn give_up(&mut self) {
        if self.progress == Progress::Loading
            && let Some(before) = self.before.take()
        {
            self.progress = *before;
        }
    }

    /// Whether its rows are those of a list that the cloud cuts: of the last answer, while there is no newer one.
    pub fn is_cut(&self) -> bool {
        let last = match &self.progress {
            done @ Progress::Done { .. } => Some(done),
            Progress::Loading | Progress::Failed(_) => self.before.as_deref(),
        };
        matches!(last, Some(Progress::Done { cap: Some(_), .. }))
    }

    /// The contract's `data-state`.
    pub fn state(&self) -> &'static str {
        match &self.progress {
            Progress::Loading => "loading",
            Progress::Done { cap: Some(_), .. } => "capped",
            Progress::Done { stale: true, .. } => "stale",
            Progress::Done { .. } => "ok",
            Progress::Failed(_) => "failed",
        }
    }
}
