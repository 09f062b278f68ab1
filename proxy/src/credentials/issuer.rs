//! Where temporary keys come from, and why there are none.

use super::Keys;
use crate::error::{Advice, Private, TargetError};
use chrono::{DateTime, Utc};
use futures_util::future::{BoxFuture, ready};
use std::fmt;

/// Keys that were issued, and until when they hold.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The keys.
    pub keys: Keys,
    /// When they end, by the clock of this host. None: they hold until what they were read from changes.
    pub expires: Option<DateTime<Utc>>,
}

/// Where keys come from: one request to a service that issues them, or one look at a file. Nothing is kept here; that is done by
/// [`Renewed`](super::Renewed).
pub trait Issuer: fmt::Debug + Send + Sync {
    /// Gets keys.
    ///
    /// # Errors
    /// There are none, for a reason that people can be told.
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>>;

    /// Whether what the last keys were made of is another now, so that there should be new ones though the old ones hold. Cheap: it is asked
    /// every few seconds.
    fn changed(&self) -> BoxFuture<'_, bool> {
        Box::pin(ready(false))
    }
}

/// Why an issuer gave no keys. Neither half ever holds a key, a token or what a file says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", private.as_ref().map(|private| format!(" ({private})")).unwrap_or_default())]
pub struct IssuerError {
    /// What people are shown: the issuer with its own code, or the file, profile, mode or variable that is wrong.
    pub message: String,
    /// What to do about it.
    pub advice: Option<Advice>,
    /// The issuer's id of the request.
    pub request_id: Option<Box<str>>,
    /// What only the log may have.
    pub private: Option<Box<str>>,
    /// Whether the issuer is the one that is meant, so that others' keys must not be taken in its place.
    pub decisive: bool,
}

impl IssuerError {
    /// A reason.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            advice: None,
            request_id: None,
            private: None,
            decisive: false,
        }
    }

    /// The same, of an issuer that somebody has set up on purpose: keys of another would be another identity's.
    #[must_use]
    pub fn decisive(self) -> Self {
        Self { decisive: true, ..self }
    }

    /// The same with advice.
    #[must_use]
    pub fn advise(self, advice: Advice) -> Self {
        Self {
            advice: Some(advice),
            ..self
        }
    }

    /// The same with the issuer's id of the request.
    #[must_use]
    pub fn of_request(self, request_id: Option<String>) -> Self {
        Self {
            request_id: request_id.map(String::into_boxed_str),
            ..self
        }
    }

    /// The same with something for the log.
    #[must_use]
    pub fn privately(self, private: impl Into<Box<str>>) -> Self {
        Self {
            private: Some(private.into()),
            ..self
        }
    }

    /// The same, whose message begins with where it happened.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Self {
            message: format!("{place}: {}", self.message),
            ..self
        }
    }
}

impl From<IssuerError> for TargetError {
    fn from(error: IssuerError) -> Self {
        let mut target = Self::credentials(error.message).of_request(error.request_id.map(String::from));
        if let Some(advice) = error.advice {
            target = target.advise(advice);
        }
        target.private = error.private.map(|text| Box::new(Private::Issuer(text.into())));
        target
    }
}

/// The reason why another account's keys, with which these were to be asked for, are not there.
impl From<TargetError> for IssuerError {
    fn from(error: TargetError) -> Self {
        let wire::TargetError {
            message,
            advice,
            advice_zh,
            request_id,
            ..
        } = *error.public;
        Self {
            message,
            advice: advice.zip(advice_zh).map(|(en, zh)| Advice { en, zh }),
            request_id: request_id.map(String::into_boxed_str),
            private: error.private.map(|private| private.to_string().into()),
            decisive: false,
        }
    }
}
