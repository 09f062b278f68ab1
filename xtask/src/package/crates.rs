//! Which crates are inside the program and the page inside it, as cargo has resolved them.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Release;
use crate::process::ask;
use crate::project::{Project, cargo};

/// A crate that is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crate {
    pub name: String,
    pub version: String,
    /// As its author says it, which is an SPDX expression or nearly one.
    pub licence: Option<String>,
    /// SHA-256 of the archive that it came in, from `Cargo.lock`; none of our own.
    pub checksum: Option<String>,
    pub repository: Option<String>,
    /// Names and versions of those that it needs, among those inside.
    pub needs: BTreeSet<(String, String)>,
}

/// Crates by name and version.
pub type Crates = BTreeMap<(String, String), Crate>;

/// All of them. Cargo resolves for tests too, so a crate may be named that only a feature for tests would bring; none is left out.
pub fn inside(project: &Project, release: &Release) -> Result<Crates> {
    let lock = std::fs::read_to_string(project.root.join("Cargo.lock"))?;
    let checksums = checksums(&lock);
    let mut all = Crates::new();
    for (package, folder, features, target) in [
        ("signalbox", "proxy", "embed-page", release.target().as_str()),
        ("signalbox-frontend", "frontend", "split", "wasm32-unknown-unknown"),
    ] {
        let metadata = ask(&mut metadata(project, folder, features, target)).context("`cargo metadata` failed")?;
        let metadata = serde_json::from_str(&metadata)?;
        let found = reached(&metadata, package, &checksums).with_context(|| format!("cargo knows no {package}"))?;
        for (key, found) in found {
            let known = all.entry(key).or_insert_with(|| found.clone());
            known.needs.extend(found.needs);
        }
    }
    Ok(all)
}

fn metadata(project: &Project, folder: &str, features: &str, target: &str) -> Command {
    let mut command = cargo();
    command
        .current_dir(&project.root)
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", target, "--features", features, "--manifest-path"])
        .arg(project.root.join(folder).join("Cargo.toml"));
    command
}

/// The crates that `package` is made of, with itself: along its dependencies, without those that only build or test.
fn reached(metadata: &Value, package: &str, checksums: &BTreeMap<(String, String), String>) -> Option<Crates> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .filter_map(|package| Some((text(&package, "id")?, package)))
        .collect();
    let nodes: BTreeMap<String, Vec<String>> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .filter_map(|node| Some((text(&node, "id")?, normal(&node["deps"]))))
        .collect();
    let key = |id: &str| {
        let package = packages.get(id)?;
        Some((text(package, "name")?, text(package, "version")?))
    };
    let mut waiting = vec![
        packages
            .keys()
            .find(|id| key(id).is_some_and(|(name, _)| name == package))?
            .clone(),
    ];
    let mut crates = Crates::new();
    while let Some(id) = waiting.pop() {
        let key_of_this = key(&id)?;
        if crates.contains_key(&key_of_this) {
            continue;
        }
        let needed = nodes.get(&id)?;
        waiting.extend(needed.iter().cloned());
        let found = Crate {
            name: key_of_this.0.clone(),
            version: key_of_this.1.clone(),
            licence: text(&packages[&id], "license"),
            checksum: checksums.get(&key_of_this).cloned(),
            repository: text(&packages[&id], "repository"),
            needs: needed.iter().filter_map(|id| key(id)).collect(),
        };
        crates.insert(key_of_this, found);
    }
    Some(crates)
}

/// The ids of dependencies of the usual kind.
fn normal(dependencies: &Value) -> Vec<String> {
    let all = dependencies.as_array().into_iter().flatten();
    let usual = all.filter(|dependency| {
        let kinds = dependency["dep_kinds"].as_array();
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
    });
    usual
        .filter_map(|dependency| dependency["pkg"].as_str().map(str::to_owned))
        .collect()
}

/// What `Cargo.lock` knows, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, name: &str| {
        let line = block
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""))?;
        line.strip_suffix('"').map(str::to_owned)
    };
    lock.split("\n\n")
        .filter_map(|block| {
            let key = (value(block, "name")?, value(block, "version")?);
            Some((key, value(block, "checksum")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_only_builds_or_tests_is_not_inside() {
        let package = |name: &str| json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT"});
        let needs = |name: &str, kind: Option<&str>| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let packages = ["ours", "a", "b", "build", "test", "stranger"].map(package);
        let metadata = json!({
            "packages": packages,
            "resolve": {"nodes": [
                {"id": "ours", "deps": [needs("a", None), needs("build", Some("build")), needs("test", Some("dev"))]},
                // Circles come about by tests.
                {"id": "a", "deps": [needs("b", None), needs("ours", None)]},
                {"id": "b", "deps": []},
                {"id": "build", "deps": []}, {"id": "test", "deps": []}, {"id": "stranger", "deps": []},
            ]},
        });
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"12ab\"\n\n\
                    [[package]]\nname = \"b\"\nversion = \"2.0.0\"\nchecksum = \"34cd\"\n";
        let found = reached(&metadata, "ours", &checksums(lock)).unwrap();
        let names: Vec<_> = found.keys().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "ours"]);
        let of = |name: &str| &found[&(name.to_owned(), "1.0.0".to_owned())];
        assert_eq!(of("a").checksum.as_deref(), Some("12ab"));
        // Another version is another crate.
        assert_eq!(of("b").checksum, None);
        assert_eq!(of("ours").needs, [("a".to_owned(), "1.0.0".to_owned())].into());
        assert_eq!(reached(&metadata, "nothing", &checksums(lock)), None);
    }
}
