//! `GET /api/v1/session`: who is asking.

use axum::Json;
use http::header::{CACHE_CONTROL, HeaderName};
use serde_json::{Value, json};

/// Nobody signs in under mode `none`.
pub async fn show() -> ([(HeaderName, &'static str); 1], Json<Value>) {
    let session = json!({"user": null, "groups": [], "mode": "none", "expires": null});
    ([(CACHE_CONTROL, "no-store")], Json(session))
}
