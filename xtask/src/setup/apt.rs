//! System packages on Debian and Ubuntu.

use std::process::Command;

use anyhow::{Context, Result, bail};

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

/// Brings the lists of packages.
///
/// # Errors
/// As [`install`].
pub fn update() -> Result<()> {
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
