//! `GET /readyz`: whether the program can serve.

use crate::http::state::App;
use axum::extract::State;
use http::StatusCode;
use std::sync::Arc;

/// `ok`, or 503 with what is missing: while nothing is known of the identity provider, nobody can sign in. Once something is, its absence ends no session.
pub async fn show(State(app): State<Arc<App>>) -> (StatusCode, String) {
    let settings = app.settings();
    let ready = match settings.sign_in.oidc() {
        Some(oidc) => oidc.ready().await,
        None => Ok(()),
    };
    match ready {
        Ok(()) => (StatusCode::OK, "ok".to_owned()),
        Err(why) => {
            tracing::warn!(why, "not ready: nobody can sign in");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the identity provider cannot be used; the log says why".to_owned(),
            )
        }
    }
}
