//! What the log is told of a request.

use crate::telemetry::traces::TARGET;
use axum::extract::{MatchedPath, Request};
use http::StatusCode;
use tracing::Span;
use tracing::field::Empty;

/// The longest segment of a path that is told whole, in bytes: no table, account or file of the page is longer, and every secret is.
const LONGEST: usize = 64;

/// The span that all lines about a request stand in, and the trace of what comes of it.
pub fn span(request: &Request) -> Span {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("page", MatchedPath::as_str);
    tracing::debug_span!(
        target: TARGET,
        "request",
        otel.name = format!("{} {route}", request.method()),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.response.status_code = Empty,
        http.route = route,
        network.protocol.version = ?request.version(),
        url.path = path(request.uri().path()),
    )
}

/// How the request of this span was answered.
pub fn answered(status: StatusCode) {
    let span = Span::current();
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// A path without what opens a feed. The query is not told at all: it may hold the code of a sign-in, and what people look for.
fn path(path: &str) -> String {
    let mut feed = false;
    let mut told = Vec::new();
    for (at, segment) in path.split('/').enumerate() {
        told.push(if feed || segment.len() > LONGEST {
            "…"
        } else {
            segment
        });
        feed = at == 1 && segment.eq_ignore_ascii_case("feed");
    }
    told.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_that_is_told_opens_a_feed() {
        let sealed = "Ab0-_".repeat(60);
        for (asked, told) in [
            ("/", "/"),
            ("/api/v1/export/plans.ics", "/api/v1/export/plans.ics"),
            ("/feed/short/plans.ics", "/feed/…/plans.ics"),
            ("/feed/", "/feed/…"),
            ("/feed", "/feed"),
            ("/Feed/short", "/Feed/…"),
            ("/resource/feed/c1", "/resource/feed/c1"),
        ] {
            assert_eq!(path(asked), told);
        }
        for around in [
            "/feed/{}/plans.ics",
            "/feed/x/{}/plans.ics",
            "//feed/{}",
            "/{}",
            "/plans/{}/",
        ] {
            let asked = around.replace("{}", &sealed);
            assert!(!path(&asked).contains(&sealed[..20]), "{}", path(&asked));
        }
    }
}
