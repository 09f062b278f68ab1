//! RFS `ListStackSets`: the stack sets of an account in a region.

use crate::api::{Arg, Call, Carrier, MAX_PAGES, Method, Paging, Param, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// Finds stack set names, whose operations are listed one by one.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "ListStackSets",
        service: &services::HUAWEI_RFS,
        method: Method::Get,
        path: &[PathSegment::Is("v1"), PathSegment::Is("stack-sets")],
        params: &[Param::Header("Client-Request-Id", Arg::RequestId)],
        paging: Paging::Cursor {
            send: "marker",
            read: &["page_info", "next_marker"],
            size: ("limit", 100),
            max_pages: MAX_PAGES,
        },
        paging_in: Carrier::Query,
        items: "stack_sets",
        items_may_be_missing: false,
        permission: "rf:stackset:listStackSets",
        doc: "https://support.huaweicloud.com/intl/en-us/api-aos/ListStackSets.html",
    },
    wanted: "stack_set_name",
    region: None,
};
