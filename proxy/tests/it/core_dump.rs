//! A program that crashes leaves nothing of its memory behind.

use crate::binary::{first_line, signal};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// Starts a program for which the shell allows core files of any size.
fn start(folder: &TempDir, program: &Path, arguments: &[&str]) -> Child {
    Command::new("sh")
        .args(["-c", "ulimit -c unlimited; exec \"$@\"", "sh"])
        .arg(program)
        .args(arguments)
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn crash(child: &mut Child) -> ExitStatus {
    signal(child, Signal::SIGABRT);
    child.wait().await.unwrap()
}

#[tokio::test]
async fn no_core_is_dumped_where_other_programs_leave_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = start(&folder, Path::new("sh"), &["-c", "echo started; read line"]);
    assert_eq!(first_line(&mut other).await, "started");
    if !crash(&mut other).await.core_dumped() {
        eprintln!("this system dumps no cores: nothing to see");
        return;
    }
    let program = Path::new(env!("CARGO_BIN_EXE_signalbox"));
    let mut own = start(&folder, program, &["demo", "--rows", "10", "--listen", "127.0.0.1:0"]);
    assert!(first_line(&mut own).await.contains("listening on"));
    let status = crash(&mut own).await;
    assert_eq!(
        (status.signal(), status.core_dumped()),
        (Some(Signal::SIGABRT as i32), false)
    );
}
