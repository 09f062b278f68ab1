//! The static binary.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Release;
use crate::process::run;
use crate::project::{Project, cargo};
use crate::{page, say, setup};

/// Bytes that it may have, with the page inside.
const LIMIT: usize = 25_000_000;

/// Builds it, with the page inside.
pub fn build(project: &Project, release: &Release) -> Result<PathBuf> {
    say::heading("Set-up");
    let tools = setup::page(project)?;
    setup::static_binary(project, &release.target())?;
    say::heading("Page (the first build takes some minutes)");
    page::build(project, &tools)?;
    say::heading("Static binary (the first build takes some minutes)");
    let target = release.target();
    let mut command = cargo();
    command.current_dir(&project.root);
    command
        .args(["build", "--release", "--locked", "--package", "signalbox"])
        .args(["--features", "embed-page", "--target", &target]);
    let variable = format!(
        "CARGO_TARGET_{}_RUSTFLAGS",
        target.to_ascii_uppercase().replace('-', "_")
    );
    command
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        // Where somebody builds is nobody's business, and would make every build another one. (The flags of all targets would win over those of this one.)
        .env_remove("RUSTFLAGS")
        .env(variable, remapped(project)?)
        .env("SOURCE_DATE_EPOCH", release.epoch.to_string());
    run(&mut command)?;
    Ok(project.target.join(target).join("release/signalbox"))
}

/// Makes sure that a program is small enough and needs no library of the system.
pub fn check(binary: &Path) -> Result<()> {
    let content = std::fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let size = content.len();
    ensure!(size <= LIMIT, "the program has {size} bytes, and {LIMIT} are the limit");
    let interpreted = needs_interpreter(&content).context("the program is no 64-bit ELF file")?;
    ensure!(!interpreted, "the program needs libraries of the system");
    Ok(())
}

/// Whether an ELF file says by whom it is to be loaded (`PT_INTERP`), which static ones do not.
fn needs_interpreter(elf: &[u8]) -> Option<bool> {
    const INTERPRETER: usize = 3;
    let number = |at: usize, size: usize| {
        let bytes = elf.get(at..at.checked_add(size)?)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0_usize, |all, byte| all << 8 | usize::from(*byte)),
        )
    };
    elf.strip_prefix(b"\x7fELF\x02\x01")?;
    let (start, size, count) = (number(0x20, 8)?, number(0x36, 2)?, number(0x38, 2)?);
    let kinds: Option<Vec<usize>> = (0..count).map(|header| number(start + header * size, 4)).collect();
    Some(kinds?.contains(&INTERPRETER))
}

/// Paths as they stand in messages of the program: of this project and of its dependencies, instead of this machine's.
fn remapped(project: &Project) -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let home = home.context("no home folder is known: set CARGO_HOME")?;
    let pairs = [
        (&project.root, "/signalbox"),
        (&project.target, "/target"),
        (&home, "/cargo"),
    ];
    let flags = pairs.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(flags.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_need_the_system_are_told_from_static_ones() {
        let elf = |kinds: &[u8]| {
            let mut elf = vec![0; 0x40];
            elf[..6].copy_from_slice(b"\x7fELF\x02\x01");
            (elf[0x20], elf[0x36], elf[0x38]) = (0x40, 56, kinds.len() as u8);
            for kind in kinds {
                elf.push(*kind);
                elf.extend([0; 55]);
            }
            elf
        };
        assert_eq!(needs_interpreter(&elf(&[6, 3, 1])), Some(true));
        assert_eq!(needs_interpreter(&elf(&[1, 2])), Some(false));
        assert_eq!(needs_interpreter(&elf(&[1, 3])[..0x50]), None);
        assert_eq!(needs_interpreter(b"#!/bin/sh"), None);
        // The tests themselves are loaded by the system.
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        if cfg!(all(target_os = "linux", target_env = "gnu")) {
            assert_eq!(needs_interpreter(&own), Some(true));
        }
    }
}
