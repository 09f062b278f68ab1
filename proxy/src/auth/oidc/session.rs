//! What a sealed session holds. There is no store: any replica with the same keys serves anyone.

use crate::auth::cookies;
use crate::auth::principal::Principal;
use crate::auth::sealed::SealingKeys;
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The cookie's name.
pub const COOKIE: &str = "__Host-signalbox-session";

/// The longest sealed session, in bytes. Every request carries it, and fronts commonly take 4 or 8 KiB of headers in all.
const LONGEST: usize = 1500;

/// The longest shown name, in characters.
const NAME: usize = 80;

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lives {
    /// Without any request.
    pub idle: Duration,
    /// In all, from signing in.
    pub absolute: Duration,
}

/// Somebody who has signed in. The names of the members are short because the browser keeps and sends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Random; tells it from every other session.
    #[serde(rename = "i")]
    pub id: String,
    /// The issuer that vouched.
    #[serde(rename = "o")]
    pub issuer: String,
    /// As the issuer calls them.
    #[serde(rename = "s")]
    pub subject: String,
    /// The name that is shown.
    #[serde(rename = "n")]
    pub name: String,
    /// The names by which a grant may call them.
    #[serde(rename = "u")]
    pub users: Vec<String>,
    /// Their groups, those alone that some grant names.
    #[serde(rename = "g")]
    pub groups: Vec<String>,
    /// The session at the identity provider, where it says which.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub provider_session: Option<String>,
    /// When they signed in, in milliseconds since 1970: the one time here that is compared with others' within a second. Renewing does not change it.
    #[serde(rename = "b")]
    pub begun: u64,
    /// When the identity provider last vouched for them, or was last asked to, in seconds since 1970.
    #[serde(rename = "r")]
    pub renewed: u64,
    /// When the last request came, to the minute or so.
    #[serde(rename = "l")]
    pub seen: u64,
    /// Whether the identity provider would not renew it without a word from the person.
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
}

/// Seconds since 1970.
#[must_use]
pub fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Session {
    /// The session that a request brings, if it still lives and was made for this issuer.
    ///
    /// # Errors
    /// Why there is none, for the log.
    pub fn of(
        headers: &HeaderMap,
        keys: &SealingKeys,
        issuer: &str,
        lives: Lives,
        now: SystemTime,
    ) -> Result<Self, SessionError> {
        let sealed = cookies::get(headers, COOKIE).ok_or(SessionError::Absent)?;
        let text = keys.open(COOKIE, &sealed).ok_or(SessionError::Foreign)?;
        let session: Self = serde_json::from_str(&text).map_err(|_| SessionError::Foreign)?;
        if session.issuer != issuer {
            return Err(SessionError::Issuer(session.issuer));
        }
        let now = seconds(now);
        let lived = |since: u64, life: Duration| now >= since.saturating_add(life.as_secs());
        if lived(session.begun / 1000, lives.absolute) {
            return Err(SessionError::Over);
        }
        if lived(session.seen, lives.idle) {
            return Err(SessionError::Idle);
        }
        Ok(session)
    }

    /// The header that gives it to the browser, until it ends.
    ///
    /// # Errors
    /// It is too large for a cookie.
    pub fn cookie(&self, keys: &SealingKeys, lives: Lives, now: SystemTime) -> Result<HeaderValue, SessionError> {
        let mut own = self.clone();
        own.name = own.name.chars().take(NAME).collect();
        let text = serde_json::to_string(&own).map_err(|_| SessionError::Foreign)?;
        let sealed = keys.seal(COOKIE, &text);
        if sealed.len() > LONGEST {
            return Err(SessionError::TooLarge(sealed.len(), self.groups.len()));
        }
        let left = self.end(lives).saturating_sub(seconds(now));
        cookies::set(COOKIE, &sealed, "/", Duration::from_secs(left)).ok_or(SessionError::Foreign)
    }

    /// When its whole life is over, in seconds since 1970.
    fn end(&self, lives: Lives) -> u64 {
        (self.begun / 1000).saturating_add(lives.absolute.as_secs())
    }

    /// Whether so much of the idle time has gone by that the browser should get a newer one.
    #[must_use]
    pub fn is_stale(&self, lives: Lives, now: SystemTime) -> bool {
        seconds(now) >= self.seen.saturating_add((lives.idle.as_secs() / 10).clamp(1, 60))
    }

    /// Who it is of.
    #[must_use]
    pub fn principal(&self, lives: Lives) -> Principal {
        Principal {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            name: self.name.clone(),
            users: self.users.clone(),
            groups: self.groups.clone(),
            expires: UNIX_EPOCH.checked_add(Duration::from_secs(self.end(lives))),
        }
    }
}

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The request brings none.
    #[error("no session came")]
    Absent,
    /// It was not sealed by a key of ours, or not whole.
    #[error("a session came that none of the session keys has sealed")]
    Foreign,
    /// It is of an issuer that is configured no more.
    #[error("the session is of the issuer {0}")]
    Issuer(String),
    /// Its whole life is over.
    #[error("the session has come to its end")]
    Over,
    /// Nobody has used it for too long.
    #[error("the session was not used for too long")]
    Idle,
    /// It was ended by somebody: here, or at the identity provider.
    #[error("the session has been signed out")]
    SignedOut,
    /// It does not fit into a cookie.
    #[error(
        "the session of {0} bytes is too large for a cookie: {1} groups of this person are named in [[grant]]; grant to fewer or shorter ones"
    )]
    TooLarge(usize, usize),
}

#[cfg(test)]
mod tests;
