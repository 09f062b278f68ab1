//! Where in a list the next page begins.

use super::envelope::Envelope;
use crate::error::TargetError;
use catalog::Paging;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Where in the list the next page begins.
#[derive(Debug)]
pub struct Cursor {
    paging: Paging,
    token: Option<String>,
    /// The hashes of all tokens so far: their texts could take as much memory as the rows.
    seen: HashSet<u128>,
    rows: u64,
    pub(super) page: u64,
    /// The hash of the last page, where a page is not expected to come twice.
    last: Option<u64>,
}

/// No honest cursor is longer than a request's first line may be.
const LONGEST_CURSOR: usize = 8 << 10;

impl Cursor {
    /// At the list's start.
    #[must_use]
    pub fn start(paging: Paging) -> Self {
        Self {
            paging,
            token: None,
            seen: HashSet::new(),
            rows: 0,
            page: 1,
            last: None,
        }
    }

    /// The paging parameters of the next request.
    pub fn parameters(&self) -> Vec<(&'static str, Value)> {
        match self.paging {
            Paging::None { .. } => vec![],
            Paging::Cursor { send, size, .. } => {
                let token = self.token.clone().map(|token| (send, token.into()));
                std::iter::once((size.0, size.1.into())).chain(token).collect()
            }
            Paging::Offset { send, size, .. } => vec![(send, self.rows.into()), (size.0, size.1.into())],
            Paging::Page { send, size, .. } => vec![(send, self.page.into()), (size.0, size.1.into())],
        }
    }

    /// Goes on by one page of `count` items; false at the end of the list.
    ///
    /// # Errors
    /// A list that goes round in circles, or a cursor that is none.
    pub fn advance(&mut self, envelope: &Envelope<'_>, count: u64, body: &[u8]) -> Result<bool, TargetError> {
        self.rows += count;
        self.page += 1;
        match self.paging {
            Paging::None { .. } => Ok(false),
            Paging::Cursor { read, .. } => {
                let Some(cursor) = envelope.cursor(read)? else {
                    return Ok(false);
                };
                if cursor.len() > LONGEST_CURSOR {
                    return Err(TargetError::bad_answer(format!("a cursor of {} bytes", cursor.len())));
                }
                if !self.seen.insert(fingerprint(&cursor)) {
                    return Err(TargetError::looping(format!(
                        "the cursor of page {} has come before",
                        self.page - 1
                    )));
                }
                self.token = Some(cursor);
                Ok(true)
            }
            Paging::Offset { total, .. } | Paging::Page { total, .. } => {
                if count == 0 || envelope.total(total)?.is_some_and(|total| self.rows >= total) {
                    return Ok(false);
                }
                let last = self.last.replace(hash(0, body));
                if last.is_some() && last == self.last {
                    return Err(TargetError::looping(format!(
                        "page {} is the one before it again",
                        self.page - 1
                    )));
                }
                Ok(true)
            }
        }
    }
}

/// 128 bits that no two honest cursors share.
fn fingerprint(cursor: &str) -> u128 {
    u128::from(hash(0, cursor.as_bytes())) << 64 | u128::from(hash(1, cursor.as_bytes()))
}

fn hash(salt: u8, text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (salt, text).hash(&mut hasher);
    hasher.finish()
}
