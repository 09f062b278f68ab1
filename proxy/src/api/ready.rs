//! `GET /readyz`: whether the program can serve.

use crate::http::state::App;
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

/// `ok`, or 503 with what is missing: while nothing is known of the identity provider, or no key of the front,
/// nobody can come in. Once something is, its absence ends no session. While the program ends, it is ready for nobody. Without the store that replicas share it
/// serves all the same, and says so.
pub async fn show(State(app): State<Arc<App>>) -> (StatusCode, String) {
    if app.draining().has_started() {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "this server is about to end".to_owned(),
        );
    }
    match app.settings().sign_in.ready().await {
        Ok(()) if app.store().is_some_and(|store| !store.answers()) => (
            StatusCode::OK,
            "ok, without the store that replicas share: it does not answer".to_owned(),
        ),
        Ok(()) => (StatusCode::OK, "ok".to_owned()),
        Err(why) => {
            tracing::warn!(why, "not ready: nobody can come in");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "nobody can come in yet; the log says why".to_owned(),
            )
        }
    }
}
