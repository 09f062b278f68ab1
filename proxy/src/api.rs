//! The HTTP interface under `/api`.

pub mod catalog;
pub mod export;
pub mod openapi;
pub mod problem;
pub mod rows;
pub mod session;
pub mod stream;

pub use problem::Problem;

use crate::app::App;
use axum::Router;
use axum::routing::{MethodRouter, get};
use std::sync::Arc;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// Every path here with what answers it. A test holds them against the description in [`openapi`].
pub fn routes() -> [(&'static str, MethodRouter<Arc<App>>); 5] {
    [
        ("/api/v1/session", get(session::show)),
        ("/api/v1/catalog", get(catalog::show)),
        ("/api/v1/rows/{table}", get(rows::stream)),
        ("/api/v1/export/{file}", get(export::show)),
        ("/api/v1/openapi.json", get(openapi::show)),
    ]
}

/// The routes. Answers are compressed on the fly; the encoder is flushed whenever nothing more is ready, so a page
/// of rows never waits for the next one.
pub fn router() -> Router<Arc<App>> {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (path, answer)| router.route(path, answer))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}
