//! List APIs that find what another one must be asked about.

pub mod alibaba_cs_clusters;
pub mod alibaba_resourcedirectory_accounts;
pub mod huawei_iam_domains;
pub mod huawei_iam_projects;
pub mod huawei_organizations_account_tags;
pub mod huawei_organizations_accounts;
pub mod huawei_rfs_stack_sets;
pub mod huawei_sts_caller;

use crate::api::Call;

/// A list API whose items are only looked at for one field.
#[derive(Debug)]
pub struct Discovery {
    /// The call, asked once per region of the target.
    pub call: Call,
    /// The items' field that is wanted.
    pub wanted: &'static str,
    /// A field that names the region an item belongs to, where the list may hold others' too. Items that name another are not meant.
    pub region: Option<&'static str>,
}

/// How one target becomes several lists: each is asked about some of the ids that an account lists or a discovery finds.
#[derive(Clone, Copy, Debug)]
pub struct FanOut {
    /// The account's setting that may list the ids.
    pub key: &'static str,
    /// What one of them is called in messages about its list.
    pub what: &'static str,
    /// Ids a list, at most.
    pub chunk: usize,
    /// Finds the ids when the account does not list them.
    pub discovery: &'static Discovery,
}
