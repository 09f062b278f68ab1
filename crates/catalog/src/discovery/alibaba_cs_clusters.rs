//! ACK `DescribeClustersV1`: the clusters of an account.

use crate::api::{Arg, Call, Carrier, Method, Paging, Param, PathSegment};
use crate::discovery::Discovery;
use crate::services;

/// Finds cluster ids, which Security Center requires.
pub static DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "DescribeClustersV1",
        service: &services::ALIBABA_CS,
        method: Method::Get,
        path: &[
            PathSegment::Is("api"),
            PathSegment::Is("v1"),
            PathSegment::Is("clusters"),
        ],
        params: &[Param::Query("region_id", Arg::Region)],
        paging: Paging::Page {
            send: "page_number",
            size: ("page_size", 50),
            total: &["page_info", "total_count"],
        },
        paging_in: Carrier::Query,
        items: "clusters",
        items_may_be_missing: false,
        permission: "cs:DescribeClustersV1",
        doc: "https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclustersv1",
    },
    wanted: "cluster_id",
    region: None,
};
