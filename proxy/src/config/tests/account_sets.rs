//! `discover` and labels of accounts.

use super::*;
use crate::account_sets::AccountSet;

const SET: &str = r#"
[[account]]
id = "corp"
cloud = "alibaba"
regions = ["cn-hangzhou"]
credentials = { from = "env" }
env = "prod"
[account.discover]
kind = "resource-directory"
role = "signalbox-reader"
"#;

fn read(text: &str) -> Result<Configuration, ConfigError> {
    let keys = environment(&[
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
    ]);
    parse(text, Path::new("/nowhere"), &keys, None, VENDORS)
}

fn faults(text: &str) -> Vec<String> {
    let faults = read(text).unwrap_err();
    faults.0.iter().map(ToString::to_string).collect()
}

#[test]
fn an_account_may_be_many_and_have_labels() {
    let labelled = ACCOUNT.replace("id = \"a\"", "id = \"a\"\nenv = \"test\"\nteam = \"pay\"");
    let read = read(&format!("{SET}\n{labelled}")).unwrap();
    let ids: Vec<_> = read.accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, ["a"]);
    let labels = &read.accounts[0].labels;
    assert_eq!(
        (labels.env.as_deref(), labels.team.as_deref()),
        (Some("test"), Some("pay"))
    );
    let sets: Vec<_> = read.sets.iter().map(AccountSet::prefix).collect();
    assert_eq!(sets, ["corp-"]);
    assert!(read.sets[0].accounts().is_empty());
}

#[test]
fn a_grant_may_name_a_member_that_nobody_knows_yet() {
    let remarks = |account: &str| {
        let text = format!("{SET}\n[[grant]]\nusers = [\"u\"]\naccounts = [{account:?}]\ntables = [\"*\"]");
        read(&text).unwrap().unmatched_grants().count()
    };
    assert_eq!((remarks("corp-1"), remarks("other-1")), (0, 1));
}

#[test]
fn every_fault_of_a_set_is_told() {
    for (from, to, fault) in [
        (
            "role = \"signalbox-reader\"",
            "",
            "account[0].discover.role: is missing",
        ),
        (
            "resource-directory",
            "resource-dircetory",
            "did you mean \"resource-directory\"?",
        ),
        ("resource-directory", "organization", "belongs to huawei accounts"),
        (
            "kind = \"resource-directory\"",
            "",
            "account[0].discover.kind: is missing",
        ),
        (
            "role =",
            "agency = \"x\"\nrole =",
            "account[0].discover.agency: is not a setting",
        ),
        (
            "role =",
            "every = \"1s\"\nrole =",
            "account[0].discover.every: must be between 10s and 1d",
        ),
        (
            "role =",
            "only = [\"tag:x\"]\nrole =",
            "account[0].discover.only[0]: \"tag:x\" names no tag",
        ),
        (
            "role =",
            "tags = false\nteam_tag = \"x\"\nrole =",
            "account[0].discover.team_tag: is said though tags = false",
        ),
        (
            "role =",
            "tags = false\nexcept = [\"tag:x=y\"]\nrole =",
            "account[0].discover.tags: is false though",
        ),
        ("role =", "named_by = \"age\"\nrole =", "is not one of id, name"),
        (
            "env =",
            "clusters = [\"c\"]\nenv =",
            "account[0].clusters: is another in each account",
        ),
    ] {
        let text = SET.replacen(from, to, 1);
        assert_ne!(text, SET, "{from}");
        let faults = faults(&text);
        assert!(faults.iter().any(|told| told.contains(fault)), "{fault}: {faults:?}");
    }
    let within = SET.replace("\"corp\"", "\"corp-x\"");
    let faults = faults(&format!("{SET}\n{within}"));
    assert!(
        faults[0].starts_with("account[1].id: \"corp-x\" begins like the members of \"corp\""),
        "{faults:?}"
    );
}

#[test]
fn a_set_is_the_same_while_the_same_is_said_of_it_and_of_who_has_its_ids() {
    let set = |text: &str| read(text).unwrap().sets.remove(0);
    let one = set(SET);
    assert!(one.is_same(&set(&format!("# x\n{SET}\n{ACCOUNT}"))));
    assert!(!one.is_same(&set(&SET.replace("signalbox-reader", "reader"))));
    assert!(!one.is_same(&set(&format!("{SET}\n{}", ACCOUNT.replace("\"a\"", "\"corp-1\"")))));
}
