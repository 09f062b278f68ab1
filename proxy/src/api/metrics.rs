//! `GET /metrics`, on a listener of its own: no session is asked for there, so that it is nothing for the listener that people reach.

use crate::http::problem::ApiError;
use crate::telemetry::metrics;
use axum::Router;
use axum::routing::get;
use http::header::{CONTENT_TYPE, HeaderName};

/// All that the metrics listener answers.
pub fn router() -> Router {
    Router::new().route("/metrics", get(show))
}

async fn show() -> Result<([(HeaderName, &'static str); 1], String), ApiError> {
    let text = metrics().text().map_err(ApiError::internal)?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}
