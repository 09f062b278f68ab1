//! Tools that come from npm: wasm-opt (package binaryen), esbuild, the accessibility rules (axe-core), what page and proxy are measured beside, and a provider to
//! sign in at.
//!
//! All are pinned with their hashes in `package-lock.json` files; no install script is run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::install_into;
use crate::process::{ask, run};
use crate::project::Project;
use crate::say;

/// Packages that are installed together.
struct Set {
    /// Has `package.json` and `package-lock.json`; below the root of the project.
    source: &'static str,
    /// Of its folder in the cache.
    prefix: &'static str,
    what: &'static str,
    megabytes: u32,
    /// The oldest Node that will do.
    node: u32,
    works: fn(&Path) -> bool,
}

const TOOLS: Set = Set {
    source: "xtask/npm",
    prefix: "npm",
    what: "wasm-opt, esbuild and axe-core",
    megabytes: 30,
    node: 18,
    works: |folder| {
        let modules = folder.join("node_modules");
        let runs = |tool| ask(Command::new(modules.join(".bin").join(tool)).arg("--version")).is_some();
        modules.join("axe-core/axe.min.js").is_file() && runs("wasm-opt") && runs("esbuild")
    },
};

/// Apart from the tools: only the benchmark needs it, and it can do without.
const PEERS: Set = Set {
    source: "xtask/npm/peers",
    prefix: "npm-peers",
    what: "the grids that the page is measured beside",
    megabytes: 35,
    node: 18,
    works: |folder| {
        let modules = folder.join("node_modules");
        modules.join("ag-grid-community/package.json").is_file()
            && ask(Command::new(modules.join(".bin/esbuild")).arg("--version")).is_some()
    },
};

/// Apart from the tools: only tests need it, and they can do without.
const PROVIDERS: Set = Set {
    source: "xtask/npm/providers",
    prefix: "npm-providers",
    what: "the OpenID provider that the tests sign in at",
    megabytes: 4,
    node: 20,
    works: |folder| {
        let load = "import('oidc-provider').then(() => console.log('loaded'))";
        ask(Command::new("node").args(["--eval", load]).current_dir(folder)).is_some_and(|text| text.contains("loaded"))
    },
};

/// Apart from the tools: only the benchmark of the proxy needs it, and it can do without.
const SDKS: Set = Set {
    source: "xtask/npm/sdks",
    prefix: "npm-sdks",
    what: "the vendor's client for Node that the proxy is measured beside",
    megabytes: 6,
    node: 18,
    works: |folder| {
        let load = "require('@alicloud/openapi-core'); console.log('loaded')";
        ask(Command::new("node").args(["--eval", load]).current_dir(folder)).is_some_and(|text| text.contains("loaded"))
    },
};

/// The folder that holds the tools' `node_modules`.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    TOOLS.ensure(project)
}

/// The `node_modules` with the grids that the page is measured beside, and with esbuild, which makes scripts of them.
pub fn peers(project: &Project) -> Result<PathBuf> {
    Ok(PEERS.ensure(project)?.join("node_modules"))
}

/// The `node_modules` with the OpenID provider that the tests sign in at.
pub fn providers(project: &Project) -> Result<PathBuf> {
    Ok(PROVIDERS.ensure(project)?.join("node_modules"))
}

/// The `node_modules` with the vendor's client that the proxy is measured beside.
pub fn sdks(project: &Project) -> Result<PathBuf> {
    Ok(SDKS.ensure(project)?.join("node_modules"))
}

impl Set {
    /// The folder that holds `node_modules`.
    fn ensure(&self, project: &Project) -> Result<PathBuf> {
        let source = project.root.join(self.source);
        let lock = source.join("package-lock.json");
        let lock = std::fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let hash = &format!("{:x}", Sha256::digest(lock))[..12];
        let place = project.cache.join("tools").join(format!("{}-{hash}", self.prefix));
        if (self.works)(&place) {
            return Ok(place);
        }
        let (what, megabytes, node) = (self.what, self.megabytes, self.node);
        say::note(&format!(
            "installing {what} from npm (a download of about {megabytes} MB, once)"
        ));
        let npmrc = project.root.join(TOOLS.source).join(".npmrc");
        install_into(&place, |folder| {
            for file in [source.join("package.json"), source.join("package-lock.json"), npmrc] {
                let name = file.file_name().context("a file needs a name")?;
                std::fs::copy(&file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
            }
            run(Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(folder))?;
            if !(self.works)(folder) {
                bail!(
                    "npm has installed it, but it does not work; is Node {node} or newer on PATH (`node --version`)?"
                );
            }
            Ok(())
        })
        .with_context(|| {
            format!(
                "{what} could not be installed. Install Node {node} or newer with npm by hand (https://nodejs.org, or \
                 `apt install nodejs npm`) and run this again"
            )
        })?;
        Ok(place)
    }
}
