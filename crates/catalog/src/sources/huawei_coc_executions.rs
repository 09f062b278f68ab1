//! COC `ListExecutions`: job service tickets.

use crate::api::{Call, Carrier, Method, Paging, PathSegment, Scope};
use crate::field::{Decode, Field, field};
use crate::services;
use crate::sources::{Entry, Source};
use crate::tables::tickets;

/// All tickets of an account on one site. The list moves while it is read: the same ticket may come twice.
pub static SOURCE: Source = Source::of(Entry {
    id: "huawei.coc.executions",
    table: &tickets::TABLE,
    scope: Scope::Account,
    call: Call {
        action: "ListExecutions",
        service: &services::HUAWEI_COC,
        method: Method::Get,
        path: &[PathSegment::Is("v1"), PathSegment::Is("executions")],
        params: &[],
        paging: Paging::Offset {
            send: "offset",
            size: ("limit", 100),
            total: &["total"],
        },
        paging_in: Carrier::Query,
        items: "data",
        items_may_be_missing: false,
        permission: "coc:execution:list",
        doc: "https://support.huaweicloud.com/intl/en-us/api-coc/ListExecutions.html",
    },
    fan_out: None,
    explode: None,
    fields: FIELDS,
    phase: tickets::phase,
    // No page of the vendor's says how the console's addresses are built.
    consoles: &[],
    cut: None,
});

const FIELDS: &[Field] = &[
    field("id", &["execution_id"], Decode::Text),
    field("seq", &["id"], Decode::Text),
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
