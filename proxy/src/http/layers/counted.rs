//! What is counted of every request, and how newcomers are turned away while the program ends.

use super::told;
use crate::draining::Running;
use crate::http::problem::ApiError;
use crate::http::state::App;
use crate::telemetry::metrics;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderValue, StatusCode, Version};
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

/// Whether the program lives and whether it is ready is told to the last.
const ALWAYS: [&str; 2] = ["/healthz", "/readyz"];

/// Counts a request until the last byte of its answer has gone or nobody wants it any more.
pub async fn counted(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut counted = Counted {
        _running: app.draining().begin(),
        route: request.extensions().get::<MatchedPath>().cloned(),
        status: StatusCode::INTERNAL_SERVER_ERROR,
        begun: Instant::now(),
    };
    metrics().http_running.inc();
    // Only after it has been counted: whoever waits for the last sees this one, or this one sees that the program ends.
    let answer = if app.draining().has_started() && !ALWAYS.contains(&request.uri().path()) {
        turned_away(request.version())
    } else {
        next.run(request).await
    };
    counted.status = answer.status();
    told::answered(answer.status());
    answer.map(|body| {
        Body::new(CountedBody {
            body,
            _counted: counted,
        })
    })
}

fn turned_away(version: Version) -> Response {
    metrics().refused.of(["draining"]).inc();
    let error = ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "this server is about to end; try again",
    );
    let mut answer = error.retry_after(1).into_response();
    // In HTTP/2 there is no such header, and the server says so by a frame.
    if version < Version::HTTP_2 {
        answer
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// A request that is being answered, counted when this is dropped.
struct Counted {
    _running: Running,
    /// None where the page answers.
    route: Option<MatchedPath>,
    status: StatusCode,
    begun: Instant,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let route = self.route.as_ref().map_or("page", MatchedPath::as_str);
        let status = match self.status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let metrics = metrics();
        metrics.http_requests.of([route, status]).inc();
        metrics
            .http_seconds
            .of([route])
            .observe(self.begun.elapsed().as_secs_f64());
        metrics.http_running.dec();
    }
}

/// A body that holds what is counted.
struct CountedBody {
    body: Body,
    _counted: Counted,
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
