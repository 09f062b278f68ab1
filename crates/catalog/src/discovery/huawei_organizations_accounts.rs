//! Organizations `ListAccounts`: the accounts of an enterprise.

use crate::api::{Call, Carrier, Method, Paging, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// The accounts of the organisation. Only its management account, or a delegated administrator of it, may ask.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "ListAccounts",
        service: &services::HUAWEI_ORGANIZATIONS,
        method: Method::Get,
        path: &[
            PathSegment::Is("v1"),
            PathSegment::Is("organizations"),
            PathSegment::Is("accounts"),
        ],
        params: &[],
        paging: Paging::Cursor {
            send: "marker",
            read: &["page_info", "next_marker"],
            size: ("limit", 200),
            max_pages: 100,
        },
        paging_in: Carrier::Query,
        items: "accounts",
        items_may_be_missing: false,
        permission: "organizations:accounts:list",
        doc: "https://support.huaweicloud.com/intl/en-us/api-organizations/ListAccounts.html",
    },
    wanted: "id",
    region: None,
};
