//! What a collector of OpenTelemetry is told.

use crate::binary::{code, signal};
use crate::serving::Serving;
use demo_clouds::{Faults, Options};
use nix::sys::signal::Signal;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(15);
#[cfg(feature = "otlp")]
const ROWS: &str = "GET /api/v1/rows/{table}";

#[cfg(feature = "otlp")]
mod collector {
    use axum::Router;
    use axum::body::Bytes;
    use axum::extract::State;
    use axum::routing::post;
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::common::v1::KeyValue;
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    use prost::Message;
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use tokio::net::TcpListener;

    /// One that keeps what it is told.
    #[derive(Clone, Debug, Default)]
    pub(super) struct Collector(Arc<Mutex<Vec<Told>>>);

    /// A span.
    #[derive(Clone, Debug)]
    pub(super) struct Told {
        pub(super) name: String,
        pub(super) id: Vec<u8>,
        pub(super) parent: Vec<u8>,
        pub(super) trace: Vec<u8>,
        pub(super) failed: bool,
        pub(super) attributes: BTreeMap<String, String>,
        /// Who sent it.
        pub(super) resource: BTreeMap<String, String>,
    }

    impl Collector {
        /// Listens; at which URL is returned too.
        pub(super) async fn start() -> (Self, String) {
            let collector = Self::default();
            let routes = Router::new()
                .route("/v1/traces", post(take))
                .with_state(collector.clone());
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move { axum::serve(listener, routes).await });
            (collector, url)
        }

        pub(super) fn told(&self) -> Vec<Told> {
            self.0.lock().unwrap().clone()
        }
    }

    async fn take(State(Collector(told)): State<Collector>, body: Bytes) {
        let request = ExportTraceServiceRequest::decode(body).unwrap();
        for of_one in request.resource_spans {
            let resource = texts(of_one.resource.unwrap().attributes);
            let spans = of_one.scope_spans.into_iter().flat_map(|scope| scope.spans);
            told.lock().unwrap().extend(spans.map(|span| Told {
                failed: span.status.is_some_and(|status| status.code == 2),
                name: span.name,
                id: span.span_id,
                parent: span.parent_span_id,
                trace: span.trace_id,
                attributes: texts(span.attributes),
                resource: resource.clone(),
            }));
        }
    }

    fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
        let text = |value| match value {
            Value::StringValue(text) => text,
            Value::IntValue(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        let pair = |pair: KeyValue| (pair.key, text(pair.value.unwrap().value.unwrap()));
        attributes.into_iter().map(pair).collect()
    }
}

fn options() -> Options {
    Options {
        rows: 300,
        faults: Faults::parse("deny@oos/cn-beijing").unwrap(),
        ..Options::default()
    }
}

#[cfg(feature = "otlp")]
#[tokio::test]
async fn a_request_its_walks_and_their_attempts_are_one_trace() {
    let (collector, url) = collector::Collector::start().await;
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
    ];
    let mut serving = Serving::start("127.0.0.1:0", &[], &variables, "", options()).await;
    let rows = serving
        .get("/api/v1/rows/patches?missing=gt.777")
        .await
        .text()
        .await
        .unwrap();
    assert!(rows.contains("\"failed\"") && rows.contains("\"done\""), "{rows}");
    let of = |name: &str| {
        let told = collector.told().into_iter();
        told.filter(|told| told.name == name).collect::<Vec<_>>()
    };
    serving
        .until(SOON, "the request is told", async || !of(ROWS).is_empty())
        .await;
    signal(&serving.child, Signal::SIGTERM);
    assert_eq!(code(&mut serving.child).await, Some(0));

    let all = collector.told();
    let request = &of(ROWS)[0];
    assert_eq!(request.attributes["http.response.status_code"], "200");
    assert_eq!(request.attributes["url.path"], "/api/v1/rows/patches");
    assert_eq!(request.resource["service.name"], "signalbox");
    assert_eq!(request.resource["deployment.environment.name"], "test");
    let walks = of("walk alibaba.oos.instance-patch-states");
    assert!(walks.len() > 1, "{all:#?}");
    for walk in &walks {
        assert_eq!((&walk.trace, &walk.parent), (&request.trace, &request.id), "{walk:?}");
        let attempts: Vec<_> = all.iter().filter(|told| told.parent == walk.id).collect();
        assert!(!attempts.is_empty(), "{walk:?} {all:#?}");
        let denied = walk.attributes["cloud.region"] == "cn-beijing";
        assert_eq!(walk.failed, denied, "{walk:?}");
        for attempt in attempts {
            assert_eq!(attempt.failed, denied, "{attempt:?}");
            assert_eq!(attempt.attributes["signalbox.account"], "ali");
            assert!(!attempt.attributes["signalbox.request_id"].is_empty());
            assert_eq!(
                attempt.attributes.get("http.response.status_code").map(String::as_str),
                denied.then_some("403")
            );
        }
    }
    // What somebody looks for is nobody's business, and keys are nobody's at all.
    let text = format!("{all:?}");
    assert!(!text.contains("777"), "{text}");
    let secret = std::fs::read_to_string(serving.folder.path().join("secret")).unwrap();
    assert!(!text.contains(&secret), "{text}");
}

#[tokio::test]
async fn a_collector_that_is_away_harms_nothing() {
    let away = format!("http://{}", crate::fronts::product::free());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", away.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ];
    let mut serving = Serving::start("127.0.0.1:0", &[], &variables, "", options()).await;
    let rows = serving.get("/api/v1/rows/patches").await.text().await.unwrap();
    assert!(rows.contains("\"done\""), "{rows}");
    let said = if cfg!(feature = "otlp") {
        // Of the libraries, once a batch.
        "ExportError"
    } else {
        "built without traces"
    };
    serving
        .until(SOON, "it is said", async || serving.log().contains(said))
        .await;
    signal(&serving.child, Signal::SIGTERM);
    assert_eq!(code(&mut serving.child).await, Some(0));
}
