//! Security plug-ins on the nodes of clusters.

use crate::column::Column;
use crate::field::says_fine;
use crate::phase::{Cells, Phase};
use crate::resource::{ResourceKind, reference};
use crate::tables::{Roles, Table};
use crate::values::{Label, Value, value, word};

/// Security Center's states of a cluster. Its page documents digits, every published example has a word.
const STATES: &[Value] = &[
    value("1", "Normal", "正常", Phase::Succeeded),
    value("NORMAL", "Normal", "正常", Phase::Succeeded),
    value("2", "Abnormal", "异常", Phase::Failed),
    value("ABNORMAL", "Abnormal", "异常", Phase::Failed),
    value("3", "Offline", "离线", Phase::Action),
    value("OFFLINE", "Offline", "离线", Phase::Action),
];

/// The table of plug-ins.
pub static TABLE: Table = Table {
    id: "plugins",
    label: Label {
        en: "Security plug-ins",
        zh: "安全插件",
    },
    about: Label {
        en: "Security Center plug-ins on the nodes of clusters",
        zh: "集群节点上的云安全中心插件",
    },
    own: &[
        Column::id("cluster", "Cluster", "集群"),
        Column::text("cluster_name", "Cluster name", "集群名称")
            .facet()
            .wide(150),
        Column::status("state", "Cluster state", "集群状态", STATES),
        Column::id("instance", "Instance", "实例").wide(200),
        Column::text("machine", "Machine", "主机名称").wide(150),
        Column::text("machine_type", "Machine type", "主机类型")
            .values(&[word("ecs", "ECS", "云服务器 ECS"), word("slb", "SLB", "负载均衡 SLB")])
            .wide(110),
        Column::text("plugin", "Plug-in", "插件").facet().wide(120),
        Column::text("version", "Version", "版本").facet().code().wide(100),
        Column::flag("installed", "Installed", "已安装"),
        Column::flag("online", "Agent online", "客户端在线").wide(110),
        Column::text("private_ip", "Private IP", "内网 IP").code().wide(130),
        Column::text("public_ip", "Public IP", "公网 IP").code().wide(130),
        Column::id("uuid", "Server UUID", "主机 UUID"),
        Column::text("error", "Error", "错误码").facet().wide(170),
        Column::text("error_message", "Error message", "错误信息").wide(240),
    ],
    identity: &["account", "cluster", "instance|uuid", "plugin"],
    shown: &[
        "phase",
        "plugin",
        "machine",
        "instance",
        "cluster_name",
        "state",
        "version",
        "installed",
        "online",
        "error",
        "private_ip",
        "account",
        "region",
    ],
    sort: &["cluster_name", "machine", "plugin"],
    span: None,
    references: &[
        reference("cluster", ResourceKind::Cluster).named(&["cluster_name"]),
        reference("instance", ResourceKind::Instance).named(&["machine", "private_ip", "public_ip"]),
        reference("machine", ResourceKind::Instance).named(&["private_ip", "public_ip"]),
        reference("uuid", ResourceKind::Instance).named(&["machine", "private_ip", "public_ip"]),
    ],
};

/// What the phase follows from. One error is one matter on however many nodes, and so is an agent that is offline.
pub static ROLES: Roles = Roles {
    reasons: &["error", "error_message", "installed", "online"],
    person: None,
    matter: &["error", "installed", "online"],
};

/// A plug-in that reports an error has failed; one that is missing, or whose agent is offline and so protects nothing, needs someone.
pub fn phase(row: &dyn Cells) -> Option<Phase> {
    if row.word("error").is_some() {
        return Some(Phase::Failed);
    }
    // A cluster without nodes.
    if ["instance", "uuid", "machine", "plugin", "installed", "online", "error"]
        .iter()
        .all(|column| row.is_empty(column))
    {
        return Some(Phase::Unknown);
    }
    if !row.is_empty("error") {
        return None;
    }
    match (row.flag("installed"), row.flag("online")) {
        (Some(false), _) | (_, Some(false)) => Some(Phase::Action),
        // No error, and yet a message: whatever it says, nobody calls that good.
        (Some(_), Some(_)) if row.text("error_message").is_some_and(|message| !says_fine(message)) => {
            Some(Phase::Unknown)
        }
        (installed, online) => installed.and(online).map(|_| Phase::Succeeded),
    }
}
