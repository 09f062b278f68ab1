//! What `docs/architecture.md` says of the house, held against the tree: whoever breaks an invariant there changes the text or the code.

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use imports::{Imports, is_inside, product, rust_files};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn architecture() -> Result<String> {
    Ok(std::fs::read_to_string(root().join("docs/architecture.md"))?)
}

/// The lines of the fenced block that begins with these words.
fn block(text: &str, name: &str) -> Result<Vec<String>> {
    let fence = format!("```{name}\n");
    let (_, rest) = text
        .split_once(&fence)
        .with_context(|| format!("docs/architecture.md has no block {name:?}"))?;
    let (inside, _) = rest.split_once("```").context("a block has no end")?;
    Ok(inside
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Where a crate of the workspace stands.
fn folder(name: &str) -> PathBuf {
    let inner = root().join("crates").join(name);
    if inner.exists() { inner } else { root().join(name) }
}

/// The crates of the workspace, and the fuzz targets beside it.
fn crates() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for parent in [root(), root().join("crates")] {
        for entry in std::fs::read_dir(parent)? {
            let path = entry?.path();
            if path.join("Cargo.toml").exists() {
                names.extend(path.file_name().and_then(|name| name.to_str()).map(str::to_owned));
            }
        }
    }
    Ok(names)
}

/// The crates of the workspace that a crate's product depends on: the lines of `[dependencies]`.
fn dependencies(name: &str, among: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let manifest = std::fs::read_to_string(folder(name).join("Cargo.toml"))?;
    let manifest: toml::Table = manifest.parse()?;
    let listed = manifest.get("dependencies").and_then(toml::Value::as_table);
    // By the folder where one is named, else by the key.
    let folder = |key: &String, value: &toml::Value| {
        let path = value.get("path").and_then(toml::Value::as_str).map(Path::new);
        let folder = path.and_then(Path::file_name).and_then(|name| name.to_str());
        folder.unwrap_or(key).to_owned()
    };
    let names = listed.into_iter().flatten().map(|(key, value)| folder(key, value));
    Ok(names.filter(|name| among.contains(name)).collect())
}

#[test]
fn crates_depend_on_each_other_as_the_architecture_says() -> Result<()> {
    let mut said = BTreeMap::new();
    for line in block(&architecture()?, "text crates")? {
        let (name, taken) = line.split_once("->").context("a line of the block has no arrow")?;
        let taken: BTreeSet<String> = taken.split_whitespace().map(str::to_owned).collect();
        said.insert(name.trim().to_owned(), taken);
    }
    let crates = crates()?;
    assert_eq!(
        said.keys().cloned().collect::<BTreeSet<_>>(),
        crates,
        "the block names other crates than there are"
    );
    for name in &crates {
        assert_eq!(dependencies(name, &crates)?, said[name], "{name}");
    }
    Ok(())
}

/// How far from the door a module stands: the line of the most particular room that holds it.
fn depth(rooms: &[Vec<String>], module: &str) -> Option<usize> {
    let holds = |room: &&String| *room == module || is_inside(module, room);
    let lines = rooms.iter().enumerate();
    let held = lines.flat_map(|(line, rooms)| rooms.iter().filter(holds).map(move |room| (room.len(), line)));
    held.max().map(|(_, line)| line)
}

#[test]
fn the_proxy_imports_only_inwards() -> Result<()> {
    let rooms = block(&architecture()?, "text rooms")?;
    let rooms: Vec<Vec<String>> = rooms
        .iter()
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect();
    let imports = Imports::read(&root().join("proxy/src"))?;
    let mut wrong = Vec::new();
    for (module, taken) in imports.all().filter(|(module, _)| !module.is_empty()) {
        let Some(here) = depth(&rooms, module) else {
            wrong.push(format!("{module} stands in no room"));
            continue;
        };
        for other in taken {
            if depth(&rooms, other).is_some_and(|there| there < here) {
                wrong.push(format!("{module} takes from {other}, which is nearer to the door"));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn no_circle_of_files() -> Result<()> {
    let mut found = Vec::new();
    for name in crates()? {
        // Two views of the page may open each other.
        let longest = if name == "frontend" { 2 } else { 0 };
        let imports = Imports::read(&folder(&name).join("src"))?;
        let circles = imports.circles().into_iter();
        found.extend(
            circles
                .filter(|circle| circle.len() > longest)
                .map(|circle| format!("{name}: {}", circle.join(" "))),
        );
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// Words that only somebody who knows a vendor would write.
const VENDOR_WORDS: [&str; 8] = [
    "alibaba",
    "aliyun",
    "acs3",
    "x-acs",
    "huawei",
    "apigw",
    "aws",
    "x-sdk-date",
];

#[test]
fn vendors_stand_in_their_rooms_only() -> Result<()> {
    let mut wrong = Vec::new();
    let source = root().join("proxy/src");
    for file in rust_files(&source)? {
        let place = file.strip_prefix(&source)?.display().to_string();
        // Fronts that sign are somebody's too, and each has a file of its own.
        let rooms = ["vendors", "auth/jwt/"];
        if rooms.iter().any(|room| place.starts_with(room)) || place.ends_with("tests.rs") || place.contains("/tests/")
        {
            continue;
        }
        let text = product(&std::fs::read_to_string(&file)?).to_lowercase();
        let words = VENDOR_WORDS.iter().filter(|word| text.contains(**word));
        wrong.extend(words.map(|word| format!("{place}: {word}")));
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Whether a text in backticks names a place in the repository.
fn is_place(text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '.');
    text.contains('/') && !text.starts_with('/') && text.chars().all(name)
}

#[test]
fn every_place_that_the_architecture_names_exists() -> Result<()> {
    let text = architecture()?;
    let places: BTreeSet<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|text| is_place(text))
        .collect();
    ensure!(
        places.len() > 20,
        "only {} places found: are they still in backticks?",
        places.len()
    );
    let missing: Vec<_> = places
        .into_iter()
        .filter(|place| !root().join(place).exists())
        .collect();
    ensure!(missing.is_empty(), "not in the tree: {missing:#?}");
    Ok(())
}
