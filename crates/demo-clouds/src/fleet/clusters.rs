//! ACK clusters and the ECS instances in them.

use chrono::{FixedOffset, SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::words::{CLUSTER_NAMES, STAGES, TEAMS};
use super::{DemoAccount, Era, place};

/// An ACK cluster.
pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) region: String,
    /// Ids of its node pools.
    pub(crate) node_pools: Vec<String>,
    /// Its nodes: the first instances of its region, so that they have patch states too.
    pub(crate) nodes: Vec<Instance>,
    /// The row of `DescribeClustersV1`.
    pub(crate) row: Value,
}

/// An ECS instance.
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Instance {
    /// The instance number `index` of the account in the region. The number can be read from the id again.
    pub(crate) fn new(era: &Era, account: usize, region: usize, zone: &str, index: u64) -> Self {
        let mut dice = era.dice(&[place::INSTANCE, account as u64, region as u64, index]);
        let id = format!("i-{}{}{}", zone_code(zone), dice.base36(12), tail(index));
        let name = match index % 19 {
            4 => "npznas05".to_owned(),
            _ => format!("{}-{}-{:03}", dice.pick(&TEAMS), dice.pick(&STAGES), index % 1000),
        };
        Self { id, name }
    }

    /// The number in an id that [`Instance::new`] made.
    pub(crate) fn index(id: &str) -> Option<u64> {
        u64::from_str_radix(id.get(id.len().checked_sub(5)?..)?, 36).ok()
    }
}

/// Five base 36 digits.
fn tail(mut index: u64) -> String {
    let mut digits = [b'0'; 5];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[(index % 36) as usize];
        index /= 36;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

/// The letters that ECS puts behind `i-`, per region.
fn zone_code(region: &str) -> &'static str {
    match region {
        "cn-hangzhou" => "bp1",
        "cn-beijing" => "2ze",
        "cn-shanghai" => "uf6",
        "ap-southeast-1" => "t4n",
        "eu-central-1" => "gw8",
        _ => "wz9",
    }
}

/// Clusters with nodes, and clusters that are empty shells, per region.
fn counts(account: &str, region: &str) -> (usize, usize) {
    match (account, region) {
        ("prod-cn", "cn-hangzhou") => (5, 0),
        ("prod-cn", "cn-beijing") => (4, 1),
        // More than one page of clusters.
        ("staging-cn", _) => (3, 54),
        _ => (3, 0),
    }
}

pub(super) fn all(era: &Era, index: usize, account: &DemoAccount) -> Vec<Cluster> {
    let mut clusters = Vec::new();
    for (region_index, region) in account.regions.iter().enumerate() {
        let (full, empty) = counts(&account.id, region);
        let mut taken = 0;
        for number in 0..full + empty {
            let mut dice = era.dice(&[place::CLUSTER, index as u64, region_index as u64, number as u64]);
            let id = format!("c{}", dice.hex(32));
            let name = if number < full {
                CLUSTER_NAMES[(clusters.len() + index * 5) % CLUSTER_NAMES.len()].to_owned()
            } else {
                format!("ci-{}-{number:03}", dice.base36(6))
            };
            let size = if number < full {
                dice.between(5, 9).unsigned_abs()
            } else {
                0
            };
            let nodes = (taken..taken + size)
                .map(|node| Instance::new(era, index, region_index, region, node))
                .collect();
            taken += size;
            let node_pools = (0..2).map(|_| format!("np{}", dice.hex(32))).collect();
            let created = era.now - TimeDelta::hours(dice.between(24 * 30, 24 * 900));
            let version = dice.pick(&["1.30.7-aliyun.1", "1.32.1-aliyun.1", "1.33.3-aliyun.1"]);
            let row = json!({
                "cluster_id": id,
                "name": name,
                "region_id": region,
                "zone_id": format!("{region}-h"),
                "state": if number % 17 == 11 { "updating" } else { "running" },
                "cluster_type": "ManagedKubernetes",
                "cluster_spec": dice.pick(&["ack.pro.small", "ack.standard"]),
                "profile": "Default",
                "current_version": version,
                "init_version": "1.28.3-aliyun.1",
                "next_version": "",
                "size": size,
                "created": local(created),
                "updated": local(era.now - TimeDelta::minutes(dice.between(5, 60 * 24 * 20))),
                "vpc_id": format!("vpc-{}{}", zone_code(region), dice.base36(17)),
                "resource_group_id": format!("rg-acfm{}", dice.base36(11)),
                "deletion_protection": dice.chance(70),
                "tags": [{"key": "team", "value": dice.pick(&TEAMS)}],
            });
            clusters.push(Cluster {
                id,
                name,
                region: region.clone(),
                node_pools,
                nodes,
                row,
            });
        }
    }
    clusters
}

/// A time as ACK writes it: with the offset of China.
pub(super) fn local(time: chrono::DateTime<chrono::Utc>) -> String {
    match FixedOffset::east_opt(8 * 3600) {
        Some(china) => time.with_timezone(&china).to_rfc3339_opts(SecondsFormat::Secs, false),
        None => time.to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}

#[cfg(test)]
mod tests {
    use super::Instance;
    use crate::fleet::Era;

    #[test]
    fn an_instance_is_found_again_by_its_id() {
        let era = Era {
            seed: 1,
            now: chrono::DateTime::UNIX_EPOCH,
        };
        for index in [0, 1, 35, 36, 499_999, 36_u64.pow(5) - 1] {
            let instance = Instance::new(&era, 0, 0, "cn-hangzhou", index);
            assert_eq!(Instance::index(&instance.id), Some(index));
            assert_eq!(instance.id.len(), 22);
        }
        assert_eq!(Instance::index("i-?"), None);
        assert_eq!(Instance::index("支付网关"), None);
    }
}
