//! ACK `ListOperationPlansForRegion`: automated operation and maintenance plans of Kubernetes clusters.

use crate::api::{Arg, Call, Carrier, Method, Paging, PathSegment, Scope};
use crate::field::{Decode, Field, field};
use crate::resource::{Console, EVERYWHERE, ResourceKind};
use crate::services;
use crate::sources::{Cut, Entry, Source};
use crate::tables::plans;
use crate::values::Label;

/// The newest 100 plans of a region. Times carry the region's offset; there is no cursor.
pub static SOURCE: Source = Source::of(Entry {
    id: "alibaba.cs.operation-plans",
    table: &plans::TABLE,
    scope: Scope::Region,
    call: Call {
        action: "ListOperationPlansForRegion",
        service: &services::ALIBABA_CS,
        method: Method::Get,
        path: &[
            PathSegment::Is("regions"),
            PathSegment::Of(Arg::Region),
            PathSegment::Is("operation"),
            PathSegment::Is("plans"),
        ],
        params: &[],
        paging: Paging::None { cap: Some(100) },
        paging_in: Carrier::Query,
        items: "plans",
        items_may_be_missing: true,
        permission: "cs:ListOperationPlansForRegion",
        doc: "https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-listoperationplansforregion",
    },
    fan_out: None,
    explode: None,
    fields: FIELDS,
    phase: plans::phase,
    consoles: CONSOLES,
    cut: Some(Cut {
        kept: Label {
            en: "the newest {n} by creation",
            zh: "按创建时间最新的 {n} 条",
        },
        rest: Label {
            en: "older ones are only in the ACK console",
            zh: "更早的仅在容器服务 ACK 控制台中",
        },
        address: "https://cs.console.aliyun.com/#/k8s/cluster/list",
    }),
});

/// The console names no region in a cluster's address. The documents link to its list only, <https://cs.console.aliyun.com/#/k8s/cluster/list>;
/// the rest is as other tools build it. Not tried from here.
const CONSOLES: &[Console] = &[Console {
    kinds: &[ResourceKind::Cluster],
    label: Label {
        en: "ACK console",
        zh: "容器服务 ACK 控制台",
    },
    sites: &[(
        EVERYWHERE,
        "https://cs.console.aliyun.com/#/k8s/cluster/{id}/v2/info/overview",
    )],
}];

const FIELDS: &[Field] = &[
    field("id", &["plan_id"], Decode::Text),
    field("cluster", &["cluster_id"], Decode::Text),
    field("type", &["type"], Decode::Text),
    field("state", &["state"], Decode::Text),
    field("reason", &["state_reason", "code"], Decode::Text),
    field("reason_message", &["state_reason", "message"], Decode::Text),
    field("target_type", &["target_type"], Decode::Text),
    field("target", &["target_id"], Decode::Text),
    field("task", &["task_id"], Decode::Text),
    field("created", &["created"], Decode::Time),
    field("start", &["start_time"], Decode::Time),
    field("end", &["end_time"], Decode::Time),
];
