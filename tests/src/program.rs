//! A program that runs beside a test and says on its standard output where it listens.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a program may take until it listens; a slow machine with four browsers needs some of it.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many lines of its log are kept for the report of a failure.
const KEPT: usize = 200;

type Log = Arc<Mutex<VecDeque<String>>>;

/// Dropped, it is killed.
pub struct Program {
    child: Child,
    name: String,
    log: Log,
}

impl Program {
    /// Starts `command` and waits for the first line on its standard output in which `announcement` finds something.
    ///
    /// # Errors
    /// When it cannot be started, ends, or says nothing of the kind for a minute; with the last lines of its log.
    pub fn start<T>(mut command: Command, announcement: impl Fn(&str) -> Option<T>) -> Result<(Self, T)> {
        let name = command.get_program().to_string_lossy().into_owned();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let log = Log::default();
        let (send, lines) = channel();
        if let Some(output) = child.stderr.take() {
            follow(output, Arc::clone(&log), |_| {});
        }
        if let Some(output) = child.stdout.take() {
            follow(output, Arc::clone(&log), move |line| {
                // Nobody listens any more once the announcement has come.
                let _ = send.send(line.to_owned());
            });
        }
        let program = Self { child, name, log };
        let found = program.wait_for(&lines, announcement)?;
        Ok((program, found))
    }

    fn wait_for<T>(&self, lines: &Receiver<String>, announcement: impl Fn(&str) -> Option<T>) -> Result<T> {
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(found) = announcement(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!(
                        "{} did not say within {PATIENCE:?} where it listens:\n{}",
                        self.name,
                        self.log()
                    )
                }
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{} ended without saying where it listens:\n{}", self.name, self.log())
                }
            }
        }
    }

    /// The last lines that it printed.
    #[must_use]
    pub fn log(&self) -> String {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter().map(|line| format!("  | {line}\n")).collect()
    }

    /// The process id, to send it signals.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status once it has ended.
    ///
    /// # Errors
    /// When the operating system does not know.
    pub fn try_wait(&mut self) -> Result<Option<std::process::ExitStatus>> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end whether anybody cares or not: a program must not block on a full pipe.
fn follow(output: impl Read + Send + 'static, log: Log, each: impl Fn(&str) + Send + 'static) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(std::result::Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            each(&line);
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            if log.len() == KEPT {
                log.pop_front();
            }
            log.push_back(line);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn port(line: &str) -> Option<u16> {
        line.strip_prefix("port ")?.parse().ok()
    }

    #[test]
    fn the_announcement_is_found_among_other_lines() {
        let (mut program, found) = Program::start(shell("echo hello; echo port 81; exec sleep 600"), port).unwrap();
        assert_eq!(found, 81);
        assert!(program.try_wait().unwrap().is_none());
    }

    #[test]
    fn a_program_that_ends_early_fails_with_its_log() {
        let error = Program::start(shell("echo no such flag >&2; exit 2"), port)
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains("ended without"), "{error}");
    }
}
