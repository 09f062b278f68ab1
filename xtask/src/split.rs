//! The page in parts: what each kind of page starts with, and what is fetched later (`frontend/src/later.rs`).
//!
//! Trunk 0.21 takes the program as one WebAssembly file. Here the linker's output is taken once more: cut along the ways into the parts,
//! given its JavaScript, and shrunk. For each kind of page, the first part and all that belongs to the kind is then put together again to one
//! program, which is smaller than its parts: they would be compressed one by one, and cannot be fitted to each other.

mod documents;
mod loader;
mod ways;

use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow, ensure};

use crate::names;
use crate::page::{Files, read_folder};
use crate::process::run;
use crate::project::Project;
use crate::setup::PageTools;

/// Cargo's profile for the page; also the name of its folder.
pub const PROFILE: &str = "wasm-release";

/// The ending of wasm-bindgen's WebAssembly files.
const BOUND: &str = "_bg.wasm";

/// The part that no page needs in order to appear, and therefore no kind of page.
const LATER: &str = "later";

/// What the other parts call the first one when they take its memory and its functions.
const FIRST: &str = "__wasm_split";

const HINT: &str = "is the feature `split` of the frontend on?";

/// Cuts the program that Trunk has just compiled, and puts the parts and the documents that load them into `files` instead of what Trunk made
/// of it.
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
    let bound = work.join("bound");
    for folder in [&cut, &bound] {
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
        .arg(&bound)
        .arg(cut.join(format!("{name}.wasm"))))?;

    let mut pieces = Files::new();
    read_folder(&cut, "", &mut pieces)?;
    // The first part as it was before wasm-bindgen.
    pieces.remove(&format!("{name}.wasm"));
    read_folder(&bound, "", &mut pieces)?;
    let (program, script) = (format!("{name}{BOUND}"), format!("{name}.js"));
    let mut text = |file: &str| {
        let content = pieces
            .remove(file)
            .with_context(|| format!("splitting has not made {file}; {HINT}"))?;
        String::from_utf8(content).with_context(|| format!("{file} is not UTF-8"))
    };
    let (loader, glue) = (text(loader::FILE)?, text(&script)?);
    let code = pieces
        .remove(&program)
        .with_context(|| format!("wasm-bindgen has not made {program}"))?;
    let (code, glue) = names::shorten(&code, &glue, &format!("./{name}_bg.js"))?;
    let parts = loader::parts(&loader)?;
    let first = work.join("first.wasm");
    std::fs::write(&first, ways::keep_open(&code, parts.len())?)
        .with_context(|| format!("cannot write {}", first.display()))?;

    let recipes = recipes(&parts, pieces.keys().map(String::as_str))?;
    let made = at_once(&recipes, |recipe| cook(tools, &work, recipe))?;
    exchange(files, &name, &parts, made, [(loader::FILE, loader), (&script, glue)])
}

/// What Trunk has called the program.
fn program_name(files: &Files) -> Result<String> {
    let mut names = files.keys().filter_map(|file| file.strip_suffix(BOUND));
    let name = names.next().context("Trunk wrote no WebAssembly")?;
    ensure!(names.next().is_none(), "Trunk wrote more than one WebAssembly file");
    Ok(name.to_owned())
}

/// A file to be made.
#[derive(Debug, PartialEq)]
struct Recipe {
    file: String,
    /// The cut files that a program has beside the first part; none for a cut file by itself.
    pieces: Option<Vec<String>>,
}

/// What is made of the cut files: a program for each kind of page, and by itself whatever a program may have to fetch.
fn recipes<'a>(parts: &[(String, Vec<String>)], cut: impl Iterator<Item = &'a str>) -> Result<Vec<Recipe>> {
    let kinds = || parts.iter().filter(|(part, _)| part != LATER);
    let mut recipes: Vec<Recipe> = kinds()
        .map(|(kind, pieces)| Recipe {
            file: program_of(kind),
            pieces: Some(pieces.clone()),
        })
        .collect();
    for file in cut {
        let has = |(_, pieces): &&(String, Vec<String>)| pieces.iter().any(|piece| piece == file);
        ensure!(
            parts.iter().any(|part| has(&part)),
            "splitting has made {file}, and nobody knows when that is loaded"
        );
        if !kinds().all(|part| has(&part)) {
            recipes.push(Recipe {
                file: file.to_owned(),
                pieces: None,
            });
        }
    }
    Ok(recipes)
}

fn program_of(kind: &str) -> String {
    format!("{kind}.wasm")
}

/// Does the same with all items, as many at once as there are processors; the results by file.
fn at_once(recipes: &[Recipe], work: impl Fn(&Recipe) -> Result<Vec<u8>> + Sync) -> Result<Files> {
    let rest = Mutex::new(recipes.iter());
    let next = || rest.lock().ok()?.next();
    let worker = || {
        let mut made = Files::new();
        while let Some(recipe) = next() {
            made.insert(recipe.file.clone(), work(recipe)?);
        }
        Ok(made)
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let mut all = Files::new();
        for worker in workers {
            let made: Result<Files> = worker.join().map_err(|_| anyhow!("shrinking the page failed"))?;
            all.extend(made?);
        }
        Ok(all)
    })
}

/// Merges what a program has, and makes the file small.
fn cook(tools: &PageTools, work: &Path, Recipe { file, pieces }: &Recipe) -> Result<Vec<u8>> {
    let cut = |piece: &String| work.join("cut").join(piece);
    let (merged, small) = (work.join(format!("merged-{file}")), work.join(format!("small-{file}")));
    let mut shrink = tools.command("wasm-opt")?;
    if let Some(pieces) = pieces {
        let mut merge = tools.command("wasm-merge")?;
        merge.arg(work.join("first.wasm")).arg(FIRST);
        for piece in pieces {
            merge.arg(cut(piece)).arg(piece);
        }
        run(merge.arg("-o").arg(&merged))?;
        // Calls by place become plain ones, see `ways`. Not in a piece: it does not know what the others put where.
        let directize = ["--directize", "--pass-arg=directize-initial-contents-immutable"];
        shrink.arg(merged).args(directize);
    } else {
        shrink.arg(cut(file));
    }
    run(shrink
        // Larger than what `-Oz` makes, but smaller once it is compressed. To `--converge` takes more than twice as long, for half a percent.
        .arg("-O3")
        // Rust's stack ends there: an address that low is a fault already.
        .arg("--low-memory-unused")
        // What made it and what it needs is read by nobody any more.
        .args(["--strip-producers", "--strip-target-features"])
        .arg("-o")
        .arg(&small))?;
    std::fs::read(&small).with_context(|| format!("wasm-opt has not made {file}"))
}

/// Puts what was made of Trunk's program, called `name`, in its place: WebAssembly, the scripts, and a document for each kind of page.
fn exchange(
    files: &mut Files,
    name: &str,
    parts: &[(String, Vec<String>)],
    made: Files,
    [(loader, loading), (script, glue)]: [(&str, String); 2],
) -> Result<()> {
    let program = format!("{name}{BOUND}");
    for old in [script, &program] {
        ensure!(files.remove(old).is_some(), "Trunk wrote no {old}");
    }
    let index = files.remove("index.html").context("Trunk wrote no index.html")?;
    let index = std::str::from_utf8(&index).context("index.html is not UTF-8")?;
    let index = documents::preload(index, script)?;
    let loading = loader::sparing(&loading, |file| made.contains_key(file))?;
    let mut put = |file: String, content: Vec<u8>| {
        let clash = format!("both Trunk and the splitting made {file}");
        ensure!(files.insert(file, content).is_none(), clash);
        Ok(())
    };
    for (kind, pieces) in parts.iter().filter(|(part, _)| part != LATER) {
        let here: Vec<String> = pieces
            .iter()
            .filter(|piece| made.contains_key(*piece))
            .cloned()
            .collect();
        let document = documents::of_kind(&index, &program, kind, &program_of(kind), &here)?;
        put(documents::name(kind), document.into_bytes())?;
    }
    for (file, text) in [(loader, loading), (script, glue)] {
        put(file.to_owned(), text.into_bytes())?;
    }
    made.into_iter().try_for_each(|(file, content)| put(file, content))
}

#[cfg(test)]
mod tests {
    use super::documents::tests::INDEX;
    use super::loader::tests::TEXT;
    use super::*;

    const CUT: [&str; 4] = ["chunk_3.wasm", "chunk_4.wasm", "split_front.wasm", "split_later.wasm"];

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

    fn exchanged(files: &mut Files, made: Files) -> Result<()> {
        let scripts = [(loader::FILE, TEXT.to_owned()), ("page-1.js", "new".to_owned())];
        exchange(files, "page-1", &loader::parts(TEXT)?, made, scripts)
    }

    #[test]
    fn a_program_has_all_that_its_kind_of_page_needs() {
        let parts = loader::parts(TEXT).unwrap();
        let recipes = recipes(&parts, CUT.into_iter()).unwrap();
        let recipes: Vec<_> = recipes
            .iter()
            .map(|recipe| {
                (
                    recipe.file.as_str(),
                    recipe.pieces.as_ref().map(|pieces| pieces.join(" ")),
                )
            })
            .collect();
        assert_eq!(
            recipes,
            [
                ("front.wasm", Some("split_front.wasm chunk_3.wasm".to_owned())),
                // The chunk and the part that every program has are never fetched.
                ("chunk_4.wasm", None),
                ("split_later.wasm", None),
            ]
        );
    }

    #[test]
    fn a_piece_that_nobody_loads_stops_the_build() {
        let parts = loader::parts(TEXT).unwrap();
        let error = recipes(&parts, ["split_other.wasm"].into_iter()).unwrap_err();
        assert!(error.to_string().contains("split_other.wasm"), "{error}");
    }

    #[test]
    fn all_work_is_done_and_a_failure_is_told() {
        let parts = loader::parts(TEXT).unwrap();
        let recipes = recipes(&parts, CUT.into_iter()).unwrap();
        let made = at_once(&recipes, |recipe| Ok(recipe.file.clone().into_bytes())).unwrap();
        assert_eq!(made.len(), recipes.len());
        assert!(made.iter().all(|(file, content)| file.as_bytes() == content));
        let fail = |recipe: &Recipe| {
            ensure!(recipe.pieces.is_some(), "no {}", recipe.file);
            Ok(Vec::new())
        };
        assert!(at_once(&recipes, fail).unwrap_err().to_string().starts_with("no "));
    }

    #[test]
    fn what_was_made_takes_the_place_of_trunks_program() {
        let mut page = trunk_output();
        assert_eq!(program_name(&page).unwrap(), "page-1");
        let made = files([("front.wasm", "1"), ("chunk_4.wasm", "2"), ("split_later.wasm", "3")]);
        exchanged(&mut page, made).unwrap();
        let names: Vec<&str> = page.keys().map(String::as_str).collect();
        let expected = "__wasm_split.js boot.js chunk_4.wasm front.html front.wasm page-1.js split_later.wasm";
        assert_eq!(names.join(" "), expected);
        assert_eq!(page["page-1.js"], b"new");
        let document = String::from_utf8(page["front.html"].clone()).unwrap();
        assert!(document.contains("data-wasm=\"/assets/h/front.wasm\""), "{document}");
        assert!(document.contains("/assets/h/__wasm_split.js"), "{document}");
        let loader = String::from_utf8(page["__wasm_split.js"].clone()).unwrap();
        assert_eq!(loader.matches("here.includes").count(), 2);
    }

    #[test]
    fn what_trunk_has_not_made_stops_the_build() {
        for missing in ["page-1.js", "page-1_bg.wasm", "index.html"] {
            let mut page = trunk_output();
            page.remove(missing);
            let error = exchanged(&mut page, Files::new()).unwrap_err().to_string();
            assert!(error.contains(missing), "{error}");
        }
        let mut page = trunk_output();
        page.insert("front.wasm".to_owned(), Vec::new());
        let error = exchanged(&mut page, files([("front.wasm", "1")])).unwrap_err();
        assert!(error.to_string().contains("both"), "{error}");
    }

    #[test]
    fn exactly_one_program_is_expected_of_trunk() {
        assert!(program_name(&files([("index.html", "")])).is_err());
        assert!(program_name(&files([("a_bg.wasm", ""), ("b_bg.wasm", "")])).is_err());
    }
}
