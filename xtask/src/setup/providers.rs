//! Real identity providers, which the tests sign in at. What is only tested with one is skipped where it cannot be had.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{apt, install_into, npm};
use crate::process::ask;
use crate::project::Project;
use crate::say;

/// What could be had.
pub struct Providers {
    /// `node_modules` with npm's oidc-provider.
    pub npm: Option<PathBuf>,
    /// A folder that has Debian's glewlwyd as it would lie below `/`.
    pub glewlwyd: Option<PathBuf>,
    /// The library that lets time pass for a program.
    pub faketime: Option<PathBuf>,
}

/// All of them; each `None`, with a warning, where it cannot be had.
pub fn ensure(project: &Project) -> Providers {
    let warned = |what: &str, found: Result<PathBuf>| {
        let found = found.inspect_err(|error| say::warning(&format!("the tests {what} are skipped ({error:#})")));
        found.ok()
    };
    Providers {
        npm: warned("that sign in at oidc-provider", npm::providers(project)),
        glewlwyd: warned("that sign in at glewlwyd", glewlwyd(project)),
        faketime: warned("in which time passes", faketime(project)),
    }
}

fn glewlwyd(project: &Project) -> Result<PathBuf> {
    // It takes one of several databases. This is the smallest.
    unpacked(project, "glewlwyd", &["glewlwyd", "dbconfig-sqlite3"], |root| {
        let mut command = Command::new(root.join("usr/bin/glewlwyd"));
        let libraries = std::env::join_paths(folders(root)).unwrap_or_default();
        ask(command.arg("--version").env("LD_LIBRARY_PATH", libraries)).is_some()
    })
}

fn faketime(project: &Project) -> Result<PathBuf> {
    let root = unpacked(project, "faketime", &["libfaketime"], |root| library(root).is_some())?;
    library(&root).context("it holds no library")
}

/// The folder below which there is what packages hold: `/` where they are installed.
fn unpacked(project: &Project, name: &str, packages: &[&str], works: impl Fn(&Path) -> bool) -> Result<PathBuf> {
    let place = project.cache.join("tools").join(format!("debian-{name}"));
    for root in [Path::new("/"), &place] {
        if works(root) {
            return Ok(root.to_path_buf());
        }
    }
    install_into(&place, |folder| {
        apt::unpack(packages, "the tests of signing in", folder)?;
        ensure!(works(folder), "{name} was unpacked, and does not start");
        Ok(())
    })?;
    Ok(place)
}

fn library(root: &Path) -> Option<PathBuf> {
    let mut libraries = folders(root).map(|folder| folder.join("faketime/libfaketime.so.1"));
    libraries.find(|library| library.is_file())
}

/// Where Debian has libraries: in a folder that is named after the kind of machine.
fn folders(root: &Path) -> impl Iterator<Item = PathBuf> {
    let all = std::fs::read_dir(root.join("usr/lib")).into_iter().flatten().flatten();
    let all = all.map(|folder| folder.path());
    all.filter(|folder| folder.to_string_lossy().ends_with("-linux-gnu"))
}
