//! COC job service tickets.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::words::{CREATORS, DOCUMENTS, STAGES, TEAMS, TICKET_NOTES};
use super::{DemoAccount, Era, place};
use crate::dice::Dice;

/// The documented states, both spellings of success, and one that no page knows.
const STATES: [&str; 20] = [
    "Pending",
    "Succeeded",
    "Succeed",
    "Succeed",
    "Running",
    "Failed",
    "Succeed",
    "Succeeded",
    "Canceled",
    "Succeed",
    "Timeout",
    "Succeeded",
    "Succeed",
    "Failed",
    "Succeed",
    "Canceling",
    "Succeed",
    "WaitingApproval",
    "Running",
    "Succeeded",
];

/// A ticket with what the service can filter by.
pub(crate) struct Ticket {
    pub(crate) document: &'static str,
    pub(crate) document_id: String,
    pub(crate) creator: &'static str,
    /// Epoch milliseconds.
    pub(crate) start: i64,
    pub(crate) end: Option<i64>,
    /// Key and value pairs.
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    pub(crate) child: bool,
    pub(crate) row: Value,
}

fn count(account: &str) -> u64 {
    match account {
        "prod-hw" => 487,
        "intl-hw" => 186,
        _ => 45,
    }
}

/// The account's tickets, newest first.
pub(super) fn all(era: &Era, index: usize, account: &DemoAccount) -> Vec<Ticket> {
    let count = count(&account.id);
    let mut start = era.now;
    let mut tickets: Vec<Ticket> = Vec::new();
    for number in 0..count {
        let mut dice = era.dice(&[place::TICKET, index as u64, number]);
        start -= TimeDelta::seconds(dice.between(30, 2 * 3600 * 24 * 21 / i64::try_from(count).unwrap_or(1)));
        let parent = tickets
            .last()
            .filter(|last| !last.child && dice.chance(12))
            .map(|last| last.row["execution_id"].clone());
        tickets.push(ticket(era, index, &mut dice, (number, count), start, parent));
    }
    tickets
}

/// Ticket `number` of `count`, counted from the newest; `parent` is the id of the ticket that it is a part of.
fn ticket(
    era: &Era,
    account: usize,
    dice: &mut Dice,
    (number, count): (u64, u64),
    start: DateTime<Utc>,
    parent: Option<Value>,
) -> Ticket {
    let (day, start) = (start.format("%Y%m%d"), start.timestamp_millis());
    let which = dice.below(DOCUMENTS.len() as u64);
    let (document, versions) = DOCUMENTS[which as usize];
    let mut of_document = era.dice(&[place::DOCUMENT, account as u64, which]);
    let born = (of_document.between(1, 12), of_document.between(1, 28));
    let document_id = format!(
        "DM2025{:02}{:02}{}",
        born.0,
        born.1,
        of_document.text(14, b"0123456789")
    );
    // Only young tickets still run.
    let state = match STATES[(number % 20) as usize] {
        "Running" | "Canceling" if number > 60 => "Succeed",
        "Pending" | "WaitingApproval" if number > 150 => "Failed",
        state => state,
    };
    let open = matches!(state, "Pending" | "Running" | "Canceling" | "WaitingApproval");
    let took = if state == "Timeout" {
        7_200_000
    } else {
        dice.between(900, 1_900_000)
    };
    let end = (!open).then_some((start + took).min(era.now.timestamp_millis()));
    let update = end.map_or(start, |end| end + dice.between(0, 1500));
    let creator = dice.pick(&CREATORS);
    let targets = dice.chance(25);
    let kind = if targets {
        dice.pick(&["RATE_CONTROL", "BATCH"])
    } else {
        "NORMAL"
    };
    let tags: Vec<(&str, &str)> = (0..dice.below(3))
        .map(|tag| {
            (
                ["env", "team"][tag as usize % 2],
                dice.pick(if tag == 0 { &STAGES[..] } else { &TEAMS[..] }),
            )
        })
        .collect();
    let pair = |(key, value): &(&str, &str)| json!({"key": key, "value": value});
    let id = 3025 + count - number;
    let mut row = json!({
        // The page says text, its example is a number: both come.
        "id": if number % 3 == 2 { json!(id.to_string()) } else { json!(id) },
        "execution_id": format!("EX{day}{}", dice.text(12, b"0123456789")),
        "type": kind,
        "document_name": document,
        "document_id": document_id,
        "document_version_id": dice.uuid(),
        "document_version": format!("v{}", 1 + dice.below(versions)),
        "start_time": start,
        "end_time": end,
        "update_time": update,
        "status": state,
        "description": if number < 2 || dice.chance(45) { Value::Null } else { json!(dice.pick(&TICKET_NOTES)) },
        "parameters": parameters(dice, number),
        "target_parameter_name": if targets { json!("instances") } else { Value::Null },
        "targets": if targets { instances(dice) } else { Value::Null },
        "creator": creator,
        "tags": tags.iter().map(pair).collect::<Vec<Value>>(),
        "sys_tags": [],
    });
    let child = parent.is_some();
    if let Some(parent) = parent {
        row["sys_tags"] = json!([{"key": "parent_execution_id", "value": parent}]);
    }
    if number % 5 == 4 {
        // A field that no page documents.
        row["agency_name"] = json!("ServiceAgencyForCOC");
    }
    Ticket {
        document,
        document_id,
        creator,
        start,
        end,
        tags,
        child,
        row,
    }
}

fn parameters(dice: &mut Dice, number: u64) -> Value {
    match dice.below(4) {
        // JSON text inside text, as in the vendor's sample.
        _ if number == 1 => json!([{"key": "aaa", "value": "[\"qwe\",\"rew\"]"}]),
        0 => json!([{"key": "command", "value": "df -h && du -sh /var/log/*"}, {"key": "timeout", "value": "300"}]),
        1 => json!([{"key": "实例列表", "value": format!("[\"{}\",\"{}\"]", dice.uuid(), dice.uuid())}]),
        _ => json!([]),
    }
}

fn instances(dice: &mut Dice) -> Value {
    let values: Vec<Value> = (0..=dice.below(3))
        .map(|_| json!({"resource_id": dice.uuid(), "provider": "ECS", "type": "CLOUDSERVERS", "name": format!("{}-{}", dice.pick(&TEAMS), dice.below(100)), "region_id": "cn-north-4"}))
        .collect();
    json!([{"key": "InstanceValues", "values": values}])
}
