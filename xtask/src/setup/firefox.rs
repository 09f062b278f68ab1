//! Firefox and its driver. What is only tested in it is skipped where they cannot be had.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{apt, cargo_tools, find};
use crate::process::ask;
use crate::project::Project;
use crate::say;

/// Debian has the one with long support, most others the current one.
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// A Firefox that can be driven.
pub struct Firefox {
    /// The browser.
    pub browser: PathBuf,
    /// geckodriver, which speaks to any Firefox of the last years.
    pub driver: PathBuf,
}

/// Both; `None`, with a warning, where they cannot be had.
pub fn ensure(project: &Project) -> Option<Firefox> {
    let found = set_up(project);
    found
        .inspect_err(|error| {
            say::warning(&format!(
                "the tests in Firefox are skipped ({error:#}). Install Firefox by hand (Debian: `apt install firefox-esr`), or name it \
                 and its driver by SIGNALBOX_FIREFOX and SIGNALBOX_GECKODRIVER"
            ));
        })
        .ok()
}

fn set_up(project: &Project) -> Result<Firefox> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let browser = named("SIGNALBOX_FIREFOX").or_else(present);
    let browser = browser.map_or_else(install, Ok)?;
    let driver = named("SIGNALBOX_GECKODRIVER");
    let driver = driver.map_or_else(|| geckodriver(project), Ok)?;
    Ok(Firefox { browser, driver })
}

fn install() -> Result<PathBuf> {
    apt::install(&["firefox-esr"], "the tests in Firefox")?;
    present().context("what apt-get has installed does not answer --version")
}

fn geckodriver(project: &Project) -> Result<PathBuf> {
    cargo_tools::geckodriver().program(project)
}

fn present() -> Option<PathBuf> {
    FIREFOX.into_iter().filter_map(find).find(|path| starts(path))
}

/// Whether it starts at all: on Ubuntu `firefox` is a stub that only asks for a snap.
fn starts(browser: &Path) -> bool {
    ask(Command::new(browser).arg("--version")).is_some_and(|text| text.contains("Mozilla Firefox"))
}
