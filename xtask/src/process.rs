//! Other programs: started with a clear error, and ended when xtask is.
//!
//! Each runs in a process group of its own, so that a Ctrl-C or a SIGTERM to xtask reaches the grandchildren too (cargo does not
//! pass it on to a test binary, nor a test binary to its browser).

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long an interrupted program may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

fn running() -> std::sync::MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn signal_group(leader: u32, signal: Signal) {
    if let Ok(leader) = i32::try_from(leader) {
        // An error means that the group is gone already, which is what we want.
        let _ = killpg(Pid::from_raw(leader), signal);
    }
}

fn group_is_alive(leader: u32) -> bool {
    i32::try_from(leader).is_ok_and(|leader| killpg(Pid::from_raw(leader), None).is_ok())
}

fn end_groups(groups: &[u32]) {
    for &leader in groups {
        signal_group(leader, Signal::SIGTERM);
    }
    let deadline = Instant::now() + GRACE;
    while groups.iter().any(|&leader| group_is_alive(leader)) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    for &leader in groups {
        signal_group(leader, Signal::SIGKILL);
    }
}

/// From now on SIGINT, SIGTERM and SIGHUP end every running program and then xtask, with exit code 130.
pub fn forward_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let groups = running().clone();
        end_groups(&groups);
        std::process::exit(130);
    })
    .context("cannot listen for Ctrl-C")
}

/// When xtask is being interrupted, the failure that the ended program reports is not worth telling: the handler ends us.
pub fn wait_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

/// A program that runs beside us; dropped, it is ended with all its children.
pub struct Running {
    child: Child,
    line: String,
}

impl Running {
    /// Starts `command` in a process group of its own, without a standard input.
    pub fn start(command: &mut Command) -> Result<Self> {
        use std::os::unix::process::CommandExt;
        let line = shown(command);
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start `{line}`"))?;
        running().push(child.id());
        Ok(Self { child, line })
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.child
            .wait()
            .with_context(|| format!("lost sight of `{}`", self.line))
    }

    /// Its exit status if it has ended.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("lost sight of `{}`", self.line))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let leader = self.child.id();
        if matches!(self.child.try_wait(), Ok(None)) {
            signal_group(leader, Signal::SIGTERM);
            let deadline = Instant::now() + GRACE;
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(50));
            }
            signal_group(leader, Signal::SIGKILL);
            let _ = self.child.wait();
        }
        running().retain(|&other| other != leader);
    }
}

/// Runs `command` to its end, its output going where ours goes; anything but success is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let mut running = Running::start(command)?;
    let status = running.wait()?;
    if !status.success() {
        bail!("`{}` ended with {status}", running.line);
    }
    Ok(())
}

/// The standard output of a quick question such as `trunk --version`; `None` when the program is missing or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Replaces xtask by `command`, which then gets every signal itself; returns only the failure to do so.
pub fn replace_self(command: &mut Command) -> anyhow::Error {
    use std::os::unix::process::CommandExt;
    let line = shown(command);
    anyhow::Error::new(command.exec()).context(format!("cannot start `{line}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named_with_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 7") && error.contains('7'), "{error}");
    }

    #[test]
    fn a_missing_command_is_named() {
        let error = run(&mut Command::new("signalbox-no-such-program"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("signalbox-no-such-program"), "{error}");
    }

    #[test]
    fn dropping_a_running_program_ends_its_children_too() {
        use std::io::{Read, pipe};
        let (mut reader, writer) = pipe().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo started; wait"]).stdout(writer);
        let running = Running::start(&mut command).unwrap();
        drop(command); // holds a writer of its own
        let mut started = [0; 8];
        reader.read_exact(&mut started).unwrap();
        assert_eq!(&started, b"started\n");
        drop(running);
        // The pipe ends when the last process that could write to it is gone.
        let (send, ended) = std::sync::mpsc::channel();
        std::thread::spawn(move || send.send(reader.read_to_end(&mut Vec::new()).is_ok()));
        assert_eq!(ended.recv_timeout(GRACE), Ok(true), "the grandchild outlived its group");
    }
}
