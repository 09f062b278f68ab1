//! The `signalbox` binary.

use clap::{Parser, Subcommand};
use signalbox::commands::{check::Check, demo::Demo, init::Init, serve::Serve, token::Token};
use signalbox::logs::{self, Format};
use std::process::ExitCode;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Five cloud list APIs in one place.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run on simulated clouds that need no account.
    Demo(Demo),
    /// Run on real clouds.
    Serve(Serve),
    /// Print every fault of a configuration.
    Check(Check),
    /// Write a first configuration, of what is found on this machine.
    Init(Init),
    /// Tokens for scripts.
    Token(Token),
}

/// No picture of this program's memory, which holds keys, is written when it crashes, and no other program of the same user looks into it.
fn keep_memory_to_itself() {
    // It may be forbidden to a program in a sandbox, which is then left as it was found.
    #[cfg(target_os = "linux")]
    {
        _ = nix::sys::prctl::set_dumpable(false);
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    keep_memory_to_itself();
    // The configuration says how `serve` writes its log.
    let _traces = (!matches!(cli.command, Command::Serve(_))).then(|| logs::start(Format::Text));
    let ran = match cli.command {
        Command::Demo(demo) => demo.run().await,
        Command::Serve(serve) => serve.run().await,
        Command::Check(check) => check.run().await,
        Command::Init(init) => init.run(),
        Command::Token(token) => token.run(),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signalbox: {error}");
            ExitCode::FAILURE
        }
    }
}
