//! `cargo xtask pictures`: takes the README's pictures anew.

use anyhow::Result;

use crate::process::run as execute;
use crate::project::{Project, cargo};
use crate::{build, say, setup, test};

/// Builds, starts the demo, and writes `docs/pictures/`.
pub fn run(project: &Project) -> Result<()> {
    let tools = setup::tests(project)?;
    let binary = build::run(project)?;
    say::heading("Pictures");
    let mut command = cargo();
    command.current_dir(&project.root);
    command.args(["run", "--locked", "--package", "signalbox-tests", "--bin", "pictures"]);
    execute(test::environment(&mut command, &tools).env("SIGNALBOX_BIN", binary))
}
