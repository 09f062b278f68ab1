//! Directories of accounts: where an enterprise keeps the list of its accounts at a vendor.

pub mod alibaba_resource_directory;
pub mod huawei_organization;

use crate::discovery::Discovery;

/// A list of accounts, and what stands where in its items.
#[derive(Debug)]
pub struct Directory {
    /// What the configuration calls it.
    pub kind: &'static str,
    /// Lists the accounts; its wanted field is an account's id, by which roles and agencies of it are named.
    pub accounts: &'static Discovery,
    /// The field that holds an account's name for people.
    pub name: &'static str,
    /// The field that says whether it is a member.
    pub state: &'static str,
    /// The states in which it is; an account that says no state is one.
    pub members: &'static [&'static str],
    /// Its tags.
    pub tags: Tags,
}

/// Where tags stand: each is an object with a key and a value.
#[derive(Debug)]
pub struct Tags {
    /// The list whose items hold them, whose wanted field is the account's id. `None`: the list of accounts itself.
    pub listed_by: Option<&'static Discovery>,
    /// From an item down to the list of its tags.
    pub at: &'static [&'static str],
    /// The field that holds a tag's key.
    pub key: &'static str,
    /// The field that holds its value.
    pub value: &'static str,
}

/// Every directory.
pub const DIRECTORIES: &[&Directory] = &[&alibaba_resource_directory::DIRECTORY, &huawei_organization::DIRECTORY];

impl Directory {
    /// The lists that it consists of.
    pub fn lists(&self) -> impl Iterator<Item = &'static Discovery> {
        std::iter::once(self.accounts).chain(self.tags.listed_by)
    }
}
