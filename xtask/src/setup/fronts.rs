//! The fronts of `docs/fronts.md`. What is tested behind one is skipped where it cannot be had.
//!
//! Installed by their packages they would listen on this machine from now on, so the packages are only unpacked.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{apt, find, find_in, install_into};
use crate::process::ask;
use crate::project::Project;
use crate::say;

/// The programs, each with its package, the variable by which tests find it and what it says of its version with this argument. The last two are no fronts: one
/// looks at what Prometheus would be told, and one is what replicas share.
const FRONTS: [(&str, &str, &str, &str); 5] = [
    ("nginx", "nginx", "SIGNALBOX_NGINX", "-v"),
    ("haproxy", "haproxy", "SIGNALBOX_HAPROXY", "-v"),
    ("caddy", "caddy", "SIGNALBOX_CADDY", "version"),
    ("promtool", "prometheus", "SIGNALBOX_PROMTOOL", "--version"),
    ("redis-server", "redis-server", "SIGNALBOX_REDIS", "--version"),
];

/// Those that there are, by their variables; a warning for each other one.
pub fn ensure(project: &Project) -> Vec<(&'static str, PathBuf)> {
    let there = FRONTS.into_iter().filter_map(|(name, package, variable, version)| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let found = named.map_or_else(|| set_up(project, name, package, version), Ok);
        let warned = found.inspect_err(|error| {
            say::warning(&format!(
                "the tests with {name} are skipped ({error:#}). Install {package} by hand, or name {name} by {variable}"
            ));
        });
        Some((variable, warned.ok()?))
    });
    there.collect()
}

fn set_up(project: &Project, name: &str, package: &str, version: &str) -> Result<PathBuf> {
    // Distributions keep servers out of the PATH of those who are not root.
    let present = find(name).or_else(|| find_in("/usr/sbin:/usr/local/sbin".as_ref(), name));
    if let Some(present) = present {
        return Ok(present);
    }
    let place = project.cache.join("tools").join(format!("front-{name}"));
    let program = place.join("run");
    if !starts(&program, version) {
        install_into(&place, |unfinished| unpack(name, package, unfinished, &place))?;
        ensure!(starts(&program, version), "what was unpacked does not answer {version}");
    }
    Ok(program)
}

fn starts(program: &Path, version: &str) -> bool {
    ask(Command::new(program).arg(version)).is_some()
}

/// Unpacks a package with those that it needs, and writes the program that finds them, for when they are at `place`.
fn unpack(name: &str, package: &str, folder: &Path, place: &Path) -> Result<()> {
    apt::unpack(&[package], "the tests with it", folder)?;
    let folders = [folder.join("usr/sbin"), folder.join("usr/bin")];
    let found = folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    let inside = found.context("the package has no such program")?;
    let inside = place.join(inside.strip_prefix(folder)?);
    let libraries = place
        .join("usr/lib")
        .join(format!("{}-linux-gnu", std::env::consts::ARCH));
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
        libraries.display(),
        inside.display()
    );
    write_program(&folder.join("run"), &script)
}

fn write_program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}
