//! `cargo xtask test`: every check, cheapest first; the first failure ends it.

use std::ffi::OsString;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::process::run as execute;
use crate::project::{Project, cargo};
use crate::setup::TestTools;
use crate::{build, deny, say, setup};

/// How many browsers run side by side: each takes one core and half a gigabyte.
const BROWSERS: usize = 4;

/// The parts, in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// `cargo fmt --check`
    Format,
    /// clippy, natively and for the browser; licences, sources and known faults of dependencies
    Lint,
    /// unit, property and documentation tests of everything but the black box
    Unit,
    /// the binary against its outside: HTTP, real browsers, official SDKs
    Blackbox,
}

impl Section {
    const fn title(self) -> &'static str {
        match self {
            Self::Format => "Format",
            Self::Lint => "Lints",
            Self::Unit => "Unit, property and documentation tests",
            Self::Blackbox => "Black-box and browser tests",
        }
    }
}

/// Runs the sections in `only`, or all.
pub fn run(project: &Project, only: &[Section], arguments: &[OsString]) -> Result<()> {
    let wanted = |section: &Section| only.is_empty() || only.contains(section);
    let start = Instant::now();
    let mut done = Vec::new();
    for &section in Section::value_variants().iter().filter(|section| wanted(section)) {
        let began = Instant::now();
        say::heading(section.title());
        match section {
            Section::Format => format(project),
            Section::Lint => lint(project),
            Section::Unit => unit(project),
            Section::Blackbox => blackbox(project, arguments),
        }
        .with_context(|| format!("{} failed after {}", section.title(), say::duration(began.elapsed())))?;
        say::note(&format!("passed in {}", say::duration(began.elapsed())));
        done.push((section, began.elapsed()));
    }
    summary(&done, start.elapsed());
    Ok(())
}

fn summary(done: &[(Section, Duration)], total: Duration) {
    say::heading("All passed");
    for (section, time) in done {
        eprintln!("   {:<42} {:>12}", section.title(), say::duration(*time));
    }
    eprintln!("   {:<42} {:>12}", "in all", say::duration(total));
}

fn cargo_here(project: &Project) -> Command {
    let mut command = cargo();
    command.current_dir(&project.root);
    command
}

fn format(project: &Project) -> Result<()> {
    setup::lints(project)?;
    execute(cargo_here(project).args(["fmt", "--all", "--check"]))
}

fn lint(project: &Project) -> Result<()> {
    setup::lints(project)?;
    setup::page(project)?;
    deny::check(project)?;
    let deny = ["--", "-D", "warnings"];
    execute(
        cargo_here(project)
            .args(["clippy", "--locked", "--workspace", "--all-targets"])
            .args(["--features", "signalbox/otlp"])
            .args(deny),
    )?;
    let page = [
        "clippy",
        "--locked",
        "--package",
        "signalbox-frontend",
        "--target",
        "wasm32-unknown-unknown",
        // As it is shipped; the native clippy above has seen it in one part.
        "--features",
        "split",
    ];
    execute(cargo_here(project).args(page).args(deny))
}

fn unit(project: &Project) -> Result<()> {
    let fronts = setup::fronts(project)?;
    execute(
        cargo_here(project)
            .args(["test", "--locked", "--workspace", "--exclude", "signalbox-tests"])
            // The program that is shipped, and tried in the next section, is without.
            .args(["--features", "signalbox/otlp"])
            .envs(fronts),
    )
}

fn blackbox(project: &Project, arguments: &[OsString]) -> Result<()> {
    let tools = setup::tests(project)?;
    let binary = build::run(project)?;
    say::heading("Black-box and browser tests (pictures of failures: tests/screenshots)");
    let mut command = cargo_here(project);
    command.args(["test", "--locked", "--package", "signalbox-tests"]);
    // One file failing should not hide what the others say: each costs a build of the world to see.
    command.args(["--no-fail-fast", "--"]).args(arguments);
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(BROWSERS);
    command.env("RUST_TEST_THREADS", threads.to_string());
    // Our errors say where and why; the way through the async runtime to them only hides that.
    command.env("RUST_LIB_BACKTRACE", "0");
    execute(environment(&mut command, &tools).env("SIGNALBOX_BIN", binary))
}

/// Tells the tests and benchmarks where the tools are.
pub fn environment<'a>(command: &'a mut Command, tools: &TestTools) -> &'a mut Command {
    command
        .env("SIGNALBOX_CHROMIUM", &tools.browser.chromium)
        .env("SIGNALBOX_CHROMEDRIVER", &tools.browser.driver)
        .env("SIGNALBOX_AXE", &tools.axe)
        // Everything that is tested runs on this machine; a proxy of the network around it must not be asked.
        .env("NO_PROXY", "127.0.0.1,localhost");
    if let Some(firefox) = &tools.firefox {
        command
            .env("SIGNALBOX_FIREFOX", &firefox.browser)
            .env("SIGNALBOX_GECKODRIVER", &firefox.driver);
    }
    if let Some(python) = &tools.python {
        command.env("SIGNALBOX_PYTHON", python);
    }
    if let Some(python) = &tools.checkers {
        command.env("SIGNALBOX_DEPLOY_PYTHON", python);
    }
    let providers = &tools.providers;
    for (name, path) in [
        ("SIGNALBOX_OIDC_PROVIDER", &providers.npm),
        ("SIGNALBOX_GLEWLWYD", &providers.glewlwyd),
        ("SIGNALBOX_FAKETIME", &providers.faketime),
    ] {
        command.envs(path.iter().map(|path| (name, path)));
    }
    command
}
