//! RFS stack sets and their operations.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::words::{OPERATION_ERRORS, STACK_SETS};
use super::{DemoAccount, Era, place};

/// The documented states as often as they are seen, and one that no page knows.
const STATES: [&str; 14] = [
    "OPERATION_COMPLETE",
    "OPERATION_FAILED",
    "OPERATION_IN_PROGRESS",
    "OPERATION_COMPLETE",
    "QUEUE_IN_PROGRESS",
    "OPERATION_COMPLETE",
    "STOP_COMPLETE",
    "OPERATION_COMPLETE",
    "STOP_IN_PROGRESS",
    "OPERATION_FAILED",
    "OPERATION_COMPLETE",
    "STOP_FAILED",
    "OPERATION_COMPLETE",
    "OPERATION_PAUSED",
];
/// The documented actions, and one that only the SDK knows.
const ACTIONS: [&str; 5] = [
    "CREATE_STACK_INSTANCES",
    "DEPLOY_STACK_SET",
    "DEPLOY_STACK_INSTANCES",
    "DELETE_STACK_INSTANCES",
    "UPDATE_STACK_INSTANCES",
];

/// A stack set of one region.
pub(crate) struct StackSet {
    pub(crate) region: String,
    pub(crate) name: String,
    pub(crate) id: String,
    /// The row of `ListStackSets`.
    pub(crate) row: Value,
    /// Newest first.
    pub(crate) operations: Vec<Operation>,
}

/// A stack set operation with what the service can filter by.
pub(crate) struct Operation {
    pub(crate) action: &'static str,
    pub(crate) status: &'static str,
    pub(crate) row: Value,
}

/// Names with the number of their operations; names differ between regions, except one that is in all of them.
fn plan(account: &str, region: &str) -> Vec<(&'static str, u64)> {
    let of = |index: usize| STACK_SETS[index];
    match (account, region) {
        // More than one page of operations.
        ("prod-hw", "cn-north-4") => vec![(of(0), 8), (of(1), 112), (of(2), 17), (of(3), 3), (of(11), 0)],
        ("prod-hw", _) => vec![(of(0), 5), (of(4), 14), (of(5), 6), (of(7), 9)],
        ("intl-hw", "ap-southeast-3") => vec![(of(6), 12), (of(8), 7)],
        ("intl-hw", _) => vec![(of(9), 4)],
        _ => vec![(of(10), 11), (of(11), 0)],
    }
}

pub(super) fn all(era: &Era, index: usize, account: &DemoAccount) -> Vec<StackSet> {
    let mut sets = Vec::new();
    for region in &account.regions {
        for (name, count) in plan(&account.id, region) {
            sets.push(stack_set(era, (index, sets.len()), region, name, count));
        }
    }
    sets
}

fn stack_set(era: &Era, (account, number): (usize, usize), region: &str, name: &str, count: u64) -> StackSet {
    let at = [place::STACK_SET, account as u64, number as u64];
    let mut dice = era.dice(&at);
    let id = dice.uuid();
    let mut created = era.now;
    let operations: Vec<Operation> = (0..count)
        .map(|index| {
            created -= TimeDelta::minutes(dice.between(4, 60 * 36));
            operation(
                era,
                &[place::OPERATION, at[1], at[2], index],
                (name, &id),
                index,
                created,
            )
        })
        .collect();
    let busy = operations
        .iter()
        .any(|operation| operation.status == "OPERATION_IN_PROGRESS");
    let row = json!({
        "stack_set_id": id,
        "stack_set_name": name,
        "stack_set_description": if number % 2 == 0 { json!("由平台组维护 / maintained by the platform team") } else { Value::Null },
        "permission_model": if number % 3 == 1 { "SERVICE_MANAGED" } else { "SELF_MANAGED" },
        "status": if busy { "OPERATION_IN_PROGRESS" } else { "IDLE" },
        "create_time": millis(created - TimeDelta::days(3)),
        "update_time": millis(operations.first().map_or(created, |_| era.now - TimeDelta::minutes(7))),
    });
    StackSet {
        region: region.to_owned(),
        name: name.to_owned(),
        id,
        row,
        operations,
    }
}

fn operation(era: &Era, at: &[u64], (set, set_id): (&str, &str), index: u64, created: DateTime<Utc>) -> Operation {
    let mut dice = era.dice(at);
    let status = match STATES[(index % 14) as usize] {
        // Only the youngest are still going on.
        "OPERATION_IN_PROGRESS" | "QUEUE_IN_PROGRESS" | "STOP_IN_PROGRESS" if index > 14 => "OPERATION_COMPLETE",
        status => status,
    };
    let action = if index < 2 {
        ACTIONS[index as usize]
    } else {
        dice.pick(&ACTIONS)
    };
    let id = dice.uuid();
    let created = created + TimeDelta::milliseconds(dice.between(0, 999));
    let updated = (created + TimeDelta::seconds(dice.between(1, 3600))).min(era.now);
    let mut row = json!({
        "stack_set_id": set_id,
        "stack_set_name": set,
        "operation_id": id,
        "status": status,
        "action": action,
        "create_time": millis(created),
        "update_time": millis(updated),
    });
    if matches!(status, "OPERATION_FAILED" | "STOP_FAILED") && index > 1 {
        row["status_message"] = json!(dice.pick(&OPERATION_ERRORS));
    }
    if index % 5 == 3 {
        // A field that no page documents.
        row["failure_tolerance_count"] = json!(dice.below(4));
    }
    Operation { action, status, row }
}

/// A time as RFS writes it.
fn millis(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
