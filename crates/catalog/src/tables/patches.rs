//! Patch states: what patches an instance has and lacks.

use crate::column::Column;
use crate::phase::{Cells, Phase};
use crate::resource::{ResourceKind, reference};
use crate::tables::{Roles, Span, Table};
use crate::values::{Label, word};

/// The table of patch states.
pub static TABLE: Table = Table {
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
    span: Some(Span {
        begin: "start",
        end: "end",
        planned: true,
        work: false,
    }),
    references: &[
        reference("instance", ResourceKind::Instance),
        reference("baseline", ResourceKind::Baseline),
    ],
};

/// The counts that the phase follows from. Thousands of instances lack something: they are one matter an account.
pub static ROLES: Roles = Roles {
    reasons: &["failed", "missing", "pending_reboot"],
    person: None,
    matter: &["account"],
};

/// Failed patches first, then what someone must do. A count is a whole number that is not negative.
pub fn phase(row: &dyn Cells) -> Option<Phase> {
    let any = |column| {
        let count = row.number(column)?;
        // Most are zero, which takes no look at its fraction.
        (count == 0.0 || (count > 0.0 && count.fract() == 0.0)).then_some(count > 0.0)
    };
    if any("failed")? {
        return Some(Phase::Failed);
    }
    match (any("missing"), any("pending_reboot")) {
        (Some(true), _) | (_, Some(true)) => Some(Phase::Action),
        (missing, reboot) => missing.and(reboot).map(|_| Phase::Succeeded),
    }
}
