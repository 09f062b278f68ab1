//! The wasm target, clippy and rustfmt, and the crates themselves.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{ask, run};
use crate::project::{Project, cargo};
use crate::say;

const TARGET: &str = "wasm32-unknown-unknown";

pub fn wasm_target() -> Result<()> {
    let installed = || {
        ask(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
            .is_some_and(|folder| Path::new(&folder).is_dir())
    };
    if installed() {
        return Ok(());
    }
    say::note("adding the WebAssembly target to the Rust toolchain (a download of about 20 MB, once)");
    run(Command::new("rustup").args(["target", "add", TARGET])).context(
        "the Rust toolchain has no WebAssembly target. Install it by hand: `rustup target add wasm32-unknown-unknown`, \
         or, for a Rust from Debian or Ubuntu, `apt install libstd-rust-dev-wasm32`",
    )
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
