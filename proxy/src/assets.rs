//! The page, embedded in the binary.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// Placeholder.
pub async fn answer() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
