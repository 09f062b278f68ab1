//! A feed as it stands in the list.

use super::address::Feed;
use crate::clock::rfc3339;
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// A feed in the list. Times are in RFC 3339, UTC, to the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The feed's.
    pub id: String,
    /// Whose it is ([`super::address::id`]).
    pub maker: String,
    /// What people call them. For whoever looks for the feeds of somebody in the file.
    #[serde(default)]
    pub name: String,
    /// Path and query of the page with this view, with what the query says about the file.
    pub view: String,
    /// The format that it was made for.
    pub format: String,
    /// When it was made.
    pub made: String,
    /// From when on it is no longer taken.
    pub expires: String,
}

impl Entry {
    /// Of a feed that was made for a format.
    #[must_use]
    pub fn new(feed: &Feed, format: &str) -> Self {
        Self {
            id: feed.id.clone(),
            maker: feed.maker_id(),
            name: feed.maker_name().unwrap_or_default().to_owned(),
            view: table::view::with_query(&["/", &feed.table].concat(), &feed.query),
            format: format.to_owned(),
            made: rfc3339(feed.made()),
            expires: rfc3339(feed.end()),
        }
    }

    /// Whether its time is not over.
    #[must_use]
    pub fn lives(&self, now: SystemTime) -> bool {
        // Texts of this form have the order of their times.
        self.expires > rfc3339(now)
    }
}
