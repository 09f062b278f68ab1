//! What packages are made with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::{apt, find, install_into, python, rust};
use crate::process::{ask, run};
use crate::project::Project;
use crate::say;

/// Makes sure of a Rust target whose C library can be inside the program, and of a C compiler for it.
pub fn static_binary(target: &str) -> Result<()> {
    rust::target(
        target,
        "the static binary",
        &format!("`rustup target add {target}`; a Rust that is not rustup's cannot make packages"),
    )?;
    if find("musl-gcc").is_none() {
        apt::install(&["musl-tools"], "a C compiler for static programs")?;
    }
    Ok(())
}

/// Makes sure of `dpkg-deb`.
pub fn debian_packages() -> Result<()> {
    if find("dpkg-deb").is_none() {
        apt::install(&["dpkg"], "makes Debian packages")?;
    }
    Ok(())
}

const MIRROR: &str = "http://deb.debian.org/debian";

/// A Debian with nothing in it, by debootstrap. It is copied, never changed.
pub fn empty_debian(project: &Project) -> Result<PathBuf> {
    let place = project.cache.join("tools/debian-empty");
    if place.is_dir() {
        return Ok(place);
    }
    if find("debootstrap").is_none() {
        apt::install(&["debootstrap"], "makes an empty Debian to try the package in")?;
    }
    say::note("making an empty Debian to try the package in (two minutes, once)");
    install_into(&place, |folder| {
        run(Command::new("debootstrap")
            .args(["--variant=minbase", "stable"])
            .arg(folder)
            .arg(MIRROR)
            .stdout(Stdio::null()))
        .with_context(|| format!("is {MIRROR} reachable?"))
    })?;
    Ok(place)
}

/// The certificate authorities that browsers trust, all of them in one PEM file.
pub struct CertificateAuthorities {
    pub file: PathBuf,
    pub version: String,
    pub sha256: String,
}

/// Mozilla's list as PyPI's certifi has it, pinned by hash: what this machine trusts beyond that is its own matter.
pub fn certificate_authorities(project: &Project) -> Result<CertificateAuthorities> {
    let requirements = project.root.join("xtask/pip/certifi.txt");
    let pinned = std::fs::read_to_string(&requirements)?;
    let version = version_in(&pinned).context("xtask/pip/certifi.txt pins no certifi")?;
    let place = project.cache.join("tools").join(format!("certifi-{version}"));
    let list = || {
        let asked = ask(Command::new(place.join("bin/python")).args(["-m", "certifi"]));
        asked.map(PathBuf::from).filter(|file| file.is_file())
    };
    if list().is_none() {
        say::note(&format!(
            "installing certifi {version} (certificate authorities) from PyPI, once"
        ));
        // A virtual environment knows its own path, so it cannot be made elsewhere and moved.
        python::unpack(&place, &requirements)?;
    }
    let file = list().context("certifi names no list")?;
    let sha256 = crate::files::sha256(&file)?;
    Ok(CertificateAuthorities {
        file,
        version: version.to_owned(),
        sha256,
    })
}

fn version_in(requirements: &str) -> Option<&str> {
    let line = requirements.lines().find_map(|line| line.strip_prefix("certifi=="))?;
    line.split_whitespace().next()
}

/// The program that makes images, wherever it is.
pub struct Buildah {
    program: PathBuf,
    libraries: Option<PathBuf>,
}

impl Buildah {
    /// Calls it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }

    fn works(&self) -> bool {
        ask(self.command().arg("--version")).is_some()
    }
}

/// Installed or, where it is not, unpacked from Debian's package.
pub fn buildah(project: &Project) -> Result<Buildah> {
    if let Some(program) = find("buildah") {
        return Ok(Buildah {
            program,
            libraries: None,
        });
    }
    let place = project.cache.join("tools/debian-buildah");
    let inside = |root: &Path| Buildah {
        program: root.join("usr/bin/buildah"),
        libraries: Some(
            root.join("usr/lib")
                .join(format!("{}-linux-gnu", std::env::consts::ARCH)),
        ),
    };
    if !inside(&place).works() {
        install_into(&place, |folder| {
            apt::unpack(&["buildah"], "makes images", folder)?;
            ensure!(inside(folder).works(), "what was unpacked does not start");
            Ok(())
        })
        .context("install buildah by hand (`apt-get install buildah`) and run this again")?;
    }
    Ok(inside(&place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_version_is_read() {
        assert_eq!(
            version_in("# x\ncertifi==2026.1.4 \\\n    --hash=sha256:00"),
            Some("2026.1.4")
        );
        assert_eq!(version_in("certificate==1"), None);
    }
}
