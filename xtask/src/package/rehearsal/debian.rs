//! The Debian package, in a new Debian.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::{Host, Service};
use crate::process::{ask, run};

/// Follows `commands` in a copy of an empty Debian.
pub fn try_out(package: &Path, commands: &[String], host: &Host, (empty, root): (&Path, &Path)) -> Result<()> {
    run(Command::new("cp").arg("-a").args([empty, root]))?;
    // Nobody is there to answer.
    std::fs::write(
        root.join("etc/apt/apt.conf.d/90-trial"),
        "APT::Get::Assume-Yes \"true\";\n",
    )?;
    let name = package.file_name().context("a package has a name")?;
    std::fs::copy(package, root.join("root").join(name))?;
    let shell = |line: &str| run(&mut entering(root, "root", line));
    shell("apt update --quiet")?;
    let mut served = false;
    for line in commands {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["apt", "install", ..] => {
                shell(line)?;
                is_installed_and_waits(root)?;
            }
            ["editor", file] => {
                let folder = root.join(file.trim_start_matches('/'));
                host.configure(folder.parent().context("a file lies in a folder")?)?;
                // As its first lines say.
                shell("chown -R root:signalbox /etc/signalbox/secrets && chmod 640 /etc/signalbox/secrets/*")?;
            }
            ["systemctl", "enable", "--now", unit] => {
                // No systemd runs here that could start it: what it would start is started.
                shell(&format!("systemctl enable --quiet {unit}"))?;
                let line = setting(root, "ExecStart")?;
                let user = setting(root, "User")?;
                let mut command = entering(root, &user, &format!("exec {line}"));
                let service = Service::start(&mut command, &root.with_extension("log"))?;
                host.visit(&service)?;
                served = true;
            }
            _ => shell(line)?,
        }
    }
    ensure!(served, "no command serves");
    survives_an_upgrade_and_goes(root, &name.to_string_lossy())
}

/// Nothing runs before it is configured, and nobody else can read its secrets.
fn is_installed_and_waits(root: &Path) -> Result<()> {
    let asked = |line: &str| ask(&mut entering(root, "root", line)).unwrap_or_default();
    let state = asked("systemctl is-enabled signalbox || true");
    ensure!(
        state == "disabled",
        "the unit is {state} without having been configured"
    );
    let secrets = asked("stat --format '%U:%G %a' /etc/signalbox/secrets");
    ensure!(secrets == "root:signalbox 750", "the folder of secrets is {secrets}");
    let faults = asked("signalbox check --config /etc/signalbox/signalbox.toml 2>&1 || true");
    ensure!(
        faults.contains("[[account]]"),
        "a configuration that says nothing is taken: {faults}"
    );
    Ok(())
}

/// A newer package leaves the configuration; one that is purged leaves no secret.
fn survives_an_upgrade_and_goes(root: &Path, package: &str) -> Result<()> {
    let file = root.join("etc/signalbox/signalbox.toml");
    let before = std::fs::read_to_string(&file)?;
    run(&mut entering(
        root,
        "root",
        &format!("apt install --reinstall ./{package}"),
    ))?;
    ensure!(
        std::fs::read_to_string(&file)? == before,
        "the configuration is another one"
    );
    run(&mut entering(root, "root", "apt purge signalbox"))?;
    for gone in ["etc/signalbox", "var/lib/signalbox", "usr/bin/signalbox"] {
        ensure!(!root.join(gone).exists(), "{gone} is left behind");
    }
    Ok(())
}

/// A shell in the root, with its processes and for one of its users.
fn entering(root: &Path, user: &str, line: &str) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork", "--kill-child"])
        .arg(format!("--mount-proc={}", root.join("proc").display()))
        .arg("chroot")
        .arg(format!("--userspec={user}:{user}"))
        .arg(root)
        .args(["sh", "-c", &format!("cd /root 2>/dev/null; {line}")])
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", "/root")
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// What the unit says.
fn setting(root: &Path, name: &str) -> Result<String> {
    let unit = std::fs::read_to_string(root.join("usr/lib/systemd/system/signalbox.service"))?;
    let start = format!("{name}=");
    match unit.lines().find_map(|line| line.strip_prefix(&start)) {
        Some(value) => Ok(value.to_owned()),
        None => bail!("the unit says no {name}"),
    }
}
