//! `cargo xtask bench`: how fast it is, as tables.

use std::ffi::OsString;

use anyhow::Result;

use crate::process::run as execute;
use crate::project::{Project, cargo};
use crate::{build, say, setup, test};

/// The table engine by itself, then the page in a real browser, beside a peer.
pub fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    let tools = setup::tests(project)?;
    let peer = setup::ag_grid(project)?;
    let binary = build::run(project)?;
    let here = || {
        let mut command = cargo();
        command.current_dir(&project.root);
        command
    };
    say::heading("Table engine");
    execute(here().args(["bench", "--locked", "--package", "signalbox-table"]))?;
    say::heading("Page in a browser");
    let mut page = here();
    page.args([
        "run",
        "--locked",
        "--package",
        "signalbox-tests",
        "--bin",
        "bench",
        "--",
    ]);
    page.args(arguments);
    if let Some(script) = peer {
        page.env("SIGNALBOX_AG_GRID", script);
    }
    execute(test::environment(&mut page, &tools).env("SIGNALBOX_BIN", binary))
}
