//! The log: lines on standard error, for people or for programs.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, with colours at a terminal.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// From now on what happens is told. Of how much, `RUST_LOG` says.
pub fn start(format: Format) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match format {
        Format::Text => lines.with_ansi(stderr().is_terminal()).init(),
        Format::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
}
