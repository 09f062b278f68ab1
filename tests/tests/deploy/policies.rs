//! `deploy/policies`: what the clouds are told that Signalbox may do.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use catalog::SOURCES;
use serde_json::Value;
use signalbox_tests::Result;

use super::{names, read};

/// The permissions that the catalogue states for a cloud: of lists and of discoveries.
fn stated(cloud: &str) -> Result<BTreeSet<String>> {
    let mut stated = BTreeSet::new();
    for folder in ["crates/catalog/src/sources", "crates/catalog/src/discovery"] {
        for name in names(folder)?.iter().filter(|name| name.starts_with(cloud)) {
            let text = read(&format!("{folder}/{name}"))?;
            let found = text.split("permission: \"").skip(1);
            let found: Vec<_> = found.filter_map(|rest| rest.split_once('"')).collect();
            ensure!(found.len() == 1, "{folder}/{name} states {} permissions", found.len());
            stated.insert(found[0].0.to_owned());
        }
    }
    Ok(stated)
}

fn statements(name: &str) -> Result<Vec<Value>> {
    let policy: Value = serde_json::from_str(&read(&format!("deploy/policies/{name}"))?).context(name.to_owned())?;
    let statements = policy["Statement"].as_array().cloned();
    statements.with_context(|| format!("{name} has no statements"))
}

/// What a policy allows, all of it.
fn allowed(name: &str) -> Result<BTreeSet<String>> {
    let mut allowed = BTreeSet::new();
    for statement in statements(name)? {
        ensure!(statement["Effect"] == "Allow", "{name}: {statement}");
        let actions: Vec<String> = match &statement["Action"] {
            Value::String(one) => vec![one.clone()],
            many => serde_json::from_value(many.clone())?,
        };
        for action in actions {
            ensure!(allowed.insert(action.clone()), "{name} allows {action} twice");
        }
    }
    Ok(allowed)
}

/// Whether an action can only read, by the words that the clouds begin reads with.
fn reads(action: &str) -> bool {
    let verb = action.rsplit(':').next().unwrap_or_default();
    !action.contains('*')
        && ["list", "describe", "get"]
            .iter()
            .any(|read| verb.to_lowercase().starts_with(read))
}

#[test]
fn the_read_policies_allow_what_the_catalogue_asks_and_nothing_else() -> Result<()> {
    let mut all = BTreeSet::new();
    for cloud in ["alibaba", "huawei"] {
        let mut granted = BTreeSet::new();
        let start = format!("{cloud}-read");
        for name in names("deploy/policies")?.iter().filter(|name| name.starts_with(&start)) {
            granted.extend(allowed(name)?);
        }
        assert_eq!(granted, stated(cloud)?, "{cloud}");
        for action in &granted {
            assert!(reads(action), "{action} is no read");
        }
        all.extend(granted);
    }
    // The text was read right: every list that the program can ask is among them.
    for source in SOURCES {
        assert!(all.contains(source.call.permission), "{}", source.id);
        if let Some(fan_out) = source.fan_out {
            assert!(all.contains(fan_out.discovery.call.permission), "{}", source.id);
        }
    }
    for list in catalog::DIRECTORIES.iter().flat_map(|directory| directory.lists()) {
        assert!(all.contains(list.call.permission), "{}", list.call.action);
    }
    Ok(())
}

#[test]
fn huawei_policies_do_not_mix_what_huawei_does_not_take_together() -> Result<()> {
    // Lists that are asked once for the account are of services without regions, and so is IAM.
    let global = |action: &String| {
        let listed = SOURCES.iter().find(|source| source.call.permission == *action);
        action.starts_with("iam:") || listed.is_some_and(|source| source.scope == catalog::Scope::Account)
    };
    for action in allowed("huawei-read-global.json")? {
        assert!(global(&action), "{action} is of regions");
    }
    for action in allowed("huawei-read-projects.json")? {
        assert!(!global(&action), "{action} is global");
    }
    Ok(())
}

#[test]
fn all_other_policies_only_let_a_role_be_assumed_and_say_by_whom_or_which() -> Result<()> {
    for name in names("deploy/policies")?.iter().filter(|name| !name.contains("-read")) {
        let assumes = ["sts:AssumeRole", "sts:agencies:assume", "iam:tokens:assume"];
        for action in allowed(name)? {
            assert!(assumes.contains(&action.as_str()), "{name}: {action}");
        }
        for statement in statements(name)? {
            let trusts = name.contains("-trust-");
            assert_eq!(statement["Principal"].is_object(), trusts, "{name}");
            // Against the confused deputy: somebody else's Signalbox, or another pod of the cluster.
            assert_eq!(statement["Condition"]["StringEquals"].is_object(), trusts, "{name}");
            assert_ne!(statement["Resource"], "*", "{name}");
        }
    }
    Ok(())
}

#[test]
fn reads_are_told_from_writes() {
    for action in ["cs:DescribeClustersV1", "coc:execution:list", "iam:users:getUser"] {
        assert!(reads(action), "{action}");
    }
    for action in ["cs:*", "coc:execution:create", "cs:DeleteCluster", "ecs:Reboot"] {
        assert!(!reads(action), "{action}");
    }
}

#[test]
fn the_policies_that_the_page_proposes_have_the_form_of_those_here() -> Result<()> {
    for cloud in catalog::CLOUDS {
        let mut forms = BTreeSet::new();
        let start = format!("{}-read", cloud.id);
        for name in names("deploy/policies")?.iter().filter(|name| name.starts_with(&start)) {
            let policy: Value = serde_json::from_str(&read(&format!("deploy/policies/{name}"))?)?;
            let resource = policy["Statement"][0]["Resource"].clone();
            forms.insert((policy["Version"].to_string(), resource.to_string()));
            for action in allowed(name)? {
                let proposed = cloud
                    .policy(&action)
                    .with_context(|| format!("no policy for {action}"))?;
                let proposed: Value = serde_json::from_str(&proposed)?;
                assert_eq!(proposed["Version"], policy["Version"], "{action}");
                let statement = &proposed["Statement"][0];
                assert_eq!(statement["Action"], serde_json::json!([action]));
                assert_eq!(
                    (&statement["Effect"], &statement["Resource"]),
                    (&"Allow".into(), &resource)
                );
            }
        }
        assert_eq!(forms.len(), cloud.policies().len(), "{}: {forms:?}", cloud.id);
    }
    Ok(())
}
