//! As much of oauth2-proxy as nginx asks of it: whether somebody has signed in, and who; and the way to sign in.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{COOKIE, LOCATION};
use http::{HeaderMap, StatusCode};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// The service. Whoever sends the cookie `session=NAME` has signed in as `NAME@example.com`.
pub(crate) struct SignIn {
    pub(crate) address: SocketAddr,
    /// Where those who were to sign in wanted to go.
    pub(crate) wanted: Arc<Mutex<Vec<String>>>,
}

impl SignIn {
    pub(crate) async fn start() -> Self {
        let wanted: Arc<Mutex<Vec<String>>> = Arc::default();
        let router = Router::new()
            .route("/oauth2/auth", get(auth))
            .route("/oauth2/start", get(start))
            .with_state(Arc::clone(&wanted));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, wanted }
    }
}

async fn auth(headers: HeaderMap) -> Response {
    let cookies = headers
        .get(COOKIE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(name) = cookies.split("; ").find_map(|cookie| cookie.strip_prefix("session=")) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let groups = if name == "lin" { "dev,platform" } else { "dev" };
    let said = [
        ("x-auth-request-user", name.to_owned()),
        ("x-auth-request-email", format!("{name}@example.com")),
        ("x-auth-request-groups", groups.to_owned()),
    ];
    (StatusCode::ACCEPTED, said).into_response()
}

async fn start(State(wanted): State<Arc<Mutex<Vec<String>>>>, headers: HeaderMap) -> Response {
    let back = headers.get("x-auth-request-redirect").unwrap().to_str().unwrap();
    wanted.lock().unwrap().push(back.to_owned());
    (StatusCode::FOUND, [(LOCATION, "https://idp.example.com/authorize")]).into_response()
}
