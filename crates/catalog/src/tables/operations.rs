//! Operations on stack sets.

use crate::column::Column;
use crate::phase::{Cells, Phase};
use crate::resource::{ResourceKind, reference};
use crate::tables::{Roles, Span, Table};
use crate::values::{Label, Value, of_state, value, word};

const STATES: &[Value] = &[
    value("QUEUE_IN_PROGRESS", "Queued", "排队中", Phase::Scheduled),
    value("OPERATION_IN_PROGRESS", "In progress", "执行中", Phase::Running),
    value("STOP_IN_PROGRESS", "Stopping", "停止中", Phase::Running),
    value("OPERATION_FAILED", "Failed", "失败", Phase::Failed),
    value("STOP_FAILED", "Stop failed", "停止失败", Phase::Failed),
    value("OPERATION_COMPLETE", "Complete", "完成", Phase::Succeeded),
    value("STOP_COMPLETE", "Stopped", "已停止", Phase::Canceled),
];

/// RFS's actions. `UPDATE_STACK_INSTANCES` is in the SDKs only.
const ACTIONS: &[Value] = &[
    word("CREATE_STACK_INSTANCES", "Create stack instances", "创建资源栈实例"),
    word("DELETE_STACK_INSTANCES", "Delete stack instances", "删除资源栈实例"),
    word("DEPLOY_STACK_SET", "Deploy stack set", "部署资源栈集"),
    word("DEPLOY_STACK_INSTANCES", "Deploy stack instances", "部署资源栈实例"),
    word("UPDATE_STACK_INSTANCES", "Update stack instances", "更新资源栈实例"),
];

/// The table of operations.
pub static TABLE: Table = Table {
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
    span: Some(Span {
        begin: "created",
        end: "updated",
        planned: false,
        work: true,
    }),
    references: &[
        reference("stack_set", ResourceKind::StackSet),
        reference("stack_set_id", ResourceKind::StackSet).named(&["stack_set"]),
    ],
};

/// Why, in the cloud's words. What goes wrong with one stack set is one matter.
pub static ROLES: Roles = Roles {
    reasons: &["message"],
    person: None,
    matter: &["stack_set", "stack_set_id"],
};

/// What the row's state means.
pub fn phase(row: &dyn Cells) -> Option<Phase> {
    of_state(row, STATES)
}
