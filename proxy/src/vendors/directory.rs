//! Directories of accounts: how a vendor's members are entered.

use crate::credentials::Field;
use catalog::Directory;
use std::collections::BTreeMap;

/// Texts by the names of fields.
pub type Texts = BTreeMap<&'static str, String>;

/// A directory whose accounts can be looked at, each by a role or an agency of its own.
#[derive(Debug)]
pub struct DirectoryKind {
    /// The lists that it consists of.
    pub directory: &'static Directory,
    /// What the configuration says of the way into each member.
    pub fields: &'static [Field],
    /// The kind of credentials that members have.
    pub from: &'static str,
    /// What that kind is told for the member with an id, by what the configuration says. None where no account has such an id.
    pub told: fn(&Texts, member: &str) -> Option<Texts>,
}

/// What is said of all members, with what is said of one.
#[must_use]
pub fn with(said: &Texts, own: [(&'static str, String); 1]) -> Texts {
    said.iter()
        .map(|(name, text)| (*name, text.clone()))
        .chain(own)
        .collect()
}
