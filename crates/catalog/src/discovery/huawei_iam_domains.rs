//! IAM `KeystoneListAuthDomains`: the accounts that keys belong to.

use crate::api::{Call, Carrier, Method, Paging, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// Finds the id of the one account ("domain") that the keys belong to.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "KeystoneListAuthDomains",
        service: &services::HUAWEI_IAM,
        method: Method::Get,
        path: &[
            PathSegment::Is("v3"),
            PathSegment::Is("auth"),
            PathSegment::Is("domains"),
        ],
        params: &[],
        paging: Paging::None { cap: None },
        paging_in: Carrier::Query,
        items: "domains",
        items_may_be_missing: false,
        permission: "iam:users:getUser",
        doc: "https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html",
    },
    wanted: "id",
    region: None,
};
