//! The static binary, in a root where there is nothing but it, its configuration, and the certificate authorities that every Linux has.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Host, Service};
use crate::process::run;

/// Follows `commands`.
pub fn try_out(program: &Path, commands: &[String], host: &Host, (authorities, root): (&Path, &Path)) -> Result<()> {
    let folder = root.join("etc/ssl/certs");
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(authorities, folder.join("ca-certificates.crt"))?;
    let name = program.file_name().context("a program has a name")?;
    let here = root.join(name);
    std::fs::copy(program, &here)?;
    // As a browser would have saved it.
    std::fs::set_permissions(&here, PermissionsExt::from_mode(0o644))?;
    let own = format!("./{}", name.to_string_lossy());
    let mut served = false;
    for line in commands {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["chmod", ..] => run(Command::new("sh").args(["-c", line]).current_dir(root))?,
            ["editor", file] => {
                ensure!(root.join(file).is_file(), "there is no {file} to edit");
                host.configure(root)?;
            }
            [first, "serve", ..] if *first == own => {
                let service = Service::start(&mut entering(root, &words), &root.with_extension("log"))?;
                host.visit(&service)?;
                served = true;
            }
            [first, ..] if *first == own => run(&mut entering(root, &words))?,
            _ => anyhow::bail!("nobody knows how to try `{line}`"),
        }
    }
    ensure!(served, "no command serves");
    Ok(())
}

fn entering(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("chroot");
    command
        .arg(root)
        .args(words)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}
