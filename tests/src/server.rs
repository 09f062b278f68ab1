//! The program under test.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use anyhow::{Context, Result};

use crate::program::Program;

/// A running `signalbox`.
pub struct Server {
    program: Program,
    /// `http://127.0.0.1:PORT`
    pub origin: String,
}

/// The program under test.
///
/// # Errors
/// When `SIGNALBOX_BIN` is not set.
pub fn binary() -> Result<PathBuf> {
    std::env::var_os("SIGNALBOX_BIN").map(PathBuf::from).context(
        "SIGNALBOX_BIN names no program to test. Type `cargo xtask test`, or `cargo xtask build` and set it to target/release/signalbox",
    )
}

impl Server {
    /// Starts `signalbox` with these arguments, which must make it listen, and waits until it does.
    ///
    /// # Errors
    /// When it does not start to listen; with its log.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(binary()?);
        command.args(arguments);
        Self::run(command)
    }

    /// Starts a prepared command, e.g. with an environment.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn run(command: Command) -> Result<Self> {
        let (program, origin) = Program::start(command, |line| {
            line.trim().strip_prefix("signalbox listening on ").map(str::to_owned)
        })?;
        Ok(Self { program, origin })
    }

    /// `signalbox demo` on a free port. Tests of one process that want the same one share it, so they must not change it.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn shared_demo(arguments: &[&str]) -> Result<Arc<Self>> {
        static RUNNING: Mutex<Option<HashMap<Vec<String>, Weak<Server>>>> = Mutex::new(None);
        // Held while starting: a second test that wants the same waits instead of starting its own.
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let running = running.get_or_insert_default();
        let key: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        if let Some(server) = running.get(&key).and_then(Weak::upgrade) {
            return Ok(server);
        }
        let all: Vec<&str> = ["demo", "--listen", "127.0.0.1:0"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let server = Arc::new(Self::start(&all)?);
        running.insert(key, Arc::downgrade(&server));
        Ok(server)
    }

    /// The process, for signals and its log.
    #[must_use]
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// The last lines of its log.
    #[must_use]
    pub fn log(&self) -> String {
        self.program.log()
    }
}

/// A header of an answer; empty for one that is not there.
pub fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}
