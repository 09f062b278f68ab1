//! The log: lines on standard error, for people or for programs.

use crate::telemetry::traces::{self, Traces};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, with colours at a terminal.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// From now on what happens is told. Of how much, `RUST_LOG` says; traces are sent until what is returned is dropped.
#[must_use]
pub fn start(format: Format) -> Traces {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        Format::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        Format::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    let (layer, traces) = traces::layer();
    registry().with(lines.with_filter(filter)).with(layer).init();
    traces.tell();
    traces
}
