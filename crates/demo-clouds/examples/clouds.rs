//! Starts the simulated clouds alone, prints where they are as one line of JSON, and serves until it is interrupted.

use std::io::Write;

use clap::Parser;
use demo_clouds::{Faults, Options};

#[derive(Parser)]
struct Arguments {
    /// Patch-state rows over all accounts.
    #[arg(long, default_value_t = 2000)]
    rows: usize,
    /// Seed of the fleet.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Faults, for example `throttle@cs:2,deny@oos/cn-beijing`, or a preset: demo, chaos.
    #[arg(long, default_value = "")]
    faults: Faults,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Arguments { rows, seed, faults } = Arguments::parse();
    let clouds = demo_clouds::start(Options {
        seed,
        rows,
        faults,
        ..Options::default()
    })
    .await?;
    writeln!(std::io::stdout(), "{}", clouds.clouds_only_json())?;
    tokio::signal::ctrl_c().await
}
