//! `GET /api/v1/session`: who is asking.

use crate::caller::{Caller, Session};
use axum::Json;
use http::header::{CACHE_CONTROL, HeaderName};

/// What there is to say about the caller.
pub async fn show(caller: Caller) -> ([(HeaderName, &'static str); 1], Json<Session>) {
    ([(CACHE_CONTROL, "no-store")], Json(caller.session()))
}
