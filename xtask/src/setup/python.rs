//! Pythons with what tests need: the clouds' official SDKs, and programs that check what is in `deploy/`; and programs that PyPI has prebuilt.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::apt;
use crate::process::{ask, run};
use crate::project::Project;
use crate::say;

/// A virtual environment with what a file of requirements names.
pub struct Environment {
    /// The file, below the root of the project.
    requirements: &'static str,
    /// What is in it, for people.
    what: &'static str,
    purpose: &'static str,
}

/// The clouds' official SDKs.
pub const SDKS: Environment = Environment {
    requirements: "tests/sdk/requirements.txt",
    what: "the clouds' official Python SDKs",
    purpose: "the test with the clouds' official SDKs",
};

/// Programs that read what is in `deploy/` as those would for whom it is.
pub const CHECKERS: Environment = Environment {
    requirements: "tests/deploy/requirements.txt",
    what: "programs that check files for Kubernetes, compose and lists of what is inside",
    purpose: "the tests of deploy/",
};

impl Environment {
    /// Its interpreter; `None` while there are no requirements.
    pub fn ensure(&self, project: &Project) -> Result<Option<PathBuf>> {
        let requirements = project.root.join(self.requirements);
        let Ok(content) = std::fs::read(&requirements) else {
            return Ok(None);
        };
        let hash = &format!("{:x}", Sha256::digest(content))[..12];
        let place = project.cache.join("tools").join(format!("python-{hash}"));
        // A virtual environment knows its own path, so it cannot be made elsewhere and moved; the mark says that it is whole.
        let mark = place.join("complete");
        let python = place.join("bin/python");
        if !(mark.is_file() && ask(Command::new(&python).arg("--version")).is_some()) {
            self.make(&place, &python, &requirements).with_context(|| {
                format!(
                    "{} could not be installed. Install Python 3.9 or newer with venv and pip by hand \
                     (`apt install python3 python3-venv`) and run this again",
                    self.what
                )
            })?;
            std::fs::write(&mark, "").with_context(|| format!("cannot write {}", mark.display()))?;
        }
        Ok(Some(python))
    }

    fn make(&self, place: &Path, python: &Path, requirements: &Path) -> Result<()> {
        environment(place, self.purpose)?;
        say::note(&format!(
            "installing {} into an environment of their own (about a minute, once)",
            self.what
        ));
        install(python, &[], requirements)
    }
}

/// Puts the program of a wheel, which `requirements` pins with its hashes, into the `bin` of a folder.
pub fn unpack(folder: &Path, requirements: &Path) -> Result<()> {
    environment(folder, "a prebuilt program")?;
    let prebuilt = ["--no-deps", "--only-binary=:all:", "--require-hashes"];
    install(&folder.join("bin/python"), &prebuilt, requirements)
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
