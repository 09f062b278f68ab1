//! `cargo xtask package`: what is handed on. A static binary, a Debian package and an OCI image, each with the list of what is inside it (`CycloneDX`) and all with
//! their checksums, in `target/package`.
//!
//! Two runs of one commit with the same tools make the same files: times are those of the commit, or of `SOURCE_DATE_EPOCH`.

mod binary;
mod bom;
mod crates;
mod debian;
mod image;
mod rehearsal;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::process::ask;
use crate::project::Project;
use crate::{files, say, setup};

/// What is packed, when and for what machine.
struct Release {
    version: String,
    /// Of this machine, as Rust calls it.
    machine: &'static str,
    /// The same, as Debian and container engines call it.
    architecture: &'static str,
    /// What the files' times are, in seconds of Unix.
    epoch: u64,
    /// The same as text.
    time: String,
    /// The commit, where there is one.
    revision: String,
    /// Where everything goes.
    folder: PathBuf,
}

/// Makes the packages, of `program` or of one that is built; then, where `tries` says so, unpacks each in an empty root and follows the README until people could sign in.
pub fn run(project: &Project, program: Option<PathBuf>, tries: bool) -> Result<()> {
    let start = Instant::now();
    let release = Release::new(project)?;
    files::make_empty(&release.folder)?;
    let binary = match program {
        Some(binary) => binary,
        None => binary::build(project, &release)?,
    };
    binary::check(&binary)?;
    say::heading("Packages");
    let (buildah, authorities) = setup::packages(project)?;
    let inside = crates::inside(project, &release)?;
    let program = release
        .folder
        .join(format!("signalbox-{}-linux-{}", release.version, release.machine));
    std::fs::copy(&binary, &program)?;
    let own = bom::of_file(&release, &inside, &program, bom::Kind::Program)?;
    // Inside the others lies the list of the program; beside them lies one of their own, which knows their checksum.
    let listed = release.folder.join("signalbox.cdx.json");
    write_json(&listed, &own)?;
    let package = debian::pack(project, &release, &program, &listed)?;
    let image = image::pack(project, &release, &program, &listed, (&buildah, &authorities))?;
    for (file, list) in [
        (&package, bom::of_file(&release, &inside, &package, bom::Kind::Debian)?),
        (
            &image,
            bom::of_file(&release, &inside, &image, bom::Kind::Image(&authorities))?,
        ),
        (&program, own),
    ] {
        write_json(&beside(file, "cdx.json"), &list)?;
    }
    std::fs::remove_file(listed)?;
    sums(&release.folder)?;
    for file in [&program, &package, &image] {
        let size = file.metadata()?.len() / 1_000_000;
        say::note(&format!("{} ({size} MB)", file.display()));
    }
    say::note(&format!("made in {}", say::duration(start.elapsed())));
    if tries {
        let packages = rehearsal::Packages {
            program: &program,
            debian: &package,
            image: &image,
            authorities: &authorities.file,
        };
        rehearsal::run(project, &release, &packages)?;
    }
    Ok(())
}

impl Release {
    fn new(project: &Project) -> Result<Self> {
        let (machine, architecture) = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => ("x86_64", "amd64"),
            ("linux", "aarch64") => ("aarch64", "arm64"),
            (system, machine) => {
                bail!("packages are made on Linux, on x86_64 or aarch64; this is {system} on {machine}")
            }
        };
        let git = |arguments: &[&str]| ask(Command::new("git").current_dir(&project.root).args(arguments));
        let epoch = std::env::var("SOURCE_DATE_EPOCH")
            .ok()
            .or_else(|| git(&["log", "-1", "--format=%ct"]))
            .context("no commit to take the time from: set SOURCE_DATE_EPOCH")?;
        let epoch = epoch.trim().parse().context("SOURCE_DATE_EPOCH is no number")?;
        let time = ask(Command::new("date").args(["-u", "-d", &format!("@{epoch}"), "+%Y-%m-%dT%H:%M:%SZ"]))
            .context("`date` does not print times as GNU's does")?;
        if git(&["status", "--porcelain"]).is_none_or(|changed| !changed.is_empty()) {
            say::warning("the work tree is not what the commit says: these packages cannot be made again from it");
        }
        Ok(Self {
            version: project.locked_version("signalbox")?,
            machine,
            architecture,
            epoch,
            time,
            revision: git(&["rev-parse", "HEAD"]).unwrap_or_default(),
            folder: project.target.join("package"),
        })
    }

    /// What Rust calls the system: one whose C library can be inside the program.
    fn target(&self) -> String {
        format!("{}-unknown-linux-musl", self.machine)
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn write_json(file: &Path, value: &Value) -> Result<()> {
    std::fs::write(file, format!("{value:#}\n")).with_context(|| format!("cannot write {}", file.display()))
}

/// As `sha256sum --check` reads it.
fn sums(folder: &Path) -> Result<()> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        names.push(name.into_string().ok().context("a file name is not UTF-8")?);
    }
    names.sort();
    let mut lines = String::new();
    for name in names {
        lines += &format!("{}  {name}\n", files::sha256(&folder.join(&name))?);
    }
    ensure!(!lines.is_empty(), "nothing was made");
    Ok(std::fs::write(folder.join("SHA256SUMS"), lines)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_of_all_files_and_sorted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(sums(folder.path()).is_err());
        std::fs::write(folder.path().join("b"), "").unwrap();
        std::fs::write(folder.path().join("a"), "abc").unwrap();
        sums(folder.path()).unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.path().join("SHA256SUMS")).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
        );
    }
}
