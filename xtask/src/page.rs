//! The page: Trunk's output, rearranged so that it can be cached for ever.
//!
//! Trunk names its files after what cargo made, before wasm-bindgen and wasm-opt have changed it, so one name can mean two
//! contents. Here everything but the documents goes into `dist/assets/<hash>/`, where the hash covers the names and contents of
//! all of it. A folder's content thus never changes, and a page can only ever load parts that were built together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::process::run;
use crate::project::Project;
use crate::setup::PageTools;
use crate::split::{self, PROFILE};
use crate::{say, sizes, squeeze};

/// Stands for the hash in the addresses that Trunk writes.
const PLACEHOLDER: &str = "__HASH__";

/// The files of the page by path; `BTreeMap` because the hash must not depend on the order in which a folder is read.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Builds the page into `dist/` and checks its size. A page that has not changed leaves `dist/` untouched.
pub fn build(project: &Project, tools: &PageTools) -> Result<()> {
    let output = project.target.join("page");
    let mut trunk = tools.command("trunk")?;
    trunk
        .current_dir(&project.root)
        // Not `--release`: Trunk would then shrink a program that is not the one we ship.
        .args([
            "build",
            "--cargo-profile",
            PROFILE,
            "--features",
            "split",
            "--public-url",
        ])
        .arg(format!("/assets/{PLACEHOLDER}/"));
    run(quiet_trunk(&mut trunk).arg("--dist").arg(&output))?;

    let mut files = Files::new();
    read_folder(&output, "", &mut files)?;
    split::split(project, tools, &mut files)?;
    squeeze::squeeze(&mut files)?;
    let page = arrange(files)?;
    let dist = project.root.join("dist");
    if write(&dist, &page)? {
        say::note("dist/ holds the new page");
    } else {
        say::note("the page has not changed");
    }
    sizes::check(project, &page, &visits(&page)?)
}

/// Trunk 0.21 takes `NO_COLOR=1` for a wrong flag, asks the net for a newer Trunk, and buries the compiler's words under a backtrace.
pub fn quiet_trunk(trunk: &mut std::process::Command) -> &mut std::process::Command {
    trunk
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("RUST_LIB_BACKTRACE", "0")
}

pub fn read_folder(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .ok()
            .context("Trunk wrote a file name that is not UTF-8")?;
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else {
            let content = std::fs::read(entry.path()).with_context(|| format!("cannot read {prefix}{name}"))?;
            files.insert(format!("{prefix}{name}"), content);
        }
    }
    Ok(())
}

/// From Trunk's files to the ones of `dist/`.
fn arrange(mut files: Files) -> Result<Files> {
    let documents: Vec<String> = files.keys().filter(|name| is_document(name)).cloned().collect();
    let documents: Vec<(String, Vec<u8>)> = documents
        .into_iter()
        .filter_map(|name| files.remove_entry(&name))
        .collect();
    for (name, content) in &files {
        // Only a document may know the folder's name: a file inside it would change its own hash.
        ensure!(
            !content
                .windows(PLACEHOLDER.len())
                .any(|window| window == PLACEHOLDER.as_bytes()),
            "{name} holds an absolute address; parts of the page must refer to each other relatively"
        );
    }
    let folder = format!("assets/{}", hash(&files));
    let mut page: Files = files
        .into_iter()
        .map(|(name, content)| (format!("{folder}/{name}"), content))
        .collect();
    for (name, content) in documents {
        let text = String::from_utf8(content).with_context(|| format!("{name} is not UTF-8"))?;
        let text = text.replace(&format!("assets/{PLACEHOLDER}"), &folder);
        check_document(&name, &text, &page)?;
        page.insert(name, text.into_bytes());
    }
    Ok(page)
}

/// What a first visit loads, by the document of its kind of page: that, and all it names with an address. What a document only names is loaded
/// later.
fn visits(page: &Files) -> Result<BTreeMap<&str, BTreeSet<&str>>> {
    let mut visits = BTreeMap::new();
    for (document, content) in page.iter().filter(|(name, _)| is_document(name)) {
        let text = std::str::from_utf8(content).with_context(|| format!("{document} is not UTF-8"))?;
        let names = page.keys().map(String::as_str);
        let loaded = names.filter(|name| *name == document || text.contains(&format!("/{name}\"")));
        visits.insert(document.as_str(), loaded.collect());
    }
    let texts = page
        .iter()
        .filter(|(name, _)| is_document(name) || name.ends_with(".js"));
    let texts: Vec<_> = texts.map(|(_, content)| String::from_utf8_lossy(content)).collect();
    for name in page.keys().filter(|name| !is_document(name)) {
        let file = name.rsplit('/').next().unwrap_or(name);
        ensure!(
            texts.iter().any(|text| text.contains(file)),
            "{name} is named nowhere, so nobody knows when it is loaded"
        );
    }
    Ok(visits)
}

fn is_document(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "html")
}

/// Sixteen hexadecimal digits over all names and contents.
fn hash(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (name, content) in files {
        for part in [name.as_bytes(), content] {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        }
    }
    format!("{:x}", hasher.finalize())[..16].to_owned()
}

/// Everything that a document refers to must be there, and nothing in it may need more than the strict content security policy allows.
fn check_document(name: &str, text: &str, page: &Files) -> Result<()> {
    for (start, _) in text.match_indices("=\"/") {
        let address = &text[start + 3..];
        let address = address.split(['"', '#', '?']).next().unwrap_or_default();
        // Anything else is an address of the program itself, such as a link to `/`.
        if address.starts_with("assets/") || Path::new(address).extension().is_some() {
            ensure!(
                page.contains_key(address),
                "{name} refers to /{address}, which was not built"
            );
        }
    }
    for (attribute, value) in data(text) {
        // Files that lie beside the script which has the attribute.
        for file in value.split_whitespace().filter(|value| !value.contains('/')) {
            ensure!(
                page.keys().any(|built| built.rsplit('/').next() == Some(file)),
                "{name} names {file} in `data-{attribute}`, which was not built"
            );
        }
    }
    let lower = text.to_ascii_lowercase();
    for tag in lower.split("<script").skip(1) {
        let attributes = tag.split('>').next().unwrap_or_default();
        ensure!(
            attributes.contains(" src="),
            "{name} holds an inline script, which the content security policy forbids"
        );
    }
    for forbidden in ["<style", " style=", " onclick=", " onload=", " onerror=", "javascript:"] {
        if lower.contains(forbidden) {
            bail!(
                "{name} holds `{}`, which the content security policy forbids",
                forbidden.trim()
            );
        }
    }
    Ok(())
}

/// The data attributes of the scripts.
fn data(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let tags = text.split("<script").skip(1).filter_map(|rest| rest.split('>').next());
    let attributes = tags.flat_map(|tag| tag.split(" data-").skip(1));
    attributes.filter_map(|rest| rest.split('"').next()?.strip_suffix('=').zip(rest.split('"').nth(1)))
}

/// Whether anything had to be written.
fn write(dist: &Path, page: &Files) -> Result<bool> {
    let mut old = Files::new();
    if dist.is_dir() {
        read_folder(dist, "", &mut old)?;
    }
    if old == *page {
        return Ok(false);
    }
    if dist.exists() {
        std::fs::remove_dir_all(dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    let mut files: Vec<_> = page.iter().collect();
    // Last: without it `dist/` counts as not built.
    files.sort_by_key(|(name, _)| *name == "index.html");
    for (name, content) in files {
        let path = dist.join(name);
        let folder = path.parent().unwrap_or(dist);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, content))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = r#"<html><head><link rel="stylesheet" href="/assets/__HASH__/main.css"><script type="module"
        src="/assets/__HASH__/boot.js" data-js="/assets/__HASH__/app.js"></script></head><body><a href="/">home</a></body></html>"#;

    fn trunk_output(index: &str) -> Files {
        [
            ("index.html", index),
            ("main.css", "a{}"),
            ("boot.js", "1"),
            ("app.js", "2"),
        ]
        .map(|(name, content)| (name.to_owned(), content.into()))
        .into()
    }

    fn failure(files: Files) -> String {
        arrange(files).unwrap_err().to_string()
    }

    #[test]
    fn everything_but_the_index_moves_into_one_hashed_folder() {
        let page = arrange(trunk_output(INDEX)).unwrap();
        let names: Vec<&str> = page.keys().map(String::as_str).collect();
        let folder = names[0].rsplit_once('/').unwrap().0;
        assert_eq!(folder.len(), "assets/".len() + 16);
        assert_eq!(
            names,
            [
                &format!("{folder}/app.js"),
                &format!("{folder}/boot.js"),
                &format!("{folder}/main.css"),
                "index.html"
            ]
        );
        let index = String::from_utf8(page["index.html"].clone()).unwrap();
        assert!(!index.contains(PLACEHOLDER));
        assert!(index.contains(&format!("src=\"/{folder}/boot.js\"")));
    }

    #[test]
    fn the_hash_covers_names_and_contents() {
        let original = trunk_output("");
        let mut renamed = original.clone();
        let content = renamed.remove("app.js").unwrap();
        renamed.insert("other.js".to_owned(), content);
        let mut changed = original.clone();
        changed.insert("app.js".to_owned(), b"3".to_vec());
        // The same bytes in all, cut differently.
        let cut = |one: &str, two: &str| Files::from([("a".to_owned(), one.into()), ("b".to_owned(), two.into())]);
        assert_eq!(hash(&original), hash(&original.clone()));
        assert_ne!(hash(&original), hash(&renamed));
        assert_ne!(hash(&original), hash(&changed));
        assert_ne!(hash(&cut("xy", "z")), hash(&cut("x", "yz")));
    }

    #[test]
    fn what_the_content_security_policy_forbids_stops_the_build() {
        for bad in [
            "<script>go()</script>",
            "<style>a{}</style>",
            "<p style=\"top:0\">",
            "<SCRIPT type=module>1</SCRIPT>",
        ] {
            assert!(failure(trunk_output(bad)).contains("content security policy"), "{bad}");
        }
    }

    #[test]
    fn a_reference_to_nothing_stops_the_build() {
        for bad in [
            "<link href=\"/assets/__HASH__/gone.css\">",
            "<link href=\"/favicon.svg\">",
        ] {
            assert!(failure(trunk_output(bad)).contains("was not built"), "{bad}");
        }
    }

    #[test]
    fn each_kind_of_page_loads_what_its_document_names_with_an_address() {
        let front = INDEX
            .replace("main.css", "front.css")
            .replace("<script", r#"<script data-later="more.css""#);
        let mut files = trunk_output(INDEX);
        for (name, content) in [("front.html", front.as_str()), ("front.css", ""), ("more.css", "")] {
            files.insert(name.to_owned(), content.into());
        }
        let page = arrange(files.clone()).unwrap();
        let visits = visits(&page).unwrap();
        let of_kind = |document: &str| -> Vec<&str> {
            let names = visits[document].iter();
            names.filter_map(|name| name.rsplit('/').next()).collect()
        };
        assert_eq!(visits.len(), 2);
        assert_eq!(of_kind("index.html"), ["app.js", "boot.js", "main.css", "index.html"]);
        assert_eq!(of_kind("front.html"), ["app.js", "boot.js", "front.css", "front.html"]);

        let mut more = files.clone();
        more.insert("other.js".to_owned(), b"4".to_vec());
        let error = super::visits(&arrange(more).unwrap()).unwrap_err().to_string();
        assert!(error.contains("other.js"), "{error}");
        files.remove("more.css");
        assert!(failure(files).contains("names more.css in `data-later`"));
    }

    #[test]
    fn a_part_that_knows_its_folder_stops_the_build() {
        let mut files = trunk_output(INDEX);
        files.insert(
            "main.css".to_owned(),
            b"a{background:url(/assets/__HASH__/a.png)}".to_vec(),
        );
        assert!(failure(files).contains("main.css"));
    }

    #[test]
    fn an_unchanged_page_is_not_written_again_and_an_old_one_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        let page = arrange(trunk_output(INDEX)).unwrap();
        assert!(write(&dist, &page).unwrap());
        assert!(!write(&dist, &page).unwrap());
        let mut other = trunk_output(INDEX);
        other.insert("app.js".to_owned(), b"new".to_vec());
        assert!(write(&dist, &arrange(other).unwrap()).unwrap());
        assert_eq!(std::fs::read_dir(dist.join("assets")).unwrap().count(), 1);
    }
}
