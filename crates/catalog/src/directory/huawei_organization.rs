//! Huawei's Organizations.

use crate::directory::{Directory, Tags};
use crate::discovery::{huawei_organizations_account_tags as tags, huawei_organizations_accounts as accounts};

/// The organisation. The management account is one of its accounts.
pub static DIRECTORY: Directory = Directory {
    kind: "organization",
    accounts: &accounts::DISCOVERY,
    name: "name",
    state: "status",
    members: &["active"],
    tags: Tags {
        listed_by: Some(&tags::DISCOVERY),
        at: &["tags"],
        key: "key",
        value: "value",
    },
};
