//! Each package tried as a stranger would: in an empty root, by the commands of the README's table "Run it", until people could sign in.

mod binary;
mod debian;
mod image;
mod place;
mod visitor;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use self::place::{Host, Service};
use super::{Release, beside, bom};
use crate::process::ask;
use crate::project::Project;
use crate::{files, say, setup};

/// What is tried.
pub struct Packages<'a> {
    pub program: &'a Path,
    pub debian: &'a Path,
    pub image: &'a Path,
    pub authorities: &'a Path,
}

/// Tries all; the first that does not work is an error.
pub fn run(project: &Project, release: &Release, packages: &Packages<'_>) -> Result<()> {
    say::heading("Trying the packages in empty roots");
    ensure!(
        ask(Command::new("id").arg("-u")).as_deref() == Some("0"),
        "only root can enter another root"
    );
    let empty = setup::empty_debian(project)?;
    let work = project.target.join("package-rehearsal");
    files::make_empty(&work)?;
    let readme = std::fs::read_to_string(project.root.join("README.md"))?;
    let lists = [packages.program, packages.debian, packages.image].map(|file| beside(file, "cdx.json"));
    if let Some(python) = setup::checkers(project)? {
        bom::check(&python, &lists)?;
        say::note("the lists of what is inside are CycloneDX 1.6");
    }
    let host = Host::start(packages.program, &work)?;
    let mut began = Instant::now();
    let mut tried = |what: &str| {
        say::note(&format!(
            "{what}: people could sign in, after {}",
            say::duration(began.elapsed())
        ));
        began = Instant::now();
    };

    let commands = commands(&readme, "Static binary")?;
    binary::try_out(
        packages.program,
        &commands,
        &host,
        (packages.authorities, &work.join("binary")),
    )?;
    tried("static binary");
    let commands = self::commands(&readme, "Image")?;
    image::try_out(release, packages.image, &commands, &host, &work.join("image"))?;
    tried("image");
    let commands = self::commands(&readme, "Debian package")?;
    debian::try_out(packages.debian, &commands, &host, (&empty, &work.join("debian")))?;
    tried("Debian package");
    Ok(())
}

/// The commands in a row of the README's table "Run it".
fn commands(readme: &str, row: &str) -> Result<Vec<String>> {
    let table = readme.split("\n## ").find(|section| section.starts_with("Run it"));
    let table = table.context("the README has no section \"Run it\"")?;
    let start = format!("| {row} |");
    let line = table.lines().find_map(|line| line.strip_prefix(&start));
    let line = line.with_context(|| format!("the table \"Run it\" has no row {row:?}"))?;
    let commands: Vec<String> = line.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    ensure!(!commands.is_empty(), "the row {row:?} has no command");
    Ok(commands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_the_row() {
        let readme = "# A\n\n## Run it\n\n| what | commands |\n|---|---|\n| Image | `load x`, then<br>`run x` |\n| Empty | none |\n\n## B\n| Image | `no` |\n";
        assert_eq!(commands(readme, "Image").unwrap(), ["load x", "run x"]);
        for row in ["Empty", "Other"] {
            assert!(commands(readme, row).is_err(), "{row}");
        }
        assert!(commands("# A", "Image").is_err());
    }
}
