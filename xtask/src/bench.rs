//! `cargo xtask bench`: how fast it is, as tables.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::process::run as execute;
use crate::project::{Project, cargo};
use crate::{build, say, setup, test};

mod proxy;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Of {
    /// What the proxy costs, beside nginx and the vendor's SDKs
    Proxy,
    /// Ten minutes of 300 viewers over all tables, with faults, reloads and a replica that is killed
    Soak,
}

/// The benchmarks of the page, or what else is asked for.
pub fn run(project: &Project, of: Option<Of>, page: bool, arguments: &[OsString]) -> Result<()> {
    match of {
        None => run_page(project, page, arguments),
        Some(of) => proxy::run(project, of, arguments),
    }
}

/// The peers' pages, below the root of the project.
const PEERS: &str = "tests/src/bin/bench/peers";

/// The table engine by itself, unless only the `page` is asked for; then the page in a real browser, beside its peers.
fn run_page(project: &Project, page: bool, arguments: &[OsString]) -> Result<()> {
    let tools = setup::tests(project)?;
    let peers = match setup::peers(project)? {
        Some(modules) => Some(scripts(project, &modules)?),
        None => None,
    };
    let binary = build::run(project)?;
    let here = || {
        let mut command = cargo();
        command.current_dir(&project.root);
        command
    };
    if !page {
        say::heading("Table engine");
        execute(here().args(["bench", "--locked", "--package", "signalbox-table"]))?;
    }
    say::heading("Page in a browser");
    let mut page = here();
    page.args([
        "run",
        "--locked",
        "--package",
        "signalbox-tests",
        "--bin",
        "bench",
        "--",
    ]);
    page.args(arguments);
    if let Some(scripts) = peers {
        page.env("SIGNALBOX_PEERS", scripts);
    }
    execute(test::environment(&mut page, &tools).env("SIGNALBOX_BIN", binary))
}

/// The folder with one script for each peer, made anew when its packages or our pages have changed: compressing them to know how much
/// they would load takes a quarter of a minute.
fn scripts(project: &Project, modules: &Path) -> Result<PathBuf> {
    let sources = project.root.join(PEERS);
    let mut hash = Sha256::new();
    hash.update(modules.as_os_str().as_encoded_bytes());
    for name in ["build.mjs", "tanstack.jsx", "perspective.js"] {
        let path = sources.join(name);
        hash.update(std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    let hash = &format!("{:x}", hash.finalize())[..12];
    let folder = project.target.join(format!("bench-peers-{hash}"));
    // Written last.
    if !folder.join("peers.json").is_file() {
        say::note("making the scripts of the peers");
        execute(
            Command::new("node")
                .arg(sources.join("build.mjs"))
                .arg(modules)
                .arg(&folder),
        )?;
    }
    Ok(folder)
}
