//! The wasm target, clippy and rustfmt, and the crates themselves.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{ask, run};
use crate::project::{Project, cargo};
use crate::say;

/// Makes sure of what compiles the page.
pub fn wasm_target() -> Result<()> {
    let by_hand = "`rustup target add wasm32-unknown-unknown`, or, for a Rust from Debian or Ubuntu, `apt install libstd-rust-dev-wasm32`";
    target("wasm32-unknown-unknown", "the page", by_hand)
}

/// Makes sure of a target, for `purpose`.
pub fn target(target: &str, purpose: &str, by_hand: &str) -> Result<()> {
    let installed = || {
        ask(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))
            .is_some_and(|folder| Path::new(&folder).is_dir())
    };
    if installed() {
        return Ok(());
    }
    say::note(&format!(
        "adding {target} to the Rust toolchain (for {purpose}; a download of 20 to 40 MB, once)"
    ));
    run(Command::new("rustup").args(["target", "add", target]))
        .with_context(|| format!("the Rust toolchain has no {target}. Install it by hand: {by_hand}"))
}

pub fn components() -> Result<()> {
    for (command, component) in [("clippy", "clippy"), ("fmt", "rustfmt")] {
        if ask(cargo().args([command, "--version"])).is_none() {
            say::note(&format!(
                "adding {component} to the Rust toolchain (a small download, once)"
            ));
            run(Command::new("rustup").args(["component", "add", component]))
                .with_context(|| format!("install it by hand: `rustup component add {component}`"))?;
        }
    }
    Ok(())
}

/// Trunk runs offline, so that it does not fetch tools behind our back; the crates must then be there already.
pub fn crates(project: &Project) -> Result<()> {
    let fetch = |arguments: &[&str]| {
        let mut command = cargo();
        command
            .current_dir(&project.root)
            .args(["fetch", "--locked"])
            .args(arguments);
        command
    };
    if ask(&mut fetch(&["--offline"])).is_some() {
        return Ok(());
    }
    say::note("downloading the crates named in Cargo.lock (once)");
    run(&mut fetch(&[])).context("the crates could not be downloaded; is the registry reachable?")
}
