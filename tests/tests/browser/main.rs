//! The page in a real Chromium, on the simulated clouds. One binary, so that the tests share one running program.

mod arriving;
mod conditions;
mod coverage;
mod detail;
mod export;
mod facets;
mod keyboard;
mod links;
mod live;
mod looks;
mod memory;
mod overview;
mod palette;
mod parts;
mod paste;
mod reach;
mod resource;
mod since;
mod smoke;
mod sort;
mod tables;
mod timeline;
mod views;

/// The tables, each with all its columns as the contract has them, after the ones that every table has.
const TABLES: [(&str, &[&str]); 5] = [
    (
        "plans",
        &[
            "id",
            "cluster",
            "type",
            "state",
            "reason",
            "reason_message",
            "target_type",
            "target",
            "task",
            "created",
            "start",
            "end",
        ],
    ),
    (
        "tickets",
        &[
            "id",
            "seq",
            "name",
            "document",
            "version",
            "version_id",
            "type",
            "state",
            "creator",
            "description",
            "parameters",
            "tags",
            "sys_tags",
            "target_parameter",
            "targets",
            "start",
            "end",
            "updated",
        ],
    ),
    (
        "patches",
        &[
            "instance",
            "group",
            "baseline",
            "owner",
            "operation",
            "missing",
            "failed",
            "installed",
            "installed_other",
            "pending_reboot",
            "rejected",
            "start",
            "end",
        ],
    ),
    (
        "plugins",
        &[
            "cluster",
            "cluster_name",
            "state",
            "instance",
            "machine",
            "machine_type",
            "plugin",
            "version",
            "installed",
            "online",
            "private_ip",
            "public_ip",
            "uuid",
            "error",
            "error_message",
        ],
    ),
    (
        "operations",
        &[
            "id",
            "stack_set",
            "stack_set_id",
            "action",
            "state",
            "message",
            "created",
            "updated",
        ],
    ),
];

/// The columns that every table has.
const COMMON: [&str; 4] = ["cloud", "account", "region", "phase"];
