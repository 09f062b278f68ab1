//! OOS `ListInstancePatchStates`: what patches an instance has and lacks.

use crate::Source;
use crate::api::{Arg, Call, Cloud, Endpoints, Paging, Param, Scope, Service, Signing, Vary};
use crate::column::{Column, Label, word};
use crate::field::{Decode, Field, field};
use crate::phase::{Cells, Phase};
use crate::table::Table;
use crate::thing::{Console, EVERYWHERE, Thing, mention};

/// The table of patch states.
pub const TABLE: Table = Table {
    id: "patches",
    label: Label {
        en: "Patch states",
        zh: "补丁状态",
    },
    about: Label {
        en: "Missing, failed and installed patches of every instance",
        zh: "每台实例缺失、失败和已安装的补丁",
    },
    own: &[
        Column::id("instance", "Instance", "实例").wide(210),
        Column::text("group", "Patch group", "补丁组").facet().wide(120),
        Column::id("baseline", "Baseline", "补丁基线"),
        Column::text("owner", "Owner", "所有者").facet().wide(120),
        Column::text("operation", "Operation", "操作")
            .values(&[word("scan", "Scan", "扫描"), word("install", "Install", "安装")])
            .facet()
            .wide(100),
        Column::number("missing", "Missing", "缺失"),
        Column::number("failed", "Failed", "失败"),
        Column::number("installed", "Installed", "已安装"),
        Column::number("installed_other", "Other installed", "其他已安装").wide(120),
        Column::number("pending_reboot", "Pending reboot", "待重启").wide(120),
        Column::number("rejected", "Rejected", "已拒绝"),
        Column::time("start", "Start", "开始时间"),
        Column::time("end", "End", "结束时间"),
    ],
    identity: &["account", "region", "instance", "baseline"],
    shown: &[
        "phase",
        "instance",
        "missing",
        "failed",
        "pending_reboot",
        "installed",
        "rejected",
        "group",
        "operation",
        "end",
        "account",
        "region",
        "baseline",
    ],
    sort: &["-failed", "-missing", "instance"],
    things: &[
        mention("instance", Thing::Instance),
        mention("baseline", Thing::Baseline),
    ],
};

/// All instances with a patch baseline run in a region. Every field is a string, counts too; `"null"` and `"-"` mean nothing.
pub const SOURCE: Source = Source {
    id: "alibaba.oos.instance-patch-states",
    cloud: Cloud::Alibaba,
    table: &TABLE,
    scope: Scope::Region,
    call: Call {
        action: "ListInstancePatchStates",
        service: Service::Oos,
        method: "POST",
        path: &[],
        params: &[Param::Query("RegionId", Arg::Region)],
        endpoints: Endpoints::Regional {
            pattern: "oos.{region}.aliyuncs.com",
            odd: &[],
        },
        signing: Signing::Acs3 { version: "2019-06-01" },
        paging: Paging::Cursor {
            send: "NextToken",
            read: &["NextToken"],
            size: ("MaxResults", 50),
            max_pages: 10_000,
        },
        items: "InstancePatchStates",
        permission: "oos:ListInstancePatchStates",
        doc: "https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-listinstancepatchstates",
    },
    vary: Vary::Once,
    explode: None,
    fields: FIELDS,
    phase,
    consoles: CONSOLES,
};

/// The instance's page (`#/server/{id}/detail?regionId={region}` in the examples of the vendor's SDKs, without `#/` in today's console), and
/// the entrance of OOS, as its documents name it: <https://oos.console.aliyun.com/>. Not tried from here.
const CONSOLES: &[Console] = &[
    Console {
        things: &[Thing::Instance],
        label: Label {
            en: "ECS console",
            zh: "云服务器 ECS 控制台",
        },
        sites: &[(
            EVERYWHERE,
            "https://ecs.console.aliyun.com/server/{id}/detail?regionId={region}",
        )],
    },
    Console {
        things: &[Thing::Instance, Thing::Baseline],
        label: Label {
            en: "OOS console",
            zh: "系统运维管理 OOS 控制台",
        },
        sites: &[(EVERYWHERE, "https://oos.console.aliyun.com/")],
    },
];

/// Failed patches first, then what someone must do.
fn phase(row: &dyn Cells) -> Phase {
    let count = |column| row.number(column).unwrap_or(0.0);
    if count("failed") > 0.0 {
        Phase::Failed
    } else if count("missing") > 0.0 || count("pending_reboot") > 0.0 {
        Phase::Action
    } else {
        Phase::Succeeded
    }
}

const FIELDS: &[Field] = &[
    field("instance", &["InstanceId"], Decode::Text),
    field("group", &["PatchGroup"], Decode::Text),
    field("baseline", &["BaselineId"], Decode::Text),
    field("owner", &["OwnerInformation"], Decode::Text),
    field("operation", &["OperationType"], Decode::Text),
    field("missing", &["MissingCount"], Decode::Number),
    field("failed", &["FailedCount"], Decode::Number),
    field("installed", &["InstalledCount"], Decode::Number),
    field("installed_other", &["InstalledOtherCount"], Decode::Number),
    field("pending_reboot", &["InstalledPendingRebootCount"], Decode::Number),
    field("rejected", &["InstalledRejectedCount"], Decode::Number),
    field("start", &["OperationStartTime"], Decode::Time),
    field("end", &["OperationEndTime"], Decode::Time),
];
