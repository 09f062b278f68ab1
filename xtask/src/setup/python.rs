//! A Python with the clouds' official SDKs, for the test that they work against the simulated clouds; and programs that PyPI has prebuilt.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::apt;
use crate::process::{ask, run};
use crate::project::Project;
use crate::say;

/// The interpreter of a virtual environment with everything in `tests/sdk/requirements.txt`; `None` while there is no such file.
pub fn ensure(project: &Project) -> Result<Option<PathBuf>> {
    let requirements = project.root.join("tests/sdk/requirements.txt");
    let Ok(content) = std::fs::read(&requirements) else {
        return Ok(None);
    };
    let hash = &format!("{:x}", Sha256::digest(content))[..12];
    let place = project.cache.join("tools").join(format!("python-{hash}"));
    // A virtual environment knows its own path, so it cannot be made elsewhere and moved; the mark says that it is whole.
    let mark = place.join("complete");
    let python = place.join("bin/python");
    if !(mark.is_file() && ask(Command::new(&python).arg("--version")).is_some()) {
        make(&place, &python, &requirements).context(
            "the clouds' Python SDKs could not be installed. Install Python 3.9 or newer with venv and pip by hand \
             (`apt install python3 python3-venv`) and run this again",
        )?;
        std::fs::write(&mark, "").with_context(|| format!("cannot write {}", mark.display()))?;
    }
    Ok(Some(python))
}

/// Puts the program of a wheel, which `requirements` pins with its hashes, into the `bin` of a folder.
pub fn unpack(folder: &Path, requirements: &Path) -> Result<()> {
    environment(folder, "a prebuilt program")?;
    let prebuilt = ["--no-deps", "--only-binary=:all:", "--require-hashes"];
    install(&folder.join("bin/python"), &prebuilt, requirements)
}

fn make(place: &Path, python: &Path, requirements: &Path) -> Result<()> {
    environment(place, "the test with the clouds' official SDKs")?;
    say::note("installing the clouds' official Python SDKs into an environment of their own (about a minute, once)");
    install(python, &[], requirements)
}

fn environment(place: &Path, purpose: &str) -> Result<()> {
    if ask(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_none() {
        apt::install(&["python3", "python3-venv"], purpose)?;
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(place))
}

fn install(python: &Path, how: &[&str], requirements: &Path) -> Result<()> {
    run(Command::new(python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(how)
        .arg("--requirement")
        .arg(requirements))
}
