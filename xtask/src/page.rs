//! The page: Trunk's output, rearranged so that it can be cached for ever.
//!
//! Trunk names its files after what cargo made, before wasm-bindgen and wasm-opt have changed it, so one name can mean two
//! contents. Here everything but the document goes into `dist/assets/<hash>/`, where the hash covers the names and contents of
//! all of it. A folder's content thus never changes, and a page can only ever load parts that were built together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::files::{self, Files};
use crate::process::run;
use crate::project::Project;
use crate::setup::PageTools;
use crate::split::{self, PROFILE, Parts};
use crate::{minify, say, sizes};

/// Stands for the hash in the addresses that Trunk writes.
const PLACEHOLDER: &str = "__HASH__";

/// The one document, for every path of the page.
const DOCUMENT: &str = "index.html";

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
            // The names that cargo, wasm-bindgen and `frontend/` have given.
            "--filehash",
            "false",
            "--public-url",
        ])
        .arg(format!("/assets/{PLACEHOLDER}/"));
    run(quiet_trunk(&mut trunk).arg("--dist").arg(&output))?;

    let mut files = files::read(&output)?;
    let parts = split::split(project, tools, &mut files)?;
    minify::minify(project, tools, &mut files)?;
    join_styles(&mut files)?;
    let page = arrange(files, &parts)?;
    // The document last: without it `dist/` counts as not built.
    if files::write(&project.root.join("dist"), &page, DOCUMENT)? {
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

/// The style sheets that the document itself asks for become one: together they are smaller, and asked for once.
fn join_styles(files: &mut Files) -> Result<()> {
    let document = files.get(DOCUMENT).context("Trunk wrote no index.html")?;
    let mut document = String::from_utf8(document.clone()).with_context(|| format!("{DOCUMENT} is not UTF-8"))?;
    let (before, after) = (
        format!("<link rel=\"stylesheet\" href=\"/assets/{PLACEHOLDER}/"),
        "\"/>",
    );
    let links = document.split(&before).skip(1);
    let names: Vec<String> = links
        .filter_map(|rest| Some(rest.split_once(after)?.0.to_owned()))
        .collect();
    let mut all = Vec::new();
    for name in &names {
        all.extend(
            files
                .remove(name)
                .with_context(|| format!("{DOCUMENT} refers to {name}, which was not built"))?,
        );
        document = document.replacen(&format!("{before}{name}{after}"), "", usize::from(*name != names[0]));
    }
    files.extend(names.into_iter().next().map(|first| (first, all)));
    files.insert(DOCUMENT.to_owned(), document.into_bytes());
    Ok(())
}

/// From Trunk's files to the ones of `dist/`; the document learns which files each part needs.
fn arrange(mut files: Files, parts: &Parts) -> Result<Files> {
    let document = files.remove(DOCUMENT).context("Trunk wrote no index.html")?;
    for (name, content) in &files {
        // Only the document may know the folder's name: a file inside it would change its own hash.
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
    let text = String::from_utf8(document).with_context(|| format!("{DOCUMENT} is not UTF-8"))?;
    let mut text = minify::without_comments(&text).replace(&format!("assets/{PLACEHOLDER}"), &folder);
    for (part, files) in parts {
        let place = format!("__PART_{part}__");
        ensure!(
            text.contains(&place),
            "{DOCUMENT} has no {place} (pattern_script in Trunk.toml)"
        );
        text = text.replace(&place, &files.join(" "));
    }
    ensure!(
        !text.contains("__PART_"),
        "{DOCUMENT} has a place for a part that there is not (pattern_script in Trunk.toml)"
    );
    check_document(DOCUMENT, &text, &page)?;
    page.insert(DOCUMENT.to_owned(), text.into_bytes());
    Ok(page)
}

/// What a first visit to a kind of page loads, by the part that the kind is: the document, all it names with an address, and the files of the
/// part, which `boot.js` fetches.
fn visits(page: &Files) -> Result<BTreeMap<&str, BTreeSet<&str>>> {
    let text = page.get(DOCUMENT).context("the page has no document")?;
    let text = std::str::from_utf8(text).with_context(|| format!("{DOCUMENT} is not UTF-8"))?;
    let at_once = |name: &str| name == DOCUMENT || text.contains(&format!("/{name}\""));
    let of = |files: &str, name: &str| files.split(' ').any(|file| name.rsplit('/').next() == Some(file));
    let visits: BTreeMap<&str, BTreeSet<&str>> = data(text)
        .filter(|(_, files)| !files.contains('/'))
        .map(|(part, files)| {
            let loaded = page
                .keys()
                .map(String::as_str)
                .filter(|name| at_once(name) || of(files, name));
            (part, loaded.collect())
        })
        .collect();
    for name in page.keys() {
        ensure!(
            visits.values().any(|loaded| loaded.contains(name.as_str())),
            "{name} is named nowhere, so nobody knows when it is loaded"
        );
    }
    Ok(visits)
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

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = r#"<html><head><link rel="stylesheet" href="/assets/__HASH__/main.css"><script type="module"
        src="/assets/__HASH__/boot.js" data-js="/assets/__HASH__/app.js" data-front="__PART_front__"
        data-later="more.css __PART_later__"></script></head><body><a href="/">home</a></body></html>"#;

    fn trunk_output(index: &str) -> Files {
        [
            "main.css",
            "more.css",
            "boot.js",
            "app.js",
            "chunk_1.wasm",
            "split_later.wasm",
        ]
        .map(|name| (name.to_owned(), name.into()))
        .into_iter()
        .chain([(DOCUMENT.to_owned(), index.into())])
        .collect()
    }

    fn parts() -> Parts {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Parts::from([
            ("front".to_owned(), files(&["chunk_1.wasm"])),
            ("later".to_owned(), files(&["chunk_1.wasm", "split_later.wasm"])),
        ])
    }

    fn arranged(files: Files) -> Result<Files> {
        arrange(files, &parts())
    }

    fn failure(files: Files) -> String {
        arranged(files).unwrap_err().to_string()
    }

    #[test]
    fn everything_but_the_document_moves_into_one_hashed_folder() {
        let page = arranged(trunk_output(INDEX)).unwrap();
        let (folder, _) = page.keys().next().unwrap().rsplit_once('/').unwrap();
        assert_eq!(folder.len(), "assets/".len() + 16);
        assert!(page.keys().all(|name| name == DOCUMENT || name.starts_with(folder)));
        assert_eq!(page.len(), trunk_output("").len());
        let document = String::from_utf8(page[DOCUMENT].clone()).unwrap();
        assert!(!document.contains(PLACEHOLDER));
        assert!(document.contains(&format!("src=\"/{folder}/boot.js\"")));
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
            let error = failure(trunk_output(&format!("{INDEX}{bad}")));
            assert!(error.contains("content security policy"), "{bad}: {error}");
        }
    }

    #[test]
    fn a_reference_to_nothing_stops_the_build() {
        for bad in [
            "<link href=\"/assets/__HASH__/gone.css\">",
            "<link href=\"/favicon.svg\">",
            "<script src=\"/assets/__HASH__/boot.js\" data-back=\"gone.css\"></script>",
        ] {
            let error = failure(trunk_output(&format!("{INDEX}{bad}")));
            assert!(error.contains("was not built"), "{bad}: {error}");
        }
    }

    #[test]
    fn each_visit_loads_what_has_an_address_and_its_own_part() {
        let page = arranged(trunk_output(INDEX)).unwrap();
        let visits = visits(&page).unwrap();
        let of = |part: &str| -> Vec<&str> {
            let names = visits[part].iter();
            names.filter_map(|name| name.rsplit('/').next()).collect()
        };
        assert_eq!(visits.len(), 2);
        assert_eq!(
            of("front"),
            ["app.js", "boot.js", "chunk_1.wasm", "main.css", "index.html"]
        );
        assert_eq!(of("later").len(), 7);

        let mut more = trunk_output(INDEX);
        more.insert("other.js".to_owned(), b"4".to_vec());
        let error = super::visits(&arranged(more).unwrap()).unwrap_err().to_string();
        assert!(error.contains("other.js"), "{error}");
    }

    #[test]
    fn the_document_and_the_program_have_the_same_parts() {
        let less = INDEX.replace("data-front=\"__PART_front__\"", "");
        assert!(failure(trunk_output(&less)).contains("no __PART_front__"));
        let more = INDEX.replace("data-js", "data-back=\"__PART_back__\" data-js");
        assert!(failure(trunk_output(&more)).contains("that there is not"));
    }

    #[test]
    fn the_style_sheets_of_the_document_become_one_in_their_order() {
        let links = ["b", "a"].map(|name| format!("<link rel=\"stylesheet\" href=\"/assets/__HASH__/{name}.css\"/>"));
        let index = format!("<head>{}\n{}</head>", links[0], links[1]);
        let names = ["a.css", "b.css", "c.css"].map(|name| (name.to_owned(), name.into()));
        let mut files = Files::from(names);
        files.insert(DOCUMENT.to_owned(), index.into());
        join_styles(&mut files).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["b.css", "c.css", DOCUMENT]);
        assert_eq!(files["b.css"], b"b.cssa.css");
        let document = String::from_utf8(files[DOCUMENT].clone()).unwrap();
        assert_eq!(document, format!("<head>{}\n</head>", links[0]));
    }

    #[test]
    fn a_file_that_knows_its_folder_stops_the_build() {
        let mut files = trunk_output(INDEX);
        files.insert(
            "main.css".to_owned(),
            b"a{background:url(/assets/__HASH__/a.png)}".to_vec(),
        );
        assert!(failure(files).contains("main.css"));
    }
}
