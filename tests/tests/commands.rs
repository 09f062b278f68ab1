//! The program from the command line: what it says, and how it ends.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use signalbox_tests::{Result, Server, server};

fn signalbox(arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(server::binary()?).args(arguments).output()?)
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn ends_well_after(signal: &str) -> Result<()> {
    let mut server = Server::start(&["demo", "--listen", "127.0.0.1:0"])?;
    let program = server.program();
    let sent = Command::new("kill")
        .args(["-s", signal, &program.id().to_string()])
        .status()?;
    ensure!(sent.success(), "kill: {sent}");
    let start = Instant::now();
    loop {
        if let Some(status) = program.try_wait()? {
            ensure!(
                status.code() == Some(0),
                "after {signal} it ended with {status}:\n{}",
                program.log()
            );
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(11) {
            bail!("after {signal} it still runs:\n{}", program.log());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn sigterm_ends_it_with_code_0() -> Result<()> {
    ends_well_after("TERM")
}

#[test]
fn sigint_ends_it_with_code_0() -> Result<()> {
    ends_well_after("INT")
}

#[test]
fn a_machine_without_certificate_authorities_is_told_what_it_lacks() -> Result<()> {
    let output = Command::new(server::binary()?)
        .args(["demo", "--listen", "127.0.0.1:0"])
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", "/nowhere")
        .output()?;
    assert!(!output.status.success());
    assert!(text(&output).contains("ca-certificates"), "{}", text(&output));
    Ok(())
}

#[test]
fn wrong_arguments_are_named() -> Result<()> {
    for (arguments, named) in [
        (&["demo", "--listen", "nowhere"][..], "nowhere"),
        (&["demo", "--rows", "many"], "many"),
        (&["demo", "--faults", "deny@nothing"], "nothing"),
        (&["serve", "--config", "/no/such/file.toml"], "/no/such/file.toml"),
        (&["check", "--config", "/no/such/file.toml"], "/no/such/file.toml"),
        (&["nonsense"], "nonsense"),
    ] {
        let output = signalbox(arguments)?;
        let said = text(&output);
        ensure!(!output.status.success(), "{arguments:?} succeeded: {said}");
        ensure!(
            said.contains(named) && !said.contains("panicked"),
            "{arguments:?}: {said}"
        );
    }
    Ok(())
}

#[test]
fn an_address_in_use_is_said() -> Result<()> {
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let output = signalbox(&["demo", "--listen", &address])?;
    ensure!(
        !output.status.success() && text(&output).contains(&address),
        "{}",
        text(&output)
    );
    Ok(())
}

#[test]
fn check_prints_every_fault_with_its_place() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("signalbox.toml");
    std::fs::write(
        &file,
        r#"
listen = "0.0.0.0:8080"

[auth]
mode = "none"

[[account]]
id = "one"
cloud = "azure"
regions = ["CN Hangzhou!"]
credentials = { from = "static", access_key_id = { env = "SIGNALBOX_TEST_UNSET_AK" }, access_key_secret = "in clear" }

[[account]]
id = "one"
cloud = "huawei"
regions = ["cn-north-4"]
credentials = { from = "nowhere" }
colour = "red"
"#,
    )?;
    let path = file.to_str().context("path")?;
    let output = signalbox(&["check", "--config", path])?;
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in ["azure", "CN Hangzhou!", "nowhere", "colour", "public_url"] {
        ensure!(said.contains(part), "{part} is not among:\n{said}");
    }
    ensure!(!said.contains("in clear"), "a secret is printed:\n{said}");
    Ok(())
}
