//! What an event says. Its form is told in `docs/audit.md`; whoever changes what a field means, or takes one away, counts [`VERSION`] up.

use crate::auth::principal::Principal;
use crate::clock::rfc3339_millis;
use serde::Serialize;
use std::net::IpAddr;
use std::time::SystemTime;

/// The version of the form.
pub const VERSION: u8 = 1;

/// The longest text of an event, in characters.
const LONGEST: usize = 300;
/// The most targets that an event names.
const MOST_TARGETS: usize = 500;

/// A line of the audit.
#[derive(Debug, Serialize)]
pub struct Event<'a> {
    version: u8,
    time: String,
    #[serde(flatten)]
    what: &'a What,
    who: Option<&'a Who>,
    peer: Option<IpAddr>,
}

impl<'a> Event<'a> {
    /// What somebody did at a time, from the address at the other end of their connection.
    #[must_use]
    pub fn new(time: SystemTime, peer: Option<IpAddr>, who: Option<&'a Who>, what: &'a What) -> Self {
        Self {
            version: VERSION,
            time: rfc3339_millis(time),
            what,
            who,
            peer,
        }
    }
}

/// A person or program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Who {
    /// Tells them from all others.
    pub id: String,
    /// Who vouches for them; `token` for a token.
    pub issuer: String,
    /// As that one calls them; the name of a token.
    pub subject: String,
    /// What people call them; the owner of a token.
    pub name: String,
}

impl From<&Principal> for Who {
    fn from(principal: &Principal) -> Self {
        Self {
            id: principal.id(),
            issuer: short(&principal.issuer),
            subject: short(&principal.subject),
            name: short(&principal.name),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The program begins.
    Started {
        /// Which one.
        program: &'static str,
    },
    /// The program ends.
    Ended,
    /// Somebody came back from the identity provider.
    SignIn {
        /// Signed in or renewed; declined or failed.
        outcome: &'static str,
        /// Why not.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Somebody signed out, here or at the identity provider.
    SignOut {
        /// `here`, or `provider` where that has told.
        at: &'static str,
        /// Whom the provider has named.
        #[serde(skip_serializing_if = "Option::is_none")]
        named: Option<String>,
    },
    /// A request was not let in.
    Refused {
        /// `unproven`, `forged` or `unavailable`.
        kind: &'static str,
        /// Why.
        reason: String,
    },
    /// No grant lets somebody read what they asked for.
    Denied {
        /// The table.
        table: &'static str,
    },
    /// A token was used.
    TokenUsed {
        /// For which route.
        route: String,
    },
    /// A feed was made.
    FeedMade {
        /// Its id.
        feed: String,
        /// Path and query of its view.
        view: String,
        /// Its format.
        format: String,
        /// When it ends.
        expires: String,
    },
    /// A feed was revoked.
    FeedRevoked {
        /// Its id.
        feed: String,
    },
    /// The address of a feed opened nothing.
    FeedRefused {
        /// Its id, or the beginning of a hash of the address.
        feed: Option<String>,
        /// Why.
        reason: String,
    },
    /// An answer begins. Only where nothing may be answered without.
    Begun {
        /// What for: `rows`, `export` or `feed`.
        of: &'static str,
        /// The table.
        table: &'static str,
        /// How many targets are asked.
        targets: usize,
        /// The id of the feed.
        #[serde(skip_serializing_if = "Option::is_none")]
        feed: Option<String>,
    },
    /// An answer has ended.
    Answered {
        /// What for: `rows`, `export` or `feed`.
        of: &'static str,
        /// The table.
        table: &'static str,
        /// The id of the feed.
        #[serde(skip_serializing_if = "Option::is_none")]
        feed: Option<String>,
        /// How it ended.
        outcome: Outcome,
        /// Rows of all targets.
        rows: u64,
        /// Until the last of it was handed on.
        duration_ms: u64,
        /// What was asked.
        targets: Vec<TargetTold>,
        /// How many more were asked.
        #[serde(skip_serializing_if = "is_nought")]
        more_targets: usize,
    },
    /// The configuration was read anew.
    Reload {
        /// `ok` or `failed`.
        outcome: &'static str,
        /// What is wrong with it.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        faults: Vec<String>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_nought(count: &usize) -> bool {
    *count == 0
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With everything.
    Whole,
    /// Some targets failed, or the cloud cut them.
    Incomplete,
    /// The reader went before the end, or the answer was given up.
    Broken,
}

/// How a target of an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetTold {
    /// The account's id.
    pub account: String,
    /// The region.
    pub region: String,
    /// The source's id.
    pub source: &'static str,
    /// `done`, `capped`, `failed` or `unfinished`.
    pub outcome: &'static str,
    /// Rows that were handed on.
    pub rows: u64,
    /// Where they came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<&'static str>,
    /// The code of the failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cloud's ids of the requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_ids: Vec<String>,
}

/// A text of somebody else's, cut to a length.
#[must_use]
pub fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

/// As many targets as an event names, and how many more there are.
pub(super) fn cut(mut targets: Vec<TargetTold>) -> (Vec<TargetTold>, usize) {
    let more = targets.len().saturating_sub(MOST_TARGETS);
    // Those that did not go well are told first where not all are.
    if more > 0 {
        targets.sort_by_key(|target| target.outcome == "done");
        targets.truncate(MOST_TARGETS);
    }
    (targets, more)
}
