//! Resource Directory `ListAccounts`: the accounts of an enterprise.

use crate::api::{Call, Carrier, Method, Paging, Param};
use crate::discovery::Discovery;
use crate::services;

/// The member accounts, with their tags. Only the management account, or a delegated administrator of it, may ask.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "ListAccounts",
        service: &services::ALIBABA_RESOURCE_DIRECTORY,
        method: Method::Post,
        path: &[],
        params: &[Param::Fixed("IncludeTags", "true")],
        paging: Paging::Cursor {
            send: "NextToken",
            read: &["NextToken"],
            size: ("MaxResults", 100),
            max_pages: 100,
        },
        paging_in: Carrier::Query,
        items: "Accounts.Account",
        items_may_be_missing: false,
        permission: "resourcemanager:ListAccounts",
        doc: "https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-listaccounts",
    },
    wanted: "AccountId",
    region: None,
};
