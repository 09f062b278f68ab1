//! Lists whose answers say where they go on.

use super::{End, Turn};
use crate::crawl::envelope::{Envelope, Next};
use crate::crawl::identity::{Identity, Rounds};
use crate::error::TargetError;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// No honest cursor is longer than a request's first line may be.
const LONGEST: usize = 8 << 10;

/// A cursor that the cloud hands out.
#[derive(Debug)]
pub struct Token {
    send: &'static str,
    read: &'static [&'static str],
    size: (&'static str, u32),
    next: Option<String>,
    /// The hashes of all tokens so far: their texts could take as much memory as the rows.
    seen: HashSet<u128>,
    /// A token has come twice: a cloud that keeps the place itself, or a circle.
    repeated: bool,
    identity: Identity,
    rounds: Rounds,
    /// Pages that brought nothing new.
    stills: u32,
    rows: u64,
}

impl Token {
    pub(super) fn start(
        send: &'static str,
        read: &'static [&'static str],
        size: (&'static str, u32),
        identity: Identity,
    ) -> Self {
        Self {
            send,
            read,
            size,
            next: None,
            seen: HashSet::new(),
            repeated: false,
            identity,
            rounds: Rounds::default(),
            stills: 0,
            rows: 0,
        }
    }

    pub(super) fn parameters(&self) -> Vec<(&'static str, Value)> {
        let token = self.next.clone().map(|token| (self.send, token.into()));
        std::iter::once((self.size.0, self.size.1.into()))
            .chain(token)
            .collect()
    }

    pub(super) fn turn(&mut self, page: &Envelope) -> Result<Turn, TargetError> {
        self.rows += page.len();
        let still = page.len() > 0 && !self.rounds.pass(page, &self.identity);
        self.stills += u32::from(still);
        let size = u64::from(self.size.1);
        // One that is longer at once comes from a cloud that does not heed the size, and has given all.
        let full = page.len() == size || page.len() > size && self.next.is_some();
        let token = match page.next(self.read) {
            Next::Is(token) => token,
            // A page that is just as long as it was asked to be, without a word of where the list goes on, may be the first of many.
            Next::Nowhere if full => return Ok(Turn::End(End::Unproven)),
            Next::Ended | Next::Nowhere => {
                // What came twice may have come in the place of other rows.
                let more = self.stills > 0 || page.speaks_of_more(self.rows);
                return Ok(Turn::End(if more { End::Unproven } else { End::Proven }));
            }
            Next::Odd(what) => {
                let place = self.read.join(".");
                return Err(TargetError::bad_answer(format!(
                    "`{place}` is {what} where a cursor belongs"
                )));
            }
        };
        if token.len() > LONGEST {
            return Err(TargetError::bad_answer(format!("a cursor of {} bytes", token.len())));
        }
        self.look_for_circles(page, &token, still)?;
        self.next = Some(token);
        Ok(Turn::More)
    }

    /// Rows tell whether the list moves, not its tokens. An empty page between others moves as long as its token does.
    fn look_for_circles(&mut self, page: &Envelope, token: &str, still: bool) -> Result<(), TargetError> {
        // One page may come twice where the list moves while it is read.
        if self.repeated && (still || page.len() == 0) || self.stills > 1 {
            let rows = self.rows;
            return Err(TargetError::looping(format!(
                "after {rows} rows a page brings nothing new"
            )));
        }
        if !self.seen.insert(fingerprint(token)) && !self.repeated {
            self.repeated = true;
            self.rounds = Rounds::default();
            self.rounds.pass(page, &self.identity);
        }
        Ok(())
    }
}

/// 128 bits that no two honest cursors share.
fn fingerprint(token: &str) -> u128 {
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, token).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    hash(0) << 64 | hash(1)
}
