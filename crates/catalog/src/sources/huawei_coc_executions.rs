//! COC `ListExecutions`: job service tickets.

use crate::Source;
use crate::api::{Call, Cloud, Endpoints, Paging, Part, Scope, Service, Signing, Site, Vary};
use crate::column::{Column, Label, Value, value, word};
use crate::field::{Decode, Field, field};
use crate::phase::{Phase, of_state};
use crate::table::Table;
use crate::thing::{Thing, mention};

/// COC is one instance a site. The international host has a hyphen; the dotted name answers with the Chinese site's empty list.
const SITES: &[Site] = &[
    Site {
        region: "cn-north-4",
        host: "coc.myhuaweicloud.com",
        serves: |region| region.starts_with("cn-"),
    },
    Site {
        region: "eu-west-101",
        host: "coc-eu-west-101-open-api.myhuaweicloud.eu",
        serves: |region| region == "eu-west-101",
    },
    Site {
        region: "ap-southeast-3",
        host: "coc-intl.myhuaweicloud.com",
        serves: |_| true,
    },
];

/// The Chinese page explains `Pending` as paused: it waits for a person. The page lists `Succeed`, its own example has `Succeeded`.
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
pub const TABLE: Table = Table {
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
        Column::number("seq", "No.", "序号"),
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
    things: &[
        mention("document", Thing::Document).named(&["name"]),
        mention("targets", Thing::Instance),
    ],
};

/// All tickets of an account on one site. The list moves while it is read: the same ticket may come twice.
pub const SOURCE: Source = Source {
    id: "huawei.coc.executions",
    cloud: Cloud::Huawei,
    table: &TABLE,
    scope: Scope::Account,
    call: Call {
        action: "ListExecutions",
        service: Service::Coc,
        method: "GET",
        path: &[Part::Is("v1"), Part::Is("executions")],
        params: &[],
        endpoints: Endpoints::Sites(SITES),
        signing: Signing::HuaweiDomain,
        paging: Paging::Offset {
            send: "offset",
            size: ("limit", 100),
            total: &["total"],
        },
        items: "data",
        permission: "coc:execution:list",
        doc: "https://support.huaweicloud.com/intl/en-us/api-coc/ListExecutions.html",
    },
    vary: Vary::Once,
    explode: None,
    fields: FIELDS,
    phase: |row| of_state(row, STATES),
    // No page of the vendor's says how the console's addresses are built.
    consoles: &[],
};

const FIELDS: &[Field] = &[
    field("id", &["execution_id"], Decode::Text),
    field("seq", &["id"], Decode::Number),
    field("name", &["document_name"], Decode::Text),
    field("document", &["document_id"], Decode::Text),
    field("version", &["document_version"], Decode::Text),
    field("version_id", &["document_version_id"], Decode::Text),
    field("type", &["type"], Decode::Text),
    field("state", &["status"], Decode::Text),
    field("creator", &["creator"], Decode::Text),
    field("description", &["description"], Decode::Text),
    field("parameters", &["parameters"], Decode::Pairs),
    field("tags", &["tags"], Decode::Pairs),
    field("sys_tags", &["sys_tags"], Decode::Pairs),
    field("target_parameter", &["target_parameter_name"], Decode::Text),
    field("targets", &["targets"], Decode::Targets),
    field("start", &["start_time"], Decode::EpochMs),
    field("end", &["end_time"], Decode::EpochMs),
    field("updated", &["update_time"], Decode::EpochMs),
];
