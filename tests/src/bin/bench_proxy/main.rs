//! What the proxy costs and what it bears: `cargo xtask bench proxy`, or `… -- NAME …` for some lines of the table only.
//!
//! What is measured and how stands in `docs/benchmarks.md`. A figure says little on a machine that nobody knows, a ratio from the same run says more.

mod connection;
mod figure;
mod first_rows;
mod front;
mod memory;
mod one_page;
mod process;
mod proxy;
mod soak;
mod start;
mod upstream;
mod viewers;
mod walk;

use anyhow::{Result, bail};
use figure::Figure;

/// The lines, by the names under which they are asked for.
const NAMES: [&str; 6] = ["one-page", "walk", "memory", "viewers", "first-rows", "start"];

#[tokio::main]
async fn main() -> Result<()> {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    if let Some((first, rest)) = chosen.split_first()
        && first == "soak"
    {
        return soak::run(rest.first().map(String::as_str)).await;
    }
    if let Some(unknown) = chosen.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("there is no line {unknown}; there are {}", NAMES.join(", "));
    }
    let load = process::load();
    let mut lines = vec![figure::HEAD.to_owned()];
    for name in NAMES {
        if !chosen.is_empty() && !chosen.iter().any(|chosen| chosen == name) {
            continue;
        }
        eprintln!("   {name}");
        lines.extend(measure(name).await?.iter().map(Figure::line));
    }
    println!("\n{}\n", lines.join("\n"));
    println!(
        "The machine's load average was {load} when this began, and {} at its end.",
        process::load()
    );
    Ok(())
}

async fn measure(name: &str) -> Result<Vec<Figure>> {
    match name {
        "one-page" => one_page::measure().await,
        "walk" => walk::measure().await,
        "memory" => memory::measure().await,
        "viewers" => viewers::measure().await,
        "first-rows" => first_rows::measure().await,
        _ => start::measure().await,
    }
}
