//! Set-up, build, run, test and benchmark of Signalbox: `cargo xtask <command>`.
//!
//! Every command first makes sure that what it needs is there and installs what is missing, saying so ([`setup`]).

#[cfg(not(unix))]
compile_error!("Signalbox is built on Linux and macOS; on Windows use WSL");

mod bench;
mod build;
mod deny;
mod dev;
mod files;
mod minify;
mod package;
mod page;
mod pictures;
mod process;
mod project;
mod run;
mod say;
mod setup;
mod sizes;
mod split;
mod test;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, build, run, test and benchmark Signalbox")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up, build, and start the product on simulated clouds; prints the address
    Run {
        /// Goes to `signalbox demo`, e.g. `-- --rows 100000`; or names another command of it, e.g. `-- serve --config FILE`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Set up (the browser too) and run every check: format, lints, unit, property, black-box and browser tests
    Test {
        /// Run only these sections
        #[arg(long, value_delimiter = ',')]
        only: Vec<test::Section>,
        /// Goes to the black-box and browser tests, e.g. a part of a test's name
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Release build: the single file target/release/signalbox with the page inside
    Build,
    /// The page with live reload, in front of a running `signalbox demo`
    Dev {
        /// Goes to `signalbox demo`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// The benchmarks, as tables
    Bench {
        /// The proxy instead of table engine and page
        #[arg(value_enum)]
        of: Option<bench::Of>,
        /// Only the page, not the table engine by itself
        #[arg(long, conflicts_with = "of")]
        page: bool,
        /// Goes to the benchmark. That of the page: numbers of rows instead of 10000, 100000 and 1000000, and names of peers instead of
        /// all (ag-grid, tabulator, tanstack, perspective, plain, none). That of the proxy: names of lines instead of all. The long load: minutes instead of 10
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// What is handed on, in target/package: a static binary, a Debian package and an OCI image, with lists of what is inside and checksums
    Package {
        /// Then unpack each in an empty root and follow the README until people could sign in; needs root and a Debian mirror
        #[arg(long = "try")]
        tries: bool,
        /// Pack this static program, with the page inside, instead of building one
        #[arg(long, value_name = "FILE")]
        program: Option<PathBuf>,
    },
    /// Take the pictures of the README anew, into docs/pictures
    Pictures,
    /// Only install what the other commands need
    Setup,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match process::forward_signals().and_then(|()| start(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::wait_if_interrupted();
            say::failed(&error);
            ExitCode::FAILURE
        }
    }
}

fn start(command: Command) -> anyhow::Result<()> {
    let project = Project::find()?;
    match command {
        Command::Run { arguments } => run::run(&project, arguments),
        Command::Test { only, arguments } => test::run(&project, &only, &arguments),
        Command::Build => build::run(&project).map(drop),
        Command::Dev { arguments } => dev::run(&project, &arguments),
        Command::Bench { of, page, arguments } => bench::run(&project, of, page, &arguments),
        Command::Package { tries, program } => package::run(&project, program, tries),
        Command::Pictures => pictures::run(&project),
        Command::Setup => setup::everything(&project),
    }
}
