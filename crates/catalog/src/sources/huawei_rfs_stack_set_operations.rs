//! RFS `ListStackSetOperations`: what was done to stack sets.

use crate::Source;
use crate::api::{Arg, Call, Cloud, Endpoints, MAX_PAGES, Paging, Param, Part, Scope, Service, Signing, Vary};
use crate::column::{Column, Label, Value, value, word};
use crate::discovery;
use crate::field::{Decode, Field, field};
use crate::phase::{Phase, of_state};
use crate::table::Table;
use crate::thing::{Console, Thing, mention};

/// RFS's host pattern; the European site is still under the service's old name.
pub const HOSTS: (&str, &[(&str, &str)]) = (
    "rfs.{region}.myhuaweicloud.com",
    &[("eu-west-101", "aos.myhuaweicloud.eu")],
);

const STATES: &[Value] = &[
    value("QUEUE_IN_PROGRESS", "Queued", "排队中", Phase::Scheduled),
    value("OPERATION_IN_PROGRESS", "In progress", "执行中", Phase::Running),
    value("STOP_IN_PROGRESS", "Stopping", "停止中", Phase::Running),
    value("OPERATION_FAILED", "Failed", "失败", Phase::Failed),
    value("STOP_FAILED", "Stop failed", "停止失败", Phase::Failed),
    value("OPERATION_COMPLETE", "Complete", "完成", Phase::Succeeded),
    value("STOP_COMPLETE", "Stopped", "已停止", Phase::Canceled),
];

/// `UPDATE_STACK_INSTANCES` is in the SDKs only.
const ACTIONS: &[Value] = &[
    word("CREATE_STACK_INSTANCES", "Create stack instances", "创建资源栈实例"),
    word("DELETE_STACK_INSTANCES", "Delete stack instances", "删除资源栈实例"),
    word("DEPLOY_STACK_SET", "Deploy stack set", "部署资源栈集"),
    word("DEPLOY_STACK_INSTANCES", "Deploy stack instances", "部署资源栈实例"),
    word("UPDATE_STACK_INSTANCES", "Update stack instances", "更新资源栈实例"),
];

/// The table of operations.
pub const TABLE: Table = Table {
    id: "operations",
    label: Label {
        en: "Stack set operations",
        zh: "资源栈集操作",
    },
    about: Label {
        en: "Deployments and changes of stack sets",
        zh: "资源栈集的部署与变更",
    },
    own: &[
        Column::id("id", "Operation", "操作 ID"),
        Column::text("stack_set", "Stack set", "资源栈集").facet().wide(200),
        Column::id("stack_set_id", "Stack set id", "资源栈集 ID"),
        Column::text("action", "Action", "动作")
            .values(ACTIONS)
            .facet()
            .wide(200),
        Column::status("state", "State", "状态", STATES),
        Column::text("message", "Message", "消息").wide(280),
        Column::time("created", "Created", "创建时间"),
        Column::time("updated", "Updated", "更新时间"),
    ],
    identity: &["account", "region", "id"],
    shown: &[
        "state",
        "stack_set",
        "action",
        "created",
        "updated",
        "message",
        "account",
        "region",
        "id",
    ],
    sort: &["-created"],
    things: &[
        mention("stack_set", Thing::StackSet),
        mention("stack_set_id", Thing::StackSet).named(&["stack_set"]),
    ],
};

/// The operations of every stack set of an account in a region. The published page knows no paging, the newer SDKs do.
/// The page names no permission; ours follows the pattern of the service's others and is not confirmed.
pub const SOURCE: Source = Source {
    id: "huawei.rfs.stack-set-operations",
    cloud: Cloud::Huawei,
    table: &TABLE,
    scope: Scope::Region,
    call: Call {
        action: "ListStackSetOperations",
        service: Service::Rfs,
        method: "GET",
        path: &[
            Part::Is("v1"),
            Part::Is("stack-sets"),
            Part::Of(Arg::StackSet),
            Part::Is("operations"),
        ],
        params: &[Param::Header("Client-Request-Id", Arg::RequestId)],
        endpoints: Endpoints::Regional {
            pattern: HOSTS.0,
            odd: HOSTS.1,
        },
        signing: Signing::HuaweiProject,
        paging: Paging::Cursor {
            send: "marker",
            read: &["page_info", "next_marker"],
            size: ("limit", 100),
            max_pages: MAX_PAGES,
        },
        items: "stack_set_operations",
        permission: "rf:stackset:listStackSetOperations",
        doc: "https://support.huaweicloud.com/intl/en-us/api-aos/ListStackSetOperations.html",
    },
    vary: Vary::StackSets {
        discovery: &discovery::huawei_rfs_stack_sets::DISCOVERY,
    },
    explode: None,
    fields: FIELDS,
    phase: |row| of_state(row, STATES),
    consoles: CONSOLES,
};

/// The entrance of RFS in a region, as the vendor's own one-click links begin (`…/rf/?region=cn-north-4#/console/stack/stackCreate?…`).
/// How the console addresses one stack set is not documented, nor is the European site's entrance. Not tried from here.
const CONSOLES: &[Console] = &[Console {
    things: &[Thing::StackSet],
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
