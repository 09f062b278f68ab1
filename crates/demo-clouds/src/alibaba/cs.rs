//! Container Service for Kubernetes (ACK).

use serde_json::{Value, json};

use super::number;
use crate::message::{Admitted, Ask, Refusal};
use crate::world::World;

/// The service shows only so many plans, the newest, and has no paging.
const NEWEST: usize = 100;

/// `ListOperationPlansForRegion`.
pub(super) fn operation_plans(world: &World, ask: &Ask, call: &Admitted) -> Result<String, Refusal> {
    known_region(world, &call.region)?;
    let filters = ["cluster_id", "type", "state"].map(|name| (name, ask.param(name)));
    let plans: Vec<&Value> = world.fleet.holdings[call.account]
        .plans
        .iter()
        .filter(|(region, _)| *region == call.region)
        .map(|(_, plan)| plan)
        .filter(|plan| {
            filters
                .iter()
                .all(|(name, wanted)| wanted.is_none_or(|wanted| plan[*name] == wanted))
        })
        .take(NEWEST)
        .collect();
    Ok(json!({"plans": plans}).to_string())
}

/// `DescribeClustersV1`.
pub(super) fn clusters(world: &World, ask: &Ask, call: &Admitted, looping: bool) -> Result<String, Refusal> {
    let region = ask.param("region_id");
    if let Some(region) = region {
        known_region(world, region)?;
    }
    let page_size = number(ask, "page_size", 1..=50, 10)?;
    let page_number = number(ask, "page_number", 1..=1_000_000, 1)?;
    let found: Vec<&Value> = world.fleet.holdings[call.account]
        .clusters
        .iter()
        .filter(|cluster| region.is_none_or(|region| cluster.region == region))
        .filter(|cluster| ask.param("cluster_id").is_none_or(|id| cluster.id == id))
        .filter(|cluster| ask.param("name").is_none_or(|name| cluster.name == name))
        .map(|cluster| &cluster.row)
        .collect();
    let total = if looping { 1_000_000 } else { found.len() };
    let skip = if looping { 0 } else { (page_number - 1) * page_size };
    let page: Vec<&&Value> = found.iter().skip(to_usize(skip)).take(to_usize(page_size)).collect();
    let page_info = json!({"page_number": page_number, "page_size": page_size, "total_count": total});
    Ok(json!({"clusters": page, "page_info": page_info}).to_string())
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn known_region(world: &World, region: &str) -> Result<(), Refusal> {
    if world.fleet.knows_alibaba_region(region) {
        return Ok(());
    }
    Err(Refusal::new(
        400,
        "InvalidRegionId",
        format!("The region {region} does not exist."),
    ))
}
