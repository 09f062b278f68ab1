//! Who somebody is, and why they were not let in.

use http::StatusCode;
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// A person or a program that has been identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Who vouches for the subject: the identity provider's issuer, or the kind of front. Together with the subject it tells one from all others.
    pub issuer: String,
    /// As the issuer calls them, unchanging.
    pub subject: String,
    /// The name that is shown.
    pub name: String,
    /// The names by which a grant may call them.
    pub users: Vec<String>,
    /// Their groups, those alone that some grant names.
    pub groups: Vec<String>,
    /// When they have to identify themselves anew; none where every request does so.
    pub expires: Option<SystemTime>,
}

impl Principal {
    /// Short, and different for each person: of issuer and subject, without telling them.
    #[must_use]
    pub fn id(&self) -> String {
        // No issuer holds a line break, so no two people have the same text.
        let hash = Sha256::digest([&self.issuer, "\n", &self.subject].concat());
        hex::encode(&hash[..16])
    }
}

/// Somebody was not let in. What the client is told is short and the same for many reasons; the reason is for the log only, since it would help
/// who tries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Whether nothing was brought at all. That is daily life and no attempt at anything.
    pub anonymous: bool,
    /// Of the answer.
    pub status: StatusCode,
    /// What the client is told.
    pub detail: &'static str,
    /// Why, with all that helps to mend it.
    pub reason: String,
}

impl Refusal {
    fn new(status: StatusCode, detail: &'static str, reason: impl Into<String>) -> Self {
        Self {
            anonymous: false,
            status,
            detail,
            reason: reason.into(),
        }
    }

    /// Which kind of refusal it is, in a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.status {
            _ if self.anonymous => "anonymous",
            StatusCode::BAD_REQUEST => "forged",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            _ => "unproven",
        }
    }

    /// There is nothing by which somebody could be identified.
    pub fn anonymous(reason: impl Into<String>) -> Self {
        Self {
            anonymous: true,
            ..Self::new(StatusCode::UNAUTHORIZED, "sign in first", reason)
        }
    }

    /// What came proves nothing.
    pub fn unproven(reason: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "what the request brings does not prove who asks",
            reason,
        )
    }

    /// What came must never come from there: not merely no proof, but an error of the set-up or an attempt to be somebody else.
    pub fn forged(reason: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "the request says who asks in a way that is not accepted",
            reason,
        )
    }

    /// Whether it is proven could not be found out now.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "who asks cannot be found out at the moment; try again soon",
            reason,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_of_one_name_are_told_apart() {
        let somebody = |issuer: &str, subject: &str| Principal {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: "Wei".to_owned(),
            users: vec!["wei".to_owned()],
            groups: Vec::new(),
            expires: None,
        };
        let ids = [
            ("https://a", "1"),
            ("https://a", "2"),
            ("https://b", "1"),
            ("https://a1", ""),
        ]
        .map(|(issuer, subject)| somebody(issuer, subject).id());
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(id.len(), 32);
            assert!(!ids[..at].contains(id), "{ids:?}");
        }
        let renamed = Principal {
            name: "Wei Li".to_owned(),
            groups: vec!["sre".to_owned()],
            ..somebody("https://a", "1")
        };
        assert_eq!(renamed.id(), ids[0]);
    }
}
