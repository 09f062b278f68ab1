//! Organizations `ListResourceInstances`: the accounts of an enterprise with their tags.

use crate::api::{Call, Carrier, Method, Paging, Param, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// The tags of all accounts. A filter without conditions, which is sent in a body, gives them all; `offset` counts accounts.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "ListResourceInstances",
        service: &services::HUAWEI_ORGANIZATIONS,
        method: Method::Post,
        path: &[
            PathSegment::Is("v1"),
            PathSegment::Is("organizations"),
            PathSegment::Is("organizations:accounts"),
            PathSegment::Is("resource-instances"),
            PathSegment::Is("filter"),
        ],
        params: &[Param::Object, Param::FixedHeader("Content-Type", "application/json")],
        paging: Paging::Offset {
            send: "offset",
            size: ("limit", 200),
            total: &["total_count"],
        },
        paging_in: Carrier::Query,
        items: "resources",
        items_may_be_missing: false,
        permission: "organizations:resources:listByTag",
        doc: "https://support.huaweicloud.com/intl/en-us/api-organizations/ListResourceInstances.html",
    },
    wanted: "resource_id",
    region: None,
};
