//! `cargo xtask dev`: the page with live reload, in front of a running proxy.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process::{Running, run as execute};
use crate::project::{Project, cargo};
use crate::{page, say, setup};

/// Where Trunk.toml sends `/api/`.
const PROXY: &str = "127.0.0.1:8080";

/// Runs until one of the two ends or Ctrl-C.
pub fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    say::heading("Set-up");
    let tools = setup::page(project)?;
    say::heading("Proxy");
    let proxy = || {
        let mut command = cargo();
        command.current_dir(&project.root);
        command
    };
    execute(proxy().args(["build", "--package", "signalbox"]))?;
    let mut signalbox = Running::start(
        proxy()
            .args([
                "run",
                "--quiet",
                "--package",
                "signalbox",
                "--",
                "demo",
                "--listen",
                PROXY,
            ])
            .args(arguments),
    )?;

    say::heading("Page: open http://127.0.0.1:8081 (the address below is only the proxy's); Ctrl-C ends both");
    let mut trunk = tools.command("trunk")?;
    trunk
        .current_dir(&project.root)
        .args(["serve", "--public-url", "/", "--dist"])
        .arg(project.target.join("page-dev"));
    let mut trunk = Running::start(page::quiet_trunk(&mut trunk))?;
    loop {
        if let Some(status) = signalbox.try_wait()? {
            bail!("`signalbox demo` ended with {status}");
        }
        if let Some(status) = trunk.try_wait()? {
            bail!("`trunk serve` ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
