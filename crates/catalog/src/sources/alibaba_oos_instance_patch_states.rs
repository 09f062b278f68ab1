//! OOS `ListInstancePatchStates`: what patches an instance has and lacks.

use crate::api::{Arg, Call, Carrier, Method, Paging, Param, Scope};
use crate::field::{Decode, Field, field};
use crate::resource::{Console, EVERYWHERE, ResourceKind};
use crate::services;
use crate::sources::{Entry, Source};
use crate::tables::patches;
use crate::values::Label;

/// All instances with a patch baseline run in a region. Every field is a string, counts too; `"null"` and `"-"` mean nothing.
pub static SOURCE: Source = Source::of(Entry {
    id: "alibaba.oos.instance-patch-states",
    table: &patches::TABLE,
    scope: Scope::Region,
    call: Call {
        action: "ListInstancePatchStates",
        service: &services::ALIBABA_OOS,
        method: Method::Post,
        path: &[],
        params: &[Param::Query("RegionId", Arg::Region)],
        paging: Paging::Cursor {
            send: "NextToken",
            read: &["NextToken"],
            size: ("MaxResults", 50),
            max_pages: 10_000,
        },
        paging_in: Carrier::Query,
        items: "InstancePatchStates",
        items_may_be_missing: false,
        permission: "oos:ListInstancePatchStates",
        doc: "https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-listinstancepatchstates",
    },
    fan_out: None,
    explode: None,
    fields: FIELDS,
    phase: patches::phase,
    consoles: CONSOLES,
    cut: None,
});

/// The instance's page (`#/server/{id}/detail?regionId={region}` in the examples of the vendor's SDKs, without `#/` in today's console), and
/// the entrance of OOS, as its documents name it: <https://oos.console.aliyun.com/>. Not tried from here.
const CONSOLES: &[Console] = &[
    Console {
        kinds: &[ResourceKind::Instance],
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
        kinds: &[ResourceKind::Instance, ResourceKind::Baseline],
        label: Label {
            en: "OOS console",
            zh: "系统运维管理 OOS 控制台",
        },
        sites: &[(EVERYWHERE, "https://oos.console.aliyun.com/")],
    },
];

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
