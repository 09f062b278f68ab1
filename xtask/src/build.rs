//! `cargo xtask build`: the single file that is shipped.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::process::run as execute;
use crate::project::{Project, cargo};
use crate::{page, say, setup};

/// The path of the binary, with the page inside.
pub fn run(project: &Project) -> Result<PathBuf> {
    let start = Instant::now();
    say::heading("Set-up");
    let tools = setup::page(project)?;
    say::heading("Page (the first build takes some minutes)");
    page::build(project, &tools)?;
    say::heading("Binary (the first build takes some minutes)");
    let mut command = cargo();
    command.current_dir(&project.root);
    command.args([
        "build",
        "--release",
        "--locked",
        "--package",
        "signalbox",
        "--features",
        "embed-page",
    ]);
    execute(&mut command)?;
    let binary = project.binary();
    let size = binary
        .metadata()
        .with_context(|| format!("cargo did not make {}", binary.display()))?
        .len();
    say::note(&format!(
        "{} ({} MB, page inside) after {}",
        binary.display(),
        size / 1_000_000,
        say::duration(start.elapsed())
    ));
    Ok(binary)
}
