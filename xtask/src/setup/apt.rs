//! System packages on Debian and Ubuntu.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::find;
use crate::process::{ask, run};
use crate::say;

/// Installs `packages`, which are needed for `purpose`.
///
/// # Errors
/// When this is no Debian or Ubuntu, or we may not install: the error then says what to type.
pub fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!("install by hand (`apt-get install {list}`) and run this again");
    let mut command = command(&["install", "-y", "--no-install-recommends"]).with_context(|| by_hand.clone())?;
    say::note(&format!(
        "installing {list} with apt-get ({purpose}; some minutes, once)"
    ));
    // A stale list of one source must not stop us: what counts is whether the packages can be installed.
    if let Err(error) = update() {
        say::warning(&error.to_string());
    }
    run(command.args(packages)).with_context(|| by_hand)
}

/// Unpacks packages below `folder`, with those that they need and this machine lacks. Nothing is installed: no service of theirs starts, and nobody needs
/// to be root.
///
/// # Errors
/// When this is no Debian or Ubuntu, or it has no such packages.
pub fn unpack(packages: &[&str], purpose: &str, folder: &Path) -> Result<()> {
    find("apt-get").context("this system has no apt-get")?;
    say::note(&format!("unpacking {} ({purpose}; once)", packages.join(" ")));
    if let Err(error) = download(packages, folder) {
        // A new machine has no list of packages, an old one a stale one. Only root can bring another.
        say::note(&format!("{error:#}; once more with a new list of packages"));
        update()?;
        download(packages, folder)?;
    }
    let files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    for file in files.collect::<Result<Vec<_>>>()? {
        if file.extension().is_some_and(|ending| ending == "deb") {
            run(Command::new("dpkg-deb").arg("--extract").arg(&file).arg(folder))?;
            std::fs::remove_file(file)?;
        }
    }
    Ok(())
}

/// Brings packages and those that they need and that are not installed.
fn download(packages: &[&str], folder: &Path) -> Result<()> {
    let mut plan = Command::new("apt-get");
    plan.args(["install", "--print-uris", "-qq", "--no-install-recommends"])
        .args(packages);
    let all = packages_in(&ask(&mut plan).unwrap_or_default());
    ensure!(!all.is_empty(), "apt-get knows no packages {}", packages.join(" "));
    run(Command::new("apt-get")
        .args(["-q", "download"])
        .args(all)
        .current_dir(folder))
}

/// `'http://…/nginx_1.22.1-9_amd64.deb' nginx_1.22.1-9_amd64.deb 532468 SHA256:…`, a line a package.
fn packages_in(uris: &str) -> Vec<String> {
    let names = uris
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1)?.split_once('_'));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn update() -> Result<()> {
    run(&mut command(&["update"])?)
}

/// apt-get, asked to change the system.
fn command(arguments: &[&str]) -> Result<Command> {
    if find("apt-get").is_none() {
        bail!("this system has no apt-get");
    }
    let is_root = ask(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !is_root && ask(Command::new("sudo").args(["-n", "true"])).is_none() {
        bail!("only root can do that with apt-get here");
    }
    let mut command = Command::new(if is_root { "env" } else { "sudo" });
    if !is_root {
        command.args(["-n", "env"]);
    }
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
        .args(arguments);
    Ok(command)
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
