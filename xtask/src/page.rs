//! The page: Trunk's output, rearranged so that it can be cached for ever.
//!
//! Trunk names its files after what cargo made, before wasm-bindgen and wasm-opt have changed it, so one name can mean two
//! contents. Here everything but `index.html` goes into `dist/assets/<hash>/`, where the hash covers the names and contents of
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
    let index = files.remove("index.html").context("Trunk wrote no index.html")?;
    let index = String::from_utf8(index).context("index.html is not UTF-8")?;
    for (name, content) in &files {
        // Only index.html may know the folder's name: a file inside it would change its own hash.
        ensure!(
            !content
                .windows(PLACEHOLDER.len())
                .any(|window| window == PLACEHOLDER.as_bytes()),
            "{name} holds an absolute address; parts of the page must refer to each other relatively"
        );
    }
    let folder = format!("assets/{}", hash(&files));
    let index = index.replace(&format!("assets/{PLACEHOLDER}"), &folder);
    let mut page: Files = files
        .into_iter()
        .map(|(name, content)| (format!("{folder}/{name}"), content))
        .collect();
    check_index(&index, &page)?;
    page.insert("index.html".to_owned(), index.into_bytes());
    Ok(page)
}

/// What `index.html` names for later, and no kind of page for its first visit.
const LATER: &str = "later";

/// The kind of page that the first part is.
const FIRST: &str = "table";

/// What a first visit loads, by the kind of page: all that `index.html` names with its address, and what it names for the part that the page is.
fn visits(page: &Files) -> Result<BTreeMap<&str, BTreeSet<&str>>> {
    let index = page.get("index.html").context("the page has no index.html")?;
    let index = std::str::from_utf8(index).context("index.html is not UTF-8")?;
    let mut visits = BTreeMap::new();
    for (part, list) in parts(index)? {
        // Names without their folder, with spaces between.
        let names = list.split(' ').filter(|name| !name.is_empty()).map(|wanted| {
            page.keys()
                .map(String::as_str)
                .find(|name| name.rsplit('/').next() == Some(wanted))
                .with_context(|| format!("index.html names {wanted} in `data-{part}`, which was not built"))
        });
        let names = names.collect::<Result<BTreeSet<&str>>>()?;
        ensure!(
            names.iter().any(|name| split::is_wasm(name)),
            "`data-{part}` in index.html names no WebAssembly: frontend/src/later.rs knows no such part"
        );
        visits.insert(part, names);
    }
    let at_once = |name: &str| name == "index.html" || index.contains(&format!("/{name}\""));
    for name in page.keys() {
        ensure!(
            at_once(name) || visits.values().any(|names| names.contains(name.as_str())),
            "{name} is not named in index.html, so nobody knows when it is loaded"
        );
    }
    visits.remove(LATER);
    visits.insert(FIRST, BTreeSet::new());
    for names in visits.values_mut() {
        names.extend(page.keys().map(String::as_str).filter(|name| at_once(name)));
    }
    Ok(visits)
}

/// The parts of the page and what is written of each: the attributes for `boot.js`, but for those that name the first part.
fn parts(index: &str) -> Result<Vec<(&str, &str)>> {
    let tag = index
        .split("<script")
        .filter_map(|rest| rest.split('>').next())
        .find(|tag| tag.contains(" data-wasm=\""))
        .context("no script in index.html has `data-wasm`")?;
    let attributes = tag.split(" data-").skip(1);
    let attributes =
        attributes.filter_map(|rest| rest.split('"').next()?.strip_suffix('=').zip(rest.split('"').nth(1)));
    Ok(attributes.filter(|(name, _)| !["js", "wasm"].contains(name)).collect())
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

/// Everything that `index.html` refers to must be there, and nothing in it may need more than the strict content security policy allows.
fn check_index(index: &str, page: &Files) -> Result<()> {
    for (start, _) in index.match_indices("=\"/") {
        let address = &index[start + 3..];
        let address = address.split(['"', '#', '?']).next().unwrap_or_default();
        // Anything else is an address of the program itself, such as a link to `/`.
        if address.starts_with("assets/") || Path::new(address).extension().is_some() {
            ensure!(
                page.contains_key(address),
                "index.html refers to /{address}, which was not built"
            );
        }
    }
    let lower = index.to_ascii_lowercase();
    for tag in lower.split("<script").skip(1) {
        let attributes = tag.split('>').next().unwrap_or_default();
        ensure!(
            attributes.contains(" src="),
            "index.html holds an inline script, which the content security policy forbids"
        );
    }
    for forbidden in ["<style", " style=", " onclick=", " onload=", " onerror=", "javascript:"] {
        if lower.contains(forbidden) {
            bail!(
                "index.html holds `{}`, which the content security policy forbids",
                forbidden.trim()
            );
        }
    }
    Ok(())
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
    // index.html last (it sorts after `assets/`): without it `dist/` counts as not built.
    for (name, content) in page {
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
    fn each_kind_of_page_loads_what_the_index_names_for_all_and_for_it() {
        let mut files = trunk_output(
            r#"<link rel="stylesheet" href="/assets/__HASH__/main.css"><script src="/assets/__HASH__/boot.js" data-js="/assets/__HASH__/app.js"
            data-front="front.wasm both.wasm front.css" data-back="back.wasm" data-later="rest.wasm both.wasm rest.css"
            data-wasm="/assets/__HASH__/app.wasm"></script>"#,
        );
        let parts = [
            "front.wasm",
            "both.wasm",
            "front.css",
            "back.wasm",
            "rest.wasm",
            "rest.css",
        ];
        for name in ["app.wasm"].iter().chain(&parts) {
            files.insert((*name).to_owned(), (*name).into());
        }
        let page = arrange(files.clone()).unwrap();
        let visits = visits(&page).unwrap();
        assert_eq!(visits.keys().collect::<Vec<_>>(), [&"back", &"front", &"table"]);
        let of_part = |kind: &str| -> Vec<&str> {
            let names = visits[kind].iter().filter_map(|name| name.rsplit('/').next());
            names.filter(|name| parts.contains(name)).collect()
        };
        assert_eq!(of_part("back"), ["back.wasm"]);
        assert_eq!(of_part("front"), ["both.wasm", "front.css", "front.wasm"]);
        // The index, the style sheet, both scripts, the program.
        assert_eq!(visits["table"].len(), 5);
        assert_eq!(visits["back"].len(), 5 + 1);

        let failure = |files: Files| super::visits(&arrange(files).unwrap()).unwrap_err().to_string();
        let mut more = files.clone();
        more.insert("other.js".to_owned(), b"4".to_vec());
        assert!(failure(more).contains("other.js"));
        let mut fewer = files.clone();
        fewer.remove("both.wasm");
        assert!(failure(fewer).contains("both.wasm"));
        let index = String::from_utf8(files["index.html"].clone()).unwrap();
        files.insert("index.html".to_owned(), index.replace("\"back.wasm\"", "\"\"").into());
        assert!(failure(files).contains("`data-back`"));
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
