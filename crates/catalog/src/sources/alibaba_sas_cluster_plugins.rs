//! Security Center `ListClusterPluginInfo`: security plug-ins on the nodes of clusters.

use crate::api::{Arg, Call, Carrier, Method, Paging, Param, Scope};
use crate::discovery::{self, FanOut};
use crate::field::{Decode, Field, field};
use crate::resource::{Console, EVERYWHERE, ResourceKind};
use crate::services;
use crate::sources::{Entry, Source};
use crate::tables::plugins;
use crate::values::Label;

/// The plug-ins of the given clusters, node by node. The answer is one list without paging; the ids are required.
pub static SOURCE: Source = Source::of(Entry {
    id: "alibaba.sas.cluster-plugins",
    table: &plugins::TABLE,
    scope: Scope::Account,
    call: Call {
        action: "ListClusterPluginInfo",
        service: &services::ALIBABA_SAS,
        method: Method::Post,
        path: &[],
        params: &[
            Param::QueryIndexed("ClusterIds", Arg::Listed),
            Param::Fixed("Lang", "en"),
        ],
        paging: Paging::None { cap: None },
        paging_in: Carrier::Query,
        items: "Data",
        items_may_be_missing: false,
        permission: "yundun-sas:ListClusterPluginInfo",
        doc: "https://www.alibabacloud.com/help/en/security-center/developer-reference/api-sas-2018-12-03-listclusterplugininfo",
    },
    fan_out: Some(FanOut {
        key: "clusters",
        what: "cluster",
        chunk: 20,
        discovery: &discovery::alibaba_cs_clusters::DISCOVERY,
    }),
    explode: Some("NodePluginInfoList"),
    fields: FIELDS,
    phase: plugins::phase,
    consoles: CONSOLES,
    cut: None,
});

/// The entrance of Security Center, as its documents name it. The region of these rows is the site's, not the instance's, so no address of
/// an instance can be made from them.
const CONSOLES: &[Console] = &[Console {
    kinds: &[ResourceKind::Cluster, ResourceKind::Instance],
    label: Label {
        en: "Security Center console",
        zh: "云安全中心控制台",
    },
    sites: &[(EVERYWHERE, "https://yundun.console.aliyun.com/?p=sas")],
}];

/// `instanceId` really begins with a small letter.
const FIELDS: &[Field] = &[
    field("cluster", &["ClusterId"], Decode::Text),
    field("cluster_name", &["ClusterName"], Decode::Text),
    field("state", &["ClusterStatus"], Decode::Text),
    field("instance", &["instanceId"], Decode::Text),
    field("machine", &["MachineName"], Decode::Text),
    field("machine_type", &["MachineType"], Decode::Text),
    field("plugin", &["PluginName"], Decode::Text),
    field("version", &["PluginVersion"], Decode::Text),
    field("installed", &["Installed"], Decode::Bool),
    field("online", &["Online"], Decode::Bool),
    field("private_ip", &["MachineIntranetIp"], Decode::Text),
    field("public_ip", &["MachineInternetIp"], Decode::Text),
    field("uuid", &["Uuid"], Decode::Text),
    field("error", &["ErrorCode"], Decode::Fault),
    field("error_message", &["ErrorMsg"], Decode::Text),
];
