//! The systemd unit of the Debian package, by systemd's own judgement.

use std::process::Command;

use anyhow::{Context, ensure};
use signalbox_tests::Result;
use tempfile::TempDir;

use super::{read, root, run};

/// Whether systemd can judge here, as it can since 250.
fn can_judge() -> bool {
    let version = Command::new("systemd-analyze").arg("--version").output();
    let text = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let number = text.ok().and_then(|text| text.split_whitespace().nth(1)?.parse().ok());
    let can = number.is_some_and(|number: u32| number >= 250);
    if !can {
        eprintln!("skipped: systemd-analyze 250 or newer is not here");
    }
    can
}

#[test]
fn the_unit_is_exposed_to_2_0_at_most() -> Result<()> {
    if !can_judge() {
        return Ok(());
    }
    let unit = root().join("deploy/debian/signalbox.service");
    let output = run(Command::new("systemd-analyze")
        .args(["security", "--no-pager", "--offline=true", "--threshold=20"])
        .arg(&unit))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let level = text.lines().find(|line| line.contains("Overall exposure level"));
    let level = level.with_context(|| text.to_string())?;
    let level: f64 = level
        .split_whitespace()
        .find_map(|word| word.parse().ok())
        .context("it says no level")?;
    eprintln!("exposed to {level}");
    assert!(level <= 2.0);
    Ok(())
}

#[test]
fn systemd_takes_the_unit_without_a_word() -> Result<()> {
    if !can_judge() {
        return Ok(());
    }
    let unit = read("deploy/debian/signalbox.service")?;
    let folder = TempDir::new()?;
    let file = folder.path().join("signalbox.service");
    // The program is not installed here.
    let installed = unit.replace("/usr/bin/signalbox", "/bin/true");
    ensure!(installed != unit, "the unit starts another program");
    std::fs::write(&file, installed)?;
    let output = run(Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&file))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("signalbox")).collect();
    assert!(ours.is_empty(), "{ours:?}");
    Ok(())
}
