//! Where in a list the next page begins, and whether the list has ended.

mod numbered;
mod token;

use super::envelope::Envelope;
use super::identity::Identity;
use crate::error::TargetError;
use catalog::Paging;
use numbered::Numbered;
use serde_json::Value;
use token::Token;

/// What follows a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Another question.
    More,
    /// Nothing.
    End(End),
}

/// How well it is known that a list has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything came.
    Proven,
    /// Nothing more can be asked for, and nothing proves that there is no more.
    Unproven,
}

/// Where in the list the next page begins.
#[derive(Debug)]
pub enum Cursor {
    /// There is one page.
    Single {
        /// After so many items the cloud cuts the list.
        cap: Option<u32>,
    },
    /// The answer says where.
    Token(Box<Token>),
    /// By counting.
    Numbered(Box<Numbered>),
}

impl End {
    /// That of both lists together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == Self::Proven { other } else { self }
    }
}

impl Cursor {
    /// At the list's start.
    #[must_use]
    pub fn start(paging: Paging, identity: Identity) -> Self {
        match paging {
            Paging::None { cap } => Self::Single { cap },
            Paging::Cursor { send, read, size, .. } => Self::Token(Box::new(Token::start(send, read, size, identity))),
            Paging::Offset { send, size, total } => {
                Self::Numbered(Box::new(Numbered::by_offset(send, size, total, identity)))
            }
            Paging::Page { send, size, total } => {
                Self::Numbered(Box::new(Numbered::by_page(send, size, total, identity)))
            }
        }
    }

    /// The paging parameters of the next request.
    pub fn parameters(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Single { .. } => Vec::new(),
            Self::Token(token) => token.parameters(),
            Self::Numbered(numbered) => numbered.parameters(),
        }
    }

    /// Goes on by one page.
    ///
    /// # Errors
    /// A list that goes round in circles, ends before it should, or says where it goes on in a way that cannot be read.
    pub fn turn(&mut self, page: &Envelope) -> Result<Turn, TargetError> {
        match self {
            Self::Single { cap } => {
                // A total may count something else than items, where items hold several rows.
                let cut = cap.is_some_and(|cap| page.len() >= u64::from(cap)) || page.speaks_of_more(u64::MAX);
                Ok(Turn::End(if cut { End::Unproven } else { End::Proven }))
            }
            Self::Token(token) => token.turn(page),
            Self::Numbered(numbered) => numbered.turn(page),
        }
    }

    /// What the list's end is where its next question was refused; none where that matters.
    #[must_use]
    pub fn refused(&self, bad_request: bool) -> Option<End> {
        match self {
            Self::Numbered(numbered) => numbered.refused(bad_request),
            _ => None,
        }
    }
}
