//! Job tickets: executions of job documents by people and schedules.

use crate::column::Column;
use crate::phase::{Cells, Phase};
use crate::resource::{ResourceKind, reference};
use crate::tables::{Roles, Span, Table};
use crate::values::{Label, Value, of_state, value, word};

/// COC's states. Its Chinese page explains `Pending` as paused: it waits for a person. That page lists `Succeed`, its own example has `Succeeded`.
const STATES: &[Value] = &[
    value("Running", "Running", "执行中", Phase::Running),
    value("Pending", "Paused", "暂停", Phase::Action),
    value("Canceling", "Canceling", "取消中", Phase::Running),
    value("Failed", "Failed", "失败", Phase::Failed),
    value("Timeout", "Timed out", "超时", Phase::Failed),
    value("Succeed", "Succeeded", "成功", Phase::Succeeded),
    value("Succeeded", "Succeeded", "成功", Phase::Succeeded),
    value("Canceled", "Canceled", "已取消", Phase::Canceled),
];

const TYPES: &[Value] = &[
    word("NORMAL", "Normal", "普通"),
    word("BATCH", "In batches", "分批"),
    word("RATE_CONTROL", "Rate control", "速率控制"),
];

/// The table of tickets.
pub static TABLE: Table = Table {
    id: "tickets",
    label: Label {
        en: "Job tickets",
        zh: "作业工单",
    },
    about: Label {
        en: "Executions of job documents by people and schedules",
        zh: "由人员或定时任务执行的作业工单",
    },
    own: &[
        Column::id("id", "Ticket", "工单 ID"),
        Column::id("seq", "No.", "序号").wide(96),
        Column::text("name", "Job", "作业名称").wide(200),
        Column::id("document", "Document", "作业 ID"),
        Column::text("version", "Version", "版本").code().wide(90),
        Column::id("version_id", "Version id", "版本 ID"),
        Column::text("type", "Type", "类型").values(TYPES).facet().wide(120),
        Column::status("state", "State", "状态", STATES),
        Column::text("creator", "Creator", "创建人").facet().wide(130),
        Column::text("description", "Description", "描述").wide(220),
        Column::list("parameters", "Parameters", "参数"),
        Column::list("tags", "Tags", "标签"),
        Column::list("sys_tags", "System tags", "系统标签"),
        Column::text("target_parameter", "Target parameter", "目标参数").wide(140),
        Column::list("targets", "Targets", "目标"),
        Column::time("start", "Start", "开始时间"),
        Column::time("end", "End", "结束时间"),
        Column::time("updated", "Updated", "更新时间"),
    ],
    identity: &["account", "id"],
    shown: &[
        "state", "name", "creator", "start", "end", "type", "version", "account", "region", "targets", "tags", "id",
        "updated",
    ],
    sort: &["-start"],
    span: Some(Span {
        begin: "start",
        end: "end",
        planned: true,
        work: true,
    }),
    references: &[
        reference("document", ResourceKind::Document).named(&["name"]),
        reference("targets", ResourceKind::Instance),
    ],
};

/// The list says of no ticket why it failed; a person or a schedule has started it. Runs of one document are one matter.
pub static ROLES: Roles = Roles {
    reasons: &[],
    person: Some("creator"),
    matter: &["document", "name"],
};

/// What the row's state means.
pub fn phase(row: &dyn Cells) -> Option<Phase> {
    of_state(row, STATES)
}
