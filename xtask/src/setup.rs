//! What the other commands need, installed when it is missing.
//!
//! A tool that the user already has in the right version is used as it is. Everything else goes into the cache
//! ([`Project::cache`]), outside the work tree, once; nothing is installed into the user's own cargo or npm folders. An
//! interrupted installation leaves nothing behind that a later call would believe in: each is made in a folder of its own,
//! asked for its version, and only then moved to its name.

mod apt;
mod browser;
mod cargo_tools;
mod firefox;
mod fronts;
mod npm;
mod packages;
mod providers;
mod python;
mod rust;

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

pub use self::browser::Browser;
pub use self::firefox::Firefox;
pub use self::packages::{Buildah, CertificateAuthorities};
pub use self::providers::Providers;
use crate::project::Project;
use crate::say;

/// What building the page takes.
pub struct PageTools {
    folders: Vec<PathBuf>,
}

impl PageTools {
    /// A command that finds the tools before anything else of the same name.
    pub fn command(&self, program: &str) -> Result<Command> {
        let user = std::env::var_os("PATH").unwrap_or_default();
        let all = self.folders.iter().cloned().chain(std::env::split_paths(&user));
        let path: OsString = std::env::join_paths(all).context("a folder on PATH has a `:` in its name")?;
        // Looked up here: `Command` itself would search our own PATH, not the one we give to the child.
        let program = find_in(&path, program).unwrap_or_else(|| program.into());
        let mut command = Command::new(program);
        command.env("PATH", path);
        Ok(command)
    }
}

/// What the browser tests take besides a built program.
pub struct TestTools {
    /// Chromium and its driver.
    pub browser: Browser,
    /// The other browser, where it can be had.
    pub firefox: Option<Firefox>,
    /// The accessibility rules, one script.
    pub axe: PathBuf,
    /// A Python that has the clouds' official SDKs.
    pub python: Option<PathBuf>,
    /// A Python beside which there are the programs that check `deploy/`.
    pub checkers: Option<PathBuf>,
    /// Identity providers, where they can be had.
    pub providers: Providers,
}

/// Makes sure of the wasm target, the crates, Trunk, wasm-bindgen, wasm-opt and esbuild.
pub fn page(project: &Project) -> Result<PageTools> {
    let _lock = lock(project)?;
    rust::wasm_target()?;
    rust::crates(project)?;
    let folders = [
        cargo_tools::trunk().ensure(project)?,
        cargo_tools::wasm_bindgen(project)?.ensure(project)?,
        Some(npm::ensure(project)?.join("node_modules/.bin")),
    ];
    Ok(PageTools {
        folders: folders.into_iter().flatten().collect(),
    })
}

/// Makes sure of clippy and rustfmt.
pub fn lints(project: &Project) -> Result<()> {
    let _lock = lock(project)?;
    rust::components()
}

/// Makes sure of cargo-deny.
pub fn deny(project: &Project) -> Result<PathBuf> {
    let _lock = lock(project)?;
    cargo_tools::deny().program(project)
}

/// Makes sure of Chromium and Firefox, their drivers, fonts, the accessibility rules, the clouds' SDKs, programs that check `deploy/`, and identity providers.
pub fn tests(project: &Project) -> Result<TestTools> {
    let _lock = lock(project)?;
    let browser = browser::ensure()?;
    browser::chinese_font();
    Ok(TestTools {
        browser,
        firefox: firefox::ensure(project),
        axe: npm::ensure(project)?.join("node_modules/axe-core/axe.min.js"),
        python: python::SDKS.ensure(project)?,
        checkers: python::CHECKERS.ensure(project)?,
        providers: providers::ensure(project),
    })
}

/// The fronts that the proxy is tested behind, each by the variable that names it to the tests; those that can be had.
pub fn fronts(project: &Project) -> Result<Vec<(&'static str, PathBuf)>> {
    let _lock = lock(project)?;
    Ok(fronts::ensure(project))
}

/// The packages of the grids that the page is measured beside; `None`, with a warning, where they cannot be had.
pub fn peers(project: &Project) -> Result<Option<PathBuf>> {
    let _lock = lock(project)?;
    let modules = npm::peers(project);
    Ok(modules
        .inspect_err(|error| say::warning(&format!("{error:#}; the page is measured beside plain JavaScript only")))
        .ok())
}

/// What the proxy is measured beside, each by the variable that names it to the benchmark: nginx and the vendor's SDKs; those that can be had.
pub fn beside_the_proxy(project: &Project) -> Result<Vec<(&'static str, PathBuf)>> {
    let _lock = lock(project)?;
    let mut found = fronts::ensure(project);
    let warned = |error: &anyhow::Error| say::warning(&format!("{error:#}; the proxy is not measured beside it"));
    let python = python::SDKS.ensure(project).inspect_err(warned).ok().flatten();
    found.extend(python.map(|python| ("SIGNALBOX_PYTHON", python)));
    let node = npm::sdks(project).inspect_err(warned).ok();
    found.extend(node.map(|node| ("SIGNALBOX_NODE_SDKS", node)));
    Ok(found)
}

/// What compiles and links a program that needs no library of the system it runs on.
pub fn static_binary(project: &Project, target: &str) -> Result<()> {
    let _lock = lock(project)?;
    packages::static_binary(target)
}

/// What makes packages: for Debian, and images with the certificate authorities that belong into them.
pub fn packages(project: &Project) -> Result<(Buildah, CertificateAuthorities)> {
    let _lock = lock(project)?;
    packages::debian_packages()?;
    Ok((packages::buildah(project)?, packages::certificate_authorities(project)?))
}

/// A Python beside which there are the programs that check `deploy/` and packages.
pub fn checkers(project: &Project) -> Result<Option<PathBuf>> {
    let _lock = lock(project)?;
    python::CHECKERS.ensure(project)
}

/// A Debian with nothing in it, to be copied.
pub fn empty_debian(project: &Project) -> Result<PathBuf> {
    let _lock = lock(project)?;
    packages::empty_debian(project)
}

/// All that building, running and testing take.
pub fn everything(project: &Project) -> Result<()> {
    say::heading("Set-up");
    lints(project)?;
    page(project)?;
    deny(project)?;
    fronts(project)?;
    tests(project)?;
    say::note("everything is there");
    Ok(())
}

/// Two set-ups at once would install the same thing twice; the second waits.
fn lock(project: &Project) -> Result<File> {
    let path = project.cache.join("setup.lock");
    std::fs::create_dir_all(&project.cache)
        .and_then(|()| File::create(&path))
        .and_then(|file| {
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    say::note("another set-up is running; waiting for it to finish");
                    file.lock()?;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            Ok(file)
        })
        .with_context(|| {
            format!(
                "cannot use {} for tools; set SIGNALBOX_CACHE to a folder you may write",
                path.display()
            )
        })
}

/// Calls `make` with an empty folder and moves the result to `place`, so that `place` is either whole or absent.
fn install_into(place: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut name = place.file_name().context("a tool needs a folder name")?.to_owned();
    name.push(".unfinished");
    let unfinished = place.with_file_name(name);
    for old in [&unfinished, place] {
        if old.exists() {
            std::fs::remove_dir_all(old).with_context(|| format!("cannot remove {}", old.display()))?;
        }
    }
    std::fs::create_dir_all(&unfinished).with_context(|| format!("cannot create {}", unfinished.display()))?;
    make(&unfinished)?;
    std::fs::rename(&unfinished, place).with_context(|| format!("cannot create {}", place.display()))
}

/// The first program of that name on the user's PATH.
fn find(program: &str) -> Option<PathBuf> {
    find_in(&std::env::var_os("PATH")?, program)
}

fn find_in(path: &std::ffi::OsStr, program: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    std::env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|file| {
            file.metadata()
                .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
        })
}

/// Whether `text` (what `--version` printed) holds `version` as a whole word: 0.21.1 is not 0.21.14.
fn has_version(text: &str, version: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "()".contains(c))
        .any(|word| word.trim_start_matches('v') == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_whole() {
        assert!(has_version("trunk 0.21.14", "0.21.14"));
        assert!(has_version("wasm-opt version 132 (version_132)", "132"));
        assert!(!has_version("trunk 0.21.14", "0.21.1"));
        assert!(!has_version("", "1"));
    }

    #[test]
    fn a_failed_installation_leaves_nothing_to_believe_in() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("tool-1.0.0");
        let fail = install_into(&place, |unfinished| {
            std::fs::write(unfinished.join("half"), "")?;
            anyhow::bail!("interrupted")
        });
        assert!(fail.is_err());
        assert!(!place.exists());
        install_into(&place, |unfinished| {
            assert!(!unfinished.join("half").exists(), "rests of the first attempt");
            Ok(std::fs::write(unfinished.join("whole"), "")?)
        })
        .unwrap();
        assert!(place.join("whole").exists());
    }

    #[test]
    fn only_executables_are_found() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tool");
        std::fs::write(&file, "").unwrap();
        let search = || find_in(folder.path().as_os_str(), "tool");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(search(), None);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(search(), Some(file));
    }
}
