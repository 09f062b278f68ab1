//! The end of the program in order.

use crate::binary::{code, signal};
use crate::serving::Serving;
use demo_clouds::{Faults, Options};
use nix::sys::signal::Signal;

#[tokio::test]
async fn while_what_runs_is_finished_newcomers_are_turned_away() {
    let options = Options {
        rows: 3_000,
        faults: Faults::parse("throttle@oos:2").unwrap(),
        ..Options::default()
    };
    let mut serving = Serving::with("", options).await;
    assert_eq!(serving.get("/readyz").await.status(), 200);
    let mut running = serving.get("/api/v1/rows/patches").await;
    let mut text = running.chunk().await.unwrap().unwrap().to_vec();
    signal(&serving.child, Signal::SIGTERM);
    serving
        .until(std::time::Duration::from_secs(2), "not ready", async || {
            serving.get("/readyz").await.status() == 503
        })
        .await;
    for path in ["/", "/api/v1/session", "/api/v1/rows/plans"] {
        let newcomer = serving.get(path).await;
        assert_eq!(newcomer.status(), 503, "{path}");
        assert_eq!(newcomer.headers()["retry-after"], "1");
        assert_eq!(newcomer.headers()["connection"], "close");
    }
    assert_eq!(serving.get("/healthz").await.status(), 200);
    assert_eq!(serving.metric("signalbox_http_requests_in_flight").await, Some(1.0));
    while let Some(chunk) = running.chunk().await.unwrap() {
        text.extend_from_slice(&chunk);
    }
    assert!(text.ends_with(b"{\"kind\":\"end\"}\n"));
    assert_eq!(code(&mut serving.child).await, Some(0));
}
