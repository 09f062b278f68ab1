//! `cargo xtask bench proxy` and `cargo xtask bench soak`: the program as it is shipped, over simulated clouds.

use std::ffi::OsString;

use anyhow::Result;

use super::Of;
use crate::process::run as execute;
use crate::project::{Project, cargo};
use crate::{build, say, setup};

/// Runs the one or the other.
pub fn run(project: &Project, of: Of, arguments: &[OsString]) -> Result<()> {
    let beside = setup::beside_the_proxy(project)?;
    let binary = build::run(project)?;
    say::heading(match of {
        Of::Proxy => "Proxy",
        Of::Soak => "A long load on the proxy",
    });
    let mut command = cargo();
    // The clouds and the readers run inside it: built otherwise, they would take the machine for themselves.
    command
        .current_dir(&project.root)
        .args([
            "run",
            "--release",
            "--locked",
            "--package",
            "signalbox-tests",
            "--bin",
            "bench_proxy",
            "--",
        ])
        .args((of == Of::Soak).then_some("soak"))
        .args(arguments)
        .envs(beside)
        .env("SIGNALBOX_BIN", binary);
    execute(&mut command)
}
