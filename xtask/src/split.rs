//! The page in parts (`frontend/src/parts.rs`): a file of WebAssembly for what loads at once, and some for each part.
//!
//! Trunk 0.21 takes the program as one file. Here the linker's output is taken once more, cut along the split points (`xtask/split`), given its
//! JavaScript by wasm-bindgen, and shrunk: by shorter names (`xtask/split` again), and by wasm-opt.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, anyhow, ensure};

use crate::files::{self, Files};
use crate::process::run;
use crate::project::{Project, cargo};
use crate::setup::PageTools;

/// Cargo's profile for the page; also the name of its folder.
pub const PROFILE: &str = "wasm-release";

/// What cargo calls the program, and Trunk too when it is told not to add a hash.
const PROGRAM: &str = "signalbox-frontend";

/// The script that fetches parts. The program's own script imports it.
const LOADER: &str = "__wasm_split.js";

/// The files that each part needs beside the program, by its name.
pub type Parts = BTreeMap<String, Vec<String>>;

/// Cuts the program that Trunk has just compiled, and puts what comes of it into `files` instead of what Trunk made of it.
pub fn split(project: &Project, tools: &PageTools, files: &mut Files) -> Result<Parts> {
    let linked = project
        .target
        .join("wasm32-unknown-unknown")
        .join(PROFILE)
        .join(format!("{PROGRAM}.wasm"));
    let work = project.target.join("page-parts");
    files::make_empty(&work)?;
    let first = work.join(format!("{PROGRAM}.wasm"));

    run(cutter(project).arg("cut").args([&linked, &work]).arg(PROGRAM))?;
    run(tools
        .command("wasm-bindgen")?
        .args(["--target", "web", "--no-typescript"])
        // The other parts need the table of functions, which the linker exports and wasm-bindgen takes for unused.
        .arg("--keep-lld-exports")
        .arg("--out-dir")
        .arg(&work)
        .arg(&first))?;
    run(cutter(project).arg("names").arg(&work).arg(PROGRAM))?;
    // As it was before wasm-bindgen.
    std::fs::remove_file(&first).with_context(|| format!("cannot remove {}", first.display()))?;

    let mut made = files::read(&work)?;
    let parts = made
        .remove("parts.json")
        .context("splitting has not said what the parts are")?;
    let mut parts: Parts = serde_json::from_slice(&parts).context("parts.json is not what xtask-split writes")?;
    ensure!(
        !parts.is_empty(),
        "the page has no parts; is the feature `split` of the frontend on?"
    );
    for files in parts.values_mut() {
        files.push(LOADER.to_owned());
    }
    let code = made.keys().filter(|name| is_code(name)).map(|name| work.join(name));
    shrink(tools, code.collect())?;
    files.retain(|name, _| !is_code(name));
    files.extend(files::read(&work)?.into_iter().filter(|(name, _)| name != "parts.json"));
    Ok(parts)
}

/// The program `xtask/split`, for its arguments.
fn cutter(project: &Project) -> Command {
    let mut command = cargo();
    command.current_dir(&project.root);
    let run = [
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "xtask-split",
        "--",
    ];
    command.args(run);
    command
}

fn is_code(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "wasm")
}

/// Makes files of WebAssembly small, as many at once as there are processors.
fn shrink(tools: &PageTools, paths: Vec<PathBuf>) -> Result<()> {
    let rest = Mutex::new(paths.into_iter());
    let next = || rest.lock().ok()?.next();
    let worker = || {
        while let Some(path) = next() {
            run(tools
                .command("wasm-opt")?
                .arg(&path)
                // Larger than what `-Oz` makes, but smaller once it is compressed. To `--converge` takes more than twice as long, for half a percent.
                .arg("-O3")
                // By itself it takes functions that are called in one place into their callers, however long they are; what comes of that
                // compresses worse, by 2 KB in what every visit loads. The same holds, in small, for such as are called more often.
                .args(["--one-caller-inline-max-function-size", "10"])
                .args(["--flexible-inline-max-function-size", "8"])
                // Functions of one kind beside each other compress better, by 1 KB.
                .arg("--reorder-functions-by-name")
                // Rust's stack ends there: an address that low is a fault already.
                .arg("--low-memory-unused")
                // What made it and what it needs is read by nobody any more.
                .args(["--strip-producers", "--strip-target-features"])
                .arg("-o")
                .arg(&path))?;
        }
        Ok(())
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("shrinking the page failed"))?)
    })
}
