//! ACK operation plans.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::clusters::local;
use super::words::{CANCELED, CHECK_FAILED, FAILED};
use super::{Cluster, DemoAccount, Era, place};
use crate::dice::Dice;

/// The documented types.
const TYPES: [&str; 8] = [
    "CLUSTER_UPGRADE_MASTER",
    "CVE_FIX",
    "KUBELET_UPGRADE",
    "CLUSTER_UPGRADE_ADDON",
    "CONTAINERD_UPGRADE",
    "NODEPOOL_CONFIG",
    "NODEPOOL_UPDATE_OS",
    "IMAGE_UPGRADE",
];

/// The documented states as often as they are seen, and one that is not documented.
const STATES: [&str; 16] = [
    "Scheduled",
    "Executed",
    "Executed",
    "Scheduled",
    "Failed",
    "Executing",
    "Executed",
    "Canceled",
    "Scheduled",
    "Executed",
    "ValidatingFailed",
    "Executed",
    "Paused",
    "Scheduled",
    "Executing",
    "Failed",
];

/// How many plans a region has; above 100 the service shows only the newest 100.
fn count(account: &str, region: &str) -> u64 {
    match (account, region) {
        ("prod-cn", "cn-hangzhou") => 137,
        ("prod-cn", "cn-beijing") => 64,
        ("prod-cn", _) => 41,
        ("prod-intl", "ap-southeast-1") => 58,
        ("prod-intl", _) => 23,
        _ => 29,
    }
}

/// All plans with their region, each region's newest first.
pub(super) fn all(era: &Era, index: usize, account: &DemoAccount, clusters: &[Cluster]) -> Vec<(String, Value)> {
    let mut plans = Vec::new();
    for (region_index, region) in account.regions.iter().enumerate() {
        let own: Vec<&Cluster> = clusters
            .iter()
            .filter(|cluster| cluster.region == *region && !cluster.nodes.is_empty())
            .collect();
        let mut made: Vec<(DateTime<Utc>, Value)> = (0..count(&account.id, region))
            .map(|number| {
                plan(
                    era,
                    era.dice(&[place::PLAN, index as u64, region_index as u64, number]),
                    number,
                    &own,
                )
            })
            .collect();
        made.sort_by_key(|(created, _)| std::cmp::Reverse(*created));
        plans.extend(made.into_iter().map(|(_, row)| (region.clone(), row)));
    }
    plans
}

/// One plan with the time of its creation.
fn plan(era: &Era, mut dice: Dice, number: u64, clusters: &[&Cluster]) -> (DateTime<Utc>, Value) {
    let cluster = dice.pick(clusters);
    let state = STATES[(number % 16) as usize];
    let kind = dice.pick(&TYPES);
    let ahead = |dice: &mut Dice| TimeDelta::minutes(dice.between(20, 7 * 24 * 60));
    let start = match state {
        "Scheduled" if number == 0 => era.now + TimeDelta::hours(3),
        "Scheduled" => era.now + ahead(&mut dice),
        "Executing" => era.now - TimeDelta::minutes(dice.between(2, 100)),
        "Canceled" if dice.chance(50) => era.now + ahead(&mut dice),
        _ => era.now - TimeDelta::minutes(dice.between(4 * 60, 21 * 24 * 60)),
    };
    // Windows begin at the half hour, and a plan that is under way is still within its window.
    let half = TimeDelta::minutes(30);
    let start = if start > era.now {
        floor(start, half) + half
    } else {
        floor(start, half)
    };
    let end = start + half * i32::try_from(dice.between(if state == "Executing" { 5 } else { 2 }, 6)).unwrap_or(2);
    let created = start.min(era.now) - TimeDelta::minutes(dice.between(3, 40 * 60));
    let on_cluster = kind.starts_with("CLUSTER");
    let target = if on_cluster {
        cluster.id.clone()
    } else {
        cluster.node_pools[usize::from(dice.chance(50))].clone()
    };
    let mut row = json!({
        "plan_id": format!("P-{}", dice.hex(24)),
        "cluster_id": cluster.id,
        "created": local(created),
        "start_time": local(start),
        "end_time": local(end),
        "state": state,
        "type": kind,
        "target_type": if on_cluster { "cluster" } else { "nodepool" },
        "target_id": target,
    });
    match state {
        // A plan that has not begun has no task: absent, null or empty.
        "Scheduled" if number > 0 => match dice.below(3) {
            0 => row["task_id"] = Value::Null,
            1 => row["task_id"] = json!(""),
            _ => {}
        },
        _ => row["task_id"] = json!(format!("T-{}", dice.hex(24))),
    }
    let reason = match state {
        // The vendor's own sample: still scheduled, with the reason of a cancellation.
        "Scheduled" if number == 0 => Some(CANCELED[0]),
        "Canceled" => Some(dice.pick(&CANCELED)),
        "Failed" => Some(dice.pick(&FAILED)),
        "ValidatingFailed" => Some(dice.pick(&CHECK_FAILED)),
        _ => None,
    };
    if let Some((code, message)) = reason {
        row["state_reason"] = json!({"code": code, "message": message});
    }
    if number % 4 == 3 {
        // A field that no page documents.
        row["risk_level"] = json!(dice.pick(&["LOW", "MEDIUM", "HIGH"]));
    }
    (created, row)
}

/// The last full `step` before a time.
fn floor(time: DateTime<Utc>, step: TimeDelta) -> DateTime<Utc> {
    time - TimeDelta::seconds(time.timestamp().rem_euclid(step.num_seconds()))
}
