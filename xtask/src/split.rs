//! The page in parts: what every visit runs, what each kind of page adds, and what is fetched later (`frontend/src/later.rs`).
//!
//! Trunk 0.21 takes the program as one WebAssembly file. Here the linker's output is taken once more: cut along the ways into the other
//! parts, given its JavaScript, shrunk, and put in the place of Trunk's pair of files, under the same names.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::names;
use crate::page::{Files, read_folder};
use crate::process::run;
use crate::project::Project;
use crate::setup::PageTools;

/// Cargo's profile for the page; also the name of its folder.
pub const PROFILE: &str = "wasm-release";

/// Loads the other parts. The first part's JavaScript imports it, so both start together.
const LOADER: &str = "__wasm_split.js";

/// How the loader names the functions that load a part.
const LOAD: &str = "export const __wasm_split_load_";

/// The ending of wasm-bindgen's WebAssembly files.
const BOUND: &str = "_bg.wasm";

/// Cuts the program that Trunk has just compiled, and puts the parts into `files` instead of what Trunk made of it.
pub fn split(project: &Project, tools: &PageTools, files: &mut Files) -> Result<()> {
    let name = program_name(files)?;
    let linked = project
        .target
        .join("wasm32-unknown-unknown")
        .join(PROFILE)
        .join("signalbox-frontend.wasm");
    let work = project.target.join("page-parts");
    if work.exists() {
        std::fs::remove_dir_all(&work).with_context(|| format!("cannot empty {}", work.display()))?;
    }
    let cut = work.join("cut");
    let parts = work.join("parts");
    for folder in [&cut, &parts] {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }

    run(tools
        .command("wasm-split-cli")?
        .arg(&linked)
        .arg(&cut)
        .args(["--out-name", &name]))?;
    run(tools
        .command("wasm-bindgen")?
        .args(["--target", "web", "--no-typescript"])
        // The other parts need the table of functions, which the linker exports and wasm-bindgen takes for unused.
        .arg("--keep-lld-exports")
        .args(["--out-name", &name, "--out-dir"])
        .arg(&parts)
        .arg(cut.join(format!("{name}.wasm"))))?;

    let mut made = Files::new();
    read_folder(&parts, "", &mut made)?;
    read_folder(&cut, "", &mut made)?;
    // The first part as it was before wasm-bindgen.
    made.remove(&format!("{name}.wasm"));
    for (file, content) in &mut made {
        if is_wasm(file) {
            *content = shrink(tools, &work, file, content)?;
        }
    }
    let (script, program) = (format!("{name}.js"), format!("{name}{BOUND}"));
    if let (Some(text), Some(code)) = (made.get(&script), made.get(&program)) {
        let text = std::str::from_utf8(text).context("wasm-bindgen's script is not UTF-8")?;
        let (code, text) = names::shorten(code, text, &format!("./{name}_bg.js"))?;
        made.insert(script, text.into_bytes());
        made.insert(program, code);
    }
    exchange(files, &name, made)
}

/// What Trunk has called the program.
fn program_name(files: &Files) -> Result<String> {
    let mut names = files.keys().filter_map(|file| file.strip_suffix(BOUND));
    let name = names.next().context("Trunk wrote no WebAssembly")?;
    ensure!(names.next().is_none(), "Trunk wrote more than one WebAssembly file");
    Ok(name.to_owned())
}

pub fn is_wasm(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "wasm")
}

fn shrink(tools: &PageTools, work: &Path, file: &str, content: &[u8]) -> Result<Vec<u8>> {
    let (from, to) = (work.join("before.wasm"), work.join("after.wasm"));
    std::fs::write(&from, content).with_context(|| format!("cannot write {}", from.display()))?;
    run(tools
        .command("wasm-opt")?
        // Rust's stack ends there: an address that low is a fault already.
        .args(["-Oz", "--converge", "--low-memory-unused"])
        // What made it and what it needs is read by nobody any more.
        .args(["--strip-producers", "--strip-target-features"])
        .arg(&from)
        .arg("-o")
        .arg(&to))?;
    std::fs::read(&to).with_context(|| format!("wasm-opt has not made {file}"))
}

/// Puts `made` in the place of Trunk's `name.js` and `name_bg.wasm`.
fn exchange(files: &mut Files, name: &str, made: Files) -> Result<()> {
    let (script, program) = (format!("{name}.js"), format!("{name}{BOUND}"));
    for needed in [script.as_str(), &program, LOADER] {
        ensure!(
            made.contains_key(needed),
            "splitting the page has not made {needed}; is the feature `split` of the frontend on?"
        );
    }
    let loader = made.get(LOADER).map(Vec::as_slice).unwrap_or_default();
    let parts = parts(std::str::from_utf8(loader).context("the loader is not UTF-8")?)?;
    let unknown = made
        .keys()
        .filter(|file| is_wasm(file) && **file != program)
        .find(|file| !parts.iter().any(|(_, files)| files.contains(file)));
    if let Some(unknown) = unknown {
        bail!("splitting the page has made {unknown}, and nobody knows when that is loaded");
    }
    for old in [&script, &program] {
        ensure!(files.remove(old).is_some(), "Trunk wrote no {old}");
    }
    for (file, content) in made {
        ensure!(
            files.insert(file.clone(), content).is_none(),
            "both Trunk and the splitting made {file}"
        );
    }
    let index = files.get_mut("index.html").context("Trunk wrote no index.html")?;
    let text = std::str::from_utf8(index).context("index.html is not UTF-8")?;
    let text = name_parts(&preload(text, &script)?, &parts)?;
    *index = text.into_bytes();
    Ok(())
}

/// The browser would only hear of the loader after it has read the script that imports it: one more way to the server and back.
fn preload(index: &str, script: &str) -> Result<String> {
    let tags = index
        .match_indices("<link rel=\"modulepreload\"")
        .filter_map(|(start, _)| Some((start, &index[start..start + index[start..].find('>')? + 1])));
    for (start, tag) in tags {
        if tag.contains(&format!("/{script}\"")) {
            let end = start + tag.len();
            let loader = tag.replace(script, LOADER);
            return Ok(format!("{}{loader}{}", &index[..end], &index[end..]));
        }
    }
    bail!("index.html does not preload {script}; does Trunk still write `modulepreload` links?")
}

/// The parts by name, each with its files. What several of them share lies in files of its own (`chunk_2.wasm`, loaded by `__chunk_2`).
fn parts(loader: &str) -> Result<Vec<(String, Vec<String>)>> {
    let statements = loader
        .match_indices(LOAD)
        .map(|(start, _)| &loader[start + LOAD.len()..]);
    let parts = statements.map(|rest| {
        let (name, rest) = rest.split_once(" = ")?;
        let (body, _) = rest.split_once("]))")?;
        let (fetch, shared) = body.rsplit_once('[')?;
        // Nothing is left of a part whose all is shared.
        let own = fetch.split('"').find_map(|text| text.strip_prefix("./"));
        let shared = shared.split(", ").filter_map(|name| name.strip_prefix("__"));
        let files = own.map(str::to_owned).into_iter();
        Some((
            name.to_owned(),
            files.chain(shared.map(|name| format!("{name}.wasm"))).collect(),
        ))
    });
    let parts: Option<Vec<_>> = parts.collect();
    parts
        .filter(|parts| !parts.is_empty())
        .with_context(|| format!("{LOADER} does not say what it loads; does wasm-split-cli write it otherwise now?"))
}

/// Tells `boot.js` which files each of the other parts has, in the attribute that lists its style sheets.
fn name_parts(index: &str, parts: &[(String, Vec<String>)]) -> Result<String> {
    let mut text = index.to_owned();
    for (part, files) in parts {
        let attribute = format!(" data-{part}=\"");
        let (before, after) = text
            .split_once(&attribute)
            .with_context(|| format!("index.html has no `data-{part}`; see pattern_script in Trunk.toml"))?;
        let space = if after.starts_with('"') { "" } else { " " };
        text = format!("{before}{attribute}{}{space}{after}", files.join(" "));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = concat!(
        r#"<script src="/assets/h/boot.js" data-js="/assets/h/page-1.js" data-wasm="/assets/h/page-1_bg.wasm" data-front="" data-rest="more.css"></script>"#,
        r#"<link rel="modulepreload" href="/assets/h/page-1.js" crossorigin="anonymous">"#,
        r#"<link rel="preload" href="/assets/h/page-1_bg.wasm">"#,
    );

    /// As wasm-split-cli writes it.
    const LOADER_TEXT: &str = r#"import { initSync } from "./page-1.js";
/* front, rest */
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
/* empty, rest */
const __chunk_4 = makeLoad(() => {
    const src = fetch(new URL("./chunk_4.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, []);
export const __wasm_split_load_rest = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_rest.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3, __chunk_4]));
export const __wasm_split_load_front = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_front.wasm", import.meta.url));
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}
, [__chunk_3]));
"#;

    fn files<const N: usize>(files: [(&str, &str); N]) -> Files {
        files.map(|(name, content)| (name.to_owned(), content.into())).into()
    }

    fn trunk_output() -> Files {
        files([
            ("index.html", INDEX),
            ("page-1.js", "old"),
            ("page-1_bg.wasm", "old"),
            ("boot.js", "boot"),
        ])
    }

    fn made() -> Files {
        files([
            ("page-1.js", "new"),
            ("page-1_bg.wasm", "new"),
            ("__wasm_split.js", LOADER_TEXT),
            ("split_rest.wasm", "rest"),
            ("split_front.wasm", "front"),
            ("chunk_3.wasm", "shared"),
            ("chunk_4.wasm", "shared by others"),
        ])
    }

    #[test]
    fn the_parts_take_the_place_of_the_whole() {
        let mut page = trunk_output();
        let name = program_name(&page).unwrap();
        exchange(&mut page, &name, made()).unwrap();
        let index = String::from_utf8(page.remove("index.html").unwrap()).unwrap();
        let mut expected = made();
        expected.insert("boot.js".to_owned(), "boot".into());
        assert_eq!(page, expected);
        let added = [
            "split_front.wasm chunk_3.wasm",
            "split_rest.wasm chunk_3.wasm chunk_4.wasm ",
            r#"<link rel="modulepreload" href="/assets/h/__wasm_split.js" crossorigin="anonymous">"#,
        ];
        let mut rest = index;
        for tag in added {
            assert!(rest.contains(tag), "no {tag} in {rest}");
            rest = rest.replacen(tag, "", 1);
        }
        assert_eq!(rest, INDEX);
    }

    #[test]
    fn a_part_whose_all_is_shared_has_no_file_of_its_own() {
        let empty =
            "export const __wasm_split_load_empty = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_4]));\n";
        let found = parts(&(LOADER_TEXT.to_owned() + empty)).unwrap();
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["rest", "front", "empty"]);
        assert_eq!(found[2].1, ["chunk_4.wasm"]);
    }

    #[test]
    fn a_page_in_one_part_stops_the_build() {
        for missing in ["page-1.js", "page-1_bg.wasm", "__wasm_split.js"] {
            let mut made = made();
            made.remove(missing);
            let error = exchange(&mut trunk_output(), "page-1", made).unwrap_err().to_string();
            assert!(error.contains(missing), "{error}");
        }
        let mut made = made();
        made.insert("__wasm_split.js".to_owned(), b"export {};".to_vec());
        let error = exchange(&mut trunk_output(), "page-1", made).unwrap_err().to_string();
        assert!(error.contains("does not say what it loads"), "{error}");
    }

    #[test]
    fn a_part_that_nobody_knows_stops_the_build() {
        let mut unloaded = made();
        unloaded.insert("split_other.wasm".to_owned(), "other".into());
        let error = exchange(&mut trunk_output(), "page-1", unloaded)
            .unwrap_err()
            .to_string();
        assert!(error.contains("split_other.wasm"), "{error}");

        let mut page = trunk_output();
        page.insert("index.html".to_owned(), INDEX.replace("data-front", "data-back").into());
        let error = exchange(&mut page, "page-1", made()).unwrap_err().to_string();
        assert!(error.contains("no `data-front`"), "{error}");
    }

    #[test]
    fn a_page_without_its_preload_stops_the_build() {
        let mut page = trunk_output();
        page.insert(
            "index.html".to_owned(),
            INDEX.replace("modulepreload", "prefetch").into(),
        );
        let error = exchange(&mut page, "page-1", made()).unwrap_err().to_string();
        assert!(error.contains("does not preload page-1.js"), "{error}");
    }

    #[test]
    fn exactly_one_program_is_expected_of_trunk() {
        assert!(program_name(&files([("index.html", "")])).is_err());
        assert!(program_name(&files([("a_bg.wasm", ""), ("b_bg.wasm", "")])).is_err());
        assert_eq!(program_name(&trunk_output()).unwrap(), "page-1");
    }
}
