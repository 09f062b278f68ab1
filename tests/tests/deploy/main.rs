//! What `deploy/` and the documents for operators say, held against the program and against the tools that will read them.

mod compose;
mod kubernetes;
mod policies;
mod unit;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};
use serde_json::Value;
use signalbox_tests::{Result, server};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> Result<String> {
    let file = root().join(path);
    std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
}

/// Names of the files below a folder, sorted.
fn names(folder: &str) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(root().join(folder)).with_context(|| folder.to_owned())?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// A program of the environment that `cargo xtask test` makes of `tests/deploy/requirements.txt`.
fn checker(program: &str) -> Result<Command> {
    let python = std::env::var_os("SIGNALBOX_DEPLOY_PYTHON").context(
        "SIGNALBOX_DEPLOY_PYTHON names no Python that can check deploy/. Type `cargo xtask test`, or install tests/deploy/requirements.txt \
         into a virtual environment and set it to its bin/python",
    )?;
    Ok(Command::new(Path::new(&python).with_file_name(program)))
}

/// Runs to the end; anything but success is an error with all that was said.
fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ensure!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        said(&output.stdout),
        said(&output.stderr)
    );
    Ok(output)
}

/// The documents of a YAML file.
fn yaml(file: &Path) -> Result<Vec<Value>> {
    const SCRIPT: &str = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let output = run(checker("python")?.args(["-c", SCRIPT]).arg(file))?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Holds a configuration against the program, with files in a folder in the place of the secrets that it names there, and another place for its state.
fn check_configuration(text: &str, secrets: &str) -> Result<()> {
    let folder = TempDir::new()?;
    let here = folder.path().join("secrets");
    std::fs::create_dir(&here)?;
    let start = format!("\"{secrets}/");
    ensure!(
        text.contains(&start),
        "the configuration names no secret below {secrets}"
    );
    for named in text.split(&start).skip(1) {
        let (name, _) = named.split_once('"').context("a text has no end")?;
        let file = here.join(name);
        std::fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
        // As long as the longest of them must be.
        std::fs::write(file, "5e".repeat(64))?;
    }
    let file = folder.path().join("signalbox.toml");
    let text = text
        .replace(secrets, &here.to_string_lossy())
        .replace("/var/lib/signalbox", &folder.path().to_string_lossy());
    std::fs::write(&file, text)?;
    let mut command = Command::new(server::binary()?);
    command.arg("check").arg("--config").arg(&file);
    // What CCE tells its pods.
    command.env(
        "HC_CONTAINER_CREDENTIALS_FULL_URI",
        "http://169.254.170.23/v1/credentials",
    );
    command.env("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", here.join("session"));
    run(&mut command).map(drop)
}
