//! ACK `ListOperationPlansForRegion`: automated operation and maintenance plans of Kubernetes clusters.

use crate::Source;
use crate::api::{Arg, Call, Cloud, Endpoints, Paging, Part, Scope, Service, Signing, Vary};
use crate::column::{Column, Label, Value, value, word};
use crate::field::{Decode, Field, field};
use crate::phase::{Phase, of_state};
use crate::table::Table;
use crate::thing::{Console, EVERYWHERE, Thing, mention};

/// API version of ACK.
pub const VERSION: &str = "2015-12-15";

/// ACK's host pattern and the regions that the central host answers for.
pub const HOSTS: (&str, &[(&str, &str)]) = (
    "cs.{region}.aliyuncs.com",
    &[
        ("cn-wuhan", CENTRAL),
        ("cn-zhangbei", CENTRAL),
        ("cn-edge-1", CENTRAL),
        ("cn-north-2-gov-1", CENTRAL),
    ],
);
const CENTRAL: &str = "cs.aliyuncs.com";

/// `Canceled` plans stay in the list with the reason of their cancellation.
const STATES: &[Value] = &[
    value("Scheduled", "Scheduled", "已计划", Phase::Scheduled),
    value("Executing", "Executing", "执行中", Phase::Running),
    value("ValidatingFailed", "Pre-check failed", "前置检查失败", Phase::Failed),
    value("Failed", "Failed", "失败", Phase::Failed),
    value("Executed", "Executed", "已执行", Phase::Succeeded),
    value("Canceled", "Canceled", "已取消", Phase::Canceled),
];

const TYPES: &[Value] = &[
    word("CLUSTER_UPGRADE_MASTER", "Control plane upgrade", "集群控制面升级"),
    word("CLUSTER_UPGRADE_ADDON", "Add-on upgrade", "组件升级"),
    word("KUBELET_UPGRADE", "Kubelet upgrade", "kubelet 升级"),
    word("CONTAINERD_UPGRADE", "containerd upgrade", "containerd 升级"),
    word("NODEPOOL_UPDATE_OS", "Node OS update", "节点池操作系统更新"),
    word("IMAGE_UPGRADE", "Node image upgrade", "节点镜像升级"),
    word("NODEPOOL_CONFIG", "Node pool configuration", "节点池配置"),
    word("CVE_FIX", "CVE fix", "CVE 漏洞修复"),
];

const TARGET_TYPES: &[Value] = &[
    word("cluster", "Cluster", "集群"),
    word("nodepool", "Node pool", "节点池"),
];

/// The table of plans.
pub const TABLE: Table = Table {
    id: "plans",
    label: Label {
        en: "O&M plans",
        zh: "运维计划",
    },
    about: Label {
        en: "Automated upgrades and fixes of Kubernetes clusters and node pools",
        zh: "Kubernetes 集群与节点池的自动升级和修复计划",
    },
    own: &[
        Column::id("id", "Plan", "计划 ID"),
        Column::id("cluster", "Cluster", "集群"),
        Column::text("type", "Type", "类型").values(TYPES).facet().wide(190),
        Column::status("state", "State", "状态", STATES),
        Column::text("reason", "Reason", "原因").facet().wide(140),
        Column::text("reason_message", "Reason message", "原因说明").wide(220),
        Column::text("target_type", "Target type", "对象类型")
            .values(TARGET_TYPES)
            .facet()
            .wide(110),
        Column::id("target", "Target", "对象"),
        Column::id("task", "Task", "任务"),
        Column::time("created", "Created", "创建时间"),
        Column::time("start", "Start", "开始时间"),
        Column::time("end", "End", "结束时间"),
    ],
    identity: &["account", "id"],
    shown: &[
        "state",
        "type",
        "cluster",
        "start",
        "end",
        "reason",
        "account",
        "region",
        "target_type",
        "target",
        "id",
        "created",
    ],
    sort: &["-start"],
    things: &[
        mention("cluster", Thing::Cluster),
        mention("target", Thing::Cluster).when("target_type", "cluster"),
        mention("target", Thing::NodePool).when("target_type", "nodepool"),
    ],
};

/// The newest 100 plans of a region. Times carry the region's offset; there is no cursor.
pub const SOURCE: Source = Source {
    id: "alibaba.cs.operation-plans",
    cloud: Cloud::Alibaba,
    table: &TABLE,
    scope: Scope::Region,
    call: Call {
        action: "ListOperationPlansForRegion",
        service: Service::Cs,
        method: "GET",
        path: &[
            Part::Is("regions"),
            Part::Of(Arg::Region),
            Part::Is("operation"),
            Part::Is("plans"),
        ],
        params: &[],
        endpoints: Endpoints::Regional {
            pattern: HOSTS.0,
            odd: HOSTS.1,
        },
        signing: Signing::Acs3 { version: VERSION },
        paging: Paging::None { cap: Some(100) },
        items: "plans",
        permission: "cs:ListOperationPlansForRegion",
        doc: "https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-listoperationplansforregion",
    },
    vary: Vary::Once,
    explode: None,
    fields: FIELDS,
    phase: |row| of_state(row, STATES),
    consoles: CONSOLES,
};

/// The console names no region in a cluster's address. The documents link to its list only, <https://cs.console.aliyun.com/#/k8s/cluster/list>;
/// the rest is as other tools build it. Not tried from here.
const CONSOLES: &[Console] = &[Console {
    things: &[Thing::Cluster],
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
