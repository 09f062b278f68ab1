//! Security Center plug-ins on the nodes of ACK clusters.

use serde_json::{Value, json};

use super::words::{PLUGIN_ERRORS, PLUGINS};
use super::{Cluster, Era, Instance, place};
use crate::dice::Dice;

/// Words and numbers that stand for a cluster's status, and one that no page knows.
fn status(number: usize) -> Value {
    match number % 8 {
        0 => json!("ABNORMAL"),
        1 => json!("1"),
        2 => json!(1),
        3 => json!("NORMAL"),
        4 => json!("2"),
        5 => json!("3"),
        6 => json!("UPGRADING"),
        _ => json!("OFFLINE"),
    }
}

/// The plug-ins of one cluster.
pub(crate) struct ClusterPlugins {
    pub(crate) cluster: String,
    name: String,
    status: Value,
    nodes: Vec<Node>,
}

struct Node {
    row: Value,
    plugin: &'static str,
    error: Option<usize>,
}

impl ClusterPlugins {
    /// The object of the answer's `Data`, with the nodes' messages in English or Chinese.
    pub(crate) fn row(&self, plugin: Option<&str>, english: bool) -> Value {
        let nodes: Vec<Value> = self
            .nodes
            .iter()
            .filter(|node| plugin.is_none_or(|wanted| wanted == node.plugin))
            .map(|node| {
                let mut row = node.row.clone();
                let error = node.error.and_then(|index| PLUGIN_ERRORS.get(index));
                row["ErrorCode"] = json!(error.map_or("", |error| error.0));
                row["ErrorMsg"] = json!(error.map_or("", |error| if english { error.1 } else { error.2 }));
                row
            })
            .collect();
        json!({
            "ClusterId": self.cluster,
            "ClusterName": self.name,
            "ClusterStatus": self.status,
            "NodePluginInfoList": nodes,
        })
    }
}

pub(super) fn all(era: &Era, account: usize, clusters: &[Cluster]) -> Vec<ClusterPlugins> {
    clusters
        .iter()
        .enumerate()
        .map(|(number, cluster)| {
            let mut nodes = Vec::new();
            for (index, machine) in cluster.nodes.iter().enumerate() {
                let mut dice = era.dice(&[place::PLUGIN, account as u64, number as u64, index as u64]);
                node(&mut dice, number == 0 && index == 0, machine, &mut nodes);
            }
            ClusterPlugins {
                cluster: cluster.id.clone(),
                name: cluster.name.clone(),
                status: status(number),
                nodes,
            }
        })
        .collect()
}

/// Adds one row for each plug-in of a machine.
fn node(dice: &mut Dice, sample: bool, machine: &Instance, nodes: &mut Vec<Node>) {
    let uuid = dice.uuid();
    let private = format!("10.{}.{}.{}", dice.below(64), dice.below(256), dice.between(2, 254));
    let public = if dice.chance(30) {
        format!(
            "47.{}.{}.{}",
            dice.between(74, 120),
            dice.below(256),
            dice.between(2, 254)
        )
    } else {
        String::new()
    };
    // Typed as a number, described with words: both come.
    let kind = match dice.below(12) {
        0 => json!("ecs"),
        1 => json!(1),
        _ => json!(0),
    };
    let online = sample || dice.chance(92);
    let carried = if sample { 4 } else { 2 + dice.below(3) };
    for (number, (plugin, versions)) in PLUGINS.iter().enumerate().take(usize::try_from(carried).unwrap_or(4)) {
        let first = sample && number == 0;
        let error = match (first, online) {
            (true, _) => Some(0),
            (false, false) => Some(3),
            (false, true) => dice
                .chance(12)
                .then(|| usize::try_from(dice.below(PLUGIN_ERRORS.len() as u64)).unwrap_or(0)),
        };
        let installed = first || error.is_none() || dice.chance(40);
        let mut row = json!({
            "PluginName": plugin,
            "PluginVersion": if first { versions[0] } else if installed { dice.pick(versions) } else { "" },
            "Installed": installed,
            "Online": online,
            "MachineType": if first { json!(0) } else { kind.clone() },
            "Uuid": uuid,
            "MachineIntranetIp": private,
            "MachineInternetIp": public,
            "MachineName": machine.name,
            "instanceId": machine.id,
        });
        if dice.chance(15) && !first {
            // A field that no page documents.
            row["PluginStatus"] = json!(dice.pick(&["running", "stopped", "upgrading"]));
        }
        nodes.push(Node { row, plugin, error });
    }
}
