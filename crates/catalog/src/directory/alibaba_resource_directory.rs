//! Alibaba's Resource Directory.

use crate::directory::{Directory, Tags};
use crate::discovery::alibaba_resourcedirectory_accounts as accounts;

/// The directory. Besides members it lists those whose account is still being made over to it, or could not be.
pub static DIRECTORY: Directory = Directory {
    kind: "resource-directory",
    accounts: &accounts::DISCOVERY,
    name: "DisplayName",
    state: "Status",
    members: &["CreateSuccess", "PromoteSuccess", "InviteSuccess"],
    tags: Tags {
        listed_by: None,
        at: &["Tags", "Tag"],
        key: "Key",
        value: "Value",
    },
};
