//! Traces: what a request led to, and how long each part of it took, for a collector of OpenTelemetry.
//!
//! A request of a browser holds the walks that it began, a walk the attempts of requests to the cloud, and those the renewal of keys. Attributes hold what the log may hold:
//! never a row, a name of a person, or what people look for. The names are those of OpenTelemetry's
//! [semantic conventions](https://opentelemetry.io/docs/specs/semconv/) where these have one.

#[cfg(feature = "otlp")]
mod otlp;
#[cfg(not(feature = "otlp"))]
mod without;

#[cfg(feature = "otlp")]
pub use otlp::{Traces, layer};
#[cfg(not(feature = "otlp"))]
pub use without::{Traces, layer};

use tracing::Span;

/// What spans are told apart from those of libraries by.
pub const TARGET: &str = "signalbox::trace";

/// What a span stands for has failed, with this code. It has room for `otel.status_code` and `error.type`.
pub fn failed(span: &Span, code: &str) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", code);
}
