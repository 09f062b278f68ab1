//! The fronts of `docs/fronts.md`. What is tested behind one is skipped where it cannot be had.
//!
//! Installed by their packages they would listen on this machine from now on, so the packages are only unpacked.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{find, find_in, install_into};
use crate::process::{ask, run};
use crate::project::Project;
use crate::say;

/// The programs, each with the variable by which tests find it and what it says of its version with this argument.
const FRONTS: [(&str, &str, &str); 3] = [
    ("nginx", "SIGNALBOX_NGINX", "-v"),
    ("haproxy", "SIGNALBOX_HAPROXY", "-v"),
    ("caddy", "SIGNALBOX_CADDY", "version"),
];

/// Those that there are, by their variables; a warning for each other one.
pub fn ensure(project: &Project) -> Vec<(&'static str, PathBuf)> {
    let there = FRONTS.into_iter().filter_map(|(name, variable, version)| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let found = named.map_or_else(|| set_up(project, name, version), Ok);
        let warned = found.inspect_err(|error| {
            say::warning(&format!(
                "the tests behind {name} are skipped ({error:#}). Install {name} by hand, or name it by {variable}"
            ));
        });
        Some((variable, warned.ok()?))
    });
    there.collect()
}

fn set_up(project: &Project, name: &str, version: &str) -> Result<PathBuf> {
    // Distributions keep servers out of the PATH of those who are not root.
    let present = find(name).or_else(|| find_in("/usr/sbin:/usr/local/sbin".as_ref(), name));
    if let Some(present) = present {
        return Ok(present);
    }
    let place = project.cache.join("tools").join(format!("front-{name}"));
    let program = place.join("run");
    if !starts(&program, version) {
        install_into(&place, |unfinished| unpack(name, unfinished, &place))?;
        ensure!(starts(&program, version), "what was unpacked does not answer {version}");
    }
    Ok(program)
}

fn starts(program: &Path, version: &str) -> bool {
    ask(Command::new(program).arg(version)).is_some()
}

/// Unpacks a package with those that it needs and this machine lacks, and writes the program that finds them, for when they are at `place`.
fn unpack(name: &str, folder: &Path, place: &Path) -> Result<()> {
    find("apt-get").context("this system has no apt-get")?;
    say::note(&format!("unpacking {name} (for the tests behind it; once)"));
    if let Err(error) = download(name, folder) {
        // A new machine has no list of packages, an old one a stale one. Only root can bring another.
        say::note(&format!("{error:#}; once more with a new list of packages"));
        super::apt::update()?;
        download(name, folder)?;
    }
    for entry in std::fs::read_dir(folder)? {
        let package = entry?.path();
        if package.extension().is_some_and(|ending| ending == "deb") {
            run(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(folder))?;
            std::fs::remove_file(package)?;
        }
    }
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

/// Brings a package and those that it needs and that are not installed.
fn download(name: &str, folder: &Path) -> Result<()> {
    let arguments = ["install", "--print-uris", "-qq", "--no-install-recommends", name];
    let uris = ask(Command::new("apt-get").args(arguments));
    let packages = packages_in(&uris.unwrap_or_default());
    ensure!(!packages.is_empty(), "apt-get knows no package {name}");
    run(Command::new("apt-get")
        .args(["-q", "download"])
        .args(packages)
        .current_dir(folder))
}

/// `'http://…/nginx_1.22.1-9_amd64.deb' nginx_1.22.1-9_amd64.deb 532468 SHA256:…`, a line a package.
fn packages_in(uris: &str) -> Vec<String> {
    let names = uris
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1)?.split_once('_'));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn write_program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_from_what_apt_would_fetch() {
        let uris = "'http://deb.example/l/liblua5.3-0_5.3.6-2_amd64.deb' liblua5.3-0_5.3.6-2_amd64.deb 122984 MD5Sum:60b9\n\
                    'http://deb.example/h/haproxy_2.6.12-1%2bdeb12u4_amd64.deb' haproxy_2.6.12-1+deb12u4_amd64.deb 2042596 \n";
        assert_eq!(packages_in(uris), ["liblua5.3-0", "haproxy"]);
        assert!(packages_in("").is_empty());
    }
}
