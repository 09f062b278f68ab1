//! The HTTP interface under `/api`.

pub mod catalog;
pub mod problem;
pub mod rows;
pub mod session;
pub mod stream;

pub use problem::Problem;

use crate::app::App;
use axum::Router;
use axum::routing::get;
use std::sync::Arc;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// The routes. Answers are compressed on the fly; the encoder is flushed whenever nothing more is ready, so a page
/// of rows never waits for the next one.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/session", get(session::show))
        .route("/api/v1/catalog", get(catalog::show))
        .route("/api/v1/rows/{table}", get(rows::stream))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}
