//! Tools that come from npm: wasm-opt (package binaryen) and the accessibility rules (axe-core).
//!
//! Both are pinned with their hashes in `xtask/npm/package-lock.json`; neither has dependencies, and no install script is run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::install_into;
use crate::process::{ask, run};
use crate::project::Project;
use crate::say;

const FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// The folder that holds `node_modules`.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    let source = project.root.join("xtask/npm");
    let lock = std::fs::read(source.join("package-lock.json")).context("cannot read xtask/npm/package-lock.json")?;
    let place = project
        .cache
        .join("tools")
        .join(format!("npm-{}", &format!("{:x}", Sha256::digest(lock))[..12]));
    if works(&place) {
        return Ok(place);
    }
    say::note("installing wasm-opt and axe-core from npm (a download of about 25 MB, once)");
    install_into(&place, |folder| {
        for file in FILES {
            std::fs::copy(source.join(file), folder.join(file)).with_context(|| format!("cannot copy {file}"))?;
        }
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder))?;
        if !works(folder) {
            bail!("wasm-opt does not start; is Node 18 or newer on PATH (`node --version`)?");
        }
        Ok(())
    })
    .context(
        "wasm-opt and axe-core could not be installed. Install Node 18 or newer with npm by hand \
         (https://nodejs.org, or `apt install nodejs npm`) and run this again",
    )?;
    Ok(place)
}

fn works(folder: &Path) -> bool {
    let modules = folder.join("node_modules");
    modules.join("axe-core/axe.min.js").is_file()
        && ask(Command::new(modules.join(".bin/wasm-opt")).arg("--version")).is_some()
}
