//! Security Center.

use serde_json::{Value, json};

use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

/// `ListClusterPluginInfo`: the plug-ins of the clusters asked for that the account has.
pub(super) fn cluster_plugins(world: &World, ask: &Ask, call: &Admitted, request_id: &str) -> Result<String, Refusal> {
    let wanted: Vec<&str> = (1..)
        .map_while(|index| ask.param(&format!("ClusterIds.{index}")))
        .collect();
    if wanted.is_empty() {
        return Err(Refusal::new(
            400,
            "MissingClusterIds",
            "ClusterIds is mandatory for this action.",
        ));
    }
    let english = match ask.param("Lang") {
        None | Some("zh") => false,
        Some("en") => true,
        Some(other) => {
            return Err(Refusal::new(
                400,
                "InvalidParameter",
                format!("The parameter Lang must be zh or en, but it is {other}."),
            ));
        }
    };
    let plugin = ask.param("PluginName");
    let plugins = &world.fleet.holdings[call.account].plugins;
    let data: Vec<Value> = plugins
        .iter()
        .filter(|cluster| wanted.contains(&cluster.cluster.as_str()))
        .map(|cluster| cluster.row(plugin, english))
        .collect();
    Ok(json!({"RequestId": request_id, "Data": data}).to_string())
}
