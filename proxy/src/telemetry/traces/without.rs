//! A program that was built without the feature `otlp`.

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Identity;
use tracing_subscriber::registry::LookupSpan;

/// Traces that are sent on until this is dropped: none.
#[derive(Debug)]
pub struct Traces {
    _private: (),
}

/// No layer.
#[must_use]
pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> (Option<impl Layer<S>>, Traces) {
    (None::<Identity>, Traces { _private: () })
}

impl Traces {
    /// Says in the log where traces are wanted and cannot be had.
    pub fn tell(&self) {
        if ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        {
            tracing::warn!(
                "the environment names a collector of OpenTelemetry, but this program was built without traces: build it with `--features otlp`"
            );
        }
    }
}
