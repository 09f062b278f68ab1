//! OOS patch states, made from their index so that a million of them cost nothing until they are asked for.

use chrono::{TimeDelta, Timelike, Utc};
use serde::Serialize;

use super::words::{OWNERS, PATCH_GROUPS};
use super::{DemoAccount, Era, Instance, place};
use crate::service::Cloud;

/// Share of all rows that a region of an account gets, in percent.
const WEIGHTS: [(&str, &str, usize); 6] = [
    ("prod-cn", "cn-hangzhou", 28),
    ("prod-cn", "cn-beijing", 18),
    ("prod-cn", "cn-shanghai", 16),
    ("prod-intl", "ap-southeast-1", 16),
    ("prod-intl", "eu-central-1", 10),
    ("staging-cn", "cn-hangzhou", 12),
];

/// Baselines that an instance has a state for: that of its system, and the common one.
const BASELINES_EACH: usize = 2;
/// Baselines of a region: one for each system, and the common one.
const BASELINES: u64 = 5;

/// The patch states of all accounts.
pub(crate) struct Patches {
    era: Era,
    shelves: Vec<Shelf>,
}

/// The patch states of one account in one region.
struct Shelf {
    account: usize,
    region_index: usize,
    region: String,
    baselines: Vec<String>,
    rows: usize,
}

/// One row of `ListInstancePatchStates`; every field is text, counts too.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PatchState<'a> {
    instance_id: String,
    patch_group: &'a str,
    baseline_id: &'a str,
    owner_information: &'a str,
    operation_type: &'a str,
    operation_start_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_end_time: Option<String>,
    installed_count: String,
    installed_other_count: String,
    installed_pending_reboot_count: String,
    installed_rejected_count: String,
    missing_count: String,
    failed_count: String,
    /// A field that no page documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    compliance_level: Option<&'a str>,
}

impl Patches {
    pub(super) fn new(era: Era, accounts: &[DemoAccount], rows: usize) -> Self {
        let mut shelves = Vec::new();
        for (account, owner) in accounts
            .iter()
            .enumerate()
            .filter(|(_, owner)| owner.cloud == Cloud::Alibaba)
        {
            for (region_index, region) in owner.regions.iter().enumerate() {
                let baseline = |number| {
                    let mut dice = era.dice(&[place::BASELINE, account as u64, region_index as u64, number]);
                    format!("pb-{}", dice.hex(20))
                };
                let weight = WEIGHTS
                    .iter()
                    .find(|(id, at, _)| *id == owner.id && at == region)
                    .map_or(0, |(_, _, weight)| *weight);
                shelves.push(Shelf {
                    account,
                    region_index,
                    region: region.clone(),
                    baselines: (0..BASELINES).map(baseline).collect(),
                    rows: rows / 100 * weight + rows % 100 * weight / 100,
                });
            }
        }
        // What rounding left over goes to the first region.
        let shared: usize = shelves.iter().map(|shelf| shelf.rows).sum();
        if let Some(first) = shelves.first_mut() {
            first.rows += rows - shared;
        }
        Self { era, shelves }
    }

    fn shelf(&self, account: usize, region: &str) -> Option<&Shelf> {
        self.shelves
            .iter()
            .find(|shelf| shelf.account == account && shelf.region == region)
    }

    /// How many rows an account has in a region.
    pub(crate) fn count(&self, account: usize, region: &str) -> usize {
        self.shelf(account, region).map_or(0, |shelf| shelf.rows)
    }

    /// The rows of one instance, as indices.
    pub(crate) fn of_instance(&self, account: usize, region: &str, id: &str) -> std::ops::Range<usize> {
        let found = self.shelf(account, region).and_then(|shelf| {
            let index = Instance::index(id)?;
            let first = usize::try_from(index).ok()?.checked_mul(BASELINES_EACH)?;
            let known =
                first < shelf.rows && Instance::new(&self.era, account, shelf.region_index, region, index).id == id;
            known.then(|| first..(first + BASELINES_EACH).min(shelf.rows))
        });
        found.unwrap_or(0..0)
    }

    /// The row at an index below [`Patches::count`].
    pub(crate) fn row(&self, account: usize, region: &str, index: usize) -> Option<PatchState<'_>> {
        let shelf = self.shelf(account, region).filter(|shelf| index < shelf.rows)?;
        let at = |table, number: usize| {
            self.era
                .dice(&[table, account as u64, shelf.region_index as u64, number as u64])
        };
        let number = index / BASELINES_EACH;
        let instance = Instance::new(&self.era, account, shelf.region_index, region, number as u64);
        let mut of_instance = at(place::PATCH, number);
        let system = of_instance.below(BASELINES - 1);
        let common = index % BASELINES_EACH == 1;
        let baseline = if common { BASELINES - 1 } else { system };
        let mut dice = at(place::PATCH | 0x100, index);
        let sample = index == 0;
        let trouble = if sample { 0 } else { dice.below(100) };
        let mut up_to = |from: u64, top: i64| if trouble >= from { dice.between(1, top) } else { 0 };
        // 60 of a hundred clean, then missing, then also waiting for a reboot, then failed.
        let (missing, pending, failed) = (up_to(60, 42), up_to(84, 6), up_to(92, 9));
        let count = |dice: &mut crate::dice::Dice, top| if sample { 0 } else { dice.between(0, top) };
        let installed = count(&mut dice, 420);
        let other = count(&mut dice, 30);
        let rejected = if dice.chance(8) { count(&mut dice, 5) } else { 0 };
        let operation = match dice.below(100) {
            _ if sample => "scan",
            0..60 => "scan",
            60..95 => "install",
            95..99 => "Install",
            _ => "rollback",
        };
        let end = self.era.now - TimeDelta::seconds(dice.between(60, 14 * 86_400));
        let start = end - TimeDelta::seconds(dice.between(0, 2400));
        let running = !sample && dice.chance(1);
        Some(PatchState {
            instance_id: instance.id,
            patch_group: if sample || of_instance.chance(30) {
                "null"
            } else {
                of_instance.pick(&PATCH_GROUPS)
            },
            baseline_id: &shelf.baselines[baseline as usize],
            owner_information: if sample || of_instance.chance(50) {
                "“”"
            } else {
                of_instance.pick(&OWNERS)
            },
            operation_type: operation,
            operation_start_time: utc(if running {
                self.era.now - TimeDelta::seconds(90)
            } else {
                start
            }),
            operation_end_time: (!running).then(|| utc(end)),
            installed_count: installed.to_string(),
            installed_other_count: other.to_string(),
            installed_pending_reboot_count: pending.to_string(),
            installed_rejected_count: rejected.to_string(),
            missing_count: missing.to_string(),
            failed_count: failed.to_string(),
            compliance_level: (!sample && dice.chance(10)).then(|| dice.pick(&["HIGH", "MEDIUM", "UNSPECIFIED"])),
        })
    }
}

/// A time as OOS writes it. By hand: the general formatter would be most of the cost of a row.
fn utc(time: chrono::DateTime<Utc>) -> String {
    use chrono::Datelike;
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use crate::fleet::Fleet;

    fn fleet(rows: usize) -> Fleet {
        Fleet::new(1, chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap(), rows)
    }

    #[test]
    fn the_rows_asked_for_are_there_to_the_last() {
        for rows in [0, 1, 7, 99, 2000, 1_000_000] {
            let fleet = fleet(rows);
            let total: usize = fleet.patches.shelves.iter().map(|shelf| shelf.rows).sum();
            assert_eq!(total, rows);
        }
    }

    #[test]
    fn no_two_rows_are_the_same_instance_and_baseline() {
        let fleet = fleet(4000);
        let count = fleet.patches.count(0, "cn-hangzhou");
        let mut seen = std::collections::HashSet::new();
        for index in 0..count {
            let row = fleet.patches.row(0, "cn-hangzhou", index).unwrap();
            assert!(seen.insert((row.instance_id.clone(), row.baseline_id.to_owned())));
            assert!(
                fleet
                    .patches
                    .of_instance(0, "cn-hangzhou", &row.instance_id)
                    .contains(&index)
            );
        }
        assert!(fleet.patches.row(0, "cn-hangzhou", count).is_none());
        assert!(
            fleet
                .patches
                .of_instance(0, "cn-hangzhou", "i-bp1zzzzzzzzzzzzzzzzz")
                .is_empty()
        );
    }
}
