//! Operation plans: automated upgrades and fixes of Kubernetes clusters and their node pools.

use crate::column::Column;
use crate::phase::{Cells, Phase};
use crate::resource::{ResourceKind, reference};
use crate::tables::{Roles, Span, Table};
use crate::values::{Label, Value, of_state, value, word};

/// ACK's states. `Canceled` plans stay in the list with the reason of their cancellation.
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
pub static TABLE: Table = Table {
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
    span: Some(Span {
        begin: "start",
        end: "end",
        planned: true,
        work: true,
    }),
    references: &[
        reference("cluster", ResourceKind::Cluster),
        reference("target", ResourceKind::Cluster).when("target_type", "cluster"),
        reference("target", ResourceKind::NodePool).when("target_type", "nodepool"),
    ],
};

/// Why, in the cloud's words. Plans that failed for one reason are one matter, in however many clusters.
pub static ROLES: Roles = Roles {
    reasons: &["reason", "reason_message"],
    person: None,
    matter: &["reason"],
};

/// What the row's state means.
pub fn phase(row: &dyn Cells) -> Option<Phase> {
    of_state(row, STATES)
}
