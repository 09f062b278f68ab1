//! The log: lines on standard error, for people or for programs.

mod visible;

pub use visible::hides;

use crate::telemetry::traces::{self, Traces};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, registry};
use visible::Visible;

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
    let lines = lines(format, filter, stderr().is_terminal(), stderr);
    let (layer, traces) = traces::layer();
    registry().with(lines).with(layer).init();
    traces.tell();
    traces
}

/// Tells of that which a filter lets through, line by line, with colours or without.
pub fn lines<W>(
    format: Format,
    filter: EnvFilter,
    colours: bool,
    writer: W,
) -> impl Layer<Registry> + Send + Sync + use<W>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer);
    let lines = match format {
        Format::Text => lines.with_ansi(colours).fmt_fields(Visible).boxed(),
        Format::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    lines.with_filter(filter)
}
