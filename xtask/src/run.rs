//! `cargo xtask run`: from a fresh clone to an open-able page.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::project::Project;
use crate::{build, process, say};

/// Returns only on failure: at the end xtask becomes `signalbox`, which prints its address.
pub fn run(project: &Project, arguments: Vec<OsString>) -> Result<()> {
    let binary = build::run(project)?;
    say::heading("Signalbox (Ctrl-C ends it)");
    Err(process::replace_self(
        Command::new(binary).args(with_command(arguments)),
    ))
}

/// `demo` unless another command is named.
pub fn with_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let names_command = arguments
        .first()
        .is_some_and(|first| !first.to_string_lossy().starts_with('-'));
    if !names_command {
        arguments.insert(0, "demo".into());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_is_started_unless_another_command_is_named() {
        let check = |given: &[&str], expected: &[&str]| {
            assert_eq!(with_command(given.iter().map(Into::into).collect()), expected);
        };
        check(&[], &["demo"]);
        check(&["--rows", "5"], &["demo", "--rows", "5"]);
        check(&["serve", "--config", "a.toml"], &["serve", "--config", "a.toml"]);
        check(&["demo"], &["demo"]);
    }
}
