//! Which accounts are asked in which regions for a table.

use crate::accounts::Account;
use crate::target::Target;
use catalog::{Source, Table};
use std::sync::Arc;
use table::View;

/// A choice of accounts and regions; an empty one takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Account ids.
    pub accounts: Vec<String>,
    /// Region ids, as targets carry them.
    pub regions: Vec<String>,
}

/// Whether a view can show rows of a target: its conditions on cloud, account and region are known before anybody is asked.
#[must_use]
pub fn admits(view: &View, target: &Target) -> bool {
    // By condition, of which there are few, rather than by what is known: with hundreds of targets the first rows wait for this.
    view.conditions.iter().all(|condition| {
        let column = view.table.columns().nth(condition.column);
        let known = column.and_then(|column| known(target, column.id));
        known.is_none_or(|text| view.admits(condition.column, text))
    })
}

/// What the cells of a column say in all rows of a target, as far as that is known before anybody is asked.
fn known<'a>(target: &'a Target, column: &str) -> Option<&'a str> {
    let account = &target.account;
    let label = |label: &'a Option<String>| label.as_deref().unwrap_or_default();
    match column {
        "cloud" => Some(target.source.cloud().id),
        "region" => Some(&target.region),
        // Of what an account that stands for others is called, theirs says nothing.
        _ if account.unlisted => None,
        "account" => Some(&account.id),
        "env" => Some(label(&account.labels.env)),
        "team" => Some(label(&account.labels.team)),
        _ => None,
    }
}

/// The targets of a table, account by account. Names in the choice that nobody has choose nothing.
#[must_use]
pub(super) fn targets<'a>(
    accounts: impl Iterator<Item = &'a Arc<Account>>,
    sources: &[&'static Source],
    table: &'static Table,
    choice: &Choice,
) -> Vec<Target> {
    let chosen = |names: &[String], name: &str| names.is_empty() || names.iter().any(|chosen| chosen == name);
    // What stands for the members of a set is chosen with any that could be one.
    let may_be = |account: &Account, name: &String| {
        let rest = name.strip_prefix(&account.id);
        account.unlisted && rest.is_some_and(|rest| rest.starts_with('-'))
    };
    let of_choice = |account: &Account| {
        chosen(&choice.accounts, &account.id) || choice.accounts.iter().any(|name| may_be(account, name))
    };
    let of_table: Vec<_> = sources
        .iter()
        .copied()
        .filter(|source| source.table.id == table.id)
        .collect();
    let mut found = Vec::new();
    for account in accounts.filter(|account| of_choice(account)) {
        let cloud = account.vendor.cloud();
        for source in of_table.iter().copied().filter(|source| source.cloud() == cloud) {
            let regions = account.regions.iter().map(String::as_str);
            let regions = source.call.service.hosts.target_regions(regions);
            let chosen = regions.into_iter().filter(|region| chosen(&choice.regions, region));
            found.extend(chosen.map(|region| Target {
                account: Arc::clone(account),
                source,
                region: region.to_owned(),
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Labels;
    use crate::accounts::tests::account;
    use catalog::Cloud;

    fn names(table: &str, choice: &Choice) -> Vec<String> {
        let mut alibaba = account(Cloud::ALIBABA);
        alibaba.regions = ["cn-hangzhou", "eu-central-1", "cn-beijing"].map(Into::into).into();
        let mut huawei = account(Cloud::HUAWEI);
        huawei.regions = ["cn-north-4", "cn-east-3"].map(Into::into).into();
        let accounts = [Arc::new(alibaba), Arc::new(huawei)];
        let targets = targets(
            accounts.iter(),
            catalog::SOURCES,
            catalog::table(table).unwrap(),
            choice,
        );
        targets
            .iter()
            .map(|target| format!("{}/{}", target.account.id, target.region))
            .collect()
    }

    fn choice(accounts: &[&str], regions: &[&str]) -> Choice {
        let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Choice {
            accounts: own(accounts),
            regions: own(regions),
        }
    }

    #[test]
    fn a_region_is_a_target_or_its_site_is() {
        let all = Choice::default();
        assert_eq!(
            names("plans", &all),
            [
                "alibaba-test/cn-hangzhou",
                "alibaba-test/eu-central-1",
                "alibaba-test/cn-beijing"
            ]
        );
        assert_eq!(
            names("plugins", &all),
            ["alibaba-test/cn-shanghai", "alibaba-test/ap-southeast-1"]
        );
        assert_eq!(names("tickets", &all), ["huawei-test/cn-north-4"]);
        assert_eq!(
            names("operations", &all),
            ["huawei-test/cn-north-4", "huawei-test/cn-east-3"]
        );
    }

    #[test]
    fn a_choice_narrows_and_never_widens() {
        assert_eq!(
            names("plans", &choice(&["alibaba-test"], &["cn-beijing", "mars-1"])),
            ["alibaba-test/cn-beijing"]
        );
        assert_eq!(names("plugins", &choice(&[], &["cn-hangzhou"])), [""; 0]);
        assert_eq!(names("plans", &choice(&["nobody"], &[])), [""; 0]);
        assert_eq!(names("plans", &choice(&["alibaba-test-1"], &[])), [""; 0]);
    }

    /// What stands for the members of a set, and a member of it.
    fn of_a_set() -> [Arc<Account>; 2] {
        let member = Account {
            id: "alibaba-test-1".to_owned(),
            labels: Labels {
                env: Some("prod".to_owned()),
                team: None,
            },
            ..account(Cloud::ALIBABA)
        };
        let unlisted = Account {
            unlisted: true,
            ..account(Cloud::ALIBABA)
        };
        [unlisted, member].map(Arc::new)
    }

    #[test]
    fn what_stands_for_members_is_chosen_with_any_that_could_be_one() {
        let accounts = of_a_set();
        let chosen = |name: &str| {
            let table = catalog::table("plans").unwrap();
            let found = targets(accounts.iter(), catalog::SOURCES, table, &choice(&[name], &[]));
            found.iter().map(|target| target.account.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(chosen("alibaba-test"), ["alibaba-test"]);
        assert_eq!(chosen("alibaba-test-1"), ["alibaba-test", "alibaba-test-1"]);
        assert_eq!(chosen("alibaba-test-2"), ["alibaba-test"]);
        for other in ["alibaba-test1", "alibaba-tes", "huawei-test-1", ""] {
            assert_eq!(chosen(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn a_view_admits_what_all_its_conditions_may_show() {
        let table = catalog::table("plans").unwrap();
        let accounts = of_a_set();
        let admitted = |query: &str| {
            let view = View::parse(table, query);
            let found = targets(accounts.iter(), catalog::SOURCES, table, &Choice::default());
            let is_admitted = found.iter().map(|target| admits(&view, target));
            is_admitted.collect::<Vec<_>>()
        };
        assert_eq!(admitted(""), [true; 2]);
        // Its region is known of what stands for others, and nothing of what they are called.
        for (query, member) in [
            ("account=alibaba-test-1", true),
            ("account=alibaba-test", false),
            ("env=prod", true),
            ("env=staging", false),
            ("env=not.prod", false),
            ("team=payments", false),
            ("team=not.payments", true),
        ] {
            assert_eq!(admitted(query), [true, member], "{query}");
        }
        for (query, both) in [
            ("region=cn-north-4", true),
            ("region=cn-beijing", false),
            ("cloud=alibaba", true),
            ("cloud=huawei", false),
            ("env=prod&region=cn-beijing", false),
        ] {
            assert_eq!(admitted(query), [both; 2], "{query}");
        }
    }
}
