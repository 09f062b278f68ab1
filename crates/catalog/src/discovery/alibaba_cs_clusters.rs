//! ACK `DescribeClustersV1`: the clusters of an account.

use crate::api::{Arg, Call, Endpoints, Paging, Param, Part, Service, Signing};
use crate::discovery::Discovery;
use crate::sources::alibaba_cs_operation_plans::{HOSTS, VERSION};

/// Finds cluster ids, which Security Center requires.
pub const DISCOVERY: Discovery = Discovery {
    call: Call {
        action: "DescribeClustersV1",
        service: Service::Cs,
        method: "GET",
        path: &[Part::Is("api"), Part::Is("v1"), Part::Is("clusters")],
        params: &[Param::Query("region_id", Arg::Region)],
        endpoints: Endpoints::Regional {
            pattern: HOSTS.0,
            odd: HOSTS.1,
        },
        signing: Signing::Acs3 { version: VERSION },
        paging: Paging::Page {
            send: "page_number",
            size: ("page_size", 50),
            total: &["page_info", "total_count"],
        },
        items: "clusters",
        permission: "cs:DescribeClustersV1",
        doc: "https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclustersv1",
    },
    wanted: "cluster_id",
};
