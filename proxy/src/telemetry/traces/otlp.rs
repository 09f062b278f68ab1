//! The way of traces to a collector: OTLP over HTTP, in batches, by a thread of its own. Where to, how many, and as whom, the environment says by OpenTelemetry's
//! [own variables](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).

use super::TARGET;
use opentelemetry::trace::TracerProvider;
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// Traces that are sent until this is dropped, which waits a moment for the last.
#[derive(Debug)]
pub struct Traces(Result<Option<SdkTracerProvider>, ExporterBuildError>);

/// How long the end of the program waits for the last traces.
const LAST: Duration = Duration::from_secs(3);

/// What makes traces of spans; none unless the environment names a collector.
#[must_use]
pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> (Option<impl Layer<S>>, Traces) {
    let traces = Traces(provider(&|name| std::env::var(name).unwrap_or_default()));
    let layer = traces.0.as_ref().ok().and_then(Option::as_ref).map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("signalbox"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(is_ours))
    });
    (layer, traces)
}

/// Events are for the log.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target() == TARGET
}

fn is_wanted(variable: &dyn Fn(&str) -> String) -> bool {
    let named = |name| !variable(name).is_empty();
    !variable("OTEL_SDK_DISABLED").eq_ignore_ascii_case("true")
        && variable("OTEL_TRACES_EXPORTER") != "none"
        && (named("OTEL_EXPORTER_OTLP_ENDPOINT") || named("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
}

fn provider(variable: &dyn Fn(&str) -> String) -> Result<Option<SdkTracerProvider>, ExporterBuildError> {
    if !is_wanted(variable) {
        return Ok(None);
    }
    // Fails only when one is set already, which is just as well.
    _ = rustls::crypto::ring::default_provider().install_default();
    let exporter = SpanExporter::builder().with_http().build()?;
    let provider = SdkTracerProvider::builder().with_resource(resource());
    Ok(Some(provider.with_batch_exporter(exporter).build()))
}

/// Who sends them: what the environment says, and what it does not say.
fn resource() -> Resource {
    let said = Resource::builder().build();
    let name = said.get(&Key::from_static_str("service.name"));
    let resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    match name {
        Some(name) if !name.as_str().starts_with("unknown_service") => resource,
        _ => resource.with_service_name("signalbox"),
    }
    .build()
}

impl Traces {
    /// Says in the log whether traces are sent, and why not where they are wanted.
    pub fn tell(&self) {
        match &self.0 {
            Ok(None) => {}
            Ok(Some(_)) => tracing::info!("traces are sent to the collector that the environment names"),
            Err(error) => {
                tracing::warn!(%error, "no traces are sent: what the environment says of the collector cannot be used");
            }
        }
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Ok(Some(provider)) = &self.0 {
            // Whoever ends the program does not wait for a collector that is gone.
            _ = provider.shutdown_with_timeout(LAST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_collector_that_is_named_gets_traces() {
        for (set, wanted) in [
            (&[][..], false),
            (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318")][..], true),
            (
                &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:4318/v1/traces")][..],
                true,
            ),
            (
                &[
                    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"),
                    ("OTEL_SDK_DISABLED", "True"),
                ][..],
                false,
            ),
            (
                &[
                    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"),
                    ("OTEL_TRACES_EXPORTER", "none"),
                ][..],
                false,
            ),
            (
                &[("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("OTEL_TRACES_EXPORTER", "otlp")][..],
                false,
            ),
        ] {
            let variable = |name: &str| {
                let value = set.iter().find(|(set, _)| *set == name);
                value.map_or_else(String::new, |(_, value)| (*value).to_owned())
            };
            assert_eq!(is_wanted(&variable), wanted, "{set:?}");
        }
    }
}
