//! Real identity providers, which were not written here. Set up by `cargo xtask test`; without one, its tests are skipped.

mod glewlwyd;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::Program;

/// The application that is registered at them.
pub const CLIENT: &str = "signalbox";
/// With signs that must be encoded on the way.
pub const SECRET: &str = "a+secret/with=odd:signs%";

/// A running provider.
pub struct Provider {
    program: Program,
    /// To the byte as the provider states it.
    pub issuer: String,
    /// What the configuration needs besides what all need, of `[auth.oidc]`.
    pub settings: &'static str,
    control: Option<String>,
    // Dropped after the program has ended.
    _folder: Option<TempDir>,
}

impl Provider {
    /// npm's `oidc-provider`, which Logto is built on, with the people `lin` (groups platform and on-call) and `marta` (staging). Groups are in
    /// userinfo only, as it has them unless told otherwise. None where it is not set up. `prompts`: what its discovery lists of these.
    ///
    /// # Errors
    /// When it does not start.
    pub fn of_npm(public_url: &str, prompts: &[&str]) -> Result<Option<Self>> {
        let Some(modules) = folder("SIGNALBOX_OIDC_PROVIDER") else {
            return Ok(None);
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers/oidc-provider.mjs");
        let mut command = Command::new("node");
        command
            .arg(script)
            .arg(modules)
            .args([public_url, CLIENT, SECRET])
            .args(prompts);
        let (program, told): (_, Value) = Program::start(command, |line| serde_json::from_str(line).ok())?;
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        Ok(Some(Self {
            program,
            issuer: text("issuer").context("the provider names no issuer")?,
            settings: "userinfo = true",
            control: text("control"),
            _folder: None,
        }))
    }

    /// Debian's `glewlwyd`, with the person `lin` (groups platform and on-call), whose password is [`PASSWORD`]. None where it is not set up.
    ///
    /// # Errors
    /// When it does not start, or does not take what an administrator tells it.
    pub fn of_debian(public_url: &str) -> Result<Option<Self>> {
        let root = folder("SIGNALBOX_GLEWLWYD");
        root.map(|root| glewlwyd::start(&root, public_url)).transpose()
    }

    /// Changes it, and gives all that has happened there.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn tell(&self, what: Value) -> Result<Vec<Value>> {
        let control = self
            .control
            .as_ref()
            .context("this provider cannot be changed by a test")?;
        let client = reqwest::Client::builder().no_proxy().build()?;
        let answer = client.post(control).body(what.to_string()).send().await?;
        ensure!(
            answer.status() == 200,
            "the provider answered {}:\n{}",
            answer.status(),
            self.log()
        );
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }

    /// The last lines of its log.
    #[must_use]
    pub fn log(&self) -> String {
        self.program.log()
    }
}

/// Of everybody at Debian's provider.
pub const PASSWORD: &str = "of-the-tests-only";

/// The library that lets time pass for a program, where it is set up.
#[must_use]
pub fn faketime() -> Option<PathBuf> {
    folder("SIGNALBOX_FAKETIME")
}

fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}
