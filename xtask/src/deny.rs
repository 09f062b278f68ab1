//! `cargo deny` by `deny.toml`: what dependencies may be licensed under, where they may come from, and which of them have known faults.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::{Running, run};
use crate::project::Project;
use crate::{say, setup};

/// How long fetching the list of known faults may take: some networks swallow what they do not let through.
const PATIENCE: Duration = Duration::from_secs(60);

/// Checks all that can be checked here, and says what cannot.
pub fn check(project: &Project) -> Result<()> {
    let program = setup::deny(project)?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .current_dir(&project.root)
            .args(["--all-features", "--locked"])
            .args(arguments);
        command
    };
    run(&mut deny(&[
        "--offline",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]))?;
    if fetched(&mut deny(&["fetch", "db"])) {
        return run(&mut deny(&["--offline", "check", "advisories"]));
    }
    say::warning(
        "known faults of dependencies were NOT looked for: their list (https://github.com/RustSec/advisory-db) could not be fetched. \
         Licences and sources are fine",
    );
    Ok(())
}

fn fetched(command: &mut Command) -> bool {
    say::note("fetching the list of known faults of Rust packages");
    let Ok(mut running) = Running::start(command) else {
        return false;
    };
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match running.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(100)),
            Ok(Some(status)) => return status.success(),
            Err(_) => return false,
        }
    }
    false
}
