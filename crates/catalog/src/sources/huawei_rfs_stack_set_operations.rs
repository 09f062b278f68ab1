//! RFS `ListStackSetOperations`: what was done to stack sets.

use crate::api::{Arg, Call, Carrier, MAX_PAGES, Method, Paging, Param, PathSegment, Scope};
use crate::discovery::{self, FanOut};
use crate::field::{Decode, Field, field};
use crate::resource::{Console, ResourceKind};
use crate::services;
use crate::sources::{Entry, Source};
use crate::tables::operations;
use crate::values::Label;

/// The operations of every stack set of an account in a region. The published page knows no paging, the newer SDKs do.
/// The page names no permission; ours follows the pattern of the service's others and is not confirmed.
pub static SOURCE: Source = Source::of(Entry {
    id: "huawei.rfs.stack-set-operations",
    table: &operations::TABLE,
    scope: Scope::Region,
    call: Call {
        action: "ListStackSetOperations",
        service: &services::HUAWEI_RFS,
        method: Method::Get,
        path: &[
            PathSegment::Is("v1"),
            PathSegment::Is("stack-sets"),
            PathSegment::Of(Arg::Listed),
            PathSegment::Is("operations"),
        ],
        params: &[Param::Header("Client-Request-Id", Arg::RequestId)],
        paging: Paging::Cursor {
            send: "marker",
            read: &["page_info", "next_marker"],
            size: ("limit", 100),
            max_pages: MAX_PAGES,
        },
        paging_in: Carrier::Query,
        items: "stack_set_operations",
        items_may_be_missing: false,
        permission: "rf:stackset:listStackSetOperations",
        doc: "https://support.huaweicloud.com/intl/en-us/api-aos/ListStackSetOperations.html",
    },
    fan_out: Some(FanOut {
        key: "stack_sets",
        what: "stack set",
        chunk: 1,
        discovery: &discovery::huawei_rfs_stack_sets::DISCOVERY,
    }),
    explode: None,
    fields: FIELDS,
    phase: operations::phase,
    consoles: CONSOLES,
    cut: None,
});

/// The entrance of RFS in a region, as the vendor's own one-click links begin (`…/rf/?region=cn-north-4#/console/stack/stackCreate?…`).
/// How the console addresses one stack set is not documented, nor is the European site's entrance. Not tried from here.
const CONSOLES: &[Console] = &[Console {
    kinds: &[ResourceKind::StackSet],
    label: Label {
        en: "RFS console",
        zh: "资源编排服务 RFS 控制台",
    },
    sites: &[
        (
            |region| region.starts_with("cn-"),
            "https://console.huaweicloud.com/rf/?region={region}",
        ),
        (
            |region| !region.starts_with("eu-west-101"),
            "https://console-intl.huaweicloud.com/rf/?region={region}",
        ),
    ],
}];

const FIELDS: &[Field] = &[
    field("id", &["operation_id"], Decode::Text),
    field("stack_set", &["stack_set_name"], Decode::Text),
    field("stack_set_id", &["stack_set_id"], Decode::Text),
    field("action", &["action"], Decode::Text),
    field("state", &["status"], Decode::Text),
    field("message", &["status_message"], Decode::Text),
    field("created", &["create_time"], Decode::Time),
    field("updated", &["update_time"], Decode::Time),
];
